"""Wrong parameters of every kernel function are refused by name."""

import numpy as np
import pytest

from convbook import kernels


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: kernels.box(0), ValueError, "size: expected an integer of at least 1"),
        (lambda: kernels.box(3.0), TypeError, "size: expected an integer"),
        (lambda: kernels.binomial(-1), ValueError, "size: expected an integer of at least 1"),
        (lambda: kernels.gaussian(0), ValueError, "sigma: expected a number above 0"),
        (lambda: kernels.gaussian(-1.0), ValueError, "sigma: expected a number above 0"),
        (lambda: kernels.gaussian(np.nan), ValueError, "sigma: expected a finite number"),
        (lambda: kernels.gaussian(np.inf), ValueError, "sigma: expected a finite number"),
        (lambda: kernels.gaussian("1"), TypeError, "sigma: expected a number"),
        (lambda: kernels.gaussian(True), TypeError, "sigma: expected a number"),
        (lambda: kernels.gaussian(np.ones(2)), TypeError, "sigma: expected a number"),
        (lambda: kernels.gaussian(1, 4), ValueError, "size: expected an odd integer"),
        (lambda: kernels.gaussian(1, 0), ValueError, "size: expected an integer of at least 1"),
        (lambda: kernels.gaussian(1, 3.0), TypeError, "size: expected an integer"),
        (lambda: kernels.gaussian_derivative(1, size=1), ValueError, "of at least 3, got 1"),
        (lambda: kernels.gaussian_derivative(1, order=3), ValueError, "order: expected 1 or 2"),
        (lambda: kernels.gaussian_derivative(1, order=1.0), TypeError, "order: expected an int"),
        (lambda: kernels.gaussian_derivative(1, np.nan), ValueError, "angle: expected a finite"),
        (lambda: kernels.gaussian_derivative(1, "x"), TypeError, "angle: expected a number"),
        (lambda: kernels.gaussian_derivative(0.01), ValueError, "sigma: 0.01 pixels is too small"),
        (lambda: kernels.laplacian_of_gaussian(1, 2), ValueError, "size: expected an odd"),
        (lambda: kernels.laplacian_of_gaussian(0), ValueError, "sigma: expected"),
        (lambda: kernels.gaussian_profile(0, 1, 3), ValueError, "order: expected 0, 1 or 2"),
        (lambda: kernels.gaussian_profile(np.nan), ValueError, "x: expected finite"),
        (lambda: kernels.gaussian_profile("a"), TypeError, "x: expected real numbers"),
        (lambda: kernels.gabor(2, 1.9), ValueError, "wavelength: expected at least 2"),
        (lambda: kernels.gabor(2, 2, phase=90), ValueError, "wavelength: the sinusoid .* const"),
        (lambda: kernels.gabor(2, 6, aspect=0), ValueError, "aspect: expected a number above 0"),
        (lambda: kernels.gabor(2, 6, phase=np.inf), ValueError, "phase: expected a finite"),
        (lambda: kernels.rotate(np.ones((2, 3)), 30), ValueError, "kernel: expected a square"),
        (lambda: kernels.rotate(np.ones((3, 3)), None), TypeError, "degrees: expected a number"),
        (lambda: kernels.flip([[1e300]]), ValueError, "kernel: .* more than float32 holds"),
        (lambda: kernels.rotate([[1e300]], 45), ValueError, "kernel: .* more than float32 holds"),
        (lambda: kernels.to_hwio([[-1e39]]), ValueError, "kernel: .* more than float32 holds"),
        (lambda: kernels.separate([[1e300]]), ValueError, "kernel: .* more than float32 holds"),
        (lambda: kernels.per_channel([[1]], 0), ValueError, "channels: expected an integer"),
    ],
)
def test_bad_parameters_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
