"""Convolution as one matrix product: unroll the image into patches, multiply by the kernels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from convbook.reference._checks import (
    Array,
    PerAxis,
    check_array,
    check_operands,
    check_sizes,
    per_axis,
)
from convbook.reference._windows import Padding, add_windows, geometry, pad, windows


def im2col(
    x: npt.ArrayLike,
    kernel_size: PerAxis,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Unroll images into the patches that a sliding kernel sees.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images; dtypes as in `conv2d`.
    kernel_size : int or (int, int)
        Taps of the kernel, kh and kw.
    stride, padding, dilation
        As in `conv2d`.

    Returns
    -------
    ndarray of shape (N * Ho * Wo, kh * kw * C)
        One patch a row, in the order of a kernel of shape (kh, kw, C) laid flat.

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    References
    ----------
    K. Chellapilla, S. Puri, P. Simard, "High performance convolutional neural networks
    for document processing", 10th International Workshop on Frontiers in Handwriting
    Recognition, 2006.

    Examples
    --------
    >>> import numpy as np
    >>> im2col(np.arange(6).reshape(1, 2, 3, 1), kernel_size=2)
    array([[0, 1, 3, 4],
           [1, 2, 4, 5]])
    """
    x = check_array("x", x, "NHWC")
    kernel = per_axis("kernel_size", kernel_size, "HW")
    shape = geometry(x.shape[1:3], kernel, stride, padding, dilation, "kernel_size")
    patches = np.moveaxis(windows(pad(x, shape), shape), 3, -1)  # (N, Ho, Wo, kh, kw, C)
    return patches.reshape(len(x) * shape.output[0] * shape.output[1], -1)


def col2im(
    columns: npt.ArrayLike,
    input_shape: Sequence[int],
    kernel_size: PerAxis,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Add patches back into images: the adjoint of `im2col`.

    It is no inverse. A pixel that lies in several patches receives the sum of them.

    Parameters
    ----------
    columns : array_like of shape (N * Ho * Wo, kh * kw * C)
        Patches as `im2col` lays them out; dtypes as in `conv2d`.
    input_shape : (int, int, int, int)
        Shape (N, H, W, C) of the images.
    kernel_size, stride, padding, dilation
        As in `im2col`.

    Returns
    -------
    ndarray of shape (N, H, W, C)

    Raises
    ------
    TypeError
        As `conv2d`.
    ValueError
        If the shape of `columns` does not follow from the other arguments; else as `conv2d`.

    Examples
    --------
    >>> import numpy as np
    >>> columns = np.ones((2, 4), dtype=np.int64)
    >>> col2im(columns, (1, 2, 3, 1), kernel_size=2)[0, :, :, 0]
    array([[1, 2, 1],
           [1, 2, 1]])
    """
    columns = check_array("columns", columns, "PK")
    batch, height, width, channels = check_sizes("input_shape", input_shape, "NHWC")
    kernel = per_axis("kernel_size", kernel_size, "HW")
    shape = geometry((height, width), kernel, stride, padding, dilation, "kernel_size")
    expected = (batch * shape.output[0] * shape.output[1], kernel[0] * kernel[1] * channels)
    if columns.shape != expected:
        raise ValueError(
            f"columns: got shape {columns.shape}, expected {expected}, "
            "the patches and the values in each"
        )
    patches = columns.reshape(batch, *shape.output, *kernel, channels)
    return add_windows(np.moveaxis(patches, -1, 3), shape)


def conv2d_im2col(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Compute `conv2d` as the product of a patch matrix and a kernel matrix.

    The patch matrix repeats each pixel up to kh * kw times: memory is the price of the speed of
    one large matrix product.

    Parameters
    ----------
    x, w, stride, padding, dilation
        As in `conv2d`.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, O)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> conv2d_im2col(x, np.ones((2, 2, 1, 1)))[0, :, :, 0]
    array([[ 8., 12.],
           [20., 24.]])
    """
    x, w = check_operands(x, w, ("NHWC", "HWIO"))
    shape = geometry(x.shape[1:3], w.shape[:2], stride, padding, dilation)
    columns = im2col(x, w.shape[:2], stride, padding, dilation)
    product: Array = columns @ w.reshape(-1, w.shape[-1])
    return product.reshape(len(x), *shape.output, w.shape[-1])
