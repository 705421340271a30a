"""The matrix of a convolution, and the convolution built on it."""

import numpy as np
from hypothesis import given

from convbook.reference import conv2d_loops, conv2d_toeplitz, toeplitz_matrix

from .strategies import Case, convolutions, quick


@quick
@given(convolutions(dtypes=("float16", "float32", "float64", "int32")))
def test_is_the_loops(case: Case) -> None:
    case.assert_equal(
        conv2d_toeplitz(case.x, case.w, **case.how), conv2d_loops(case.x, case.w, **case.how)
    )


def test_stride_1_gives_a_doubly_blocked_toeplitz_matrix() -> None:
    height, width, out_height, out_width = 5, 6, 3, 4
    w = np.arange(1, 10).reshape(3, 3, 1, 1)
    matrix = toeplitz_matrix(w, (height, width, 1))
    assert matrix.shape == (out_height * out_width, height * width)
    blocks = matrix.reshape(out_height, out_width, height, width).swapaxes(1, 2)
    np.testing.assert_array_equal(blocks[1:, 1:], blocks[:-1, :-1])  # blocks repeat
    np.testing.assert_array_equal(blocks[..., 1:, 1:], blocks[..., :-1, :-1])  # numbers repeat


def test_weights_are_local_and_shared() -> None:
    w = np.arange(1, 10).reshape(3, 3, 1, 1)
    matrix = toeplitz_matrix(w, (6, 6, 1))
    np.testing.assert_array_equal(np.count_nonzero(matrix, axis=1), 9)
    numbers, times = np.unique(matrix[matrix != 0], return_counts=True)
    np.testing.assert_array_equal(numbers, w.ravel())
    np.testing.assert_array_equal(times, 4 * 4)
