"""How well masks and boxes agree: pixel confusion, intersection over union, and suppression."""

import numpy as np
import numpy.typing as npt

from convbook._arrays import as_array, as_real, check_finite
from convbook._checks import finite, positive


def pixel_confusion(
    masks: npt.ArrayLike, found: npt.ArrayLike, classes: int
) -> npt.NDArray[np.int64]:
    """Count the pixels of each true class, by row, that were found to be each class, by column.

    Parameters
    ----------
    masks, found : arrays of integers, of one shape, such as (n, H, W)
        The class of each pixel, from 0 to ``classes - 1``: as it is, and as it was found.
    classes : int
        How many classes there are.

    Raises
    ------
    TypeError, ValueError
        If the arrays are not of integers or differ in shape, or hold an unknown class.

    Examples
    --------
    >>> pixel_confusion([[0, 0, 1]], [[0, 1, 1]], 2)
    array([[1, 1],
           [0, 1]])
    """
    number = positive("classes", classes)
    truth, answers = _classes("masks", masks, number), _classes("found", found, number)
    if truth.shape != answers.shape:
        raise ValueError(f"found: expected shape {truth.shape} as masks has, got {answers.shape}")
    counts = np.bincount(number * truth.ravel() + answers.ravel(), minlength=number**2)
    return counts.reshape(number, number)


def intersection_over_union(table: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return each class's intersection over union from a table of `pixel_confusion`.

    Parameters
    ----------
    table : array of shape (classes, classes)
        Counts of pixels, 0 or more.

    Returns
    -------
    ndarray of shape (classes,), float64
        From 0 to 1, and NaN for a class that neither is there nor was found: it has no pixel to
        divide by, and belongs in no mean.

    Examples
    --------
    >>> intersection_over_union([[1, 1, 0], [0, 1, 0], [0, 0, 0]])
    array([0.5, 0.5, nan])
    """
    counts = as_real("table", table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(f"table: expected shape (classes, classes), got {counts.shape}")
    check_finite("table", counts)
    if counts.min() < 0:
        raise ValueError(f"table: expected counts of 0 or more, got {counts.min()}")
    both = np.diagonal(counts).astype(np.float64)
    either = counts.sum(axis=0) + counts.sum(axis=1) - both
    found = np.full(len(counts), np.nan)
    np.divide(both, either, out=found, where=either > 0)
    return found


def box_overlap(boxes: npt.ArrayLike, others: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the intersection over union of each box with each other.

    Parameters
    ----------
    boxes, others : arrays of shape (n, 4) and (m, 4)
        Top, left, bottom and right of each box, in pixels; bottom and right lie outside.

    Returns
    -------
    ndarray of shape (n, m), float64

    Examples
    --------
    >>> box_overlap([[0, 0, 2, 2]], [[0, 1, 2, 3], [5, 5, 6, 6]]).round(3)
    array([[0.333, 0.   ]])
    """
    first, second = _boxes("boxes", boxes)[:, np.newaxis], _boxes("others", others)
    low = np.maximum(first[..., :2], second[..., :2])
    high = np.minimum(first[..., 2:], second[..., 2:])
    shared = np.clip(high - low, 0, None).prod(axis=-1)
    areas = [(b[..., 2:] - b[..., :2]).prod(axis=-1) for b in (first, second)]
    return np.asarray(shared / (areas[0] + areas[1] - shared), np.float64)


def non_maximum_suppression(
    boxes: npt.ArrayLike, scores: npt.ArrayLike, limit: float = 0.3
) -> npt.NDArray[np.int64]:
    """Return the rows of the boxes to keep, the best first: each suppresses those it overlaps.

    Parameters
    ----------
    boxes : array of shape (n, 4)
        As `box_overlap` takes them.
    scores : array of shape (n,)
        Finite; of two equal ones the earlier is better.
    limit : float, default 0.3
        Intersection over union with a better box, above which a box is dropped.

    Raises
    ------
    TypeError, ValueError
        If an array holds no real numbers, or NaN or infinity, or has another shape.

    Examples
    --------
    >>> non_maximum_suppression([[0, 0, 9, 9], [1, 1, 9, 9], [20, 0, 29, 9]], [0.7, 0.9, 0.8])
    array([1, 2])
    """
    corners, values = _boxes("boxes", boxes), as_real("scores", scores)
    if values.shape != (len(corners),):
        raise ValueError(f"scores: expected shape ({len(corners)},), got {values.shape}")
    check_finite("scores", values)
    most = finite("limit", limit)
    overlap = box_overlap(corners, corners)
    kept: list[int] = []
    for row in np.argsort(-values, kind="stable"):
        if all(overlap[row, better] <= most for better in kept):
            kept.append(int(row))
    return np.array(kept, np.int64)


def _classes(name: str, mask: npt.ArrayLike, classes: int) -> npt.NDArray[np.int64]:
    values = as_array(name, mask)
    if values.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected integers, got {values.dtype}")
    unknown = values[(values < 0) | (values >= classes)]
    if unknown.size:
        raise ValueError(
            f"{name}: expected classes from 0 to {classes - 1}, got {unknown.flat[0]} "
            f"in {unknown.size} of {values.size} pixels"
        )
    return values.astype(np.int64)


def _boxes(name: str, boxes: npt.ArrayLike) -> npt.NDArray[np.float64]:
    corners = as_real(name, boxes).astype(np.float64)
    if corners.ndim != 2 or corners.shape[1] != 4:
        raise ValueError(f"{name}: expected shape (n, 4), got {corners.shape}")
    check_finite(name, corners)
    if (corners[:, 2:] <= corners[:, :2]).any():
        raise ValueError(f"{name}: expected bottom and right beyond top and left")
    return corners
