"""Convolution straight from its definition, in one, two and three dimensions.

Every function here computes cross-correlation, as TensorFlow does, with one exception:
`convolve2d` flips the kernel first, which is the mathematical convolution.
"""

import numpy as np
import numpy.typing as npt

from convbook._checks import word
from convbook.reference._checks import (
    Array,
    PerAxis,
    check_array,
    check_operands,
    check_same_dtype,
    wide,
)
from convbook.reference._windows import Padding, geometry, pad, windows


def conv2d(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    r"""Cross-correlate a batch of images with a bank of kernels, as `tf.nn.conv2d` does.

    .. math::

        y_{n,i,j,o} = \sum_{a,b,c} x_{n,\; s i + d a,\; s j + d b,\; c} \; w_{a,b,c,o}

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images; float16, float32, float64, int32 or int64. Integers wrap on overflow, as they
        do in TensorFlow.
    w : array_like of shape (kh, kw, C, O)
        Kernels, of the dtype of `x`.
    stride : int or (int, int), optional
        Pixels from one kernel position to the next, along height and width.
    padding : str, int or sequence, optional
        ``"valid"`` (none), ``"same"`` (as TensorFlow pads), the number of zeros on every side,
        a (before, after) pair for both axes, or ((top, bottom), (left, right)).
    dilation : int or (int, int), optional
        Pixels from one tap of the kernel to the next, along height and width.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, O)
        Feature maps, of the dtype of `x`.

    Raises
    ------
    TypeError
        If a dtype is not one of those above, the two dtypes differ, or a stride, dilation or
        pad is not an int.
    ValueError
        If an array has the wrong rank, an empty axis, NaN or infinity; if the channels differ;
        if a stride or dilation is below 1 or a pad negative; if the dilated kernel is larger
        than the padded image.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> w = np.ones((2, 2, 1, 1))
    >>> conv2d(x, w)[0, :, :, 0]
    array([[ 8., 12.],
           [20., 24.]])
    """
    x, w = check_operands(x, w, ("NHWC", "HWIO"))
    return _correlate(x, w, stride, padding, dilation)


def conv1d(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Cross-correlate a batch of sequences with a bank of kernels, as `tf.nn.conv1d` does.

    Parameters
    ----------
    x : array_like of shape (N, W, C)
        Sequences; dtypes as in `conv2d`.
    w : array_like of shape (kw, C, O)
        Kernels, of the dtype of `x`.
    stride, dilation : int, optional
        Steps along the sequence and along the kernel.
    padding : str, int or (int, int), optional
        ``"valid"``, ``"same"``, zeros on both sides, or (before, after).

    Returns
    -------
    ndarray of shape (N, Wo, O)

    Examples
    --------
    >>> step = np.array([0.0, 0.0, 1.0, 1.0]).reshape(1, 4, 1)
    >>> difference = np.array([-1.0, 1.0]).reshape(2, 1, 1)
    >>> conv1d(step, difference)[0, :, 0]
    array([0., 1., 0.])
    """
    x, w = check_operands(x, w, ("NWC", "WIO"))
    return _correlate(x, w, stride, padding, dilation)


def conv3d(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Cross-correlate a batch of volumes with a bank of kernels, as `tf.nn.conv3d` does.

    Parameters
    ----------
    x : array_like of shape (N, D, H, W, C)
        Volumes, or films with time along D; dtypes as in `conv2d`.
    w : array_like of shape (kd, kh, kw, C, O)
        Kernels, of the dtype of `x`.
    stride, dilation : int or (int, int, int), optional
        Steps of the kernel and between its taps, along depth, height and width.
    padding : str, int or sequence, optional
        ``"valid"``, ``"same"``, zeros on every side, a (before, after) pair for all axes, or
        three such pairs.

    Returns
    -------
    ndarray of shape (N, Do, Ho, Wo, O)

    Examples
    --------
    >>> conv3d(np.ones((1, 3, 4, 4, 2)), np.ones((2, 2, 2, 2, 1)))[0, 0, :, :, 0]
    array([[16., 16., 16.],
           [16., 16., 16.],
           [16., 16., 16.]])
    """
    x, w = check_operands(x, w, ("NDHWC", "DHWIO"))
    return _correlate(x, w, stride, padding, dilation)


def _correlate(
    x: Array, w: Array, stride: PerAxis, padding: Padding, dilation: PerAxis, name: str = "w"
) -> Array:
    """Slide, multiply and sum over any number of axes; the arguments are already checked."""
    axes = x.ndim - 2
    shape = geometry(x.shape[1:-1], w.shape[:axes], stride, padding, dilation, name)
    seen = windows(pad(x, shape), shape)  # (N, *output, C, *kernel)
    channel_and_taps = range(axes + 1, 2 * axes + 2)
    return np.tensordot(seen, w, axes=([*channel_and_taps], [axes, *range(axes)]))


def conv2d_loops(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Compute `conv2d` with one plain loop for every index of its formula.

    This is the definition to read, and the result that the other algorithms are compared
    with. It is slow: keep the image to a few dozen pixels.

    Examples
    --------
    >>> x = np.arange(9).reshape(1, 3, 3, 1)
    >>> w = np.ones((2, 2, 1, 1), dtype=x.dtype)
    >>> conv2d_loops(x, w)[0, :, :, 0]
    array([[ 8, 12],
           [20, 24]])
    """
    x, w = check_operands(x, w, ("NHWC", "HWIO"))
    kernel_height, kernel_width, in_channels, out_channels = w.shape
    shape = geometry(x.shape[1:3], w.shape[:2], stride, padding, dilation)
    padded, w = pad(x, shape).astype(wide(x.dtype)), w.astype(wide(x.dtype))
    y = np.zeros((len(x), *shape.output, out_channels), w.dtype)
    for n in range(len(x)):
        for i in range(shape.output[0]):
            for j in range(shape.output[1]):
                for o in range(out_channels):
                    for a in range(kernel_height):
                        for b in range(kernel_width):
                            row = shape.stride[0] * i + shape.dilation[0] * a
                            column = shape.stride[1] * j + shape.dilation[1] * b
                            for c in range(in_channels):
                                y[n, i, j, o] += padded[n, row, column, c] * w[a, b, c, o]
    return y.astype(x.dtype)


def correlate2d(image: npt.ArrayLike, kernel: npt.ArrayLike, padding: str = "valid") -> Array:
    """Cross-correlate one single-channel image with one kernel.

    Parameters
    ----------
    image : array_like of shape (H, W)
        Grey picture; dtypes as in `conv2d`.
    kernel : array_like of shape (kh, kw)
        Weights, of the dtype of `image`.
    padding : {"valid", "same", "full"}, optional
        ``"full"`` pads so that every position counts at which image and kernel overlap.

    Returns
    -------
    ndarray of shape (Ho, Wo)

    Examples
    --------
    >>> impulse = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    >>> correlate2d(impulse, np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), "same")
    array([[9, 8, 7],
           [6, 5, 4],
           [3, 2, 1]])
    """
    return _slide_over_image(*_check_image(image, kernel), padding)


def convolve2d(image: npt.ArrayLike, kernel: npt.ArrayLike, padding: str = "valid") -> Array:
    """Convolve one single-channel image with one kernel: the kernel is flipped on both axes.

    It equals `correlate2d` if and only if the kernel is unchanged by a turn of 180 degrees.

    Parameters
    ----------
    image, kernel
        As in `correlate2d`.
    padding : {"valid", "same", "full"}, optional
        ``"same"`` pads as TensorFlow does: an even kernel gets the extra zero after the image.

    Returns
    -------
    ndarray of shape (Ho, Wo)

    Examples
    --------
    >>> impulse = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    >>> convolve2d(impulse, np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), "same")
    array([[1, 2, 3],
           [4, 5, 6],
           [7, 8, 9]])
    """
    image, kernel = _check_image(image, kernel)
    return _slide_over_image(image, kernel[::-1, ::-1], padding)


def _check_image(image: npt.ArrayLike, kernel: npt.ArrayLike) -> tuple[Array, Array]:
    """Check a picture and a kernel of two axes each."""
    image = check_array("image", image, "HW")
    kernel = check_array("kernel", kernel, "HW")
    check_same_dtype("kernel", kernel, "image", image)
    return image, kernel


def _slide_over_image(image: Array, kernel: Array, padding: str) -> Array:
    """Cross-correlate two arrays of two axes, with "full" as a third kind of padding."""
    pads: Padding = word("padding", padding, ("valid", "same", "full"))
    if pads == "full":
        pads = [(size - 1, size - 1) for size in kernel.shape]
    y = _correlate(image[None, :, :, None], kernel[:, :, None, None], 1, pads, 1, "kernel")
    return y[0, :, :, 0]
