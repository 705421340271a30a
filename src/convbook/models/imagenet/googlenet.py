"""GoogLeNet, the first Inception network: four branches side by side, nine times."""

from functools import partial

import keras
from keras import layers

from convbook._checks import boolean
from convbook.models._parts import glorot, logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES, LocalResponseNormalization

__all__ = ["MODULES", "build"]

SHAPE = (224, 224, 3)

MODULES = {
    "inception3a": (64, 96, 128, 16, 32, 32),
    "inception3b": (128, 128, 192, 32, 96, 64),
    "inception4a": (192, 96, 208, 16, 48, 64),
    "inception4b": (160, 112, 224, 24, 64, 64),
    "inception4c": (128, 128, 256, 24, 64, 64),
    "inception4d": (112, 144, 288, 32, 64, 64),
    "inception4e": (256, 160, 320, 32, 128, 128),
    "inception5a": (256, 160, 320, 32, 128, 128),
    "inception5b": (384, 192, 384, 48, 128, 128),
}
"""Feature maps of each module, in the columns of the paper's Table 1: 1x1, 3x3 reduce, 3x3, 5x5
reduce, 5x5, projection of the pooling branch."""

POOLED_AFTER = {"inception3b": "pool3", "inception4e": "pool4"}
HEAD_AFTER = {"inception4a": "auxiliary1", "inception4d": "auxiliary2"}


def build(*, classes: int = CLASSES, auxiliary_heads: bool = False, seed: int = 0) -> keras.Model:
    """Build GoogLeNet as Table 1 of its paper has it, for pictures of 224x224 pixels.

    Each module is named after the paper's row and ends in a concatenation of that name; its layers
    are ``inception3a_1x1``, ``inception3a_3x3_reduce``, ``inception3a_3x3``,
    ``inception3a_5x5_reduce``, ``inception3a_5x5``, ``inception3a_pool`` and
    ``inception3a_pool_proj``. Every convolution has biases and ReLU.

    Parameters
    ----------
    auxiliary_heads : bool, default False
        Whether to add the two classifiers on ``inception4a`` and ``inception4d`` that the paper
        trains with, each with a weight of 0.3 in the loss, and takes away afterwards. The output is
        then a list of three (n, classes) logits, those of the whole network first.
    classes, seed
        As :mod:`convbook.models` says.

    Notes
    -----
    The table counts parameters in units of 1,024 and leaves out biases. Three of its numbers do not
    follow from its own columns. A 7x7 convolution from three channels to 64 has 9.2 such units, not
    2.7; ``inception4c`` has 497, not 463, with which its 100 million operations agree; and
    ``inception5a`` has 1,018, not 1,072.

    References
    ----------
    C. Szegedy, W. Liu, Y. Jia, P. Sermanet, S. Reed, D. Anguelov, D. Erhan, V. Vanhoucke and
    A. Rabinovich, "Going Deeper with Convolutions", arXiv:1409.4842, 2014. Table 1; section 5 for
    the auxiliary heads; Figure 3 for the two local response normalizations, whose numbers are those
    of the network that Caffe distributes.

    Examples
    --------
    >>> build().count_params()
    6998552
    """
    auxiliary_heads = boolean("auxiliary_heads", auxiliary_heads)
    conv = partial(layers.Conv2D, padding="same", activation="relu")
    seed_of = seeds(seed)

    def convolved(
        x: keras.KerasTensor, name: str, maps: int, kernel: int, strides: int = 1
    ) -> keras.KerasTensor:
        return conv(maps, kernel, strides, kernel_initializer=glorot(seed_of), name=name)(x)

    def pooled(x: keras.KerasTensor, name: str, strides: int = 2) -> keras.KerasTensor:
        return layers.MaxPooling2D(3, strides, padding="same", name=name)(x)

    def normalized(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
        # Caffe divides its alpha of 1e-4 by the five channels of the sum.
        return LocalResponseNormalization(2, bias=1.0, alpha=2e-5, beta=0.75, name=name)(x)

    def module(x: keras.KerasTensor, name: str, maps: tuple[int, ...]) -> keras.KerasTensor:
        pointwise, reduced3, three, reduced5, five, projected = maps
        branches = [
            convolved(x, f"{name}_1x1", pointwise, 1),
            convolved(convolved(x, f"{name}_3x3_reduce", reduced3, 1), f"{name}_3x3", three, 3),
            convolved(convolved(x, f"{name}_5x5_reduce", reduced5, 1), f"{name}_5x5", five, 5),
            convolved(pooled(x, f"{name}_pool", strides=1), f"{name}_pool_proj", projected, 1),
        ]
        return layers.Concatenate(name=name)(branches)

    def head(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
        x = layers.AveragePooling2D(5, 3, name=f"{name}_pool")(x)
        x = convolved(x, f"{name}_conv", 128, 1)
        x = layers.Flatten(name=f"{name}_flatten")(x)
        x = layers.Dense(
            1024, activation="relu", kernel_initializer=glorot(seed_of), name=f"{name}_fc"
        )(x)
        x = layers.Dropout(0.7, seed=next(seed_of), name=f"{name}_dropout")(x)
        return logits(x, glorot(seed_of), classes, name=f"{name}_logits")

    image = picture_input(SHAPE)
    x = pooled(convolved(image, "conv1", 64, 7, strides=2), "pool1")
    x = normalized(x, "norm1")
    x = convolved(convolved(x, "conv2_reduce", 64, 1), "conv2", 192, 3)
    x = pooled(normalized(x, "norm2"), "pool2")

    heads = []
    for name, maps in MODULES.items():
        x = module(x, name, maps)
        if auxiliary_heads and name in HEAD_AFTER:
            heads.append(head(x, HEAD_AFTER[name]))
        if name in POOLED_AFTER:
            x = pooled(x, POOLED_AFTER[name])

    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    x = layers.Dropout(0.4, seed=next(seed_of), name="dropout")(x)
    last = logits(x, glorot(seed_of), classes)
    return keras.Model(image, [last, *heads] if heads else last, name="googlenet")
