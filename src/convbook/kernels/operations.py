"""What is done to a kernel: flip, rotate, separate, give it the channels of an image."""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from convbook._arrays import as_real, to_float32
from convbook._checks import finite, positive


def flip(kernel: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return a kernel reversed along both axes.

    Cross-correlation with the flipped kernel is true convolution with the kernel, and the other
    way round.

    Parameters
    ----------
    kernel : array_like of shape (kh, kw)
        The kernel.

    Returns
    -------
    ndarray of shape (kh, kw), float32
        A copy, turned by 180 degrees.

    Examples
    --------
    >>> flip([[1, 2], [3, 4]])
    array([[4., 3.],
           [2., 1.]], dtype=float32)
    """
    return _as_kernel(kernel)[::-1, ::-1].astype(np.float32)


def rotate(kernel: npt.ArrayLike, degrees: SupportsFloat) -> npt.NDArray[np.float32]:
    """Return a kernel turned about its centre.

    Parameters
    ----------
    kernel : array_like of shape (size, size)
        A square kernel.
    degrees : float
        Angle, anticlockwise as the kernel is seen.

    Returns
    -------
    ndarray of shape (size, size), float32
        The turned kernel, with the sum of the given one: a blur keeps the mean, an edge kernel
        ignores a constant.

    Notes
    -----
    Multiples of 90 degrees are exact. Other angles resample with cubic splines, and what turns
    out of the square is lost: a kernel should fade out before its border. Interpolation changes
    the sum a little; the difference is spread evenly over the taps. For derivatives of the
    Gaussian, :func:`gaussian_derivative` takes an angle and needs no resampling.

    Examples
    --------
    >>> rotate([[0, 0, 0], [0, 1, 2], [0, 0, 0]], 90)
    array([[0., 2., 0.],
           [0., 1., 0.],
           [0., 0., 0.]], dtype=float32)
    """
    values = _as_kernel(kernel)
    if values.shape[0] != values.shape[1]:
        raise ValueError(f"kernel: expected a square, got shape {values.shape}")
    angle = finite("degrees", degrees)
    if angle % 90 == 0:
        return np.rot90(values, int(angle // 90) % 4).astype(np.float32)
    from scipy import ndimage  # Only here: SciPy's import would triple this module's.

    turned = ndimage.rotate(values, angle, reshape=False, order=3)
    turned += (values.sum() - turned.sum()) / turned.size
    return to_float32("kernel", turned)


def rank(kernel: npt.ArrayLike) -> int:
    """Return how many separable kernels a kernel is the sum of.

    Parameters
    ----------
    kernel : array_like of shape (kh, kw)
        The kernel.

    Returns
    -------
    int
        Its rank as a matrix: the number of singular values above the rounding of float32.
        1 for a separable kernel, 0 for one of zeros.

    Examples
    --------
    >>> rank([[1, 2, 1], [2, 4, 2], [1, 2, 1]]), rank([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    (1, 2)
    """
    values = _as_kernel(kernel)
    tolerance = max(values.shape) * np.finfo(np.float32).eps
    singular = np.linalg.svd(values, compute_uv=False)
    return int((singular > tolerance * singular[0]).sum())


def separate(
    kernel: npt.ArrayLike,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Split a separable kernel into a column and a row.

    Parameters
    ----------
    kernel : array_like of shape (kh, kw)
        A kernel of rank 1.

    Returns
    -------
    column : ndarray of shape (kh, 1), float32
        Kernel along the columns. Its largest tap is positive.
    row : ndarray of shape (1, kw), float32
        Kernel along the rows, with the norm of `column`. ``column @ row`` is the kernel, and
        convolving with one after the other costs ``kh + kw`` products a pixel, not ``kh * kw``.

    Examples
    --------
    >>> column, row = separate([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    >>> row.round(3)
    array([[1., 2., 1.]], dtype=float32)
    >>> column.shape
    (3, 1)
    """
    terms = rank(kernel)
    if terms != 1:
        raise ValueError(f"kernel: expected a separable kernel, of rank 1, got rank {terms}")
    left, singular, right = np.linalg.svd(_as_kernel(kernel))
    # The SVD leaves the sign of both factors open.
    scale = np.sqrt(singular[0]) * np.sign(left[np.abs(left[:, 0]).argmax(), 0])
    return (scale * left[:, :1]).astype(np.float32), (scale * right[:1]).astype(np.float32)


def to_hwio(kernel: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return a kernel with the two channel axes that TensorFlow wants, each of length 1.

    Parameters
    ----------
    kernel : array_like of shape (kh, kw)
        The kernel.

    Returns
    -------
    ndarray of shape (kh, kw, 1, 1), float32
        The kernel in HWIO layout, for an image with one channel.

    Examples
    --------
    >>> to_hwio([[0, 1, 0]]).shape
    (1, 3, 1, 1)
    """
    return _as_kernel(kernel)[:, :, np.newaxis, np.newaxis].astype(np.float32)


def per_channel(kernel: npt.ArrayLike, channels: SupportsIndex) -> npt.NDArray[np.float32]:
    """Return the HWIO kernel that applies one kernel to each channel alone.

    Parameters
    ----------
    kernel : array_like of shape (kh, kw)
        The kernel.
    channels : int
        Number of channels, at least 1; 3 for a colour picture.

    Returns
    -------
    ndarray of shape (kh, kw, channels, channels), float32
        The kernel where input and output channel are the same, zero elsewhere. A kernel repeated
        along both channel axes would put the sum of all input channels into each output channel.

    Examples
    --------
    >>> per_channel([[5]], 3)[0, 0]
    array([[5., 0., 0.],
           [0., 5., 0.],
           [0., 0., 5.]], dtype=float32)
    """
    unmixed = np.eye(positive("channels", channels), dtype=np.float32)
    return to_hwio(kernel) * unmixed


def _as_kernel(kernel: npt.ArrayLike) -> npt.NDArray[np.float64]:
    values = as_real("kernel", kernel)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(
            f"kernel: expected shape (kh, kw) with at least one tap, got shape {values.shape}"
        )
    to_float32("kernel", values)  # What comes out is float32, and computed in double precision.
    return values.astype(np.float64)
