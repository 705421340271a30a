"""The arithmetic of a quantized convolution: scales, zero points, and sums in whole numbers."""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from convbook._arrays import as_array, as_real, check_finite
from convbook._checks import boolean, finite, integer
from convbook.reference._checks import FLOATS, Array, PerAxis, check_array
from convbook.reference._windows import Padding
from convbook.reference.direct import conv2d

BITS = 8
FRACTION = 31  # bits after the point of a multiplier, which is a whole number of 32 bits


def affine_range(
    low: SupportsFloat, high: SupportsFloat, bits: SupportsIndex = BITS
) -> tuple[np.float32, int]:
    r"""Return the scale and the zero point that map a range of numbers to whole numbers.

    .. math::

        s = \frac{x_\max - x_\min}{2^b - 1}, \qquad
        z = \operatorname{round}\Bigl(-2^{b-1} - \frac{x_\min}{s}\Bigr)

    Parameters
    ----------
    low, high : float
        The range, which is widened where it does not hold 0: 0 has to be a whole number itself,
        or padding with zeros would shift a feature map.
    bits : int, default 8
        From 2 to 8.

    Returns
    -------
    scale : float32
        The step from one whole number to the next; 1 if the range holds only 0.
    zero_point : int
        The whole number that stands for 0.

    Examples
    --------
    >>> scale, zero_point = affine_range(0, 1)
    >>> round(float(1 / scale)), zero_point
    (255, -128)
    """
    least, most = finite("low", low), finite("high", high)
    if least > most:
        raise ValueError(f"high: expected at least low, {least}, got {most}")
    lowest, highest = _limits(bits)
    least, most = min(least, 0.0), max(most, 0.0)
    scale = np.float32((most - least) / (highest - lowest) if most > least else 1)
    return scale, int(np.clip(np.rint(lowest - least / float(scale)), lowest, highest))


def symmetric_scale(
    w: npt.ArrayLike, bits: SupportsIndex = BITS, *, per_channel: bool = True
) -> npt.NDArray[np.float32]:
    r"""Return the scale of a kernel whose zero point is 0.

    .. math:: s_o = \max_{a,b,c} |w_{abco}| \,/\, (2^{b-1} - 1)

    Parameters
    ----------
    w : array_like of shape (..., O)
        A kernel, its output channels last; float16, float32 or float64.
    bits : int, default 8
        From 2 to 8.
    per_channel : bool, default True
        One scale for each output channel, or one for all.

    Returns
    -------
    ndarray of shape (O,) or (), float32
        A channel of zeros has the scale 1.

    Examples
    --------
    >>> w = [[1.27, 0.02], [-0.5, 0.0127]]
    >>> symmetric_scale(w).tolist() == np.float32([0.01, 0.02 / 127]).tolist()
    True
    """
    kernel = check_array("w", w, "", FLOATS)
    _, highest = _limits(bits)
    axes = tuple(range(kernel.ndim - 1)) if boolean("per_channel", per_channel) else None
    largest = np.abs(kernel).max(axis=axes).astype(np.float64)
    scale: npt.NDArray[np.float32] = np.where(largest > 0, largest / highest, 1).astype(np.float32)
    return scale


def quantize(
    x: npt.ArrayLike,
    scale: npt.ArrayLike,
    zero_point: SupportsIndex = 0,
    bits: SupportsIndex = BITS,
) -> npt.NDArray[np.int8]:
    r"""Round numbers to whole ones, which count steps of `scale` from `zero_point`.

    .. math:: q = \operatorname{clip}\Bigl(\operatorname{round}\frac{x}{s} + z\Bigr)

    Parameters
    ----------
    x : array_like
        Finite. A half is rounded away from 0, as LiteRT does.
    scale : array_like
        Above 0; a number, or one for each entry of the last axis of `x`.
    zero_point : int, default 0
        What stands for 0.
    bits : int, default 8
        From 2 to 8: what is beyond :math:`-2^{b-1}` or :math:`2^{b-1} - 1` is cut off there.

    Returns
    -------
    ndarray of the shape of `x`, int8

    Examples
    --------
    >>> quantize([-1.0, 0.0, 0.3, 9.0], scale=0.1, zero_point=5)
    array([-5,  5,  8, 95], dtype=int8)
    """
    values = as_real("x", x).astype(np.float32)
    check_finite("x", values)
    lowest, highest = _limits(bits)
    steps = values / _scales(scale, values)
    whole = np.trunc(steps + np.copysign(np.float32(0.5), steps)) + integer(
        "zero_point", zero_point, lowest, highest
    )
    rounded: npt.NDArray[np.int8] = np.clip(whole, lowest, highest).astype(np.int8)
    return rounded


