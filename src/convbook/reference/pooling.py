"""Pooling, its gradients, and pooling without aliasing."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from convbook._arrays import as_array
from convbook._checks import word
from convbook.reference._checks import (
    FLOATS,
    NUMBERS,
    Array,
    PerAxis,
    check_array,
    check_output_shape,
    check_same_dtype,
    check_sizes,
    per_axis,
    wide,
)
from convbook.reference._windows import Geometry, Padding, add_windows, geometry, pad, windows
from convbook.reference.channels import depthwise_conv2d


def max_pool(
    x: npt.ArrayLike,
    pool_size: PerAxis = 2,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Keep the largest value of each window, as `tf.nn.max_pool2d` and `tf.nn.pool` do.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C) or (N, D, H, W, C)
        Feature maps of images or of volumes; float16, float32, float64, int32 or int64.
    pool_size : int or (int, int), optional
        Height and width of the window, in pixels; of a volume's, depth, height and width.
    stride : int or (int, int), optional
        Pixels from one window to the next; the pool size unless given.
    padding : str, int or sequence, optional
        As in `conv2d`. Windows reach over the border, and what lies outside never wins. Other
        libraries' ceil mode, which lets a last window reach over, is a pad after the image.
    dilation : int or (int, int), optional
        Pixels from one element of the window to the next.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, C) or (N, Do, Ho, Wo, C)

    Raises
    ------
    ValueError
        If a window would hold no pixel.

    Examples
    --------
    >>> x = np.array([[1, 2, 5, 6], [3, 4, 7, 8]]).reshape(1, 2, 4, 1)
    >>> max_pool(x)[0, :, :, 0]
    array([[4, 8]])
    """
    x = _maps("x", x)
    shape, _ = _pool_geometry(x.shape, pool_size, stride, padding, dilation)
    largest: Array = windows(_pad_with_lowest(x, shape), shape).max(axis=_taps(shape))
    return largest


def average_pool(
    x: npt.ArrayLike,
    pool_size: PerAxis = 2,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Take the mean of each window, as `tf.nn.avg_pool2d` and `tf.nn.pool` do.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C) or (N, D, H, W, C)
        Feature maps; float16, float32 or float64, for integers hold no mean.
    pool_size, stride, dilation
        As in `max_pool`.
    padding : str, int or sequence, optional
        As in `max_pool`. The mean is over the pixels of the image alone: padding is not counted.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, C) or (N, Do, Ho, Wo, C)

    Examples
    --------
    >>> x = np.array([1.0, 3.0, 8.0]).reshape(1, 1, 3, 1)
    >>> average_pool(x, (1, 2), padding="same")[0, 0, :, 0]
    array([2., 8.])
    """
    x = _maps("x", x, FLOATS)
    shape, pixels = _pool_geometry(x.shape, pool_size, stride, padding, dilation)
    total = windows(pad(x, shape), shape).sum(axis=_taps(shape), dtype=wide(x.dtype))
    mean: Array = (total / pixels).astype(x.dtype)
    return mean


def global_average_pool(x: npt.ArrayLike) -> Array:
    """Take the mean of each feature map, as `keras.layers.GlobalAveragePooling2D` does.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Feature maps; float16, float32 or float64.

    Returns
    -------
    ndarray of shape (N, C)

    Examples
    --------
    >>> global_average_pool(np.array([[[[1.0, 10.0], [3.0, 30.0]]]]))
    array([[ 2., 20.]])
    """
    mean: Array = check_array("x", x, "NHWC", FLOATS).mean(axis=(1, 2))
    return mean


def max_pool_gradient(
    x: npt.ArrayLike,
    dy: npt.ArrayLike,
    pool_size: PerAxis = 2,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Propagate the gradient of `max_pool` to its input.

    The gradient goes to the pixel that won, all of it. Where several pixels of a window tie,
    the first in row-major order takes it, as in TensorFlow on a CPU.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C) or (N, D, H, W, C)
        Input of the forward pass; dtypes as in `max_pool`.
    dy : array_like of the shape of the output
        Gradient of the loss with respect to the output, of the dtype of `x`.
    pool_size, stride, padding, dilation
        As in the forward pass.

    Raises
    ------
    ValueError
        If the shape of `dy` is not that of the forward output.

    Examples
    --------
    >>> x = np.array([[1.0, 4.0], [4.0, 2.0]]).reshape(1, 2, 2, 1)
    >>> max_pool_gradient(x, np.full((1, 1, 1, 1), 5.0))[0, :, :, 0]
    array([[0., 5.],
           [0., 0.]])
    """
    x = _maps("x", x)
    dy = check_array("dy", dy, _layout(x.ndim))
    check_same_dtype("dy", dy, "x", x)
    shape, _ = _pool_geometry(x.shape, pool_size, stride, padding, dilation)
    check_output_shape("dy", dy, (len(x), *shape.output, x.shape[-1]))
    seen = windows(_pad_with_lowest(x, shape), shape)
    flat = seen.reshape(*dy.shape, -1)
    winners = flat.argmax(axis=-1)  # the first maximum, in row-major order
    shares = np.zeros_like(flat)
    np.put_along_axis(shares, winners[..., None], dy[..., None], axis=-1)
    return add_windows(shares.reshape(seen.shape), shape)


