"""Grouped, depthwise and separable convolution against TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from convbook.reference import conv2d, depthwise_conv2d, grouped_conv2d, separable_conv2d

from .strategies import ONE, TO_3, Case, convolutions, quick, thorough

WORDS = ("same", "valid")
FLOATS = ("float16", "float32", "float64")


@thorough
@given(convolutions(), TO_3)
def test_grouped_is_tensorflow(case: Case, groups: int) -> None:
    x = case.noise((*case.x.shape[:-1], groups * case.x.shape[-1]))
    w = case.noise((*case.w.shape[:-1], groups * case.w.shape[-1]))
    expected = tf.nn.conv2d(x, w, case.stride, case.tf_padding, dilations=case.dilation)
    case.assert_equal(grouped_conv2d(x, w, groups, **case.how), expected)


@quick
@given(convolutions())
def test_one_group_is_conv2d(case: Case) -> None:
    case.assert_equal(
        grouped_conv2d(case.x, case.w, 1, **case.how), conv2d(case.x, case.w, **case.how)
    )


# TensorFlow's depthwise convolution takes one stride for both axes. Beside a dilation it warns
# that the stride must be 1, and where it is not, computes something else.
DEPTHWISE = convolutions(paddings=WORDS, dtypes=FLOATS, strides=ONE) | TO_3.flatmap(
    lambda stride: convolutions(
        paddings=WORDS, dtypes=FLOATS, strides=st.just(stride), dilations=ONE
    )
)


@thorough
@given(DEPTHWISE)
def test_depthwise_is_tensorflow(case: Case) -> None:
    expected = tf.nn.depthwise_conv2d(
        case.x, case.w, [1, *case.stride, 1], case.tf_padding, dilations=case.dilation
    )
    case.assert_equal(depthwise_conv2d(case.x, case.w, **case.how), expected)


@quick
@given(DEPTHWISE, TO_3)
def test_separable_is_tensorflow(case: Case, out_channels: int) -> None:
    mixing = case.noise((1, 1, case.w.shape[2] * case.w.shape[3], out_channels))
    expected = tf.nn.separable_conv2d(
        case.x, case.w, mixing, [1, *case.stride, 1], case.tf_padding, dilations=case.dilation
    )
    actual = separable_conv2d(case.x, case.w, mixing, **case.how)
    assert actual.dtype == expected.numpy().dtype
    terms = case.w.size
    np.testing.assert_allclose(actual, expected, rtol=0, atol=terms * case.tolerance)


@quick
@given(convolutions(dtypes=("int64",)))
def test_depthwise_is_conv2d_with_a_diagonal_kernel(case: Case) -> None:
    """Strides and dilations that TensorFlow's operation lacks are covered here."""
    rows, columns, channels, multiplier = case.w.shape
    dense = np.zeros((rows, columns, channels, channels, multiplier), case.w.dtype)
    dense[:, :, range(channels), range(channels)] = case.w
    dense = dense.reshape(rows, columns, channels, channels * multiplier)
    case.assert_equal(
        depthwise_conv2d(case.x, case.w, **case.how), conv2d(case.x, dense, **case.how)
    )


@pytest.mark.parametrize(
    ("groups", "error", "message"),
    [
        (0, ValueError, r"^groups: .*at least 1, got 0"),
        (-1, ValueError, r"^groups: .*at least 1, got -1"),
        (3, ValueError, r"^groups: got 3, .*4 channels of x.*6 output channels"),
        (4, ValueError, r"^groups: got 4, .*4 channels of x.*6 output channels"),
        (1, ValueError, r"^w: got 2 input channels.*expected 4"),
        (2.0, TypeError, r"^groups: .*got 2.0"),
        (True, TypeError, r"^groups: .*got True"),
    ],
)
def test_wrong_groups(groups: int, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        grouped_conv2d(np.ones((1, 5, 5, 4)), np.ones((3, 3, 2, 6)), groups)


@pytest.mark.parametrize(
    ("depthwise", "pointwise", "message"),
    [
        ((3, 3, 3, 1), (1, 1, 3, 1), r"^depthwise_kernel: got 3 channels.*expected 2"),
        ((3, 3, 2, 2), (1, 1, 2, 1), r"^pointwise_kernel: .*expected \(1, 1, 4, 'O'\)"),
        ((3, 3, 2, 2), (3, 3, 4, 1), r"^pointwise_kernel: .*expected \(1, 1, 4, 'O'\)"),
        ((3, 3, 2), (1, 1, 4, 1), r"^depthwise_kernel: got 3 axes"),
        ((3, 3, 2, 2), (4, 1), r"^pointwise_kernel: got 2 axes"),
    ],
)
def test_wrong_separable_kernels(
    depthwise: tuple[int, ...], pointwise: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        separable_conv2d(np.ones((1, 5, 5, 2)), np.ones(depthwise), np.ones(pointwise))


@pytest.mark.parametrize("wrong", ["depthwise_kernel", "pointwise_kernel"])
def test_separable_kernels_of_another_dtype(wrong: str) -> None:
    kernels = {
        "depthwise_kernel": np.ones((3, 3, 2, 1), "float32"),
        "pointwise_kernel": np.ones((1, 1, 2, 1), "float32"),
    }
    kernels[wrong] = kernels[wrong].astype("float64")
    with pytest.raises(TypeError, match=f"^{wrong}: got dtype float64, expected float32"):
        separable_conv2d(np.ones((1, 5, 5, 2), "float32"), **kernels)
