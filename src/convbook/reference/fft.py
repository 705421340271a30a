"""Convolution as a product of spectra."""

import numpy as np
import numpy.typing as npt

from convbook.reference._checks import FFT_FLOATS, Array, PerAxis, check_operands
from convbook.reference._windows import Padding, geometry, pad


def conv2d_fft(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Compute `conv2d` with the convolution theorem and the fast Fourier transform.

    The spectrum of a cross-correlation is the spectrum of the image times the complex conjugate
    of the spectrum of the kernel. The product belongs to a periodic image. The positions at
    which the kernel lies inside the padded image never wrap around, so they are right, and the
    others are cut off. A stride saves nothing here: all positions are computed, then thinned.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images; float32 or float64, the two precisions in which NumPy transforms.
    w : array_like of shape (kh, kw, C, O)
        Kernels, of the dtype of `x`.
    stride, padding, dilation
        As in `conv2d`.

    References
    ----------
    M. Mathieu, M. Henaff, Y. LeCun, "Fast training of convolutional networks through
    FFTs", ICLR 2014. arXiv:1312.5851.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> conv2d_fft(x, np.ones((2, 2, 1, 1)))[0, :, :, 0].round(6)
    array([[ 8., 12.],
           [20., 24.]])
    """
    x, w = check_operands(x, w, ("NHWC", "HWIO"), FFT_FLOATS)
    shape = geometry(x.shape[1:3], w.shape[:2], stride, padding, dilation)
    spread = np.zeros((*shape.span, *w.shape[2:]), w.dtype)  # dilation puts zeros between taps
    spread[:: shape.dilation[0], :: shape.dilation[1]] = w
    size = shape.padded
    image_spectrum = np.fft.rfft2(pad(x, shape), size, axes=(1, 2))
    kernel_spectrum = np.fft.rfft2(spread, size, axes=(0, 1)).conj()
    # At each frequency the channels are mixed by a small matrix product.
    product = image_spectrum[..., None, :] @ kernel_spectrum
    periodic = np.fft.irfft2(product[..., 0, :], size, axes=(1, 2))
    rows, columns = (size[0] - shape.span[0] + 1, size[1] - shape.span[1] + 1)
    return periodic[:, : rows : shape.stride[0], : columns : shape.stride[1]]
