r"""The Gaussian family: blur, derivatives, Laplacian of Gaussian and Gabor.

A kernel here is a function sampled at whole pixels: x grows to the right along a row, y downwards
along a column, and both are zero at the centre tap. Angles are in degrees and turn anticlockwise
as the picture is seen, so a kernel at 90 degrees is ``np.rot90`` of the one at 0.
"""

import math
from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from convbook._arrays import as_real, check_finite
from convbook._checks import finite, integer, positive, positive_float

REACH = 4
"""Default radius of a kernel in units of sigma, rounded up to whole pixels. At 4 the tails that
are cut off hold less than 1 % of the Gaussian's fourth moment, the highest used here."""


def gaussian_profile(
    x: npt.ArrayLike, sigma: SupportsFloat = 1.0, order: SupportsIndex = 0
) -> npt.NDArray[np.float64]:
    r"""Return the Gaussian density or one of its first two derivatives at given positions.

    Parameters
    ----------
    x : array_like
        Positions, in the unit of `sigma`.
    sigma : float, default 1.0
        Standard deviation, above 0.
    order : {0, 1, 2}, default 0
        Order of the derivative.

    Returns
    -------
    ndarray, float64
        Of the shape of `x`: :math:`g = e^{-x^2 / (2 \sigma^2)} / (\sqrt{2 \pi} \sigma)`,
        :math:`g' = -x g / \sigma^2` or :math:`g'' = (x^2 - \sigma^2) g / \sigma^4`.

    Notes
    -----
    The extremes of :math:`g'` and the zeros of :math:`g''` lie at one sigma.

    Examples
    --------
    >>> gaussian_profile([-1, 0, 1], order=2).round(3) + 0
    array([ 0.   , -0.399,  0.   ])
    """
    s = positive_float("sigma", sigma)
    n = integer("order", order)
    if n not in (0, 1, 2):
        raise ValueError(f"order: expected 0, 1 or 2, got {n}")
    positions = as_real("x", x)
    check_finite("x", positions)
    # Beyond 40 sigma the density is 0 in double precision, and the square need not overflow.
    u = positions.clip(-40 * s, 40 * s) / s
    density = np.exp(-(u**2) / 2) / (math.sqrt(2 * math.pi) * s)
    factor = (np.ones_like(u), -u / s, (u**2 - 1) / s**2)[n]
    return np.asarray(factor * density, np.float64)


def gaussian(sigma: SupportsFloat, size: SupportsIndex | None = None) -> npt.NDArray[np.float32]:
    """Return a Gaussian blur.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels, above 0.
    size : int, optional
        Height and width in taps, odd: an even size has no centre tap and moves the picture by half
        a pixel. By default the radius is ``ceil(4 * sigma)``.

    Returns
    -------
    ndarray of shape (size, size), float32
        Samples of the Gaussian, divided by their sum: the blur keeps the mean.

    Examples
    --------
    >>> gaussian(0.8, size=3).round(3)
    array([[0.057, 0.125, 0.057],
           [0.125, 0.272, 0.125],
           [0.057, 0.125, 0.057]], dtype=float32)
    """
    g = _factor(*_sigma_and_radius(sigma, size), order=0)
    return np.outer(g, g).astype(np.float32)


