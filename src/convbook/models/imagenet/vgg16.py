"""VGG-16: thirteen 3x3 convolutions in five blocks, and three dense layers."""

from functools import partial

import keras
from keras import layers

from convbook.models._parts import glorot, logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES

__all__ = ["BLOCKS", "build"]

SHAPE = (224, 224, 3)

BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
"""Convolutions and their feature maps, block by block: configuration D of the paper's Table 1."""


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build VGG-16, configuration D of its paper.

    Every convolution is 3x3 with padding 1, a bias and ReLU, and every block ends in a 2x2 pooling
    that halves the picture. The layers are ``conv1_1`` to ``conv5_3``, ``pool1`` to ``pool5``,
    ``fc6``, ``fc7`` and ``logits``. It takes pictures of 224x224 pixels and has 138,357,544
    parameters for 1,000 classes.

    Notes
    -----
    Building takes seconds: its weights fill 553 MB. For its shapes and counts alone, build it under
    ``keras.StatelessScope(initialize_variables=False)``, which makes no weights.

    References
    ----------
    K. Simonyan and A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
    Recognition", arXiv:1409.1556, 2014: Table 1 for the layers, section 3.1 for dropout, and for
    the initial weights of Glorot and Bengio.

    Examples
    --------
    >>> with keras.StatelessScope(initialize_variables=False):
    ...     model = build()
    >>> model.count_params(), model.get_layer("pool5").output.shape
    (138357544, (None, 7, 7, 512))
    """
    conv = partial(layers.Conv2D, kernel_size=3, padding="same", activation="relu")
    hidden = partial(layers.Dense, 4096, activation="relu")
    seed_of = seeds(seed)
    x = image = picture_input(SHAPE)
    for block, (convolutions, maps) in enumerate(BLOCKS, start=1):
        for number in range(1, convolutions + 1):
            x = conv(maps, kernel_initializer=glorot(seed_of), name=f"conv{block}_{number}")(x)
        x = layers.MaxPooling2D(2, name=f"pool{block}")(x)
    x = layers.Flatten(name="flatten")(x)
    for number in (6, 7):
        x = hidden(kernel_initializer=glorot(seed_of), name=f"fc{number}")(x)
        x = layers.Dropout(0.5, seed=next(seed_of), name=f"dropout{number}")(x)
    return keras.Model(image, logits(x, glorot(seed_of), classes), name="vgg16")
