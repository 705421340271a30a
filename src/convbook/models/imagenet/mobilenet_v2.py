"""MobileNetV2: inverted residual blocks, narrow outside and wide at their depthwise middle."""

from collections.abc import Iterator
from functools import partial

import keras
from keras import layers

from convbook.models._parts import glorot, he, logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES

__all__ = ["STAGES", "build"]

SHAPE = (224, 224, 3)
STEM, HEAD = 32, 1280

STAGES = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
)  # fmt: skip
"""The rows of the paper's Table 2: how much wider a block is inside, the maps that it returns, the
number of blocks, and the stride of the first."""

_conv = partial(layers.Conv2D, padding="same", use_bias=False)


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build MobileNetV2, of full width and for pictures of 224x224 pixels.

    A block widens its input by a 1x1 convolution, filters each map by itself with a depthwise 3x3
    convolution, and returns to few maps by another 1x1, which no ReLU follows: it would lose too
    much of the few. Where input and output have the same shape they are added.

    It has 3,538,984 parameters for 1,000 classes, as ``keras.applications.MobileNetV2``; 34,112 of
    them are means and variances that are not trained.

    Notes
    -----
    Seventeen blocks in seven stages, ``block1a`` to ``block7a``, follow a stem. The layers of
    ``block2b`` are ``block2b_expand``, ``block2b_expand_norm``, ``block2b_expand_relu``, the same
    with ``depthwise``, then ``block2b_project``, ``block2b_project_norm`` and ``block2b_add``. The
    first block does not widen.

    References
    ----------
    M. Sandler, A. Howard, M. Zhu, A. Zhmoginov and L.-C. Chen, "MobileNetV2: Inverted Residuals and
    Linear Bottlenecks", arXiv:1801.04381, 2018: Table 2.

    Examples
    --------
    >>> with keras.StatelessScope(initialize_variables=False):  # Shapes, and no weights.
    ...     model = build()
    >>> model.count_params(), model.get_layer("block3c_add").output.shape
    (3538984, (None, 28, 28, 32))
    """
    seed_of = seeds(seed)
    image = picture_input(SHAPE)
    stem = _conv(STEM, 3, 2, kernel_initializer=he(seed_of), name="stem")
    x = _activated(image, stem)
    for stage, (wider, maps, blocks, stride) in enumerate(STAGES, start=1):
        for letter in "abcd"[:blocks]:
            first = stride if letter == "a" else 1
            x = _block(x, f"block{stage}{letter}", wider, maps, first, seed_of)
    x = _activated(x, _conv(HEAD, 1, kernel_initializer=he(seed_of), name="head"))
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(image, logits(x, glorot(seed_of), classes), name="mobilenet_v2")


def _block(
    x: keras.KerasTensor, name: str, wider: int, maps: int, stride: int, seed_of: Iterator[int]
) -> keras.KerasTensor:
    """Return few maps, computed from many; the input is added where it has their shape."""
    shortcut = x
    if wider > 1:
        width = wider * x.shape[-1]
        expand = _conv(width, 1, kernel_initializer=he(seed_of), name=f"{name}_expand")
        x = _activated(x, expand)
    depthwise = layers.DepthwiseConv2D(
        3, stride, "same", use_bias=False, depthwise_initializer=he(seed_of),
        name=f"{name}_depthwise",
    )  # fmt: skip
    x = _activated(x, depthwise)
    x = _conv(maps, 1, kernel_initializer=he(seed_of), name=f"{name}_project")(x)
    x = layers.BatchNormalization(name=f"{name}_project_norm")(x)
    if stride == 1 and shortcut.shape[-1] == maps:
        return layers.Add(name=f"{name}_add")([shortcut, x])
    return x


def _activated(x: keras.KerasTensor, layer: keras.Layer) -> keras.KerasTensor:
    x = layers.BatchNormalization(name=f"{layer.name}_norm")(layer(x))
    return layers.ReLU(6.0, name=f"{layer.name}_relu")(x)