def dequantize(
    q: npt.ArrayLike, scale: npt.ArrayLike, zero_point: SupportsIndex = 0
) -> npt.NDArray[np.float32]:
    """Return the numbers that whole ones stand for, ``scale * (q - zero_point)``.

    Parameters
    ----------
    q : array_like of int8
        As `quantize` returns.
    scale, zero_point
        As for `quantize`.

    Examples
    --------
    >>> dequantize(np.array([-5, 5, 8], np.int8), 0.5, 5)
    array([-5. ,  0. ,  1.5], dtype=float32)
    """
    whole = _whole("q", q, "int8").astype(np.int32)
    numbers: npt.NDArray[np.float32] = _scales(scale, whole) * (
        whole - integer("zero_point", zero_point, -128, 127)
    ).astype(np.float32)
    return numbers


def fixed_point(multiplier: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    r"""Return multipliers as whole numbers and powers of two: :math:`m \approx M \, 2^{e - 31}`.

    Parameters
    ----------
    multiplier : array_like
        Above 0.

    Returns
    -------
    M : ndarray of the shape of `multiplier`, int64
        From :math:`2^{30}` to below :math:`2^{31}`, so that no bit is wasted.
    e : ndarray of the shape of `multiplier`, int64

    Examples
    --------
    >>> whole, exponent = fixed_point(0.75)
    >>> int(whole) == 3 << 29, int(exponent)
    (True, 0)
    """
    share, exponent = np.frexp(_multipliers(multiplier))
    whole = np.rint(share * 2.0**FRACTION).astype(np.int64)
    full = whole == 1 << FRACTION  # rounded up to the next power of two
    return np.where(full, whole // 2, whole), exponent.astype(np.int64) + full


def requantize(
    accumulator: npt.ArrayLike, multiplier: npt.ArrayLike, zero_point: SupportsIndex = 0
) -> npt.NDArray[np.int8]:
    r"""Return sums of int32 as int8, with whole numbers alone.

    The multiplier is written as :math:`M \, 2^{e-31}`, `fixed_point`. The product of the sum and
    :math:`M` is divided by :math:`2^{31}` and rounded, and what is left by :math:`2^{-e}` and
    rounded again, a half away from 0 both times.

    Parameters
    ----------
    accumulator : array_like of int32
        Sums of products, of shape (..., O).
    multiplier : array_like
        Above 0 and below 1; a number, or one for each entry of the last axis. It is the scale of
        the sums over that of the output.
    zero_point : int, default 0
        Of the output.

    Returns
    -------
    ndarray of the shape of `accumulator`, int8
        What is beyond -128 or 127 is cut off there.

    References
    ----------
    B. Jacob et al., "Quantization and Training of Neural Networks for Efficient
    Integer-Arithmetic-Only Inference", CVPR 2018, arXiv:1712.05877, section 2.2 and appendix B.

    Examples
    --------
    >>> requantize(np.array([100, -100, 1001], np.int32), 0.25, zero_point=1)
    array([ 26, -24, 127], dtype=int8)
    """
    sums = _whole("accumulator", accumulator, "int32").astype(np.int64)
    whole, exponent = fixed_point(multiplier)
    if (exponent > 0).any():
        raise ValueError(f"multiplier: expected below 1, got {np.max(multiplier)}")
    high = _halved(sums * whole, np.int64(FRACTION))
    output = _halved(high, -exponent) + integer("zero_point", zero_point, -128, 127)
    small: npt.NDArray[np.int8] = np.clip(output, -128, 127).astype(np.int8)
    return small


def conv2d_int8(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    bias: npt.ArrayLike,
    *,
    zero_points: tuple[SupportsIndex, SupportsIndex],
    multiplier: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
) -> npt.NDArray[np.int8]:
    r"""Cross-correlate in whole numbers, as LiteRT's built-in kernel for CONV_2D does, to the bit.

    .. math::

        y = z_y + \operatorname{round}\Bigl(m_o \bigl(b_o + \sum (x - z_x) \, w\bigr)\Bigr),
        \qquad m_o = \frac{s_x s_{w,o}}{s_y}

    Parameters
    ----------
    x : array_like of shape (N, H, W, C), int8
        Images.
    w : array_like of shape (kh, kw, C, O), int8
        Kernels, with zero point 0.
    bias : array_like of shape (O,), int32
        In steps of :math:`s_x s_{w,o}`, as the sums are.
    zero_points : (int, int)
        Of the input and of the output. A ReLU before the output is part of it where the smallest
        output stands for 0, which is then -128.
    multiplier : array_like of shape (O,) or ()
        :math:`m_o`, as `requantize` takes it.
    stride, padding
        As in `conv2d`; padding adds what stands for 0.

    Returns
    -------
    ndarray of shape (N, Ho, Wo, O), int8

    Examples
    --------
    >>> x, w = np.full((1, 2, 2, 1), 10, np.int8), np.full((2, 2, 1, 1), 3, np.int8)
    >>> conv2d_int8(x, w, np.array([8], np.int32), zero_points=(0, -1), multiplier=0.5).item()
    63
    """
    image, kernel = _whole("x", x, "int8"), _whole("w", w, "int8")
    start = _whole("bias", bias, "int32")
    maps = kernel.shape[-1:]
    if start.shape != maps:
        raise ValueError(f"bias: expected shape {maps}, as w has outputs, got {start.shape}")
    before, after = zero_points
    centred = image.astype(np.int32) - integer("zero_points[0]", before, -128, 127)
    sums = conv2d(centred, kernel.astype(np.int32), stride, padding) + start
    return requantize(sums, multiplier, after)


def _limits(bits: SupportsIndex) -> tuple[int, int]:
    half = 1 << (integer("bits", bits, 2, BITS) - 1)
    return -half, half - 1


def _halved(numbers: Array, times: Array | np.int64) -> Array:
    """Return numbers divided by a power of two and rounded, a half away from 0."""
    half = np.where(times > 0, np.int64(1) << np.maximum(times - 1, 0), 0)
    rounded: Array = np.sign(numbers) * ((np.abs(numbers) + half) >> times)
    return rounded


def _whole(name: str, value: npt.ArrayLike, dtype: str) -> Array:
    array = as_array(name, value)
    if array.dtype != dtype:
        raise TypeError(f"{name}: expected an array of {dtype}, got {array.dtype}")
    return array


def _scales(scale: npt.ArrayLike, x: Array) -> npt.NDArray[np.float32]:
    steps = as_real("scale", scale).astype(np.float32)
    if steps.ndim and steps.shape != x.shape[-1:]:
        raise ValueError(f"scale: expected a number, or {x.shape[-1:]}, got shape {steps.shape}")
    check_finite("scale", steps)
    if not (steps > 0).all():
        raise ValueError(f"scale: expected numbers above 0, got {steps.min()}")
    return steps


def _multipliers(multiplier: npt.ArrayLike) -> npt.NDArray[np.float64]:
    numbers = as_real("multiplier", multiplier).astype(np.float64)
    check_finite("multiplier", numbers)
    if not (numbers > 0).all():
        raise ValueError(f"multiplier: expected numbers above 0, got {numbers.min()}")
    return numbers
