"""Pooling and its gradients against TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from convbook.reference import (
    average_pool,
    average_pool_gradient,
    blur_pool,
    global_average_pool,
    max_pool,
    max_pool_gradient,
)

from .strategies import Pooling, poolings, quick, thorough

BINOMIAL = np.outer([1, 2, 1], [1, 2, 1]) / 16


def room(x: np.ndarray, terms: int = 16) -> float:
    return 4 * terms * float(np.finfo(x.dtype).eps)


def upstream(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(dtype)


@thorough
@given(poolings(dtypes=("float16", "float32", "float64", "int32", "int64")))
def test_max_pool_is_tensorflow(case: Pooling) -> None:
    # Given a NumPy array, max_pool2d may turn it into float32; given a tensor, it does not.
    expected = tf.nn.max_pool2d(tf.constant(case.x), **case.tf_how)
    actual = max_pool(case.x, **case.how)
    assert actual.dtype == expected.numpy().dtype
    np.testing.assert_array_equal(actual, expected)


@thorough
@given(poolings(dtypes=("float16", "float32", "float64")))
def test_average_pool_is_tensorflow(case: Pooling) -> None:
    actual, expected = average_pool(case.x, **case.how), tf.nn.avg_pool2d(case.x, **case.tf_how)
    assert actual.dtype == expected.numpy().dtype
    np.testing.assert_allclose(actual, expected, rtol=0, atol=room(case.x))


@thorough
@given(st.booleans().flatmap(lambda ties: poolings(ties=ties)))
def test_max_pool_gradient_is_tensorflow(case: Pooling) -> None:
    x = tf.constant(case.x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.max_pool2d(x, **case.tf_how)
    dy = upstream(tuple(y.shape), case.x.dtype)
    expected = tape.gradient(y, x, output_gradients=tf.constant(dy))
    actual = max_pool_gradient(case.x, dy, **case.how)
    assert actual.dtype == case.x.dtype
    np.testing.assert_allclose(actual, expected, rtol=0, atol=room(case.x))


@thorough
@given(poolings())
def test_average_pool_gradient_is_tensorflow(case: Pooling) -> None:
    x = tf.constant(case.x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.avg_pool2d(x, **case.tf_how)
    dy = upstream(tuple(y.shape), case.x.dtype)
    expected = tape.gradient(y, x, output_gradients=tf.constant(dy))
    actual = average_pool_gradient(dy, case.x.shape, **case.how)
    assert actual.dtype == case.x.dtype
    np.testing.assert_allclose(actual, expected, rtol=0, atol=room(case.x))


@quick
@given(poolings(dtypes=("float64",)))
def test_average_pool_gradient_is_the_adjoint(case: Pooling) -> None:
    y = average_pool(case.x, **case.how)
    dy = upstream(y.shape, case.x.dtype)
    dx = average_pool_gradient(dy, case.x.shape, **case.how)
    np.testing.assert_allclose((y * dy).sum(), (case.x * dx).sum(), rtol=0, atol=1e-12)


@quick
@given(poolings(dtypes=("float64",)))
def test_finite_differences_of_the_maximum(case: Pooling) -> None:
    """A ranking far from ties: each step is too small to change a winner."""
    x = np.argsort(np.argsort(case.x, axis=None)).reshape(case.x.shape).astype("float64")
    y = max_pool(x, **case.how)
    dy, along = upstream(y.shape, x.dtype), upstream(x.shape, x.dtype) / 4
    slope = max_pool(x + along, **case.how) - max_pool(x - along, **case.how)
    dx = max_pool_gradient(x, dy, **case.how)
    np.testing.assert_allclose((slope * dy).sum(), 2 * (dx * along).sum(), rtol=0, atol=1e-10)


def test_the_first_of_equal_maxima_takes_the_gradient() -> None:
    dx = max_pool_gradient(np.zeros((1, 2, 2, 1)), np.ones((1, 1, 1, 1)))
    np.testing.assert_array_equal(dx[0, :, :, 0], [[1, 0], [0, 0]])


def test_padding_never_wins_and_never_counts() -> None:
    x = np.full((1, 3, 3, 1), -5.0)
    np.testing.assert_array_equal(max_pool(x, 2, padding="same"), np.full((1, 2, 2, 1), -5.0))
    np.testing.assert_array_equal(average_pool(x, 2, padding="same"), np.full((1, 2, 2, 1), -5.0))
    lowest = np.full((1, 3, 3, 1), np.iinfo("int32").min, "int32")
    np.testing.assert_array_equal(max_pool(lowest, 2, padding="same"), lowest[:, :2, :2])


def test_a_mean_of_many_halves_does_not_overflow() -> None:
    x = np.full((1, 200, 200, 1), 4.0, "float16")
    assert average_pool(x, 200).item() == global_average_pool(x).item() == 4


def test_stride_is_the_pool_size_unless_given() -> None:
    x = np.arange(6.0 * 7).reshape(1, 6, 7, 1)
    np.testing.assert_array_equal(max_pool(x, (2, 3)), max_pool(x, (2, 3), stride=(2, 3)))
    assert max_pool(x, (2, 3)).shape == (1, 3, 2, 1)


def test_shapes_of_the_sources() -> None:
    assert max_pool(np.zeros((1, 28, 28, 32))).shape == (1, 14, 14, 32)
    sigmoid = np.zeros((1, 45, 80, 1), "float32")
    assert max_pool(sigmoid, 3, padding="same").shape == (1, 15, 27, 1)
    assert average_pool(sigmoid, 3, padding="same").shape == (1, 15, 27, 1)


@quick
@given(poolings(dtypes=("float16", "float32", "float64")))
def test_global_average_pool_is_tensorflow(case: Pooling) -> None:
    actual, expected = global_average_pool(case.x), tf.reduce_mean(case.x, axis=(1, 2))
    assert actual.dtype == expected.numpy().dtype
    assert actual.shape == (case.x.shape[0], case.x.shape[3])
    np.testing.assert_allclose(actual, expected, rtol=0, atol=room(case.x))


@quick
@given(poolings(), st.integers(1, 3))
def test_blur_pool_is_tensorflow(case: Pooling, stride: int) -> None:
    kernel = BINOMIAL.astype(case.x.dtype)
    filters = np.repeat(kernel[:, :, None, None], case.x.shape[3], axis=2)
    expected = tf.nn.depthwise_conv2d(case.x, filters, [1, stride, stride, 1], "SAME")
    actual = blur_pool(case.x, kernel, stride)
    assert actual.dtype == case.x.dtype
    np.testing.assert_allclose(actual, expected, rtol=0, atol=room(case.x))


def test_blur_pool_changes_less_under_a_shift_than_max_pool() -> None:
    """Max pooling of stripes two pixels wide depends on where they start; Zhang, figure 3."""
    stripes = np.tile([0.0, 0.0, 1.0, 1.0], 8).reshape(1, 1, 32, 1)
    shifted = np.roll(stripes, 1, axis=2)

    def worst(pool: object) -> float:
        there, here = pool(shifted), pool(stripes)
        return float(np.abs(there - here)[:, :, 2:-2].max())

    def blurred(x: np.ndarray) -> np.ndarray:
        dense = max_pool(x, (1, 2), stride=1)
        return blur_pool(dense, np.array([[0.25, 0.5, 0.25]]), stride=(1, 2))

    assert worst(lambda x: max_pool(x, (1, 2))) == 1
    assert worst(blurred) == 0.25


X = np.ones((1, 4, 4, 2))


@pytest.mark.parametrize("pool", [max_pool, average_pool])
@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"pool_size": 0}, ValueError, r"^pool_size: .*at least 1, got 0"),
        ({"pool_size": 2.0}, TypeError, r"^pool_size: .*got 2.0"),
        ({"pool_size": (2, 2, 2)}, ValueError, r"^pool_size: expected 2 integers"),
        ({"pool_size": 5}, ValueError, r"^kernel: 5 taps .*axis H, padding='valid'"),
        ({"stride": 0}, ValueError, r"^stride: .*at least 1, got 0"),
        ({"stride": (1, -1)}, ValueError, r"^stride: .*at least 1, got -1"),
        ({"padding": "full"}, ValueError, r"^padding: got 'full'"),
        ({"padding": 1}, TypeError, r"^padding: got 1, expected 'valid' or 'same'"),
    ],
)
def test_wrong_windows(
    pool: object, how: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        pool(X, **how)


@pytest.mark.parametrize("pool", [max_pool, average_pool, global_average_pool])
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (X[0], ValueError, r"^x: got 3 axes"),
        (X[:0], ValueError, r"^x: got shape \(0, 4, 4, 2\)"),
        (X * np.nan, ValueError, r"^x: got NaN"),
        (X.astype("uint8"), TypeError, r"^x: got dtype uint8"),
    ],
)
def test_wrong_images(pool: object, x: np.ndarray, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        pool(x)


@pytest.mark.parametrize("pool", [average_pool, global_average_pool])
def test_integers_have_no_mean(pool: object) -> None:
    with pytest.raises(TypeError, match=r"^x: got dtype int32, expected one of float16"):
        pool(X.astype("int32"))


def test_wrong_upstream_gradients() -> None:
    with pytest.raises(ValueError, match=r"^dy: got shape .*expected \(1, 2, 2, 2\)"):
        max_pool_gradient(X, np.ones((1, 2, 2, 1)))
    with pytest.raises(TypeError, match=r"^dy: got dtype float32, expected float64"):
        max_pool_gradient(X, np.ones((1, 2, 2, 2), "float32"))
    with pytest.raises(ValueError, match=r"^dy: got shape .*expected \(1, 2, 2, 2\)"):
        average_pool_gradient(np.ones((1, 3, 2, 2)), X.shape)
    with pytest.raises(ValueError, match=r"^input_shape: expected 4 integers"):
        average_pool_gradient(np.ones((1, 2, 2, 2)), X.shape[1:])


@pytest.mark.parametrize(
    ("kernel", "error", "message"),
    [
        (BINOMIAL * 16, ValueError, r"^kernel: got weights that sum to 16, expected a sum of 1"),
        (BINOMIAL[0], ValueError, r"^kernel: got 1 axes"),
        (BINOMIAL.astype("float32"), TypeError, r"^kernel: got dtype float32, expected float64"),
        (np.ones((1, 1), int), TypeError, r"^kernel: got dtype int64"),
    ],
)
def test_wrong_blur_kernels(kernel: np.ndarray, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        blur_pool(X, kernel)
