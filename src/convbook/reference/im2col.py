"""Convolution as one matrix product: unroll the image into patches, multiply by the kernels."""

import numpy as np
import numpy.typing as npt

from convbook.reference._checks import Array, PerAxis, check_array, check_operands, per_axis
from convbook.reference._windows import Padding, geometry, pad, windows


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

    References
    ----------
    K. Chellapilla, S. Puri, P. Simard, "High performance convolutional neural networks
    for document processing", 10th International Workshop on Frontiers in Handwriting
    Recognition, 2006.

    Examples
    --------
    >>> im2col(np.arange(6).reshape(1, 2, 3, 1), kernel_size=2)
    array([[0, 1, 3, 4],
           [1, 2, 4, 5]])
    """
    x = check_array("x", x, "NHWC")
    kernel = per_axis("kernel_size", kernel_size, "HW")
    shape = geometry(x.shape[1:3], kernel, stride, padding, dilation, "kernel_size")
    patches = np.moveaxis(windows(pad(x, shape), shape), 3, -1)  # (N, Ho, Wo, kh, kw, C)
    return patches.reshape(len(x) * shape.output[0] * shape.output[1], -1)


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

    Examples
    --------
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
