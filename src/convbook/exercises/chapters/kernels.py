"""Exercises of the chapter on kernels."""

import numpy as np

from convbook.exercises.exercise import Exercise, Mistake, Part, Pencil

UNSHARP = Pencil(
    "unsharp",
    parts=(
        Part(
            "a, for the sharpening kernel of the chapter and a mean of pixels, the middle included",
            5,
            {
                4: "The blur has the pixel itself as well as its four neighbours.",
                1: "A neighbour has the weight -a / 5, which must be -1.",
            },
        ),
        Part(
            "a, for the binomial blur and 5 in the middle",
            16 / 3,
            {
                16: "The pixel itself has 1 + a, less a / 4.",
                5: "The binomial blur has 1/4 in its middle.",
            },
            tolerance=0.01,
        ),
    ),
)

KERNELS_COLOUR = Pencil(
    "kernels-colour",
    parts=(
        Part(
            "multiplications per pixel of the one kernel",
            27,
            {9: "It has three channels.", 12: "That is luma first, in two steps."},
        ),
        Part(
            "multiplications per pixel with the luma first",
            12,
            {30: "That is luma last.", 9: "The luma takes three."},
        ),
        Part(
            "multiplications per pixel with the luma last",
            30,
            {12: "That is luma first.", 27: "The luma takes three."},
        ),
    ),
    hint="Count the outline for each channel that it is applied to, and three for the luma.",
)


def box_blur(image: np.ndarray, size: int) -> np.ndarray:
    """Return the means over all windows of a picture, from a summed-area table.

    Parameters
    ----------
    image : ndarray of shape (H, W), float64
        A picture.
    size : int
        Height and width of the window, in pixels.

    Returns
    -------
    ndarray of shape (H - size + 1, W - size + 1), float64
        The time must not depend on `size`.
    """
    return _means(image, size)


def _means(image: np.ndarray, size: int, border: int = 1) -> np.ndarray:
    table = np.pad(image, ((border, 0), (border, 0))).cumsum(0).cumsum(1)
    rows = table[size:] - table[:-size]
    return np.asarray((rows[:, size:] - rows[:, :-size]) / size**2)


INTEGRAL = Exercise(
    "integral",
    answer=box_blur,
    inputs=lambda rng: (
        (rng.random(shape), size)
        for shape, size in (((9, 7), 3), ((5, 6), 1), ((12, 12), 12), ((256, 256), 31))
    ),
    mistakes=(
        Mistake("That is the sum: divide by the area.", lambda x, k: box_blur(x, k) * k**2),
        Mistake("That divides by the side: divide by the area.", lambda x, k: box_blur(x, k) * k),
        Mistake(
            "The table needs a row and a column of zeros at its beginning.",
            lambda x, k: _means(x, k, border=0),
        ),
    ),
    hint="The sum over rows i to i + k - 1 is what the table has gained between row i and i + k.",
    slowest=20,
)

EXERCISES = (UNSHARP, KERNELS_COLOUR, INTEGRAL)
