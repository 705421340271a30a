"""The homework of a winter school in Bern: convolutions that shrink by stride, not pooling."""

import keras
from keras import layers

from convbook._checks import one_of
from convbook.models._parts import glorot, logits, picture_input, seeds

__all__ = ["build"]

REVISION = 1
"""Of the network. Raise it with a change after which it computes or begins otherwise."""


def build(*, head: str = "dense", activation: str = "relu", seed: int = 0) -> keras.Model:
    """Build three 3x3 convolutions of 16, 32 and 32 maps with strides 1, 2 and 2, and a head.

    Parameters
    ----------
    head : {"dense", "pool"}, default "dense"
        What turns the feature maps of 5x5 into logits: all their pixels through a dense layer of
        32, as in the source; or the mean of each map, global average pooling, and nothing more.
    activation : {"relu", "linear"}, default "relu"
        After each convolution. ``"linear"`` is the source's: it gives its convolutions none, and
        three convolutions in a row are then together one linear map, with one large kernel.
    seed
        As :mod:`convbook.models` says.

    References
    ----------
    M. Vladymyrov, "Tutorial IV: Convolutions", Bern Winter School on Machine Learning, 2022.
    M. Lin, Q. Chen and S. Yan, "Network In Network", arXiv:1312.4400, section 3.2, 2013, for global
    average pooling.

    Examples
    --------
    >>> build().count_params(), build(head="pool").count_params()
    (40010, 14378)
    """
    dense = one_of("head", head, ("dense", "pool")) == "dense"
    word = one_of("activation", activation, ("relu", "linear"))
    seed_of = seeds(seed)
    x = image = picture_input()
    for number, (maps, stride) in enumerate(((16, 1), (32, 2), (32, 2)), start=1):
        x = layers.Conv2D(
            maps,
            3,
            strides=stride,
            activation=word,
            kernel_initializer=keras.initializers.HeUniform(seed=next(seed_of)),
            name=f"conv{number}",
        )(x)
    if dense:
        x = layers.Flatten(name="flatten")(x)
        x = layers.Dense(32, activation="relu", kernel_initializer=glorot(seed_of), name="fc1")(x)
    else:
        x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(image, logits(x, glorot(seed_of)), name="strided_convnet")
