"""Transposed convolution against TensorFlow, and as the adjoint."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given

from convbook.reference import conv2d, conv2d_input_gradient, conv2d_transpose

from .strategies import ONE, Case, convolutions, quick, thorough


@thorough
@given(convolutions(dilations=ONE, dtypes=("float16", "float32", "float64", "int32")))
def test_is_tensorflow(case: Case) -> None:
    y = case.noise(conv2d(case.x, case.w, **case.how).shape)
    expected = tf.nn.conv2d_transpose(y, case.w, case.x.shape, case.stride, case.tf_padding)
    actual = conv2d_transpose(y, case.w, case.x.shape, case.stride, case.padding)
    assert actual.dtype == expected.numpy().dtype
    terms = case.w[:, :, 0].size
    room = 0 if actual.dtype.kind == "i" else 4 * terms * np.finfo(actual.dtype).eps
    np.testing.assert_allclose(actual, expected, rtol=0, atol=room)


@quick
@given(convolutions(dilations=ONE, dtypes=("int64",)))
def test_is_the_adjoint_and_the_input_gradient(case: Case) -> None:
    forward = conv2d(case.x, case.w, case.stride, case.padding)
    y = case.noise(forward.shape)
    back = conv2d_transpose(y, case.w, case.x.shape, case.stride, case.padding)
    assert (forward * y).sum() == (case.x * back).sum()
    np.testing.assert_array_equal(
        back, conv2d_input_gradient(y, case.w, case.x.shape, case.stride, case.padding)
    )


def test_it_restores_the_shape_and_not_the_values() -> None:
    x = np.random.default_rng(0).uniform(size=(1, 8, 8, 1))
    w = np.ones((3, 3, 1, 1))
    back = conv2d_transpose(conv2d(x, w, 2, "same"), w, x.shape, 2, "same")
    assert back.shape == x.shape
    assert np.abs(back - x).max() > 1


@pytest.mark.parametrize("side", [7, 8])
def test_several_output_shapes_fit_one_input(side: int) -> None:
    y, w = np.ones((1, 4, 4, 1)), np.ones((3, 3, 1, 1))
    assert conv2d_transpose(y, w, (1, side, side, 1), 2, "same").shape == (1, side, side, 1)


@pytest.mark.parametrize(
    ("y", "shape", "error", "message"),
    [
        (np.ones((1, 4, 4, 3)), (1, 9, 9, 2), ValueError, r"^y: .*expected \(1, 5, 5, 3\)"),
        (np.ones((1, 4, 4, 2)), (1, 8, 8, 2), ValueError, r"^y: .*expected \(1, 4, 4, 3\)"),
        (np.ones((1, 4, 4, 3)), (1, 8, 8, 3), ValueError, r"^output_shape: got 3 channels"),
        (np.ones((1, 4, 4, 3)), (8, 8), ValueError, r"^output_shape: expected 4 integers"),
        (np.ones((1, 4, 4, 3)), None, TypeError, r"^output_shape: .*got None"),
        (np.ones((4, 4, 3)), (1, 8, 8, 2), ValueError, r"^y: got 3 axes"),
        (np.ones((1, 4, 4, 3), "uint8"), (1, 8, 8, 2), TypeError, r"^y: got dtype uint8"),
    ],
)
def test_wrong_arguments(
    y: np.ndarray, shape: tuple[int, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        conv2d_transpose(y, np.ones((2, 2, 2, 3)), shape, 2, "same")
