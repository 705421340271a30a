"""The backward pass of `conv2d`. Each gradient is again a convolution."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from convbook.reference._checks import (
    Array,
    PerAxis,
    check_array,
    check_output_shape,
    check_same_dtype,
    check_sizes,
    per_axis,
)
from convbook.reference._windows import Padding, geometry
from convbook.reference.direct import conv2d


def conv2d_input_gradient(
    dy: npt.ArrayLike,
    w: npt.ArrayLike,
    input_shape: Sequence[int],
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Propagate the gradient of `conv2d` from its output to its input.

    The gradient is a full convolution: the stride becomes zeros between the values of `dy`, the
    kernel is turned by 180 degrees, and its input and output channels change places. It is the
    adjoint of ``conv2d(x, w)`` as a linear map of x.

    Parameters
    ----------
    dy : array_like of shape (N, Ho, Wo, O)
        Gradient of the loss with respect to the output; dtypes as in `conv2d`.
    w : array_like of shape (kh, kw, C, O)
        Kernels of the forward pass, of the dtype of `dy`.
    input_shape : (int, int, int, int)
        Shape (N, H, W, C) of the input of the forward pass. With a stride above 1 several
        input sizes give one output size, so it cannot be inferred.
    stride, padding, dilation
        As in the forward pass.

    Returns
    -------
    ndarray of shape (N, H, W, C)
        Gradient of the loss with respect to the input.

    Raises
    ------
    ValueError
        If the shape of `dy` is not that of the forward output.

    References
    ----------
    V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016.
    arXiv:1603.07285, chapter 4.

    Examples
    --------
    >>> w = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(2, 2, 1, 1)
    >>> conv2d_input_gradient(np.ones((1, 1, 2, 1)), w, (1, 2, 3, 1))[0, :, :, 0]
    array([[1., 3., 2.],
           [3., 7., 4.]])
    """
    return adjoint(dy, w, input_shape, stride, padding, dilation, names=("dy", "input_shape"))


def adjoint(
    y: npt.ArrayLike,
    w: npt.ArrayLike,
    shape: Sequence[int],
    stride: PerAxis,
    padding: Padding,
    dilation: PerAxis,
    names: tuple[str, str],
) -> Array:
    """Apply the adjoint of ``conv2d(x, w)`` as a linear map of x.

    Two public functions share it: `conv2d_input_gradient` and `conv2d_transpose`. `names` are the
    names that they give to `y` and to `shape`, the shape of x, for the messages.
    """
    y_name, shape_name = names
    y = check_array(y_name, y, "NHWC")
    w = check_array("w", w, "HWIO")
    check_same_dtype("w", w, y_name, y)
    batch, height, width, channels = check_sizes(shape_name, shape, "NHWC")
    if channels != w.shape[2]:
        raise ValueError(
            f"{shape_name}: got {channels} channels, {tuple(shape)}, "
            f"expected {w.shape[2]}, the last but one axis of w, shape {w.shape}"
        )
    at = geometry((height, width), w.shape[:2], stride, padding, dilation)
    check_output_shape(y_name, y, (batch, *at.output, w.shape[3]))

    reach = [s * (n - 1) + 1 for s, n in zip(at.stride, at.output, strict=True)]
    spread = np.zeros((batch, *reach, w.shape[3]), y.dtype)
    spread[:, :: at.stride[0], :: at.stride[1]] = y
    turned = w[::-1, ::-1].swapaxes(2, 3)
    full = conv2d(spread, turned, 1, [(span - 1, span - 1) for span in at.span], dilation)

    # The forward pass never saw the pixels after its last position: they stay zero.
    padded = np.zeros((batch, *at.padded, channels), y.dtype)
    padded[:, : full.shape[1], : full.shape[2]] = full
    return padded[at.inside]


def conv2d_kernel_gradient(
    x: npt.ArrayLike,
    dy: npt.ArrayLike,
    kernel_size: PerAxis,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Propagate the gradient of `conv2d` from its output to its kernel.

    The gradient is the cross-correlation of the input with `dy` as the kernel. Stride and
    dilation change roles, and the batch takes the place of the input channels, because the
    gradient sums over it.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Input of the forward pass; dtypes as in `conv2d`.
    dy : array_like of shape (N, Ho, Wo, O)
        Gradient of the loss with respect to the output, of the dtype of `x`.
    kernel_size : int or (int, int)
        Taps of the kernel of the forward pass, kh and kw.
    stride, padding, dilation
        As in the forward pass.

    Returns
    -------
    ndarray of shape (kh, kw, C, O)
        Gradient of the loss with respect to the kernel.

    Raises
    ------
    ValueError
        If the shape of `dy` is not that of the forward output.

    Examples
    --------
    >>> x = np.arange(6.0).reshape(1, 2, 3, 1)
    >>> conv2d_kernel_gradient(x, np.ones((1, 1, 2, 1)), 2)[:, :, 0, 0]
    array([[1., 3.],
           [7., 9.]])
    """
    x = check_array("x", x, "NHWC")
    dy = check_array("dy", dy, "NHWC")
    check_same_dtype("dy", dy, "x", x)
    kernel = per_axis("kernel_size", kernel_size, "HW")
    at = geometry(x.shape[1:3], kernel, stride, padding, dilation, "kernel_size")
    check_output_shape("dy", dy, (len(x), *at.output, dy.shape[3]))

    batch_as_channels = x.transpose(3, 1, 2, 0)
    gradient_as_kernel = dy.transpose(1, 2, 0, 3)
    taps = conv2d(batch_as_channels, gradient_as_kernel, at.dilation, at.pads, at.stride)
    # A stride that leaves pixels over gives taps beyond the kernel: they are cut off.
    return taps[:, : kernel[0], : kernel[1]].transpose(1, 2, 0, 3)
