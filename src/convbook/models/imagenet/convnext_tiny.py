"""ConvNeXt-T: ResNet with what transformers brought, and depthwise kernels of 7x7."""

from collections.abc import Iterator
from functools import partial

import keras
from keras import layers

from convbook.models._parts import logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES, LayerScale

__all__ = ["STAGES", "build"]

SHAPE = (224, 224, 3)

STAGES = ((3, 96), (3, 192), (9, 384), (3, 768))
"""Blocks and feature maps of each stage."""

_normalization = partial(layers.LayerNormalization, epsilon=1e-6)


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build ConvNeXt-T, the smallest of its paper, for pictures of 224x224 pixels.

    A block is a depthwise 7x7 convolution, layer normalization over the maps of each pixel, a dense
    layer at each pixel to four times the maps, GELU, and another back. A scale for each map, which
    begins at a millionth, comes before the input is added. Patches of 4x4 pixels are the stem, and
    between stages a convolution of 2x2 with stride 2 halves the side.

    It has 28,589,128 parameters for 1,000 classes, as ``keras.applications.ConvNeXtTiny``.

    Notes
    -----
    The layers of the first block of the second stage are ``stage2_1_depthwise``,
    ``stage2_1_norm``, ``stage2_1_expand``, ``stage2_1_gelu``, ``stage2_1_project``,
    ``stage2_1_scale`` and ``stage2_1_add``. The original drops whole blocks at random while it
    trains. That is left out: here the network is only used.

    References
    ----------
    Z. Liu, H. Mao, C.-Y. Wu, C. Feichtenhofer, T. Darrell and S. Xie, "A ConvNet for the 2020s",
    arXiv:2201.03545, 2022: section 2 and Table 9.

    Examples
    --------
    >>> with keras.StatelessScope(initialize_variables=False):  # Shapes, and no weights.
    ...     model = build()
    >>> model.count_params(), model.get_layer("stage4_3_add").output.shape
    (28589128, (None, 7, 7, 768))
    """
    seed_of = seeds(seed)
    image = picture_input(SHAPE)
    x = layers.Conv2D(96, 4, 4, kernel_initializer=_start(seed_of), name="stem")(image)
    x = _normalization(name="stem_norm")(x)
    for stage, (blocks, maps) in enumerate(STAGES, start=1):
        if stage > 1:
            x = _normalization(name=f"down{stage}_norm")(x)
            start = _start(seed_of)
            x = layers.Conv2D(maps, 2, 2, kernel_initializer=start, name=f"down{stage}")(x)
        for block in range(1, blocks + 1):
            x = _block(x, f"stage{stage}_{block}", seed_of)
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    x = _normalization(name="norm_last")(x)
    return keras.Model(image, logits(x, _start(seed_of), classes), name="convnext_tiny")


def _block(x: keras.KerasTensor, name: str, seed_of: Iterator[int]) -> keras.KerasTensor:
    shortcut, maps = x, x.shape[-1]
    x = layers.DepthwiseConv2D(
        7, padding="same", depthwise_initializer=_start(seed_of), name=f"{name}_depthwise"
    )(x)
    x = _normalization(name=f"{name}_norm")(x)
    # The two 1x1 convolutions of the block, as its authors write them.
    x = layers.Dense(4 * maps, kernel_initializer=_start(seed_of), name=f"{name}_expand")(x)
    x = layers.Activation("gelu", name=f"{name}_gelu")(x)
    x = layers.Dense(maps, kernel_initializer=_start(seed_of), name=f"{name}_project")(x)
    return layers.Add(name=f"{name}_add")([shortcut, LayerScale(name=f"{name}_scale")(x)])


def _start(seed_of: Iterator[int]) -> keras.Initializer:
    return keras.initializers.TruncatedNormal(stddev=0.02, seed=next(seed_of))
