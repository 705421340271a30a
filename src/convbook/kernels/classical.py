"""The classical kernels, by name, and the box and binomial blurs of any size."""

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from convbook._checks import kind, positive

GIMP = 'GIMP documentation, "Convolution Matrix"'
GONZALEZ = "R. C. Gonzalez and R. E. Woods, Digital Image Processing, 4th ed., section 3.6, 2018"


@dataclass(frozen=True)
class NamedKernel:
    """A kernel with a name, what it does, and where it comes from.

    Attributes
    ----------
    values : tuple of tuple of float
        The kernel's rows, as they are written down for cross-correlation.
    description : str
        Its effect on a picture, in one line.
    source : str
        Where it is published or shown.
    """

    values: tuple[tuple[float, ...], ...]
    description: str
    source: str


def box(size: SupportsIndex) -> npt.NDArray[np.float32]:
    """Return the kernel that averages a square with equal weights.

    Parameters
    ----------
    size : int
        Height and width in taps, at least 1. An even size has no centre tap: its result lies half
        a pixel off.

    Returns
    -------
    ndarray of shape (size, size), float32
        Weights of ``1 / size**2``.

    Examples
    --------
    >>> box(2)
    array([[0.25, 0.25],
           [0.25, 0.25]], dtype=float32)
    """
    n = positive("size", size)
    return np.full((n, n), 1 / n**2, np.float32)


def binomial(size: SupportsIndex) -> npt.NDArray[np.float32]:
    """Return the blur whose weights are products of binomial coefficients.

    Parameters
    ----------
    size : int
        Height and width in taps, at least 1. An even size has no centre tap: its result lies half
        a pixel off.

    Returns
    -------
    ndarray of shape (size, size), float32
        Weights with sum 1: a row of Pascal's triangle times itself, the closest small relative of
        a Gaussian with variance ``(size - 1) / 4``.

    References
    ----------
    P. J. Burt, "Fast filter transform for image processing", Computer Graphics and Image
    Processing 16(1), 1981.

    Examples
    --------
    >>> 16 * binomial(3)
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]], dtype=float32)
    """
    n = positive("size", size)
    row = np.array([math.comb(n - 1, i) / 2 ** (n - 1) for i in range(n)])
    return np.outer(row, row).astype(np.float32)


def _rows(kernel: npt.NDArray[np.float32]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(weight) for weight in row) for row in kernel)


CLASSICAL: Mapping[str, NamedKernel] = MappingProxyType(
    {
        "identity": NamedKernel(
            ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
            "Leaves the picture as it is.",
            "by definition",
        ),
        "doubled": NamedKernel(
            ((0, 0, 0), (0, 2, 0), (0, 0, 0)),
            "Doubles every value: a scaled identity.",
            "by definition",
        ),
        "negated": NamedKernel(
            ((0, 0, 0), (0, -1, 0), (0, 0, 0)),
            "Changes the sign of every value: the negative of a picture with mean zero.",
            "by definition",
        ),
        "shift_right": NamedKernel(
            ((0, 0, 0), (1, 0, 0), (0, 0, 0)),
            "Moves the picture one pixel to the right: an identity off its centre.",
            "by definition; true convolution would move it to the left",
        ),
        "box_blur": NamedKernel(
            _rows(box(3)),
            "Averages nine pixels. GIMP's page writes ones, and GIMP divides by their sum.",
            GIMP,
        ),
        "binomial_blur": NamedKernel(
            _rows(binomial(3)),
            "Averages nine pixels, the near ones with more weight.",
            'P. J. Burt, "Fast filter transform for image processing", 1981',
        ),
        "sharpen": NamedKernel(
            ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
            "Raises the contrast to the four nearest pixels: identity minus Laplacian.",
            GIMP,
        ),
        "sharpen_8": NamedKernel(
            ((-1, -1, -1), (-1, 9, -1), (-1, -1, -1)),
            "Raises the contrast to all eight neighbours: identity plus outline.",
            GONZALEZ,
        ),
        "laplacian": NamedKernel(
            ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
            "Sums both second differences over four neighbours: GIMP's edge detect.",
            GIMP,
        ),
        "outline": NamedKernel(
            ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
            "Compares a pixel with its eight neighbours: edges of every direction.",
            GONZALEZ,
        ),
        "edge_enhance": NamedKernel(
            ((0, 0, 0), (-1, 1, 0), (0, 0, 0)),
            "Subtracts the left neighbour: a backward difference along the row.",
            GIMP,
        ),
        "emboss": NamedKernel(
            ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
            "Adds the slope towards the bottom right to the picture: a relief.",
            GIMP,
        ),
        "sobel_x": NamedKernel(
            ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
            "Eight times the slope to the right, smoothed along the column.",
            "I. Sobel and G. Feldman, Stanford Artificial Intelligence Project, 1968",
        ),
        "sobel_y": NamedKernel(
            ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
            "Eight times the slope downwards, smoothed along the row.",
            "I. Sobel and G. Feldman, Stanford Artificial Intelligence Project, 1968",
        ),
        "prewitt_x": NamedKernel(
            ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
            "Six times the slope to the right, averaged over three rows.",
            'J. M. S. Prewitt, "Object enhancement and extraction", 1970',
        ),
        "prewitt_y": NamedKernel(
            ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
            "Six times the slope downwards, averaged over three columns.",
            'J. M. S. Prewitt, "Object enhancement and extraction", 1970',
        ),
    }
)
"""Every classical kernel by its name, with description and source. Read-only."""


def names() -> tuple[str, ...]:
    """Return the names that :func:`get` knows, in teaching order.

    Examples
    --------
    >>> names()[:4]
    ('identity', 'doubled', 'negated', 'shift_right')
    """
    return tuple(CLASSICAL)


def get(name: str) -> npt.NDArray[np.float32]:
    """Return a classical kernel by its name.

    Parameters
    ----------
    name : str
        One of :func:`names`. The message for another one lists those that are close.

    Returns
    -------
    ndarray of shape (kh, kw), float32
        A fresh array, written down for cross-correlation, which is what TensorFlow's convolution
        layers compute. For true convolution pass it through :func:`flip`.

    Examples
    --------
    >>> get("emboss")
    array([[-2., -1.,  0.],
           [-1.,  1.,  1.],
           [ 0.,  1.,  2.]], dtype=float32)
    >>> CLASSICAL["emboss"].description
    'Adds the slope towards the bottom right to the picture: a relief.'
    """
    if not isinstance(name, str):
        raise TypeError(f"name: expected a string, got {name!r} of type {kind(name)}")
    if name not in CLASSICAL:
        close = difflib.get_close_matches(name.lower(), CLASSICAL, n=3)
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise ValueError(f"name: expected one of {', '.join(CLASSICAL)}; got {name!r}{hint}")
    return np.array(CLASSICAL[name].values, np.float32)