def gaussian_derivative(
    sigma: SupportsFloat,
    angle: SupportsFloat = 0.0,
    order: SupportsIndex = 1,
    size: SupportsIndex | None = None,
) -> npt.NDArray[np.float32]:
    r"""Return a directional derivative of the two-dimensional Gaussian.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels, above 0.
    angle : float, default 0.0
        Direction of the derivative in degrees, anticlockwise from "to the right". At 90 the
        derivative is taken upwards.
    order : {1, 2}, default 1
        Order of the derivative: 1 answers to edges, 2 to lines.
    size : int, optional
        Height and width in taps, odd, at least 3. By default the radius is ``ceil(4 * sigma)``.

    Returns
    -------
    ndarray of shape (size, size), float32
        The kernel. Its sum is zero.

    Raises
    ------
    ValueError
        If `sigma` is too small to reach the neighbouring pixel.

    Notes
    -----
    **Sign.** The kernel is the sampled derivative. TensorFlow cross-correlates, so at order 1 it
    gives the *negative* slope; :func:`convbook.kernels.flip` turns the kernel into the one that
    gives the slope. Even kernels (blur, second derivative, Laplacian) have no such trap.

    **Steering.** No resampling is involved: with :math:`c` and :math:`s` the cosine and sine of
    the angle, the kernel is :math:`c\, G_x - s\, G_y`, or
    :math:`c^2 G_{xx} - 2 c s\, G_{xy} + s^2 G_{yy}`, with y growing downwards.

    **Scale.** Plain samples of a truncated derivative answer to a ramp with some other slope than
    its own, and to a constant with something else than zero. The samples are corrected, so that
    polynomials up to the order have their exact derivative. With ``size=3`` the factors are the
    central differences ``(1, 0, -1) / 2`` and ``(1, -2, 1)`` for every sigma.

    References
    ----------
    W. T. Freeman and E. H. Adelson, "The design and use of steerable filters", IEEE Transactions
    on Pattern Analysis and Machine Intelligence 13(9), 1991.

    Examples
    --------
    >>> gaussian_derivative(0.8, size=3).round(3) + 0
    array([[ 0.119,  0.   , -0.119],
           [ 0.261,  0.   , -0.261],
           [ 0.119,  0.   , -0.119]], dtype=float32)
    """
    n = integer("order", order)
    if n not in (1, 2):
        raise ValueError(f"order: expected 1 or 2, got {n}")
    s, radius = _sigma_and_radius(sigma, size, smallest=1)
    theta = math.radians(finite("angle", angle))
    g, first = _factor(s, radius, 0), _factor(s, radius, 1)
    # Rows are y, downwards; the angle turns towards negative y.
    right, up = math.cos(theta), -math.sin(theta)
    if n == 1:
        kernel = right * np.outer(g, first) + up * np.outer(first, g)
    else:
        second = _factor(s, radius, 2)
        kernel = (
            right**2 * np.outer(g, second)
            + 2 * right * up * np.outer(first, first)
            + up**2 * np.outer(second, g)
        )
    return kernel.astype(np.float32)


def laplacian_of_gaussian(
    sigma: SupportsFloat, size: SupportsIndex | None = None
) -> npt.NDArray[np.float32]:
    r"""Return the Laplacian of the two-dimensional Gaussian.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels, above 0.
    size : int, optional
        Height and width in taps, odd, at least 3. By default the radius is ``ceil(4 * sigma)``.

    Returns
    -------
    ndarray of shape (size, size), float32
        The kernel, negative at its centre: it answers to a bright spot with a negative value.
        Its sum is zero.

    Raises
    ------
    ValueError
        If `sigma` is too small to reach the neighbouring pixel.

    Notes
    -----
    :math:`\nabla^2 G = G_{xx} + G_{yy} = (r^2 - 2 \sigma^2)\, G / \sigma^4`. Its zeros lie on the
    circle :math:`r = \sqrt{2} \sigma`, not at sigma as those of the one-dimensional :math:`g''`
    do: putting r for x into :math:`g''` gives another function. The samples are corrected as in
    :func:`gaussian_derivative`: the Laplacian of a quadratic polynomial comes out exactly.

    References
    ----------
    D. Marr and E. Hildreth, "Theory of edge detection", Proceedings of the Royal Society B 207,
    1980.

    Examples
    --------
    >>> laplacian_of_gaussian(0.4, size=3).round(2)
    array([[ 0.08,  0.84,  0.08],
           [ 0.84, -3.68,  0.84],
           [ 0.08,  0.84,  0.08]], dtype=float32)
    """
    s, radius = _sigma_and_radius(sigma, size, smallest=1)
    g, second = _factor(s, radius, 0), _factor(s, radius, 2)
    return (np.outer(g, second) + np.outer(second, g)).astype(np.float32)


