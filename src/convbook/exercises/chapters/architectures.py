"""Exercises of the chapter on architectures."""

from collections.abc import Iterator

import numpy as np

from convbook.exercises.exercise import Exercise, Inputs, Mistake, Part, Pencil

SIZES = Pencil(
    "architectures-sizes",
    parts=(
        Part(
            "the sides for which the convolution uses every pixel, smallest first",
            (223, 227, 231, 235, 239),
            {
                (220, 224, 228, 232, 236, 240): "The stride divides n - 11, not n.",
                (220, 231): "Windows are 4 pixels apart, not 11.",
            },
        ),
        Part(
            "the side for which all three poolings are whole as well",
            227,
            {
                235: "Its first pooling is whole, its second is not.",
                224: "The convolution leaves pixels over.",
            },
        ),
    ),
)

BUDGET = Pencil(
    "budget",
    parts=(
        Part(
            "the largest R",
            25,
            {
                26: "That is above the budget: the reduction costs something, too.",
                27: "That is above the budget.",
                24: "There is room for more.",
            },
        ),
        Part(
            "how many weights are saved",
            25 * 192 * 192 - 26 * 25 * 192,
            {
                26 * 25 * 192: "So many are left.",
                25 * 192 * 192 - 25 * 25 * 192: "The reduction has weights, too.",
                25 * 192 * 192: "So many it had.",
            },
        ),
    ),
)


def top_k_error(scores: np.ndarray, truth: np.ndarray, k: int) -> float:
    """Return the share of pictures whose class is not among the k that the network finds likeliest.

    Parameters
    ----------
    scores : ndarray of shape (N, C)
        Logits, all different in a row.
    truth : ndarray of shape (N,), int
        The classes.
    k : int
        From 1 to C.

    Returns
    -------
    float
        From 0 to 1.
    """
    return float(1 - np.mean(_among(np.argsort(scores)[:, -k:], truth)))


def _among(chosen: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return np.asarray((chosen == truth[:, np.newaxis]).any(axis=1))


def _scores(rng: np.random.Generator) -> Iterator[Inputs]:
    for count, classes, k in ((50, 10, 3), (40, 7, 1), (9, 4, 4), (2000, 100, 5)):
        scores = rng.standard_normal((count, classes))
        truth = rng.integers(0, classes, count)
        scores[np.arange(count), truth] += 1  # better than chance
        yield scores, truth, k


TOP_FIVE = Exercise(
    "top-five",
    answer=top_k_error,
    inputs=_scores,
    mistakes=(
        Mistake(
            "That is the accuracy: the error is what is left of 1.",
            lambda scores, truth, k: 1 - top_k_error(scores, truth, k),
        ),
        Mistake(
            "Those are the k smallest scores: take the other end.",
            lambda scores, truth, k: 1 - np.mean(_among(np.argsort(scores)[:, :k], truth)),
        ),
        Mistake(
            "That is the top-1 error: it does not look at k.",
            lambda scores, truth, k: top_k_error(scores, truth, 1),
        ),
    ),
    hint="np.argpartition(scores, -k) puts the k largest at the end, in any order.",
    slowest=20,
)

EXERCISES = (SIZES, BUDGET, TOP_FIVE)
