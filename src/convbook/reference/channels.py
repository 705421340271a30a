"""Convolutions that restrict which channels meet: grouped, depthwise and separable."""

import numpy as np
import numpy.typing as npt

from convbook._checks import positive
from convbook.reference._checks import (
    Array,
    PerAxis,
    check_array,
    check_operands,
    check_same_dtype,
)
from convbook.reference._windows import Padding, geometry
from convbook.reference.direct import conv2d


def grouped_conv2d(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    groups: int,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Cross-correlate each group of input channels with its own share of the kernels.

    `tf.nn.conv2d` does the same when the kernel has fewer input channels than the image.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images; dtypes as in `conv2d`.
    w : array_like of shape (kh, kw, C / groups, O)
        Kernels. The first O / groups of them see the first C / groups channels, and so on.
    groups : int
        Number of groups; it divides C and O.
    stride, padding, dilation
        As in `conv2d`.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, O)

    Raises
    ------
    ValueError
        If `groups` does not divide both channel counts.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0, 30.0, 40.0]]]])
    >>> grouped_conv2d(x, np.ones((1, 1, 2, 2)), groups=2)[0, 0, 0]
    array([ 3., 70.])
    """
    x = check_array("x", x, "NHWC")
    w = check_array("w", w, "HWIO")
    check_same_dtype("w", w, "x", x)
    in_channels, out_channels = x.shape[-1], w.shape[-1]
    groups = positive("groups", groups)
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            f"groups: got {groups}, expected a divisor of the {in_channels} channels of x "
            f"and of the {out_channels} output channels of w"
        )
    if w.shape[2] != in_channels // groups:
        raise ValueError(
            f"w: got {w.shape[2]} input channels, shape {w.shape}, expected "
            f"{in_channels // groups}, the {in_channels} channels of x over {groups} groups"
        )
    shares = zip(np.split(x, groups, axis=-1), np.split(w, groups, axis=-1), strict=True)
    outputs = [conv2d(x_share, w_share, stride, padding, dilation) for x_share, w_share in shares]
    return np.concatenate(outputs, axis=-1)


def depthwise_conv2d(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Cross-correlate every channel alone, as `tf.nn.depthwise_conv2d` does.

    It is the grouped convolution with one group per channel.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images; dtypes as in `conv2d`.
    w : array_like of shape (kh, kw, C, M)
        M kernels for each channel, of the dtype of `x`.
    stride, padding, dilation
        As in `conv2d`.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, C * M)
        Channel c with its kernel m is found at index ``c * M + m``.

    Examples
    --------
    >>> x = np.array([[[[1.0, 10.0]]]])
    >>> w = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> depthwise_conv2d(x, w)[0, 0, 0]
    array([ 1.,  2., 30., 40.])
    """
    x, w = check_operands(x, w, ("NHWC", "HWCM"))
    kernel_height, kernel_width, channels, multiplier = w.shape
    kernels = w.reshape(kernel_height, kernel_width, 1, channels * multiplier)
    return grouped_conv2d(x, kernels, channels, stride, padding, dilation)


def separable_conv2d(
    x: npt.ArrayLike,
    depthwise_kernel: npt.ArrayLike,
    pointwise_kernel: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Filter each channel in space, then mix the channels, as `tf.nn.separable_conv2d` does.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images; dtypes as in `conv2d`.
    depthwise_kernel : array_like of shape (kh, kw, C, M)
        Kernels of the first step, `depthwise_conv2d`.
    pointwise_kernel : array_like of shape (1, 1, C * M, O)
        Kernels of the second step, a 1x1 convolution.
    stride, padding, dilation
        Of the first step, as in `conv2d`. The second slides over every pixel.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, O)

    Examples
    --------
    >>> x = np.ones((1, 3, 3, 2))
    >>> separable_conv2d(x, np.ones((3, 3, 2, 1)), np.ones((1, 1, 2, 1)))
    array([[[[18.]]]])
    """
    x = check_array("x", x, "NHWC")
    spatial = check_array("depthwise_kernel", depthwise_kernel, "HWCM")
    mixing = check_array("pointwise_kernel", pointwise_kernel, "HWIO")
    check_same_dtype("depthwise_kernel", spatial, "x", x)
    check_same_dtype("pointwise_kernel", mixing, "x", x)
    if spatial.shape[2] != x.shape[-1]:
        raise ValueError(
            f"depthwise_kernel: got {spatial.shape[2]} channels, shape {spatial.shape}, "
            f"expected {x.shape[-1]}, the channels of x, shape {x.shape}"
        )
    geometry(x.shape[1:3], spatial.shape[:2], stride, padding, dilation, "depthwise_kernel")
    expected = (1, 1, spatial.shape[2] * spatial.shape[3])
    if mixing.shape[:3] != expected:
        raise ValueError(
            f"pointwise_kernel: got shape {mixing.shape}, expected {(*expected, 'O')}: one tap, "
            "and the output channels of the depthwise step as input channels"
        )
    return conv2d(depthwise_conv2d(x, spatial, stride, padding, dilation), mixing)
