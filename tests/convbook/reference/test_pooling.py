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


POOLS = {"MAX": (max_pool, max_pool_gradient), "AVG": (average_pool, average_pool_gradient)}


def pooled_by_tensorflow(x, kind, how):
    """Return the output of TensorFlow, and the gradient of a loss that weighs it unequally."""
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        y = tf.nn.pool(tensor, pooling_type=kind, **how)
    dy = upstream(tuple(y.shape), x.dtype)
    return y.numpy(), dy, tape.gradient(y, tensor, output_gradients=tf.constant(dy)).numpy()


def assert_pools(x, kind, expected, *how):
    y, dy, dx = expected
    pool, gradient = POOLS[kind]
    np.testing.assert_allclose(pool(x, *how), y, rtol=0, atol=1e-6)
    first = x if kind == "MAX" else dy
    second = dy if kind == "MAX" else x.shape
    np.testing.assert_allclose(gradient(first, second, *how), dx, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize("shape", [(2, 9, 8, 3), (2, 5, 6, 7, 2)])
def test_dilated_pooling_of_images_and_of_volumes_is_tensorflow(shape, kind) -> None:
    x = np.random.default_rng(5).normal(size=shape).astype("float32")
    pool, dilation = (2, 3, 2)[: x.ndim - 2], (3, 2, 1)[: x.ndim - 2]
    how = {"window_shape": pool, "dilations": dilation, "padding": "VALID"}
    assert_pools(x, kind, pooled_by_tensorflow(x, kind, how), pool, 1, "valid", dilation)


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_strided_pooling_of_volumes_is_tensorflow(padding, kind) -> None:
    x = np.random.default_rng(6).normal(size=(2, 5, 6, 7, 2)).astype("float32")
    how = {"window_shape": (2, 3, 2), "strides": (2, 1, 2), "padding": padding.upper()}
    assert_pools(x, kind, pooled_by_tensorflow(x, kind, how), (2, 3, 2), (2, 1, 2), padding)


@pytest.mark.parametrize("pads", [((1, 0), (0, 1)), ((0, 1), (1, 1))])
def test_explicit_pads_are_those_of_a_padded_image(pads) -> None:
    x = np.random.default_rng(7).normal(size=(1, 7, 6, 2))
    around = ((0, 0), *pads, (0, 0))
    lowest = tf.constant(np.pad(x, around, constant_values=-np.inf))
    np.testing.assert_array_equal(max_pool(x, 3, 2, pads), tf.nn.max_pool2d(lowest, 3, 2, "VALID"))
    inside = tf.nn.avg_pool2d(tf.constant(np.pad(np.ones_like(x), around)), 3, 2, "VALID")
    mean = tf.nn.avg_pool2d(tf.constant(np.pad(x, around)), 3, 2, "VALID") / inside
    np.testing.assert_allclose(average_pool(x, 3, 2, pads), mean, atol=1e-12)
    dy = upstream(mean.shape, x.dtype)
    dx = average_pool_gradient(dy, x.shape, 3, 2, pads)
    np.testing.assert_allclose((average_pool(x, 3, 2, pads) * dy).sum(), (x * dx).sum())


def test_dilated_windows_reach_over_the_border_as_those_of_a_padded_image_do() -> None:
    """TensorFlow has no dilation with SAME."""
    x = np.random.default_rng(9).normal(size=(1, 7, 6, 2))
    lowest = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)), constant_values=-9.0)
    expected = max_pool(lowest, 3, 1, "valid", 2)
    np.testing.assert_array_equal(max_pool(x, 3, 1, "same", 2), expected)
    of_ones = average_pool(np.ones_like(x), 3, 1, "same", 2)
    np.testing.assert_array_equal(of_ones, 1)


def test_a_pad_after_the_image_is_the_ceil_mode_of_others() -> None:
    """As Caffe had it: 112 pixels, a window of 3 with stride 2, 56 places in GoogLeNet."""
    x = np.arange(112.0).reshape(1, 1, 112, 1)
    found = max_pool(x, (1, 3), (1, 2), ((0, 0), (0, 1)))
    assert found.shape == (1, 1, 56, 1)
    np.testing.assert_array_equal(found.ravel(), [*range(2, 112, 2), 111])


def test_a_window_between_whose_taps_the_image_lies_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^padding: got 'same', .* expected a pixel in every"):
        max_pool(np.ones((1, 1, 1, 1)), 2, 1, "same", dilation=2)


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
        ({"pool_size": 5}, ValueError, r"^pool_size: 5 taps .*axis H, padding='valid'"),
        ({"stride": 0}, ValueError, r"^stride: .*at least 1, got 0"),
        ({"stride": (1, -1)}, ValueError, r"^stride: .*at least 1, got -1"),
        ({"padding": "full"}, ValueError, r"^padding: .*for each axis \(H, W\), got 'full'"),
        ({"padding": 2}, ValueError, r"^padding: got 2, .* expected a pixel in every window"),
        ({"padding": -1}, ValueError, r"^padding: .*got -1"),
        ({"dilation": 4}, ValueError, r"^pool_size: 2 taps with dilation 4 .*axis H"),
        ({"dilation": 0}, ValueError, r"^dilation: .*at least 1, got 0"),
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
        (X * np.nan, ValueError, r"^x: .*got NaN"),
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
