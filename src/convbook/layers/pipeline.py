"""The pipeline of 2016: convolve a picture, activate it, pool it in two ways."""

from collections.abc import Callable
from typing import NamedTuple, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook import data, kernels
from convbook._arrays import as_array, as_real, to_float32
from convbook._checks import positive, word
from convbook.layers._checks import PADDINGS, slid

Activation: TypeAlias = Callable[[tf.Tensor], tf.Tensor]
"""A nonlinearity: takes a tensor, returns one of the same shape."""


class Stages(NamedTuple):
    """What the five stages of :func:`convolve` hold, each float32 and NHWC with a batch of one.

    Attributes
    ----------
    input : Tensor of shape (1, H, W, C)
        The image as numbers from 0 to 1.
    convolved : Tensor of shape (1, Ho, Wo, O)
        After the kernel.
    activated : Tensor of shape (1, Ho, Wo, O)
        After the activation.
    average_pooled, max_pooled : Tensor of shape (1, Hp, Wp, O)
        `activated` after each kind of pooling.
    """

    input: tf.Tensor
    convolved: tf.Tensor
    activated: tf.Tensor
    average_pooled: tf.Tensor
    max_pooled: tf.Tensor


def convolve(
    image: npt.ArrayLike,
    kernel: npt.ArrayLike,
    *,
    stride: SupportsIndex = 3,
    pool_size: SupportsIndex = 3,
    pool_stride: SupportsIndex | None = None,
    padding: str = "SAME",
    activation: Activation = tf.sigmoid,
) -> Stages:
    """Convolve an image, activate the result, and pool that in two ways; return the five `Stages`.

    The pipeline of a post of 2016, with its defaults. Two things differ: bytes are divided
    by 255, so that white is 1, and the pooling window is the one that is asked for.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 3), uint8 or floating; or PIL.Image.Image
        A grey or a colour picture. Floats lie in 0 to 1. One of Pillow counts as RGB.
    kernel : array_like of shape (kh, kw) or (kh, kw, C, O)
        A kernel without channels is applied to each channel alone. One in HWIO layout needs as
        many input channels as the image has. TensorFlow cross-correlates: the kernel is not
        flipped.
    stride : int, default 3
        Pixels from one position of the kernel to the next, along both axes.
    pool_size : int, default 3
        Height and width of the pooling window, in pixels of the feature map.
    pool_stride : int, optional
        Pixels from one window to the next; `pool_size` unless given.
    padding : {"SAME", "VALID"}, default "SAME"
        Of the convolution and of both poolings, in upper or lower case.
    activation : callable, default tf.sigmoid
        The nonlinearity, which keeps the shape. ``tf.identity`` leaves it out.

    References
    ----------
    M. Mourafiq, "Playing with convolutions in TensorFlow", 2016.

    Examples
    --------
    >>> stages = convolve(np.zeros((134, 240), np.uint8), kernels.get("sharpen"))
    >>> [tuple(stage.shape) for stage in stages[1:4]]
    [(1, 45, 80, 1), (1, 45, 80, 1), (1, 15, 27, 1)]
    >>> float(stages.activated[0, 0, 0, 0])
    0.5
    """
    x = _as_batch(image)
    w = _as_hwio(kernel, x.shape[3])
    step = positive("stride", stride)
    window = positive("pool_size", pool_size)
    pool_step = window if pool_stride is None else positive("pool_stride", pool_stride)
    border = word("padding", padding, PADDINGS).upper()
    if not callable(activation):
        raise TypeError(f"activation: expected a callable such as tf.nn.relu, got {activation!r}")
    sizes = slid("kernel", x.shape[1:3], w.shape[:2], step, border)
    slid("pool_size", sizes, (window, window), pool_step, border)

    tensor = tf.constant(x)
    convolved = tf.nn.conv2d(tensor, w, strides=step, padding=border)
    activated = activation(convolved)
    if getattr(activated, "shape", None) != convolved.shape:
        raise ValueError(
            f"activation: expected one that keeps the shape {tuple(convolved.shape)}, got "
            f"{activated if activated is None else tuple(np.shape(activated))}"
        )
    average_pooled = tf.nn.avg_pool2d(activated, window, pool_step, border)
    max_pooled = tf.nn.max_pool2d(activated, window, pool_step, border)
    return Stages(tensor, convolved, activated, average_pooled, max_pooled)


def _as_batch(image: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return the image as (1, H, W, C) floats from 0 to 1, or say what is wrong with it."""
    pixels = as_array("image", image)
    if pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,)) or pixels.size == 0:
        raise ValueError(
            f"image: expected shape (H, W) or (H, W, 3) with at least one pixel, got {pixels.shape}"
        )
    if pixels.dtype.kind == "f":
        # NaN compares false with everything, so it fails this test too.
        if not (pixels.min() >= 0 and pixels.max() <= 1):
            raise ValueError(
                f"image: expected floats from 0 to 1, got {pixels.min()} to {pixels.max()}; "
                "divide bytes by 255"
            )
        values = pixels.astype(np.float32)
    elif pixels.dtype == np.uint8:
        values = data.to_float(pixels)
    else:
        raise TypeError(f"image: expected uint8 or a floating dtype, got {pixels.dtype}")
    return values.reshape(1, *pixels.shape[:2], -1)


def _as_hwio(kernel: npt.ArrayLike, channels: int) -> npt.NDArray[np.float32]:
    """Return the kernel in HWIO layout for an image of so many channels."""
    taps = as_real("kernel", kernel)
    if taps.ndim == 2:
        return kernels.per_channel(taps, channels)
    if taps.ndim != 4 or taps.size == 0:
        raise ValueError(
            f"kernel: expected shape (kh, kw) or (kh, kw, in channels, out channels) with at "
            f"least one tap, got {taps.shape}"
        )
    if taps.shape[2] != channels:
        raise ValueError(
            f"kernel: expected {channels} input channels, as the image has, "
            f"got {taps.shape[2]} in shape {taps.shape}"
        )
    return to_float32("kernel", taps)
