"""EfficientNet-Lite0: B0's inverted residual blocks, with what small devices lack taken out."""

from collections.abc import Iterator
from functools import partial

import keras
from keras import layers

from convbook.models._parts import logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES

__all__ = ["build"]

SHAPE = (224, 224, 3)
STEM, HEAD = 32, 1280
DROPOUT = 0.2

_conv = partial(layers.Conv2D, padding="same", use_bias=False)
_normalization = partial(layers.BatchNormalization, epsilon=1e-3)

# A stage: blocks, kernel, stride of its first block, how much wider it is inside, maps it returns.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation, and with ReLU6.

    It takes pictures of 224x224 pixels as ``(x - 127) / 128``, and has 4,694,024 weights, those of
    the batch normalizations' statistics among them.

    Sixteen blocks in seven stages, ``block1a`` to ``block7a``, follow a stem. A block widens its
    input by a 1x1 convolution (``block2a_expand``), filters each map by itself
    (``block2a_depthwise``) and returns to few maps by another 1x1 (``block2a_project``, without
    ReLU6). Where input and output have the same shape they are added (``block2b_add``). The output
    of a convolution, after normalization and ReLU6, has the name; the convolution and the
    normalization have that name and ``_conv`` or ``_norm``. A projection ends with its
    normalization.

    The original drops whole blocks at random while it trains. That is left out: here the network
    is only used.

    References
    ----------
    M. Tan and Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    ICML 2019, arXiv:1905.11946: Table 1 has the stages of B0. The Lite variants were published by
    R. Liu in the TensorFlow blog, March 2020.

    Examples
    --------
    >>> model = build()
    >>> model.count_params(), model.get_layer("head").output.shape
    (4694024, (None, 7, 7, 1280))
    """
    seed_of = seeds(seed)
    image = picture_input(SHAPE)
    x = _convolved(image, "stem", STEM, 3, seed_of, stride=2)
    for stage, (blocks, kernel, stride, wider, maps) in enumerate(STAGES, start=1):
        for letter in "abcd"[:blocks]:
            first = stride if letter == "a" else 1
            x = _block(x, f"block{stage}{letter}", kernel, first, wider, maps, seed_of)
    x = _convolved(x, "head", HEAD, 1, seed_of)
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    x = layers.Dropout(DROPOUT, seed=next(seed_of), name="dropout")(x)
    last = keras.initializers.VarianceScaling(1 / 3, "fan_out", "uniform", seed=next(seed_of))
    return keras.Model(image, logits(x, last, classes), name="efficientnet_lite0")


def _block(
    x: keras.KerasTensor,
    name: str,
    kernel: int,
    stride: int,
    wider: int,
    maps: int,
    seed_of: Iterator[int],
) -> keras.KerasTensor:
    """Return an inverted residual block: wide inside, narrow at both ends."""
    narrow = x
    if wider > 1:
        x = _convolved(x, f"{name}_expand", wider * x.shape[-1], 1, seed_of)
    x = layers.DepthwiseConv2D(
        kernel,
        stride,
        padding="same",
        use_bias=False,
        depthwise_initializer=_initial(seed_of),
        name=f"{name}_depthwise_conv",
    )(x)
    x = _normalization(name=f"{name}_depthwise_norm")(x)
    x = layers.ReLU(6, name=f"{name}_depthwise")(x)
    x = _conv(maps, 1, kernel_initializer=_initial(seed_of), name=f"{name}_project_conv")(x)
    x = _normalization(name=f"{name}_project")(x)
    return layers.Add(name=f"{name}_add")([narrow, x]) if narrow.shape == x.shape else x


def _convolved(
    x: keras.KerasTensor, name: str, maps: int, kernel: int, seed_of: Iterator[int], stride: int = 1
) -> keras.KerasTensor:
    """Return a convolution, normalized, under a ReLU6."""
    start = _initial(seed_of)
    x = _conv(maps, kernel, stride, kernel_initializer=start, name=f"{name}_conv")(x)
    return layers.ReLU(6, name=name)(_normalization(name=f"{name}_norm")(x))


def _initial(seed_of: Iterator[int]) -> keras.Initializer:
    """Return random weights that keep the gradients' variance, as the original begins with."""
    return keras.initializers.VarianceScaling(2.0, "fan_out", seed=next(seed_of))
