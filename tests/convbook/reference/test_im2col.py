"""im2col, and the convolution built on it."""

import numpy as np
from hypothesis import given

from convbook.reference import conv2d_im2col, conv2d_loops, im2col

from .strategies import Case, convolutions, quick


@quick
@given(convolutions(dtypes=("float16", "float32", "float64", "int32")))
def test_is_the_loops(case: Case) -> None:
    case.assert_equal(
        conv2d_im2col(case.x, case.w, **case.how), conv2d_loops(case.x, case.w, **case.how)
    )


def test_a_row_holds_a_patch_in_the_order_of_the_kernel() -> None:
    x = np.arange(2 * 4 * 5 * 3).reshape(2, 4, 5, 3)
    columns = im2col(x, (2, 3))
    assert columns.shape == (2 * 3 * 3, 2 * 3 * 3)
    np.testing.assert_array_equal(columns[-1], x[1, 2:4, 2:5].ravel())
