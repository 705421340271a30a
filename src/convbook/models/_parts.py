"""What the networks share: their input, their output, and their many seeds from one."""

import random
from collections.abc import Iterator

import keras

from convbook._checks import integer

IMAGE_SHAPE = (28, 28, 1)
CLASSES = 10


def image_input() -> keras.KerasTensor:
    """Return the input of a network: pictures, float32 under a mixed-precision policy too."""
    return keras.Input(IMAGE_SHAPE, dtype="float32", name="image")


def logits(x: keras.KerasTensor, initializer: keras.Initializer) -> keras.KerasTensor:
    """Return ten numbers a picture, whose softmax are the probabilities of the classes.

    They are float32 whatever the policy: a softmax in bfloat16 loses what the loss needs.
    """
    return keras.layers.Dense(
        CLASSES, kernel_initializer=initializer, dtype="float32", name="logits"
    )(x)


def seeds(seed: object) -> Iterator[int]:
    """Yield as many seeds as a network has random parts, all of them derived from one.

    With one seed for all, two layers of the same shape would begin with the same weights.
    """
    generator = random.Random(integer("seed", seed, 0))
    while True:
        yield generator.randrange(2**31)
