"""The convolutional network of CS 20's lecture 7: the chapters on training are about this one."""

from functools import partial

import keras
from keras import layers

from convbook._checks import one_of, share
from convbook.models._parts import glorot, logits, picture_input, seeds

__all__ = ["build"]

REVISION = 1
"""Of the network. Raise it with a change after which it computes or begins otherwise."""


def build(*, dropout_rate: float = 0.25, initializer: str = "glorot", seed: int = 0) -> keras.Model:
    """Build CS 20's network: 5x5 kernels for 32 and 64 maps, SAME, pooling, ReLU, dense 1024.

    The lecture applies ReLU before pooling. The largest of four numbers, negative ones set to zero,
    is the same in either order.

    Parameters
    ----------
    dropout_rate : float, default 0.25
        Share of the dense layer's outputs that training leaves out, from 0 to below 1. A rate,
        not a probability of keeping: the source sets ``keep_prob`` to 0.75, and its text hands
        that to a function that wants a rate, which leaves out three quarters.
    initializer : {"glorot", "source"}, default "glorot"
        How the weights begin. ``"source"`` is the lecture's: kernels and weights from a normal
        distribution of deviation 1, cut off at two deviations, and biases of the convolutions from
        one that is not cut off. Logits and loss then begin very large.
    seed
        As :mod:`convbook.models` says.

    References
    ----------
    C. Huyen, "Convolutions in TensorFlow", lecture note 7 of CS 20: TensorFlow for Deep Learning
    Research, Stanford University, 2018.

    Examples
    --------
    >>> build().count_params()
    3274634
    """
    rate = share("dropout_rate", dropout_rate)
    source = one_of("initializer", initializer, ("glorot", "source")) == "source"
    seed_of = seeds(seed)

    def weights() -> keras.Initializer:
        if source:
            return keras.initializers.TruncatedNormal(stddev=1.0, seed=next(seed_of))
        return glorot(seed_of)

    def conv_bias() -> keras.Initializer:
        if source:
            return keras.initializers.RandomNormal(stddev=1.0, seed=next(seed_of))
        return keras.initializers.Zeros()

    conv = partial(layers.Conv2D, kernel_size=5, padding="same")
    x = image = picture_input()
    for number, maps in enumerate((32, 64), start=1):
        x = conv(
            maps, kernel_initializer=weights(), bias_initializer=conv_bias(), name=f"conv{number}"
        )(x)
        # Pooling and ReLU commute. In this order ReLU touches a quarter of the numbers.
        x = layers.MaxPooling2D(2, name=f"pool{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(1024, activation="relu", kernel_initializer=weights(), name="fc1")(x)
    x = layers.Dropout(rate, seed=next(seed_of), name="dropout")(x)
    return keras.Model(image, logits(x, weights()), name="mnist_convnet")
