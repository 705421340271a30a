"""Convolution as a linear map, written out as the matrix that it is."""

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from convbook.reference._checks import Array, PerAxis, check_array, check_operands, check_sizes
from convbook.reference._windows import Padding, geometry


def toeplitz_matrix(
    w: npt.ArrayLike,
    input_shape: Sequence[int],
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Write cross-correlation with `w` as a dense matrix that acts on flat images.

    With stride 1 and one channel the matrix is doubly blocked Toeplitz: its blocks repeat along
    the block diagonals, and the numbers inside each block repeat along its diagonals. Full
    connection would fill the matrix with free numbers. Local connection leaves most of them
    zero, and shared weights make the rest repeat.

    Parameters
    ----------
    w : array_like of shape (kh, kw, C, O)
        Kernels; dtypes as in `conv2d`.
    input_shape : (int, int, int)
        Shape (H, W, C) of one image, C as in `w`.
    stride, padding, dilation
        As in `conv2d`.

    Returns
    -------
    ndarray of shape (Ho * Wo * O, H * W * C)
        Rows and columns follow the images laid flat in row-major order, channels fastest. The
        size grows with the fourth power of the image's side: keep it to a few dozen pixels.

    Examples
    --------
    >>> w = np.array([1, 2]).reshape(1, 2, 1, 1)
    >>> toeplitz_matrix(w, (2, 3, 1))
    array([[1, 2, 0, 0, 0, 0],
           [0, 1, 2, 0, 0, 0],
           [0, 0, 0, 1, 2, 0],
           [0, 0, 0, 0, 1, 2]])
    """
    w = check_array("w", w, "HWIO")
    height, width, channels = check_sizes("input_shape", input_shape, "HWC")
    if channels != w.shape[2]:
        raise ValueError(
            f"input_shape: got {channels} channels in {tuple(input_shape)}, "
            f"expected {w.shape[2]}, the input channels of w, shape {w.shape}"
        )
    shape = geometry((height, width), w.shape[:2], stride, padding, dilation)
    (top, _), (left, _) = shape.pads
    matrix = np.zeros((*shape.output, w.shape[3], height, width, channels), w.dtype)
    for i, j, a, b in itertools.product(*map(range, (*shape.output, *shape.kernel))):
        row = shape.stride[0] * i + shape.dilation[0] * a - top
        column = shape.stride[1] * j + shape.dilation[1] * b - left
        # A tap that lies on the padding meets a zero: it has no column.
        if 0 <= row < height and 0 <= column < width:
            matrix[i, j, :, row, column, :] = w[a, b].T
    return matrix.reshape(shape.output[0] * shape.output[1] * w.shape[3], -1)


def conv2d_toeplitz(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Compute `conv2d` by multiplying flat images with `toeplitz_matrix`.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> conv2d_toeplitz(x, np.ones((2, 2, 1, 1)))[0, :, :, 0]
    array([[ 8., 12.],
           [20., 24.]])
    """
    x, w = check_operands(x, w, ("NHWC", "HWIO"))
    shape = geometry(x.shape[1:3], w.shape[:2], stride, padding, dilation)
    matrix = toeplitz_matrix(w, x.shape[1:], stride, padding, dilation)
    product: Array = x.reshape(len(x), -1) @ matrix.T
    return product.reshape(len(x), *shape.output, w.shape[-1])
