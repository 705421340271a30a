"""MobileNet: depthwise and 1x1 convolutions by turns, in place of ordinary ones."""

import keras
from keras import layers

from convbook.models._imagenet import CLASSES, logits, picture_input
from convbook.models._parts import seeds

__all__ = ["BLOCKS", "build"]

SIZE = 224

BLOCKS = (
    (1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), (1, 512), (1, 512), (1, 512),
    (1, 512), (1, 512), (2, 1024), (1, 1024),
)  # fmt: skip
"""For each block the stride of its depthwise convolution and the maps of its 1x1 convolution."""


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build MobileNet, of full width and for pictures of 224 pixels.

    A block is a 3x3 depthwise convolution, which mixes pixels of one map, and a 1x1 convolution,
    which mixes maps at one pixel. Each is followed by batch normalization and a ReLU that stops
    at 6. The layers of block 1 are ``depthwise1``, ``depthwise1_norm``, ``depthwise1_relu``,
    ``pointwise1``, ``pointwise1_norm``, ``pointwise1_relu``; before it comes ``conv``.

    Parameters
    ----------
    classes : int, default 1000
        Numbers in the output.
    seed : int, default 0
        Fixes the initial weights and the dropout.

    Returns
    -------
    keras.Model
        Untrained, from (n, 224, 224, 3) pictures to (n, classes) logits. It has 4,253,864
        parameters for 1,000 classes, 21,888 of them means and variances that are not trained.

    Raises
    ------
    TypeError, ValueError
        If an option has another type or value.

    Notes
    -----
    The paper says ReLU; its authors' code, and Keras's, stop it at 6, and drop one number in a
    thousand before the last layer. SAME padding with stride 2 on an even size puts its one pixel
    below and on the right, as Keras's explicit padding does. The paper's Table 1 gives the last
    depthwise convolution a stride of 2, which would leave 4 pixels a side where it says 7: it is 1.

    References
    ----------
    A. G. Howard, M. Zhu, B. Chen, D. Kalenichenko, W. Wang, T. Weyand, M. Andreetto and H. Adam,
    "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
    arXiv:1704.04861, 2017: Table 1.

    Examples
    --------
    >>> model = build()
    >>> model.count_params(), model.get_layer("pointwise13").output.shape
    (4253864, (None, 7, 7, 1024))
    """
    seed_of = seeds(seed)

    def he() -> keras.Initializer:
        return keras.initializers.HeNormal(seed=next(seed_of))

    def finish(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
        x = layers.BatchNormalization(name=f"{name}_norm")(x)
        return layers.ReLU(6.0, name=f"{name}_relu")(x)

    def convolve(
        x: keras.KerasTensor, maps: int, kernel: int, stride: int, name: str
    ) -> keras.KerasTensor:
        x = layers.Conv2D(
            maps,
            kernel,
            strides=stride,
            padding="same",
            use_bias=False,
            kernel_initializer=he(),
            name=name,
        )(x)
        return finish(x, name)

    image = picture_input(SIZE)
    x = convolve(image, 32, 3, 2, "conv")
    for number, (stride, maps) in enumerate(BLOCKS, start=1):
        x = layers.DepthwiseConv2D(
            3,
            strides=stride,
            padding="same",
            use_bias=False,
            depthwise_initializer=he(),
            name=f"depthwise{number}",
        )(x)
        x = finish(x, f"depthwise{number}")
        x = convolve(x, maps, 1, 1, f"pointwise{number}")
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    x = layers.Dropout(1e-3, seed=next(seed_of), name="dropout")(x)
    last = keras.initializers.GlorotUniform(seed=next(seed_of))
    return keras.Model(image, logits(x, classes, last), name="mobilenet")
