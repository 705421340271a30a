"""The LeNet of a post of 2016: two convolutions with tanh and pooling, and a wide dense layer."""

from functools import partial

import keras
from keras import layers

from convbook._checks import one_of
from convbook.models._parts import glorot, logits, picture_input, seeds

__all__ = ["build"]

REVISION = 1
"""Of the network. Raise it with a change after which it computes or begins otherwise."""


def build(*, padding: str = "SAME", seed: int = 0) -> keras.Model:
    """Build the LeNet of 2016: 4 and 6 maps of 5x5, tanh, max pooling, dense 1024, dropout 0.5.

    It has LeNet's plan and little else of :mod:`convbook.models.small.lenet5`: max pooling instead
    of trainable subsampling, all maps connected with all, and nine tenths of its parameters, or
    more, in one dense layer. The logits begin at zero: each class has the same probability.

    Parameters
    ----------
    padding : {"SAME", "VALID"}, default "SAME"
        Of both convolutions. The feature maps have 28, 14, 14 and 7 pixels a side with SAME; 24,
        12, 8 and 4 with VALID.
    seed
        As :mod:`convbook.models` says.

    References
    ----------
    M. Mourafiq, "Playing with convolutions in TensorFlow", 2016.

    Examples
    --------
    >>> build().count_params(), build(padding="VALID").count_params()
    (313040, 110288)
    """
    word = one_of("padding", padding, ("SAME", "VALID")).lower()
    conv = partial(layers.Conv2D, padding=word, activation="tanh")
    seed_of = seeds(seed)
    x = image = picture_input()
    for number, maps in enumerate((4, 6), start=1):
        x = conv(maps, 5, kernel_initializer=glorot(seed_of), name=f"conv{number}")(x)
        x = layers.MaxPooling2D(2, padding=word, name=f"pool{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(1024, activation="tanh", kernel_initializer=glorot(seed_of), name="fc1")(x)
    x = layers.Dropout(0.5, seed=next(seed_of), name="dropout")(x)
    return keras.Model(image, logits(x, keras.initializers.Zeros()), name="lenet")
