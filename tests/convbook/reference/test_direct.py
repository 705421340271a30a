"""Direct convolution: against TensorFlow, and the shapes and numbers of the sources."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from convbook.reference import conv1d, conv2d, conv2d_loops, conv3d, convolve2d, correlate2d

from .strategies import TO_3, Case, convolutions, quick, thorough, values, with_zeros_between

EMBOSS = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])


@thorough
@given(convolutions(dtypes=("float16", "float32", "float64", "int32")))
def test_conv2d_is_tensorflow(case: Case) -> None:
    expected = tf.nn.conv2d(case.x, case.w, case.stride, case.tf_padding, dilations=case.dilation)
    case.assert_equal(conv2d(case.x, case.w, **case.how), expected)


@thorough
@given(convolutions(dtypes=("float16", "float32", "float64", "int32", "int64")))
def test_vectorised_conv2d_is_the_loops(case: Case) -> None:
    case.assert_equal(conv2d(case.x, case.w, **case.how), conv2d_loops(case.x, case.w, **case.how))


@quick
@given(convolutions(axes=1, paddings=("same", "valid"), dtypes=("float16", "float32", "float64")))
def test_conv1d_is_tensorflow(case: Case) -> None:
    expected = tf.nn.conv1d(
        case.x, case.w, case.stride[0], case.tf_padding, dilations=case.dilation[0]
    )
    case.assert_equal(conv1d(case.x, case.w, **case.how), expected)


@quick
@given(convolutions(axes=3, paddings=("same", "valid"), kernels=TO_3))
def test_conv3d_is_tensorflow(case: Case) -> None:
    expected = tf.nn.conv3d(
        case.x,
        with_zeros_between(case.w, case.dilation),
        [1, *case.stride, 1],
        case.tf_padding,
    )
    case.assert_equal(conv3d(case.x, case.w, **case.how), expected)


@pytest.mark.parametrize("padding", [2, (1, 2), ((1, 2), (0, 3)), [[1, 2], [0, 3]]])
def test_every_form_of_explicit_padding_is_zeros_around_the_image(padding: object) -> None:
    pads = {2: ((2, 2), (2, 2)), (1, 2): ((1, 2), (1, 2))}
    key = padding if isinstance(padding, (int, tuple)) else tuple(map(tuple, padding))
    rng = np.random.default_rng(0)
    x, w = values(rng, (1, 5, 6, 2), "float64"), values(rng, (3, 2, 2, 2), "float64")
    by_hand = np.pad(x, ((0, 0), *pads.get(key, key), (0, 0)))
    np.testing.assert_array_equal(conv2d(x, w, padding=padding), conv2d(by_hand, w))


def test_padding_names_ignore_case() -> None:
    x, w = np.ones((1, 4, 4, 1)), np.ones((3, 3, 1, 1))
    np.testing.assert_array_equal(conv2d(x, w, padding="SAME"), conv2d(x, w, padding="same"))


def test_int64_is_exact_where_float64_is_not() -> None:
    x = np.array([2**53, 1], dtype="int64").reshape(1, 1, 2, 1)
    w = np.ones((1, 2, 1, 1), dtype="int64")
    assert conv2d(x, w).item() == 2**53 + 1
    assert conv2d(x.astype("float64"), w.astype("float64")).item() == 2**53


def test_shapes_of_source_002() -> None:
    rng = np.random.default_rng(0)
    strided = conv2d(
        values(rng, (1, 10, 10, 3), "float32"), values(rng, (5, 5, 3, 6), "float32"), 2, "same"
    )
    assert strided.shape == (1, 5, 5, 6)
    picture = values(rng, (1, 375, 500, 1), "float32")
    assert conv2d(picture, values(rng, (4, 4, 1, 15), "float32")).shape == (1, 372, 497, 15)
    assert conv2d(picture, values(rng, (3, 3, 1, 1), "float32")).shape == (1, 373, 498, 1)


def test_first_value_of_source_003() -> None:
    image = np.array(
        [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    )
    kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    feature_map = correlate2d(image, kernel)
    assert feature_map[0, 0] == 4
    np.testing.assert_array_equal(feature_map, [[4, 3, 4], [2, 4, 3], [2, 3, 4]])


def test_formula_of_source_000_holds_for_valid_cross_correlation_alone() -> None:
    rng = np.random.default_rng(0)
    m, c = rng.integers(1, 100, (5, 5)), rng.integers(1, 100, (3, 3))
    # fmt: off
    written = (
        m[1, 1] * c[0, 0] + m[1, 2] * c[0, 1] + m[1, 3] * c[0, 2]
        + m[2, 1] * c[1, 0] + m[2, 2] * c[1, 1] + m[2, 3] * c[1, 2]
        + m[3, 1] * c[2, 0] + m[3, 2] * c[2, 1] + m[3, 3] * c[2, 2]
    )
    # fmt: on
    assert correlate2d(m, c, "valid")[1, 1] == written
    others = {
        correlate2d(m, c, "same")[1, 1],
        convolve2d(m, c, "valid")[1, 1],
        convolve2d(m, c, "same")[1, 1],
    }
    assert len(others) == 3
    assert written not in others


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
def test_emboss_tells_convolution_from_cross_correlation(padding: str) -> None:
    image = np.random.default_rng(0).integers(0, 256, (7, 8))
    assert (convolve2d(image, EMBOSS, padding) != correlate2d(image, EMBOSS, padding)).any()


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
@pytest.mark.parametrize(
    "kernel",
    [
        np.ones((3, 3), int),
        np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        np.array([[1, 2], [2, 1]]),
    ],
    ids=["blur", "sharpen", "outline", "even"],
)
def test_symmetric_kernels_cannot_tell(kernel: np.ndarray, padding: str) -> None:
    image = np.random.default_rng(0).integers(0, 256, (7, 8))
    np.testing.assert_array_equal(
        convolve2d(image, kernel, padding), correlate2d(image, kernel, padding)
    )


@quick
@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4), st.integers(1, 4), st.data())
def test_full_convolution_multiplies_polynomials(
    height: int, width: int, rows: int, columns: int, data: st.DataObject
) -> None:
    """Commutativity and evaluation at a point: laws of convolution, not of cross-correlation."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    image, kernel = rng.integers(-9, 10, (height, width)), rng.integers(-9, 10, (rows, columns))
    full = convolve2d(image, kernel, "full")
    np.testing.assert_array_equal(full, convolve2d(kernel, image, "full"))

    def evaluate(coefficients: np.ndarray) -> int:
        powers = [3 ** np.arange(n) for n in coefficients.shape]
        return int((coefficients * powers[0][:, None] * 2 ** np.arange(len(powers[1]))).sum())

    assert evaluate(full) == evaluate(image) * evaluate(kernel)


def test_same_padding_of_an_even_kernel_follows_tensorflow() -> None:
    image = np.random.default_rng(0).uniform(size=(6, 7))
    kernel = np.random.default_rng(1).uniform(size=(4, 2))
    expected = tf.nn.conv2d(image[None, :, :, None], kernel[:, :, None, None], 1, "SAME")
    np.testing.assert_allclose(correlate2d(image, kernel, "same"), expected[0, :, :, 0], rtol=1e-12)
