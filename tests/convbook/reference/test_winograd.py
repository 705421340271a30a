"""Convolution by Winograd's minimal filtering."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convbook.reference import conv2d_loops, conv2d_winograd
from convbook.reference.winograd import INPUT_TRANSFORM, KERNEL_TRANSFORM, OUTPUT_TRANSFORM

from .strategies import ONE, Case, convolutions, thorough


@thorough
@given(
    convolutions(
        dtypes=("float16", "float32", "float64"), kernels=st.just(3), strides=ONE, dilations=ONE
    )
)
def test_is_the_loops(case: Case) -> None:
    case.assert_equal(
        conv2d_winograd(case.x, case.w, case.padding),
        conv2d_loops(case.x, case.w, padding=case.padding),
    )


def test_transforms_are_exact_in_one_dimension() -> None:
    """F(2, 3) over the rationals: two outputs from four inputs with four products."""
    exact = np.vectorize(Fraction)
    d, g = exact([2, 3, 5, 7]), exact([11, 13, 17])
    product = (exact(KERNEL_TRANSFORM) @ g) * (exact(INPUT_TRANSFORM) @ d)
    assert list(exact(OUTPUT_TRANSFORM) @ product) == [d[:3] @ g, d[1:] @ g]


@pytest.mark.parametrize("taps", [(1, 1), (3, 2), (5, 5)])
def test_other_kernels_are_refused(taps: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=rf"^w: got a kernel of {taps[0]}x{taps[1]} taps.*3x3"):
        conv2d_winograd(np.ones((1, 8, 8, 1)), np.ones((*taps, 1, 1)))
