"""ResNet-50: sixteen bottleneck blocks, each added to what enters it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

import keras
from keras import layers

from convbook.models._parts import glorot, he, logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES

__all__ = ["STAGES", "build"]

SHAPE = (224, 224, 3)

STAGES = ((2, 3, 64), (3, 4, 128), (4, 6, 256), (5, 3, 512))
"""For ``conv2_x`` to ``conv5_x`` of the paper: number, blocks, and feature maps of the 3x3
convolutions, a quarter of what leaves the block."""

Weigh: TypeAlias = Callable[[keras.KerasTensor, str, Iterator[int]], keras.KerasTensor]

# Keras's epsilon, so that exchanged weights give equal outputs.
_normalization = partial(layers.BatchNormalization, epsilon=1.001e-5)


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build ResNet-50 as its paper has it.

    A block is three convolutions, 1x1, 3x3 and 1x1, each with batch normalization, and adds its
    input to their output before the last ReLU. Where a stage begins, the input goes through a 1x1
    convolution, to have as many maps; there stages 3 to 5 halve the picture as well, in their
    first 1x1 convolution.

    It takes pictures of 224x224 pixels and has 25,636,712 parameters for 1,000 classes, as
    ``keras.applications.ResNet50``: 53,120 of them are means and variances that are not trained,
    and 26,560 are biases that batch normalization makes superfluous.

    Notes
    -----
    The layers of the first block of ``conv2_x`` are ``conv2_1_conv1``, ``conv2_1_norm1``,
    ``conv2_1_relu1``, up to 3, and ``conv2_1_shortcut``, ``conv2_1_shortcut_norm``,
    ``conv2_1_add``; the others in the same way.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Deep Residual Learning for Image Recognition",
    arXiv:1512.03385, 2015: Table 1 for the layers, section 3.4 for the rest.

    Examples
    --------
    >>> with keras.StatelessScope(initialize_variables=False):  # Shapes, and no weights.
    ...     model = build()
    >>> model.get_layer("conv5_3_add").output.shape
    (None, 7, 7, 2048)
    """
    return assemble("resnet50", classes=classes, seed=seed)


def assemble(
    name: str,
    *,
    classes: object,
    seed: object,
    use_bias: bool = True,
    weigh: Weigh | None = None,
) -> keras.Model:
    """Return ResNet-50 or a network that changes what its blocks add.

    `weigh` gets the maps that a block is about to add, the block's name and the seeds, and returns
    the maps that are added. Without `use_bias` convolutions have no biases.
    """
    seed_of = seeds(seed)
    image = picture_input(SHAPE)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(image)
    x = _convolve(x, "conv1", 64, 7, 2, use_bias, seed_of)
    x = layers.ReLU(name="relu1")(_normalization(name="norm1")(x))
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    for stage, blocks, maps in STAGES:
        for block in range(1, blocks + 1):
            stride = 2 if block == 1 and stage > 2 else 1
            x = _block(x, f"conv{stage}_{block}", maps, stride, use_bias, weigh, seed_of)
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(image, logits(x, glorot(seed_of), classes), name=name)


def _block(
    x: keras.KerasTensor,
    name: str,
    maps: int,
    stride: int,
    use_bias: bool,
    weigh: Weigh | None,
    seed_of: Iterator[int],
) -> keras.KerasTensor:
    """Return ReLU of the input, projected to the shape of the output if need be, plus its residual.

    The numbers of maps of the three convolutions are `maps`, `maps` and four times `maps`.
    """
    shortcut = x
    if x.shape[-1] != 4 * maps:
        shortcut = _convolve(x, f"{name}_shortcut", 4 * maps, 1, stride, use_bias, seed_of)
        shortcut = _normalization(name=f"{name}_shortcut_norm")(shortcut)
    for number, width, kernel, step in ((1, maps, 1, stride), (2, maps, 3, 1), (3, 4 * maps, 1, 1)):
        x = _convolve(x, f"{name}_conv{number}", width, kernel, step, use_bias, seed_of)
        x = _normalization(name=f"{name}_norm{number}")(x)
        if number < 3:
            x = layers.ReLU(name=f"{name}_relu{number}")(x)
    if weigh:
        x = weigh(x, name, seed_of)
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.ReLU(name=f"{name}_relu3")(x)


def _convolve(
    x: keras.KerasTensor,
    name: str,
    maps: int,
    kernel: int,
    stride: int,
    use_bias: bool,
    seed_of: Iterator[int],
) -> keras.KerasTensor:
    """Return the maps before normalization; the first convolution has its padding before it."""
    padding, start = "same" if kernel == 3 else "valid", he(seed_of)
    return layers.Conv2D(
        maps, kernel, stride, padding, use_bias=use_bias, kernel_initializer=start, name=name
    )(x)
