"""The backward pass of conv2d: TensorFlow's tape, the adjoint identity, finite differences."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given

from convbook.reference import (
    conv2d,
    conv2d_input_gradient,
    conv2d_kernel_gradient,
    toeplitz_matrix,
)

from .strategies import Case, convolutions, quick, thorough, with_zeros_between


def backward(case: Case, dy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of a convolution for its input and its kernel."""
    return (
        conv2d_input_gradient(dy, case.w, case.x.shape, **case.how),
        conv2d_kernel_gradient(case.x, dy, case.w.shape[:2], **case.how),
    )


@thorough
@given(convolutions())
def test_gradients_are_tensorflow(case: Case) -> None:
    x, w = tf.constant(case.x), tf.constant(with_zeros_between(case.w, case.dilation))
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        y = tf.nn.conv2d(x, w, case.stride, case.tf_padding)
    dy = case.noise(tuple(y.shape))
    expected_dx, expected_dw = tape.gradient(y, [x, w], output_gradients=tf.constant(dy))
    expected_dw = expected_dw[:: case.dilation[0], :: case.dilation[1]]

    dx, dw = backward(case, dy)
    assert dx.dtype == dw.dtype == case.x.dtype
    # Each value sums over outputs and their channels, in an order that is not TensorFlow's.
    rounding = 4 * dy.size * float(np.finfo(dy.dtype).eps)
    np.testing.assert_allclose(dx, expected_dx, rtol=0, atol=rounding)
    np.testing.assert_allclose(dw, expected_dw, rtol=0, atol=rounding)


@thorough
@given(convolutions(dtypes=("int64",)))
def test_adjoint_identities_hold_exactly(case: Case) -> None:
    y = conv2d(case.x, case.w, **case.how)
    dy = case.noise(y.shape)
    dx, dw = backward(case, dy)
    assert (y * dy).sum() == (case.x * dx).sum() == (case.w * dw).sum()


@quick
@given(convolutions(dtypes=("float64",)))
def test_finite_differences(case: Case) -> None:
    """The loss is bilinear, so a central difference has no error but rounding."""
    y = conv2d(case.x, case.w, **case.how)
    dy = case.noise(y.shape)
    dx, dw = backward(case, dy)

    def loss(x: np.ndarray, w: np.ndarray) -> float:
        return float((conv2d(x, w, **case.how) * dy).sum())

    step = 0.5
    along_x, along_w = case.noise(case.x.shape) * step, case.noise(case.w.shape) * step
    slope_x = loss(case.x + along_x, case.w) - loss(case.x - along_x, case.w)
    slope_w = loss(case.x, case.w + along_w) - loss(case.x, case.w - along_w)
    np.testing.assert_allclose(slope_x, 2 * (dx * along_x).sum(), atol=1e-10)
    np.testing.assert_allclose(slope_w, 2 * (dw * along_w).sum(), atol=1e-10)


@quick
@given(convolutions(dtypes=("int64",)))
def test_input_gradient_is_the_transposed_matrix(case: Case) -> None:
    y = conv2d(case.x, case.w, **case.how)
    dy = case.noise(y.shape)
    matrix = toeplitz_matrix(case.w, case.x.shape[1:], **case.how)
    expected = (dy.reshape(len(dy), -1) @ matrix).reshape(case.x.shape)
    np.testing.assert_array_equal(
        conv2d_input_gradient(dy, case.w, case.x.shape, **case.how), expected
    )


X, W, DY = np.ones((2, 6, 7, 3)), np.ones((3, 3, 3, 4)), np.ones((2, 4, 5, 4))


@pytest.mark.parametrize(
    ("dy", "shape", "error", "message"),
    [
        (np.ones((2, 4, 5, 3)), X.shape, ValueError, r"^dy: .*expected \(2, 4, 5, 4\)"),
        (np.ones((1, 4, 5, 4)), X.shape, ValueError, r"^dy: .*expected \(2, 4, 5, 4\)"),
        (DY[0], X.shape, ValueError, r"^dy: got 3 axes"),
        (DY * np.nan, X.shape, ValueError, r"^dy: expected finite"),
        (DY.astype("float32"), X.shape, TypeError, r"^w: got dtype float64, expected float32"),
        (DY, (2, 6, 7), ValueError, r"^input_shape: expected 4 integers"),
        (DY, (2, 6, 7, 2), ValueError, r"^input_shape: got 2 channels.*expected 3"),
        (DY, (2, 0, 7, 3), ValueError, r"^input_shape: .*at least 1, got 0"),
        (DY, (2, 6.0, 7, 3), TypeError, r"^input_shape: .*got 6.0"),
        (DY, 6, TypeError, r"^input_shape: expected 4 integers.*got 6"),
    ],
)
def test_wrong_arguments_of_the_input_gradient(
    dy: np.ndarray, shape: tuple[int, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        conv2d_input_gradient(dy, W, shape)


@pytest.mark.parametrize(
    ("dy", "kernel_size", "error", "message"),
    [
        (np.ones((2, 4, 4, 4)), 3, ValueError, r"^dy: .*expected \(2, 4, 5, 4\)"),
        (DY, 2, ValueError, r"^dy: .*expected \(2, 5, 6, 4\)"),
        (DY, 0, ValueError, r"^kernel_size: .*at least 1, got 0"),
        (DY, (3, 3, 3), ValueError, r"^kernel_size: expected 2 integers"),
        (DY, "33", TypeError, r"^kernel_size: .*got '33'"),
        (DY.astype("float32"), 3, TypeError, r"^dy: got dtype float32, expected float64"),
    ],
)
def test_wrong_arguments_of_the_kernel_gradient(
    dy: np.ndarray, kernel_size: int, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        conv2d_kernel_gradient(X, dy, kernel_size)
