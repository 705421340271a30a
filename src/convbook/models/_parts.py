"""What the networks share: their input, their output, and their initial weights from one seed."""

import random
from collections.abc import Iterator

import keras

from convbook._checks import integer, positive

DIGIT = (28, 28, 1)
CLASSES = 10


def picture_input(shape: tuple[int, int, int] = DIGIT) -> keras.KerasTensor:
    """Return the input of a network: pictures, float32 under a mixed-precision policy too."""
    return keras.Input(shape, dtype="float32", name="image")


def logits(
    x: keras.KerasTensor,
    initializer: keras.Initializer,
    classes: object = CLASSES,
    name: str = "logits",
) -> keras.KerasTensor:
    """Return a number for each class, whose softmax are the probabilities of the classes.

    They are float32 whatever the policy: a softmax in bfloat16 loses what the loss needs.
    """
    return keras.layers.Dense(
        positive("classes", classes), kernel_initializer=initializer, dtype="float32", name=name
    )(x)


def seeds(seed: object) -> Iterator[int]:
    """Yield as many seeds as a network has random parts, all of them derived from one.

    With one seed for all, two layers of the same shape would begin with the same weights.
    """
    generator = random.Random(integer("seed", seed, 0))
    while True:
        yield generator.randrange(2**31)


def glorot(seed_of: Iterator[int]) -> keras.Initializer:
    """Return the initializer of Glorot and Bengio, uniform, with the next seed."""
    return keras.initializers.GlorotUniform(seed=next(seed_of))


def he(seed_of: Iterator[int]) -> keras.Initializer:
    """Return the initializer of He et al., normal, with the next seed."""
    return keras.initializers.HeNormal(seed=next(seed_of))
