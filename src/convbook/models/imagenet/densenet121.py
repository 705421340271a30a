"""DenseNet-121: blocks whose layers read the maps of all layers before them, side by side."""

from collections.abc import Iterator
from functools import partial

import keras
from keras import layers

from convbook.models._parts import glorot, he, logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES

__all__ = ["BLOCKS", "GROWTH", "build"]

SHAPE = (224, 224, 3)
STEM = 64

BLOCKS = (6, 12, 24, 16)
"""Layers in each of the four dense blocks."""

GROWTH = 32
"""Maps that a layer adds to those that it reads."""

_conv = partial(layers.Conv2D, padding="same", use_bias=False)
# Keras's epsilon, so that exchanged weights give equal outputs.
_normalization = partial(layers.BatchNormalization, epsilon=1.001e-5)


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build DenseNet-121 as its paper has it, with a growth of 32 maps.

    A layer of a dense block is normalization, ReLU and a 1x1 convolution to four times the growth,
    then normalization, ReLU and a 3x3 convolution to the growth. Its maps are laid beside those
    that it has read. Between blocks a 1x1 convolution halves the number of maps, and average
    pooling the side.

    It takes pictures of 224x224 pixels and has 8,062,504 parameters for 1,000 classes, as
    ``keras.applications.DenseNet121``; 83,648 of them are means and variances that are not trained.

    Notes
    -----
    The layers of the first layer of the second block are ``dense2_1_norm1``, ``dense2_1_relu1``,
    ``dense2_1_conv1``, the same with 2, and ``dense2_1_join``. The transition after that block has
    ``transition2_norm``, ``transition2_relu``, ``transition2_conv`` and ``transition2_pool``.

    References
    ----------
    G. Huang, Z. Liu, L. van der Maaten and K. Q. Weinberger, "Densely Connected Convolutional
    Networks", arXiv:1608.06993, 2016: Table 1.

    Examples
    --------
    >>> with keras.StatelessScope(initialize_variables=False):  # Shapes, and no weights.
    ...     model = build()
    >>> model.count_params(), model.get_layer("dense4_16_join").output.shape
    (8062504, (None, 7, 7, 1024))
    """
    seed_of = seeds(seed)
    image = picture_input(SHAPE)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(image)
    start = he(seed_of)
    x = _conv(STEM, 7, 2, padding="valid", kernel_initializer=start, name="conv1")(x)
    x = layers.ReLU(name="relu1")(_normalization(name="norm1")(x))
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    for block, count in enumerate(BLOCKS, start=1):
        if block > 1:
            x = _transition(x, f"transition{block - 1}", seed_of)
        for number in range(1, count + 1):
            x = _layer(x, f"dense{block}_{number}", seed_of)
    x = layers.ReLU(name="relu_last")(_normalization(name="norm_last")(x))
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(image, logits(x, glorot(seed_of), classes), name="densenet121")


def _layer(x: keras.KerasTensor, name: str, seed_of: Iterator[int]) -> keras.KerasTensor:
    """Return the maps that came in and, beside them, as many new ones as the growth says."""
    new = x
    for number, maps, kernel in ((1, 4 * GROWTH, 1), (2, GROWTH, 3)):
        new = _normalization(name=f"{name}_norm{number}")(new)
        new = layers.ReLU(name=f"{name}_relu{number}")(new)
        convolution = _conv(
            maps, kernel, kernel_initializer=he(seed_of), name=f"{name}_conv{number}"
        )
        new = convolution(new)
    return layers.Concatenate(name=f"{name}_join")([x, new])


def _transition(x: keras.KerasTensor, name: str, seed_of: Iterator[int]) -> keras.KerasTensor:
    """Return half as many maps of half the side."""
    x = layers.ReLU(name=f"{name}_relu")(_normalization(name=f"{name}_norm")(x))
    x = _conv(x.shape[-1] // 2, 1, kernel_initializer=he(seed_of), name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, name=f"{name}_pool")(x)
