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


def open_input() -> keras.KerasTensor:
    """Return the input of a network that takes grey pictures of any height and width."""
    return keras.Input((None, None, 1), dtype="float32", name="image")


def conv_norm_relu(
    x: keras.KerasTensor, maps: int, seed_of: Iterator[int], name: str, times: int
) -> keras.KerasTensor:
    """Return x after so many 3x3 SAME convolutions, each with batch normalization and ReLU."""
    for number in range(1, times + 1):
        x = keras.layers.Conv2D(
            maps, 3, padding="same", use_bias=False, kernel_initializer=he(seed_of),
            name=f"{name}_conv{number}",
        )(x)  # fmt: skip
        x = keras.layers.BatchNormalization(momentum=0.9, name=f"{name}_norm{number}")(x)
        x = keras.layers.ReLU(name=f"{name}_relu{number}")(x)
    return x


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
