"""Digits where they belong to something larger: on a canvas, and on photographs, with masks."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from convbook._arrays import as_array, as_real, check_finite
from convbook._checks import integer, positive

SIDE = 28
"""Height and width of a digit, in pixels."""

MARGIN = 4
"""Pixels of paper around nearly every digit."""

APART = SIDE - 2 * MARGIN
"""Least distance of two digits along one axis: MNIST's ink lies in a box of this side."""

BACKGROUND = 0
"""The class of a mask's pixels that belong to no digit; digit d has class d + 1."""

CONTRAST = (0.35, 0.6)
"""How far ink is from the mean of the photograph below it, in grey values from 0 to 1."""


class Canvases(NamedTuple):
    """Canvases with digits.

    Attributes
    ----------
    pictures : ndarray of shape (n, size, size), uint8
        0 for paper to 255 for ink.
    places : ndarray of shape (n, digits, 2), int
        Row and column of the upper left pixel of each digit's 28 x 28.
    labels : ndarray of shape (n, digits), int
        What they are.
    """

    pictures: npt.NDArray[np.uint8]
    places: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]


def digits_on_canvas(
    digits: npt.ArrayLike, labels: npt.ArrayLike, count: int, *, size: int = 96, each: int = 6,
    seed: int = 0,
) -> Canvases:  # fmt: skip
    """Return canvases of paper with digits at random places, of which no two overlap.

    Parameters
    ----------
    digits, labels : arrays of shape (n, 28, 28), uint8, and (n,), integers
        As :func:`convbook.data.mnist` returns them.
    count : int
        How many canvases.
    size : int, default 96
        Their height and width, in pixels, at least 28.
    each : int, default 6
        Digits on each.
    seed : int
        Fixes which digits lie where.

    Raises
    ------
    TypeError, ValueError
        If digits or labels have another dtype or shape, or so many digits do not fit.

    Examples
    --------
    >>> canvases = digits_on_canvas(np.full((1, 28, 28), 255, np.uint8), [7], 2, each=3)
    >>> canvases.pictures.shape, canvases.places.shape, canvases.labels[0]
    ((2, 96, 96), (2, 3, 2), array([7, 7, 7]))
    """
    images, classes = _pair(digits, labels)
    count, each = positive("count", count), positive("each", each)
    span = integer("size", size, SIDE) - SIDE + 1
    rng = np.random.default_rng(integer("seed", seed, 0))
    pictures = np.zeros((count, size, size), np.uint8)
    places = np.zeros((count, each, 2), np.int64)
    rows = rng.integers(len(images), size=(count, each))
    for picture, where, chosen in zip(pictures, places, rows, strict=True):
        found = _scattered(rng, span, each)
        if len(found) < each:
            raise ValueError(f"each: expected as many digits as fit into {size} pixels, got {each}")
        where[:] = found
        for (row, column), image in zip(found, images[chosen], strict=True):
            window = picture[row : row + SIDE, column : column + SIDE]
            np.maximum(window, image, out=window)
    return Canvases(pictures, places, classes[rows])


