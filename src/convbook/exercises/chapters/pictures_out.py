"""Exercises of the chapter on networks that answer with pictures."""

import numpy as np

from convbook.exercises.exercise import Exercise, Mistake, Part, Pencil

SUPPRESSION = Pencil(
    "suppression",
    parts=(
        Part(
            "the IoU of neighbours 8 pixels apart, to two decimals",
            240 / 560,
            {
                240 / 400: "Divide by the union, not by one box.",
                240 / 800: "The union counts what both share once.",
            },
            tolerance=0.005,
        ),
        Part(
            "the IoU of neighbours 16 pixels apart, to two decimals",
            80 / 720,
            {
                80 / 400: "Divide by the union, not by one box.",
                80 / 800: "The union counts what both share once.",
            },
            tolerance=0.005,
        ),
        Part(
            "the left edges of the boxes that are kept, from left to right",
            (8, 40),
            {
                (0, 16, 40): "The best of the four is the second.",
                (8,): "The fourth overlaps none of them.",
                (8, 16, 40): "The third overlaps the second by more than the limit.",
            },
        ),
        Part(
            "the same with the first two scores exchanged",
            (0, 16, 40),
            {
                (8, 40): "The best of the four is the first now.",
                (0, 40): "The second is gone, so that it suppresses no other.",
            },
        ),
    ),
)

PRICE_OF_A_PIXEL = Pencil(
    "price-of-a-pixel",
    parts=(
        Part(
            "the IoU of w = 2, found too wide",
            1 / 2,
            {2 / 3: "It is too wide on each side: by two pixels.", 1: "The union has grown."},
            tolerance=0.005,
        ),
        Part(
            "the IoU of w = 10, found too narrow, to two decimals",
            0.8,
            {10 / 12: "That is too wide.", 0.9: "It is too narrow on each side: by two pixels."},
            tolerance=0.005,
        ),
        Part(
            "the width for 0.9, found too wide",
            18,
            {20: "That is for too narrow.", 9: "It is too wide on each side: by two pixels."},
        ),
        Part(
            "the width for 0.9, found too narrow",
            20,
            {18: "That is for too wide.", 10: "It is too narrow on each side: by two pixels."},
        ),
    ),
    hint="The overlap is the narrower of the two, the union the wider.",
)


def pixel_shuffle(maps: np.ndarray) -> np.ndarray:
    """Return a map of twice the size from four maps.

    Parameters
    ----------
    maps : ndarray of shape (H, W, 4)
        The four values at a place are the four pixels of its block, in reading order.

    Returns
    -------
    ndarray of shape (2 H, 2 W)
        As `tf.nn.depth_to_space` returns it.
    """
    return _shuffled(maps, (0, 2, 1, 3))


def _shuffled(maps: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    height, width, _ = maps.shape
    blocks = maps.reshape(height, width, 2, 2).transpose(order)
    return np.asarray(blocks.reshape(2 * height, 2 * width))


PIXEL_SHUFFLE = Exercise(
    "pixel-shuffle",
    answer=pixel_shuffle,
    inputs=lambda rng: ((rng.random((*size, 4)),) for size in ((3, 5), (4, 4), (1, 2))),
    mistakes=(
        Mistake(
            "That is a reshape alone: rows of blocks and rows in a block have to meet first.",
            lambda maps: _shuffled(maps, (0, 1, 2, 3)),
        ),
        Mistake(
            "In each block rows and columns are exchanged: its pixels come in reading order.",
            lambda maps: _shuffled(maps, (0, 3, 1, 2)),
        ),
        Mistake(
            "That puts the four maps side by side: their pixels belong into blocks.",
            lambda maps: _shuffled(maps, (2, 0, 3, 1)),
        ),
    ),
    hint="Reshape to (H, W, 2, 2), and ask which axes must stand side by side to become 2 H and "
    "2 W.",
)

EXERCISES = (SUPPRESSION, PRICE_OF_A_PIXEL, PIXEL_SHUFFLE)
