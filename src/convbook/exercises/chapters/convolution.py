"""Exercises of the chapter on convolution."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from convbook import arithmetic, reference
from convbook.exercises.exercise import Exercise, Inputs, Mistake, Part, Pencil

Box = Callable[[np.ndarray, np.ndarray], np.ndarray]

BY_HAND = Pencil(
    "convolution-by-hand",
    parts=(
        Part(
            "output [0, 0] with VALID",
            18,
            {
                17: "That is the one with SAME, where the window hangs over the border.",
                -14: "That is true convolution, with the kernel turned.",
            },
        ),
        Part(
            "output [0, 0] with SAME",
            17,
            {
                18: "That is the one with VALID: with SAME the window begins at [-1, -1].",
                -11: "That is true convolution, with the kernel turned.",
            },
        ),
        Part(
            "output [0, 0] with SAME and the turned kernel",
            -11,
            {
                17: "That is the kernel as it is: turn it by 180 degrees first.",
                -17: "That changes the sign of the kernel; turned, its middle stays as it is.",
            },
        ),
    ),
    hint="With SAME the window begins one pixel above and to the left of the picture. Taps that "
    "meet no pixel there meet zeros.",
)

OUTPUTS = 28 * 28 * 16

COUNT_WEIGHTS = Pencil(
    "count-weights",
    parts=(
        Part(
            "(a) fully connected",
            arithmetic.dense_parameters(32 * 32 * 3, OUTPUTS),
            {
                32 * 32 * 3 * OUTPUTS: "Each output has a bias as well.",
                (32 * 32 + 1) * OUTPUTS: "The picture has three channels.",
            },
        ),
        Part(
            "(b) locally connected",
            arithmetic.locally_connected_parameters(28, 5, 3, 16),
            {
                75 * OUTPUTS: "Each output has a bias as well.",
                75 * OUTPUTS + 16: "It has a bias for each output, not for each map.",
                26 * OUTPUTS: "A window has 5 * 5 pixels of three channels.",
            },
        ),
        Part(
            "(c) a convolution",
            arithmetic.conv_parameters(5, 3, 16),
            {
                75 * 16: "Each map has a bias as well.",
                26 * 16: "Each kernel reads all three channels.",
                75 * 16 + OUTPUTS: "A convolution has a bias for each map, not for each output.",
            },
        ),
    ),
)


def examine(box: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> tuple[bool, bool]:
    """Find out with two pictures what a black box does.

    Parameters
    ----------
    box : function
        box(picture, kernel) takes two ndarrays of floats, of shapes (H, W) and (3, 3), convolves
        or correlates them and returns an ndarray of shape (H, W). H and W are at least 3.

    Returns
    -------
    flips : bool
        Whether the box flips the kernel: whether it is true convolution.
    zeros : bool
        Whether it finds zeros beyond the border, rather than pixels of the picture.
    """
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    nine = np.arange(1.0, 10).reshape(3, 3)
    flips = np.array_equal(box(impulse, nine)[1:4, 1:4], nine)
    corner = box(np.ones((5, 5)), np.ones((3, 3)))[0, 0]
    return bool(flips), bool(corner == 4)


def _box(flips: bool, mode: str, picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    padded = np.pad(np.asarray(picture, np.float64), 1, mode)  # type: ignore[call-overload]
    slide = reference.convolve2d if flips else reference.correlate2d
    return slide(padded, np.asarray(kernel, np.float64))


def _boxes(rng: np.random.Generator) -> Iterator[Inputs]:
    modes = [(flips, mode) for flips in (False, True) for mode in ("constant", "reflect", "wrap")]
    for index in rng.permutation(len(modes)):
        yield (partial(_box, *modes[index]),)


BLACK_BOX = Exercise(
    "black-box",
    answer=examine,
    inputs=_boxes,
    mistakes=(
        Mistake(
            "The answers about the kernel are exchanged: a box that answers the impulse with the "
            "kernel itself flips it, and cross-correlation answers with its half turn.",
            lambda box: (not examine(box)[0], examine(box)[1]),
        ),
        Mistake(
            "The answers about the border are exchanged: with zeros beyond it, a corner of ones "
            "sees four of them.",
            lambda box: (examine(box)[0], not examine(box)[1]),
        ),
        Mistake(
            "It says of every box that it flips the kernel: a kernel that is its own half turn "
            "cannot tell.",
            lambda box: (True, examine(box)[1]),
        ),
        Mistake(
            "It says of every box that it does not flip the kernel. Is the impulse in the middle, "
            "and are the nine weights different?",
            lambda box: (False, examine(box)[1]),
        ),
        Mistake(
            "The two answers stand in the wrong order: flips first, then zeros.",
            lambda box: examine(box)[::-1],
        ),
    ),
)


def learned(picture: np.ndarray, kernel: np.ndarray, steps: int) -> np.ndarray:
    """Return the kernel that gradient descent learns from a picture and what `kernel` makes of it.

    Parameters
    ----------
    picture : ndarray of shape (H, W), float64
        Taken as it is: whoever wants it without its mean passes it without.
    kernel : ndarray of shape (3, 3), float64
        Its cross-correlation with the picture, VALID, is the target.
    steps : int
        How many times the weights change.

    Returns
    -------
    ndarray of shape (3, 3), float64
        The weights after so many steps from zeros, for the mean of squares as the loss and nine
        tenths of 2 / curvature as the rate.
    """
    return _descend(picture, kernel, steps, 0.9 * 2)


def _descend(picture: np.ndarray, kernel: np.ndarray, steps: int, rate: float) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    curvatures = 2 * windows.T @ windows / len(windows)
    rate /= np.linalg.eigvalsh(curvatures)[-1]
    weights = np.zeros(9)
    for _ in range(steps):
        weights -= rate * curvatures @ (weights - kernel.ravel())
    return weights.reshape(3, 3)


MEAN_SUBTRACTED = Exercise(
    "mean-subtracted",
    answer=learned,
    inputs=lambda rng: (
        (rng.random((12, 10)) + offset, rng.standard_normal((3, 3)), steps)
        for offset, steps in ((0.0, 5), (-0.5, 20), (0.5, 1), (0.2, 0))
    ),
    mistakes=(
        Mistake(
            "Its steps are half as long as they should be: the gradient of a mean of squares has "
            "a factor of 2, and so has the largest safe rate.",
            lambda picture, kernel, steps: _descend(picture, kernel, steps, 0.9),
        ),
        Mistake(
            "Its rate is the limit itself: take nine tenths of 2 / curvature.",
            lambda picture, kernel, steps: _descend(picture, kernel, steps, 2),
        ),
        Mistake(
            "It subtracts the picture's mean: take the picture as it is.",
            lambda picture, kernel, steps: learned(picture - picture.mean(), kernel, steps),
        ),
        Mistake(
            "It learns the kernel turned by 180 degrees: windows are not flipped here.",
            lambda picture, kernel, steps: learned(picture, kernel[::-1, ::-1], steps),
        ),
        Mistake(
            "That is the kernel itself: return what was learned.",
            lambda picture, kernel, steps: kernel,
        ),
    ),
    tolerance=1e-3,
)


def agreement(picture: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    """Return how well a pattern agrees with each window of a picture, from -1 to 1.

    Parameters
    ----------
    picture : ndarray of shape (H, W), float32
        No window of it is of one brightness.
    pattern : ndarray of shape (h, w), float32
        Not of one brightness.

    Returns
    -------
    ndarray of shape (H - h + 1, W - w + 1)
        The cross-correlation with the pattern less its mean, divided by the norm of the window less
        its own mean, and by the norm of the pattern less its mean.
    """
    return _agreement(picture, pattern)


def _agreement(
    picture: np.ndarray, pattern: np.ndarray, centred: bool = True, power: float = 1.0
) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(picture.astype(np.float64), pattern.shape)
    pattern = pattern - pattern.mean()
    if centred:
        windows = windows - windows.mean((2, 3), keepdims=True)
    norms = np.sqrt((windows**2).sum((2, 3)) * (pattern**2).sum())
    return np.asarray(np.einsum("ijuv,uv->ij", windows, pattern) / norms**power)


MATCHING = Exercise(
    "matching",
    answer=agreement,
    inputs=lambda rng: (
        (rng.random(size, np.float32) + np.float32(0.5), rng.random(window, np.float32))
        for size, window in (((12, 14), (3, 5)), ((9, 9), (4, 4)), ((64, 64), (9, 7)))
    ),
    mistakes=(
        Mistake(
            "That is the correlation with the pattern less its mean, not yet divided by contrast.",
            lambda picture, pattern: _agreement(picture, pattern, power=0.0),
        ),
        Mistake(
            "That is the plain correlation: subtract the pattern's mean, and divide by the norms.",
            reference.correlate2d,
        ),
        Mistake(
            "That divides by the norm of the window with its mean: subtract this first.",
            lambda picture, pattern: _agreement(picture, pattern, centred=False),
        ),
        Mistake(
            "That is true convolution: it looks for the pattern turned by 180 degrees.",
            lambda picture, pattern: agreement(picture, pattern[::-1, ::-1]),
        ),
        Mistake(
            "That divides by the product of the squared norms: the roots are missing.",
            lambda picture, pattern: _agreement(picture, pattern, power=2.0),
        ),
    ),
    tolerance=1e-3,
    slowest=60,
)

EXERCISES = (BY_HAND, COUNT_WEIGHTS, BLACK_BOX, MEAN_SUBTRACTED, MATCHING)
