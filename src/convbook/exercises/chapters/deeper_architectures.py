"""Exercises of the chapter on architectures from ResNet on."""

from collections.abc import Iterator

import numpy as np

from convbook.exercises.exercise import Exercise, Inputs, Mistake, Part, Pencil

JOINING = Pencil(
    "joining",
    parts=(
        Part(
            "the weights of the six 3 by 3 convolutions",
            6 * 9 * 128 * 32,
            {
                9 * 128 * 32: "That is one of the six.",
                6 * 128 * 32: "A kernel has nine taps.",
            },
        ),
        Part(
            "the weights of the six 1 by 1 convolutions",
            128 * sum(range(64, 225, 32)),
            {
                6 * 128 * 64: "Each layer reads what the ones before it have joined, too.",
                128 * sum(range(64, 257, 32)): "The last of them reads 224 maps.",
            },
        ),
    ),
)


def folded(
    kernel: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    epsilon: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return kernel and bias of the convolution that contains the normalization after it.

    Parameters
    ----------
    kernel : ndarray of shape (k, k, C, O)
        Of a convolution without bias.
    gamma, beta, mean, variance : ndarray of shape (O,)
        Of the batch normalization after it, in evaluation.
    epsilon : float
        What is added to the variance.

    Returns
    -------
    kernel : ndarray of shape (k, k, C, O)
        The new kernel.
    bias : ndarray of shape (O,)
        The new bias.
    """
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale, beta - mean * scale


def _layers(rng: np.random.Generator) -> Iterator[Inputs]:
    for k, maps, outputs in ((3, 4, 6), (1, 5, 5), (5, 1, 2)):
        gamma, beta, mean = rng.standard_normal((3, outputs))
        kernel, variance = rng.standard_normal((k, k, maps, outputs)), rng.random(outputs)
        yield kernel, gamma, beta, mean, variance + 0.1, 0.05


FOLDING = Exercise(
    "folding",
    answer=folded,
    inputs=_layers,
    mistakes=(
        Mistake(
            "The root stands over variance plus epsilon.",
            lambda kernel, gamma, beta, mean, variance, epsilon: folded(
                kernel, gamma, beta, mean, variance, 0
            ),
        ),
        Mistake(
            "The mean is scaled like the map that it is subtracted from.",
            lambda kernel, gamma, beta, mean, variance, epsilon: (
                folded(kernel, gamma, beta, mean, variance, epsilon)[0],
                beta - mean,
            ),
        ),
        Mistake(
            "The mean belongs into the bias, too.",
            lambda kernel, gamma, beta, mean, variance, epsilon: (
                folded(kernel, gamma, beta, mean, variance, epsilon)[0],
                beta,
            ),
        ),
        Mistake(
            "That divides by the variance; the standard deviation is its root.",
            lambda kernel, gamma, beta, mean, variance, epsilon: folded(
                kernel, gamma, beta, mean, (variance + epsilon) ** 2, 0
            ),
        ),
    ),
    hint="Write the normalization as a factor for each map and a number that is added.",
)

EXERCISES = (JOINING, FOLDING)
