"""A fully connected network with as many parameters as another one: what convolution is worth."""

import math
from bisect import bisect
from functools import partial

import keras
from keras import layers

from convbook._checks import positive
from convbook.arithmetic import dense_parameters
from convbook.models._parts import CLASSES, DIGIT, glorot, logits, picture_input, seeds

__all__ = ["build"]

REVISION = 1
"""Of the network. Raise it with a change after which it computes or begins otherwise."""

OF_MNIST_CONVNET = 3_274_634
PIXELS = math.prod(DIGIT)


def build(
    *, parameters: int = OF_MNIST_CONVNET, hidden_layers: int = 2, seed: int = 0
) -> keras.Model:
    """Build hidden layers of equal width with ReLU, as wide as a number of parameters allows.

    Parameters
    ----------
    parameters : int, default 3274634
        How many weights and biases to come nearest to: unless given, those of
        :mod:`convbook.models.small.mnist_convnet`, and never fewer than hidden layers of one unit
        each have. One unit more or less in each hidden layer changes the number by a step, so that
        it is met to within half a step.
    hidden_layers : int, default 2
        At least 1.
    seed
        As :mod:`convbook.models` says.

    Examples
    --------
    >>> build(parameters=100_000).count_params()
    99670
    >>> build(parameters=100_000).get_layer("fc1").units
    110
    """
    wanted, depth = positive("parameters", parameters), positive("hidden_layers", hidden_layers)
    width = _width(wanted, depth)
    hidden = partial(layers.Dense, width, activation="relu")
    seed_of = seeds(seed)
    image = picture_input()
    x = layers.Flatten(name="flatten")(image)
    for number in range(1, depth + 1):
        x = hidden(kernel_initializer=glorot(seed_of), name=f"fc{number}")(x)
    return keras.Model(image, logits(x, glorot(seed_of)), name="mlp")


def _count(width: int, depth: int) -> int:
    """Return the parameters of so many hidden layers of this width."""
    between = (depth - 1) * dense_parameters(width, width)
    return dense_parameters(PIXELS, width) + between + dense_parameters(width, CLASSES)


def _width(wanted: int, depth: int) -> int:
    """Return the width whose number of parameters is nearest to the wanted one."""
    least = _count(1, depth)
    if wanted < least:
        raise ValueError(
            f"parameters: expected at least {least}, for {depth} hidden layers of one unit, "
            f"got {wanted}"
        )
    # The largest width with too few parameters or just enough; the next has too many.
    low = bisect(range(1, wanted + 1), wanted, key=lambda width: _count(width, depth))
    return min((low, low + 1), key=lambda width: abs(_count(width, depth) - wanted))
