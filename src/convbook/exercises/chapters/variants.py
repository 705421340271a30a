"""Exercises of the chapter on variants of convolution."""

from collections.abc import Iterator

import numpy as np

from convbook import reference
from convbook.exercises.exercise import Exercise, Inputs, Mistake, Part, Pencil

AXES = Pencil(
    "axes",
    parts=(
        Part(
            "(a) the shape of the kernel",
            (5, 12, 16),
            {
                (5, 5, 1, 16): "Nothing slides along the leads: they are channels.",
                (5, 16, 12): "Input channels come before output channels.",
                (12, 5, 16): "Sliding axes come first, then input and output channels.",
            },
        ),
        Part(
            "(b) the shape of the kernel",
            (5, 5, 5, 1, 16),
            {
                (5, 5, 64, 16): "The third axis of space slides as well.",
                (5, 5, 5, 16): "There is an input channel, if only a single one.",
            },
        ),
        Part(
            "(c) the shape of the kernel",
            (5, 5, 13, 16),
            {
                (5, 5, 5, 1, 16): "Nothing slides along the bands: they are channels.",
                (5, 5, 16, 13): "Input channels come before output channels.",
            },
        ),
        Part(
            "(d) the shape of the kernel",
            (5, 5, 3, 16),
            {
                (5, 5, 5, 3, 16): "Each picture is filtered by itself: nothing slides along time.",
                (5, 5, 90, 16): "Each picture is filtered by itself: time is no channel.",
            },
        ),
        Part(
            "(d) the shape of the input",
            (30, 112, 112, 3),
            {
                (1, 30, 112, 112, 3): "Time is part of the batch.",
                (1, 112, 112, 90): "Each picture is filtered by itself: time is no channel.",
            },
        ),
    ),
    hint="Along which axes should an output read only a few neighbours?",
)

TRANSPOSE_BY_HAND = Pencil(
    "transpose-by-hand",
    parts=(
        Part(
            "the sum of the stamps, VALID",
            (1, 3, 4, 6, 3, -3, -2),
            {
                (1, 5, 7, 1, -2): "The stamps begin two apart.",
                (2, 3, 5, 6, 0, -3, -1): "The stamps are the kernel as it is, not turned.",
            },
        ),
        Part(
            "what SAME keeps",
            (1, 3, 4, 6, 3, -3),
            {
                (3, 4, 6, 3, -3, -2): "The zero that SAME pads stands at the end.",
                (1, 3, 4, 6, 3, -3, -2): "That is VALID: SAME gives two outputs for each input.",
            },
        ),
    ),
)


def stamps(k: int, s: int) -> np.ndarray:
    """Return how many stamps of a transposed convolution fall on each pixel in the middle.

    Parameters
    ----------
    k, s : int
        Size of the kernel and stride, from 1 to 8, along one axis.

    Returns
    -------
    ndarray of shape (s,), int
        The counts of one period, from the pixel on at which a stamp begins.
    """
    return np.array([len(range(pixel, k, s)) for pixel in range(s)])


STAMPS = Exercise(
    "stamps",
    answer=stamps,
    inputs=lambda rng: (
        (k, s) for k, s in ((3, 2), (5, 3), (4, 2), (2, 3), (1, 8), (8, 1), (7, 5), (8, 8))
    ),
    mistakes=(
        Mistake(
            "That is k // s everywhere: where s does not divide k, some pixels get one more.",
            lambda k, s: np.full(s, k // s),
        ),
        Mistake(
            "That rounds k / s up everywhere: where s does not divide k, some pixels get one less.",
            lambda k, s: np.full(s, -(-k // s)),
        ),
        Mistake(
            "The period begins elsewhere: its first pixel is where a stamp begins.",
            lambda k, s: stamps(k, s)[::-1],
        ),
    ),
)

INVISIBLE = Pencil(
    "invisible",
    parts=(
        Part(
            "how many linearly independent pictures become zero",
            11,
            {
                25: "That is the rank: 36 pixels less it are left.",
                1: "The checkerboard is one; stripes of alternating signs are others.",
                12: "First row and first column share a pixel.",
            },
        ),
    ),
)


def best_kernels(picture: np.ndarray) -> np.ndarray:
    """Return the four kernels whose pixel shuffle comes closest to a picture, from half its size.

    Parameters
    ----------
    picture : ndarray of shape (H, W), float64
        H and W are even. Half its size are the means of its blocks of 2 x 2 pixels, with the border
        repeated once so that each has 3 x 3 neighbours.

    Returns
    -------
    ndarray of shape (9, 4), float64
        In its columns the kernels by least squares, row by row, for the four pixels of a block in
        reading order.
    """
    return _fitted(picture, "edge")


def _fitted(picture: np.ndarray, mode: str) -> np.ndarray:
    height, width = picture.shape
    blocks = picture.reshape(height // 2, 2, width // 2, 2).transpose(0, 2, 1, 3)
    small = np.pad(blocks.mean((2, 3)), 1, mode)  # type: ignore[call-overload]
    patches = reference.im2col(small[np.newaxis, :, :, np.newaxis], 3)
    return np.asarray(np.linalg.lstsq(patches, blocks.reshape(-1, 4), rcond=None)[0])


def _smooth(rng: np.random.Generator) -> Iterator[Inputs]:
    for height, width in ((24, 20), (16, 30)):
        noise = rng.random((height + 2, width + 2))
        yield (reference.correlate2d(noise, np.array([[1.0, 2, 0], [2, 4, 3], [0, 1, 1]]) / 14),)


ENLARGE = Exercise(
    "enlarge",
    answer=best_kernels,
    inputs=_smooth,
    mistakes=(
        Mistake(
            "The four pixels of a block stand in another order: in reading order, row by row.",
            lambda picture: best_kernels(picture)[:, [0, 2, 1, 3]],
        ),
        Mistake(
            "That pads the small picture with zeros: repeat its border.",
            lambda picture: _fitted(picture, "constant"),
        ),
        Mistake("Kernels stand in columns.", lambda picture: best_kernels(picture).T),
        Mistake(
            "That continues the small picture with a mirror: repeat its border.",
            lambda picture: _fitted(picture, "reflect"),
        ),
    ),
    tolerance=1e-4,
)

EXERCISES = (AXES, TRANSPOSE_BY_HAND, STAMPS, INVISIBLE, ENLARGE)