def gabor(
    sigma: SupportsFloat,
    wavelength: SupportsFloat,
    angle: SupportsFloat = 0.0,
    phase: SupportsFloat = 0.0,
    aspect: SupportsFloat = 1.0,
    size: SupportsIndex | None = None,
) -> npt.NDArray[np.float32]:
    r"""Return a Gabor kernel: a Gaussian times a sinusoid.

    Parameters
    ----------
    sigma : float
        Standard deviation of the Gaussian along the wave, in pixels, above 0.
    wavelength : float
        Length of one period of the sinusoid, in pixels, at least 2.
    angle : float, default 0.0
        Direction in which the wave runs, in degrees, anticlockwise from "to the right". At 0 the
        stripes are vertical.
    phase : float, default 0.0
        Phase of the sinusoid at the centre, in degrees: 0 gives the even kernel (a line), -90 the
        odd one (an edge that brightens along the wave).
    aspect : float, default 1.0
        Ratio of the Gaussian's extent along the wave to that along the stripes, above 0. Below 1
        the kernel is longer than it is wide.
    size : int, optional
        Height and width in taps, odd, at least 3. By default the radius is four times the larger
        standard deviation, rounded up.

    Returns
    -------
    ndarray of shape (size, size), float32
        The kernel. Its sum is zero, and its answer to a sinusoid of its own wavelength, angle and
        phase with amplitude 1 is 1.

    Raises
    ------
    ValueError
        If the sinusoid is constant on the taps.

    Notes
    -----
    With :math:`x'` along the wave and :math:`y'` along the stripes,
    :math:`h = e^{-(x'^2 + \gamma^2 y'^2) / 2 \sigma^2} (\cos(2 \pi x' / \lambda + \varphi) - c)`,
    scaled. An even Gabor function has a mean of its own, so :math:`c` is chosen for a sum of zero;
    for the odd one it is zero. A Gaussian times its own derivative is another kernel:
    :func:`gaussian_derivative`.

    References
    ----------
    J. G. Daugman, "Uncertainty relation for resolution in space, spatial frequency, and
    orientation optimized by two-dimensional visual cortical filters", Journal of the Optical
    Society of America A 2(7), 1985.

    Examples
    --------
    >>> kernel = gabor(sigma=2, wavelength=6)
    >>> kernel.shape
    (17, 17)
    >>> bool(abs(kernel.sum()) < 1e-6)
    True
    """
    along = positive_float("sigma", sigma)
    across = along / positive_float("aspect", aspect)
    period = finite("wavelength", wavelength)
    if period < 2:
        raise ValueError(
            f"wavelength: expected at least 2 pixels, got {period}; a shorter wave "
            "cannot be told from a longer one once sampled"
        )
    theta, offset = math.radians(finite("angle", angle)), math.radians(finite("phase", phase))
    _, radius = _sigma_and_radius(max(along, across), size, smallest=1)
    x = np.arange(-radius, radius + 1)
    y = x[:, np.newaxis]  # Rows are y, downwards; the angle turns towards negative y.
    wave_axis = x * math.cos(theta) - y * math.sin(theta)
    stripe_axis = x * math.sin(theta) + y * math.cos(theta)
    envelope = np.exp(-((wave_axis / along) ** 2 + (stripe_axis / across) ** 2) / 2)
    wave = np.cos(2 * math.pi * wave_axis / period + offset)
    kernel = envelope * (wave - (envelope * wave).sum() / envelope.sum())
    gain = (kernel * wave).sum()
    if gain < 1e-9 * envelope.sum():
        raise ValueError(
            f"wavelength: the sinusoid of wavelength {period}, angle {theta * 180 / math.pi:g} and "
            f"phase {offset * 180 / math.pi:g} is constant on a Gaussian of sigma {along} and "
            f"{2 * radius + 1} taps; expected one that changes there"
        )
    return np.asarray(kernel / gain, np.float32)


def _sigma_and_radius(sigma: object, size: object, smallest: int = 0) -> tuple[float, int]:
    s = positive_float("sigma", sigma)
    if size is None:
        return s, math.ceil(REACH * s)
    taps = positive("size", size)
    if taps % 2 == 0 or taps < 2 * smallest + 1:
        raise ValueError(
            f"size: expected an odd integer of at least {2 * smallest + 1}, got {taps}; "
            "a kernel needs a centre tap"
        )
    return s, taps // 2


def _factor(sigma: float, radius: int, order: int) -> npt.NDArray[np.float64]:
    """Return the samples of a derivative of the Gaussian, corrected for sampling and truncation.

    The moments are made exact: the response to ``x**order / order!`` is 1 (times -1 for odd
    orders, by the sign of the derivative), and to lower powers it is 0.
    """
    x = np.arange(-radius, radius + 1, dtype=np.float64)
    weights = np.exp(-((x / sigma) ** 2) / 2)
    weights /= weights.sum()
    if order == 0:
        return weights
    variance = (x**2 * weights).sum()
    if variance < np.finfo(np.float32).tiny:
        raise ValueError(
            f"sigma: {sigma} pixels is too small: the Gaussian vanishes at the neighbouring pixel; "
            "expected about 0.1 or more"
        )
    if order == 1:
        return np.asarray(-x * weights / variance)
    samples = (x**2 - variance) * weights
    return np.asarray(2 * samples / (x**2 * samples).sum())