def digits_on_photographs(
    digits: npt.ArrayLike, labels: npt.ArrayLike, photographs: Sequence[npt.ArrayLike], count: int,
    *, size: int = 48, seed: int = 0,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:  # fmt: skip
    """Return crops of photographs with one to three digits written on them, and the masks.

    There are fewer where no room is left. Of the 28 x 28 pixels of a digit the outer four, which
    are paper, may lie outside.

    A digit's ink is one grey, lighter or darker than the mean of the photograph below it by a
    random amount. Where a digit has more ink than paper, the mask has its class.

    Parameters
    ----------
    digits, labels : arrays of shape (n, 28, 28), uint8, and (n,), integers
        As :func:`convbook.data.mnist` returns them.
    photographs : sequence of arrays of shape (H, W)
        Grey values from 0 to 1. Each crop is turned by quarters and mirrored at random.
    count : int
        How many pictures.
    size : int, default 48
        Their height and width, in pixels.
    seed : int
        Fixes everything that is random.

    Returns
    -------
    pictures : ndarray of shape (count, size, size), float32
        Grey values from 0 to 1.
    masks : ndarray of shape (count, size, size), uint8
        0 for the photograph, d + 1 for digit d.

    Raises
    ------
    TypeError, ValueError
        If an array has another dtype or shape, or a photograph is smaller than a picture, holds
        NaN or values outside of 0 to 1.

    Examples
    --------
    >>> pictures, masks = digits_on_photographs(
    ...     np.full((1, 28, 28), 255, np.uint8), [7], [np.full((64, 64), 0.5)], 2)
    >>> pictures.shape, np.unique(masks)
    ((2, 48, 48), array([0, 8], dtype=uint8))
    """
    images, classes = _pair(digits, labels)
    span = integer("size", size, SIDE) - APART + 1
    grounds = [_photograph(i, photograph, size) for i, photograph in enumerate(photographs)]
    if not grounds:
        raise ValueError("photographs: expected at least one, got none")
    rng = np.random.default_rng(integer("seed", seed, 0))
    pictures = np.empty((positive("count", count), size, size), np.float32)
    masks = np.empty(pictures.shape, np.uint8)
    inner = np.s_[MARGIN:-MARGIN, MARGIN:-MARGIN]
    for number in range(count):
        ground = grounds[rng.integers(len(grounds))]
        top, left = (rng.integers(n - size + 1) for n in ground.shape)
        crop = np.rot90(ground[top : top + size, left : left + size], int(rng.integers(4)))
        picture = np.pad(crop[:, :: rng.choice((-1, 1))], MARGIN, mode="edge")
        mask = np.zeros(picture.shape, np.uint8)
        for row, column in _scattered(rng, span, int(rng.integers(1, 4)), most=3):
            chosen = rng.integers(len(images))
            ink = images[chosen] / np.float32(255)
            window = np.s_[row : row + SIDE, column : column + SIDE]
            mean = float((picture[window] * ink).sum() / ink.sum()) if ink.any() else 0.5
            step = rng.uniform(*CONTRAST) * (1 if mean < 0.5 else -1)
            picture[window] += ink * (mean + step - picture[window])
            mask[window][ink > 0.5] = classes[chosen] + 1
        pictures[number], masks[number] = picture[inner], mask[inner]
    return np.clip(pictures, 0, 1), masks


def _scattered(
    rng: np.random.Generator, span: int, number: int, most: int = 1000
) -> list[npt.NDArray[np.int64]]:
    """Return places that are apart: as many as are asked for, or those found after some draws."""
    found: list[npt.NDArray[np.int64]] = []
    for draw in range(most * number):
        if draw % 50 == 49 and most > 100:  # Those there may leave no room for the others.
            found = []
        place = rng.integers(span, size=2)
        if all(np.abs(place - other).max() >= APART for other in found):
            found.append(place)
        if len(found) == number:
            break
    return found


def _pair(
    digits: npt.ArrayLike, labels: npt.ArrayLike
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    images, classes = as_array("digits", digits), as_array("labels", labels)
    if images.dtype != np.uint8:
        raise TypeError(f"digits: expected uint8, got {images.dtype}")
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or not len(images):
        raise ValueError(f"digits: expected shape (n, 28, 28), got {images.shape}")
    if classes.dtype.kind not in "iu":
        raise TypeError(f"labels: expected integers, got {classes.dtype}")
    if classes.shape != (len(images),):
        raise ValueError(f"labels: expected shape ({len(images)},), got {classes.shape}")
    if classes.min() < 0 or classes.max() > 9:
        raise ValueError(f"labels: expected 0 to 9, got {classes.min()} to {classes.max()}")
    return images, classes.astype(np.int64)


def _photograph(number: int, photograph: npt.ArrayLike, size: int) -> npt.NDArray[np.float32]:
    name = f"photographs[{number}]"
    grey = as_real(name, photograph)
    if grey.ndim != 2 or min(grey.shape) < size:
        raise ValueError(f"{name}: expected shape (H, W) of at least {size}, got {grey.shape}")
    check_finite(name, grey)
    if grey.min() < 0 or grey.max() > 1:
        raise ValueError(f"{name}: expected 0 to 1, got {grey.min()} to {grey.max()}")
    return grey.astype(np.float32)
