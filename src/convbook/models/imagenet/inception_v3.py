"""Inception v3: large kernels factorized into small ones, every convolution normalized."""

from collections.abc import Callable, Iterator
from functools import partial

import keras
from keras import layers

from convbook.models._parts import glorot, logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES

__all__ = ["build"]

SHAPE = (299, 299, 3)


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build Inception v3, layer for layer as ``keras.applications.InceptionV3`` has it.

    It takes pictures of 299x299 pixels, scaled to -1 to 1, and has 23,851,784 weights. The factors
    of the batch normalizations are left out, as there; the last layer returns logits and leaves the
    softmax to its user.

    Eleven modules, ``mixed0`` to ``mixed10``, follow a stem. Three sorts of them keep height and
    width: 0 to 2 have a 5x5 and two 3x3 kernels in a row; 4 to 7 factorize 7x7 into 1x7 and 7x1;
    9 and 10 put 1x3 and 3x1 side by side. Modules 3 and 8 halve height and width, with strides in
    some branches and pooling in another. The name of a module is that of its concatenation. The
    output of a convolution within it, after normalization and ReLU, has the module's name, its
    branch and its place there, such as ``mixed4_7x7_reduce`` and ``mixed4_7x7_1x7``, and the
    convolution and the normalization have that name and ``_conv`` or ``_norm``.

    Notes
    -----
    Layers and weights come in the order of ``keras.applications.InceptionV3``. So
    ``model.set_weights(other.get_weights())`` takes the weights of that network, and
    ``model.load_weights(path)`` those of its file, which Keras reads in the order of the layers:
    ``inception_v3_weights_tf_dim_ordering_tf_kernels.h5``.

    References
    ----------
    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the Inception
    Architecture for Computer Vision", arXiv:1512.00567, 2015. Its Table 1 is the outline; the
    widths are those of the released network, which Keras keeps to.

    Examples
    --------
    >>> model = build(classes=10)
    >>> model.get_layer("mixed7").output.shape, model.get_layer("mixed10").output.shape
    ((None, 17, 17, 768), (None, 8, 8, 2048))
    """
    seed_of = seeds(seed)
    unit = partial(_unit, seed_of)
    image = picture_input(SHAPE)
    x = unit(image, "conv1", 32, 3, strides=2, padding="valid")
    x = unit(x, "conv2", 32, 3, padding="valid")
    x = unit(x, "conv3", 64, 3)
    x = layers.MaxPooling2D(3, 2, name="pool1")(x)
    x = unit(x, "conv4", 80, 1, padding="valid")
    x = unit(x, "conv5", 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, 2, name="pool2")(x)

    for number, projected in enumerate((32, 64, 64)):
        x = _with_5x5(unit, x, f"mixed{number}", projected)
    x = _halved_to_17(unit, x, "mixed3")
    for number, reduced in enumerate((128, 160, 160, 192), start=4):
        x = _with_7x7(unit, x, f"mixed{number}", reduced)
    x = _halved_to_8(unit, x, "mixed8")
    for number in (9, 10):
        x = _with_3x3_side_by_side(unit, x, f"mixed{number}")

    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(image, logits(x, glorot(seed_of), classes), name="inception_v3")


Unit = Callable[..., keras.KerasTensor]
"""Convolution, normalization and ReLU: (input, name, maps, kernel, strides, padding) -> output."""


def _unit(
    seed_of: Iterator[int],
    x: keras.KerasTensor,
    name: str,
    maps: int,
    kernel: int | tuple[int, int],
    strides: int = 1,
    padding: str = "same",
) -> keras.KerasTensor:
    start, own = glorot(seed_of), f"{name}_conv"
    x = layers.Conv2D(
        maps, kernel, strides, padding, use_bias=False, kernel_initializer=start, name=own
    )(x)
    x = layers.BatchNormalization(scale=False, name=f"{name}_norm")(x)
    return layers.ReLU(name=name)(x)


def _with_5x5(unit: Unit, x: keras.KerasTensor, name: str, projected: int) -> keras.KerasTensor:
    """Return a module of the 35x35 maps: 1x1, 5x5, two 3x3 in a row, pooling (paper's Figure 5)."""
    pointwise = unit(x, f"{name}_1x1", 64, 1)

    five = unit(x, f"{name}_5x5_reduce", 48, 1)
    five = unit(five, f"{name}_5x5", 64, 5)

    double = unit(x, f"{name}_double_reduce", 64, 1)
    double = unit(double, f"{name}_double_3x3a", 96, 3)
    double = unit(double, f"{name}_double_3x3b", 96, 3)

    return _joined(name, [pointwise, five, double, _pooled(unit, x, name, projected)])


def _halved_to_17(unit: Unit, x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Return the module that ends the 35x35 maps (paper's Figure 10)."""
    three = unit(x, f"{name}_3x3", 384, 3, strides=2, padding="valid")

    double = unit(x, f"{name}_double_reduce", 64, 1)
    double = unit(double, f"{name}_double_3x3a", 96, 3)
    double = unit(double, f"{name}_double_3x3b", 96, 3, strides=2, padding="valid")

    pooled = layers.MaxPooling2D(3, 2, name=f"{name}_pool")(x)
    return _joined(name, [three, double, pooled])


def _with_7x7(unit: Unit, x: keras.KerasTensor, name: str, reduced: int) -> keras.KerasTensor:
    """Return a module of the 17x17 maps: 7x7 once and twice, factorized (paper's Figure 6)."""
    pointwise = unit(x, f"{name}_1x1", 192, 1)

    seven = unit(x, f"{name}_7x7_reduce", reduced, 1)
    seven = unit(seven, f"{name}_7x7_1x7", reduced, (1, 7))
    seven = unit(seven, f"{name}_7x7_7x1", 192, (7, 1))

    double = unit(x, f"{name}_double_reduce", reduced, 1)
    double = unit(double, f"{name}_double_7x1a", reduced, (7, 1))
    double = unit(double, f"{name}_double_1x7a", reduced, (1, 7))
    double = unit(double, f"{name}_double_7x1b", reduced, (7, 1))
    double = unit(double, f"{name}_double_1x7b", 192, (1, 7))

    return _joined(name, [pointwise, seven, double, _pooled(unit, x, name, 192)])


def _halved_to_8(unit: Unit, x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Return the module that ends the 17x17 maps."""
    three = unit(x, f"{name}_3x3_reduce", 192, 1)
    three = unit(three, f"{name}_3x3", 320, 3, strides=2, padding="valid")

    seven = unit(x, f"{name}_7x7_reduce", 192, 1)
    seven = unit(seven, f"{name}_7x7_1x7", 192, (1, 7))
    seven = unit(seven, f"{name}_7x7_7x1", 192, (7, 1))
    seven = unit(seven, f"{name}_7x7_3x3", 192, 3, strides=2, padding="valid")

    pooled = layers.MaxPooling2D(3, 2, name=f"{name}_pool")(x)
    return _joined(name, [three, seven, pooled])


def _with_3x3_side_by_side(unit: Unit, x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Return a module of the 8x8 maps: 1x3 and 3x1 beside each other (paper's Figure 7)."""
    pointwise = unit(x, f"{name}_1x1", 320, 1)

    three = unit(x, f"{name}_3x3_reduce", 384, 1)
    wide = unit(three, f"{name}_3x3_1x3", 384, (1, 3))
    tall = unit(three, f"{name}_3x3_3x1", 384, (3, 1))
    three = _joined(f"{name}_3x3", [wide, tall])

    double = unit(x, f"{name}_double_reduce", 448, 1)
    double = unit(double, f"{name}_double_3x3", 384, 3)
    wide = unit(double, f"{name}_double_1x3", 384, (1, 3))
    tall = unit(double, f"{name}_double_3x1", 384, (3, 1))
    double = _joined(f"{name}_double", [wide, tall])

    return _joined(name, [pointwise, three, double, _pooled(unit, x, name, 192)])


def _pooled(unit: Unit, x: keras.KerasTensor, name: str, maps: int) -> keras.KerasTensor:
    """Return the branch that averages 3x3 neighbours and projects the result."""
    x = layers.AveragePooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    return unit(x, f"{name}_pool_proj", maps, 1)


def _joined(name: str, branches: list[keras.KerasTensor]) -> keras.KerasTensor:
    return layers.Concatenate(name=name)(branches)