def average_pool_gradient(
    dy: npt.ArrayLike,
    input_shape: Sequence[int],
    pool_size: PerAxis = 2,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Propagate the gradient of `average_pool` to its input.

    Every pixel of a window receives the same share. The values of the input do not matter,
    because the mean is linear.

    Parameters
    ----------
    dy : array_like of the shape of the output
        Gradient of the loss with respect to the output; float16, float32 or float64.
    input_shape : (int, int, int, int) or (int, int, int, int, int)
        Shape (N, H, W, C) or (N, D, H, W, C) of the input of the forward pass.
    pool_size, stride, padding, dilation
        As in the forward pass.

    Raises
    ------
    ValueError
        If the shape of `dy` is not that of the forward output.

    Examples
    --------
    >>> average_pool_gradient(np.full((1, 1, 1, 1), 8.0), (1, 2, 2, 1))[0, :, :, 0]
    array([[2., 2.],
           [2., 2.]])
    """
    dy = _maps("dy", dy, FLOATS)
    sizes = check_sizes("input_shape", input_shape, _layout(dy.ndim))
    shape, pixels = _pool_geometry(sizes, pool_size, stride, padding, dilation)
    check_output_shape("dy", dy, (sizes[0], *shape.output, sizes[-1]))
    shares = np.expand_dims(dy / pixels.astype(wide(dy.dtype)), _taps(shape))
    everywhere = np.broadcast_to(shares, (*dy.shape, *shape.kernel))
    return add_windows(everywhere, shape).astype(dy.dtype)


def blur_pool(
    x: npt.ArrayLike, kernel: npt.ArrayLike, stride: PerAxis = 2, padding: str = "same"
) -> Array:
    """Blur each channel, then subsample: pooling that hardly changes under a shift by a pixel.

    Zhang's anti-aliased max pooling is `max_pool` with stride 1, followed by this.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Feature maps; float16, float32 or float64.
    kernel : array_like of shape (kh, kw)
        Low-pass weights that sum to 1, of the dtype of `x`.
    stride : int or (int, int), optional
        Pixels from one kept value to the next.
    padding : {"valid", "same"}, optional
        With ``"same"`` zeros surround the image, so its border darkens.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, C)

    Raises
    ------
    ValueError
        If the kernel does not sum to 1.

    References
    ----------
    R. Zhang, "Making convolutional networks shift-invariant again", ICML 2019.
    arXiv:1904.11486.

    Examples
    --------
    >>> stripes = np.tile([0.0, 4.0], 3).reshape(1, 1, 6, 1)
    >>> binomial = np.array([[0.25, 0.5, 0.25]])
    >>> blur_pool(stripes, binomial, stride=(1, 2), padding="valid")[0, 0, :, 0]
    array([2., 2.])
    """
    x = check_array("x", x, "NHWC", FLOATS)
    kernel = check_array("kernel", kernel, "HW", FLOATS)
    check_same_dtype("kernel", kernel, "x", x)
    total = kernel.sum(dtype="float64")
    # Each weight is rounded to the dtype: their sum may be off by that much, and no more.
    if abs(total - 1) > kernel.size * np.finfo(kernel.dtype).eps:
        raise ValueError(f"kernel: got weights that sum to {total:.6g}, expected a sum of 1")
    border = word("padding", padding, ("valid", "same"))
    geometry(x.shape[1:3], kernel.shape, stride, border, name="kernel")
    per_channel = np.repeat(kernel[:, :, None, None], x.shape[3], axis=2)
    return depthwise_conv2d(x, per_channel, stride, border)


def _layout(axes: int) -> str:
    """Return the axes of images, or those of volumes if there are five."""
    return "NDHWC" if axes == 5 else "NHWC"


def _maps(name: str, value: npt.ArrayLike, dtypes: Sequence[str] = NUMBERS) -> Array:
    array = as_array(name, value)
    return check_array(name, array, _layout(array.ndim), dtypes)


def _taps(shape: Geometry) -> tuple[int, ...]:
    """Return the axes of `windows` that hold what a window sees: the last ones."""
    return tuple(range(-len(shape.kernel), 0))


def _pool_geometry(
    x_shape: Sequence[int],
    pool_size: PerAxis,
    stride: PerAxis | None,
    padding: Padding,
    dilation: PerAxis,
) -> tuple[Geometry, Array]:
    """Return a window's geometry, and the number of pixels in each window, as (1, Ho, Wo, 1).

    The stride is the pool size unless given.
    """
    pool = per_axis("pool_size", pool_size, _layout(len(x_shape))[1:-1])
    step = pool if stride is None else stride
    shape = geometry(x_shape[1:-1], pool, step, padding, dilation, "pool_size")
    ones = np.ones((1, *shape.size, 1), np.int32)
    pixels: Array = windows(pad(ones, shape), shape).sum(axis=_taps(shape))
    if not pixels.all():
        raise ValueError(
            f"padding: got {padding!r}, pads {shape.pads}, expected a pixel in every window: one "
            "without has neither maximum nor mean"
        )
    return shape, pixels


def _pad_with_lowest(x: Array, shape: Geometry) -> Array:
    """Pad with a value that no pixel of the image is below."""
    return pad(x, shape, -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min)
