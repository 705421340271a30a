"""Exercises of the chapter on Gaussians."""

import numpy as np

from convbook.exercises.exercise import Exercise, Mistake, Part, Pencil

VARIANCES = Pencil(
    "variances",
    parts=(
        Part(
            "how many times",
            16,
            {
                4: "Variances add, not standard deviations.",
                15: "Each blur, the first one too, adds a variance of 1.",
            },
        ),
    ),
    hint="Which of a Gaussian's numbers add up when two blurs follow each other?",
)

BELL = Pencil(
    "bell",
    parts=(
        Part(
            "b, for a response of zero at f = 0.5",
            1 / 4,
            {1 / 2: "At f = 0.5 the cosine is -1.", 1 / 3: "That is the box of three taps."},
        ),
        Part(
            "the largest b for which the response is never negative",
            1 / 4,
            {1 / 2: "The response is smallest at f = 0.5.", 1 / 8: "It may touch zero."},
        ),
        Part(
            "b, for the variance of a Gaussian of 0.5 pixels",
            1 / 8,
            {
                1 / 4: "The variance of the taps is 2 b, and 0.5 is the standard deviation.",
                1 / 2: "The variance is the square of the standard deviation.",
            },
        ),
    ),
)


def stretched(sigma: float, aspect: float) -> np.ndarray:
    """Return the Laplacian of a Gaussian, stretched along the columns.

    Parameters
    ----------
    sigma : float
        Standard deviation along the rows, in pixels.
    aspect : float
        How many times as wide it is along the columns.

    Returns
    -------
    ndarray of shape (2 r + 1, 2 r + 1)
        With r = ceil(4 aspect sigma): (q - 2) exp(-q / 2) over the sum of exp(-q / 2), less its
        mean, for q = x^2 / sigma^2 + y^2 / (aspect sigma)^2, with y counting rows from the middle.
    """
    return _stretched(sigma, aspect)


def _stretched(sigma: float, aspect: float, centred: bool = True) -> np.ndarray:
    radius = int(np.ceil(4 * aspect * sigma))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    q = (x / sigma) ** 2 + (y / (aspect * sigma)) ** 2
    kernel = (q - 2) * np.exp(-q / 2) / np.exp(-q / 2).sum()
    return np.asarray(kernel - kernel.mean() * centred)


ELLIPSE = Exercise(
    "ellipse",
    answer=stretched,
    inputs=lambda rng: ((2.0, 1.5), (1.0, 2.0), (3.0, 1.0), (0.7, 2.0)).__iter__(),
    mistakes=(
        Mistake(
            "It is stretched along the rows: y, which counts rows, gets the larger width.",
            lambda sigma, aspect: stretched(sigma, aspect).T,
        ),
        Mistake(
            "Its sum is not zero: subtract the mean at the end.",
            lambda sigma, aspect: _stretched(sigma, aspect, centred=False),
        ),
        Mistake("Its sign is wrong: the middle is negative.", lambda s, a: -stretched(s, a)),
    ),
    hint="np.mgrid gives y and x, the row and the column of every tap.",
)

EXERCISES = (VARIANCES, BELL, ELLIPSE)
