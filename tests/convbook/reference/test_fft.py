"""Convolution by the fast Fourier transform."""

import numpy as np
import pytest
from hypothesis import given

from convbook.reference import conv2d, conv2d_fft, conv2d_loops

from .strategies import Case, convolutions, thorough, values


@thorough
@given(convolutions())
def test_is_the_loops(case: Case) -> None:
    # The error of a transform grows with the whole image, not with the kernel alone.
    actual = conv2d_fft(case.x, case.w, **case.how)
    expected = conv2d_loops(case.x, case.w, **case.how)
    assert actual.dtype == expected.dtype
    tolerance = case.tolerance + 4 * np.finfo(case.x.dtype).eps * case.x[0].size
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("side", [31, 32, 64])
def test_nothing_wraps_around(side: int) -> None:
    """The last rows of a periodic image would meet the first; a bright row shows it."""
    x = np.zeros((1, side, side, 1))
    x[:, 0] = 1000.0
    w = values(np.random.default_rng(0), (7, 7, 1, 1), "float64")
    y = conv2d_fft(x, w, padding="same")
    np.testing.assert_allclose(y[:, 4:], 0, atol=1e-9)
    np.testing.assert_allclose(y, conv2d(x, w, padding="same"), atol=1e-9)
