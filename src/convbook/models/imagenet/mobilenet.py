"""MobileNet: depthwise and 1x1 convolutions by turns, in place of ordinary ones."""

from functools import partial

import keras
from keras import layers

from convbook.models._parts import glorot, he, logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES

__all__ = ["BLOCKS", "build"]

SHAPE = (224, 224, 3)

BLOCKS = (
    (1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), (1, 512), (1, 512), (1, 512),
    (1, 512), (1, 512), (2, 1024), (1, 1024),
)  # fmt: skip
"""For each block the stride of its depthwise convolution and the maps of its 1x1 convolution."""


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build MobileNet, of full width and for pictures of 224x224 pixels.

    It has 4,253,864 parameters for 1,000 classes, 21,888 of them means and variances that are not
    trained.

    A block is a 3x3 depthwise convolution, which mixes pixels of one map, and a 1x1 convolution,
    which mixes maps at one pixel. Each is followed by batch normalization and a ReLU that stops
    at 6. The layers of block 1 are ``depthwise1``, ``depthwise1_norm``, ``depthwise1_relu``,
    ``pointwise1``, ``pointwise1_norm``, ``pointwise1_relu``; before it comes ``conv``.

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
    conv = partial(layers.Conv2D, padding="same", use_bias=False)
    depthwise = partial(layers.DepthwiseConv2D, 3, padding="same", use_bias=False)
    seed_of = seeds(seed)

    def finished(x: keras.KerasTensor, layer: keras.Layer) -> keras.KerasTensor:
        x = layers.BatchNormalization(name=f"{layer.name}_norm")(layer(x))
        return layers.ReLU(6.0, name=f"{layer.name}_relu")(x)

    image = picture_input(SHAPE)
    x = finished(image, conv(32, 3, strides=2, kernel_initializer=he(seed_of), name="conv"))
    for number, (stride, maps) in enumerate(BLOCKS, start=1):
        name = f"depthwise{number}"
        x = finished(x, depthwise(strides=stride, depthwise_initializer=he(seed_of), name=name))
        name = f"pointwise{number}"
        x = finished(x, conv(maps, 1, kernel_initializer=he(seed_of), name=name))
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    x = layers.Dropout(1e-3, seed=next(seed_of), name="dropout")(x)
    return keras.Model(image, logits(x, glorot(seed_of), classes), name="mobilenet")
