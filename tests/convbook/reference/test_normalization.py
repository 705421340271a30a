"""Softmax and batch normalization against TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf

from convbook.reference import batch_normalization, softmax

RNG = np.random.default_rng(8)
DTYPES = pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])


@DTYPES
@pytest.mark.parametrize("shape", [(5,), (4, 5), (2, 3, 4, 5)])
def test_softmax_is_tensorflow(shape, dtype):
    x = RNG.normal(0, 5, shape).astype(dtype)
    found = softmax(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, tf.nn.softmax(x), rtol=4 * np.finfo(dtype).eps, atol=1e-7)


def test_softmax_of_the_largest_numbers_is_finite():
    np.testing.assert_array_equal(
        softmax([[6e307, -6e307], [-6e307, -6e307]]), [[1, 0], [0.5, 0.5]]
    )


@DTYPES
@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 4, 5)])
def test_batch_normalization_is_tensorflow(shape, dtype):
    x, mean, offset, scale = (
        RNG.normal(size=size).astype(dtype) for size in (shape, (5,), (5,), (5,))
    )
    variance = RNG.uniform(0.5, 2, 5).astype(dtype)
    found = batch_normalization(x, mean, variance, offset, scale, 0.01)
    assert found.dtype == dtype
    wide = (a.astype("float64") for a in (x, mean, variance, offset, scale))
    expected = tf.nn.batch_normalization(*wide, 0.01)
    np.testing.assert_allclose(found, expected, rtol=0, atol=8 * np.finfo(dtype).eps)


def test_the_statistics_of_the_batch_give_mean_0_and_variance_1():
    x = RNG.normal(3, 7, (4, 6, 6, 5))
    y = batch_normalization(x, x.mean((0, 1, 2)), x.var((0, 1, 2)), np.zeros(5), np.ones(5), 1e-12)
    np.testing.assert_allclose(y.mean((0, 1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var((0, 1, 2)), 1)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": 1.0}, ValueError, "^x: got 0 axes"),
        ({"x": [[1]]}, TypeError, "^x: got dtype int64"),
        ({"mean": [1.0, 2.0]}, ValueError, r"^mean: got shape \(2,\), expected \(1,\), as x has"),
        ({"offset": [[1.0]]}, ValueError, "^offset: got 2 axes"),
        ({"scale": np.ones(1, "float32")}, TypeError, "^scale: got dtype float32, .* of x"),
        ({"variance": [-1.0]}, ValueError, "^variance: got -1.0, expected at least 0"),
        ({"epsilon": 0}, ValueError, "^epsilon: expected a number above 0"),
    ],
)
def test_bad_input_is_refused_by_name(change, error, message):
    good = {"x": [[1.0], [3.0]], "mean": [2.0], "variance": [1.0], "offset": [0.0], "scale": [1.0]}
    batch_normalization(**good)
    with pytest.raises(error, match=message):
        batch_normalization(**(good | change))


@pytest.mark.parametrize("x", [1.0, [], [np.nan], [[1.0], []]])
def test_softmax_refuses_what_is_no_row_of_logits(x):
    with pytest.raises(ValueError, match=r"^x: "):
        softmax(x)
