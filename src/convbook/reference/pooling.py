"""Pooling, its gradients, and pooling without aliasing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from convbook.reference._checks import (
    FLOATS,
    Array,
    PerAxis,
    check_array,
    check_output_shape,
    check_same_dtype,
    check_sizes,
    check_word,
    per_axis,
)
from convbook.reference._windows import Geometry, add_windows, geometry, pad, windows
from convbook.reference.channels import depthwise_conv2d

# Explicit pads could make windows that hold no pixel, and these have neither maximum nor mean.
POOL_PADDINGS = ("valid", "same")


def max_pool(
    x: npt.ArrayLike,
    pool_size: PerAxis = 2,
    stride: PerAxis | None = None,
    padding: str = "valid",
) -> Array:
    """Keep the largest value of each window, as `tf.nn.max_pool2d` does.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Feature maps; float16, float32, float64, int32 or int64.
    pool_size : int or (int, int), optional
        Height and width of the window, in pixels.
    stride : int or (int, int), optional
        Pixels from one window to the next; the pool size unless given.
    padding : {"valid", "same"}, optional
        With ``"same"`` windows reach over the border. What lies outside never wins.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, C)

    Raises
    ------
    TypeError
        If the dtype is none of those above, or a size or stride is not an int.
    ValueError
        If `x` has the wrong rank, an empty axis, NaN or infinity; if a size or stride is below
        1; if the padding is unknown; if the window is larger than the padded image.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1, 2, 5, 6], [3, 4, 7, 8]]).reshape(1, 2, 4, 1)
    >>> max_pool(x)[0, :, :, 0]
    array([[4, 8]])
    """
    x = check_array("x", x, "NHWC")
    shape = _pool_geometry(x.shape, pool_size, stride, padding)
    largest: Array = windows(_pad_with_lowest(x, shape), shape).max(axis=(-2, -1))
    return largest


def average_pool(
    x: npt.ArrayLike,
    pool_size: PerAxis = 2,
    stride: PerAxis | None = None,
    padding: str = "valid",
) -> Array:
    """Take the mean of each window, as `tf.nn.avg_pool2d` does.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Feature maps; float16, float32 or float64.
    pool_size, stride
        As in `max_pool`.
    padding : {"valid", "same"}, optional
        With ``"same"`` windows reach over the border. The mean is over the pixels of the image
        alone: padding is not counted.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, C)

    Raises
    ------
    TypeError, ValueError
        As `max_pool`; integers raise TypeError, for they hold no mean.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1.0, 3.0, 8.0]).reshape(1, 1, 3, 1)
    >>> average_pool(x, (1, 2), padding="same")[0, 0, :, 0]
    array([2., 8.])
    """
    x = check_array("x", x, "NHWC", FLOATS)
    shape = _pool_geometry(x.shape, pool_size, stride, padding)
    # A sum of many float16 values overflows: like TensorFlow, add in float32 at least.
    seen = windows(pad(x, shape), shape)
    total = seen.sum(axis=(-2, -1), dtype=np.promote_types(x.dtype, "float32"))
    mean: Array = (total / _pixels_inside(shape)).astype(x.dtype)
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

    Raises
    ------
    TypeError, ValueError
        As `average_pool`.

    Examples
    --------
    >>> import numpy as np
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
    padding: str = "valid",
) -> Array:
    """Propagate the gradient of `max_pool` to its input.

    The gradient goes to the pixel that won, all of it. Where several pixels of a window tie,
    the first in row-major order takes it, as in TensorFlow on a CPU.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Input of the forward pass; dtypes as in `max_pool`.
    dy : array_like of shape (N, Ho, Wo, C)
        Gradient of the loss with respect to the output, of the dtype of `x`.
    pool_size, stride, padding
        As in the forward pass.

    Returns
    -------
    ndarray of shape (N, H, W, C)

    Raises
    ------
    TypeError
        As `max_pool`, or if the dtypes differ.
    ValueError
        If the shape of `dy` is not that of the forward output, or as `max_pool`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1.0, 4.0], [4.0, 2.0]]).reshape(1, 2, 2, 1)
    >>> max_pool_gradient(x, np.full((1, 1, 1, 1), 5.0))[0, :, :, 0]
    array([[0., 5.],
           [0., 0.]])
    """
    x = check_array("x", x, "NHWC")
    dy = check_array("dy", dy, "NHWC")
    check_same_dtype("dy", dy, "x", x)
    shape = _pool_geometry(x.shape, pool_size, stride, padding)
    check_output_shape("dy", dy, (len(x), *shape.output, x.shape[3]))
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
    padding: str = "valid",
) -> Array:
    """Propagate the gradient of `average_pool` to its input.

    Every pixel of a window receives the same share. The values of the input do not matter,
    because the mean is linear.

    Parameters
    ----------
    dy : array_like of shape (N, Ho, Wo, C)
        Gradient of the loss with respect to the output; float16, float32 or float64.
    input_shape : (int, int, int, int)
        Shape (N, H, W, C) of the input of the forward pass.
    pool_size, stride, padding
        As in the forward pass.

    Returns
    -------
    ndarray of shape (N, H, W, C)

    Raises
    ------
    TypeError
        As `average_pool`.
    ValueError
        If the shape of `dy` is not that of the forward output, or as `max_pool`.

    Examples
    --------
    >>> import numpy as np
    >>> average_pool_gradient(np.full((1, 1, 1, 1), 8.0), (1, 2, 2, 1))[0, :, :, 0]
    array([[2., 2.],
           [2., 2.]])
    """
    dy = check_array("dy", dy, "NHWC", FLOATS)
    sizes = check_sizes("input_shape", input_shape, "NHWC")
    shape = _pool_geometry(sizes, pool_size, stride, padding)
    check_output_shape("dy", dy, (sizes[0], *shape.output, sizes[3]))
    shares = (dy / _pixels_inside(shape)).astype(dy.dtype)
    everywhere = np.broadcast_to(shares[..., None, None], (*shares.shape, *shape.kernel))
    return add_windows(everywhere, shape)


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
    TypeError
        As `average_pool`, or if the dtypes differ.
    ValueError
        If the kernel does not sum to 1, or as `max_pool`.

    References
    ----------
    R. Zhang, "Making convolutional networks shift-invariant again", ICML 2019.
    arXiv:1904.11486.

    Examples
    --------
    >>> import numpy as np
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
    per_channel = np.repeat(kernel[:, :, None, None], x.shape[3], axis=2)
    return depthwise_conv2d(x, per_channel, stride, check_word("padding", padding, POOL_PADDINGS))


def _pool_geometry(
    x_shape: Sequence[int], pool_size: PerAxis, stride: PerAxis | None, padding: str
) -> Geometry:
    """Return the geometry of a pooling window; the stride is the pool size unless given."""
    word = check_word("padding", padding, POOL_PADDINGS)
    pool = per_axis("pool_size", pool_size, "HW")
    return geometry(x_shape[1:3], pool, pool if stride is None else stride, word)


def _pad_with_lowest(x: Array, shape: Geometry) -> Array:
    """Pad with a value that no pixel of the image is below."""
    return pad(x, shape, -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min)


def _pixels_inside(shape: Geometry) -> Array:
    """Count the pixels of each window that lie inside the image, in the shape (1, Ho, Wo, 1)."""
    ones = np.ones((1, *shape.size, 1), np.int32)
    counts: Array = windows(pad(ones, shape), shape).sum(axis=(-2, -1))
    return counts
