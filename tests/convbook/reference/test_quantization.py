"""Whole numbers: rounding against TensorFlow's fake quantization, and what is refused."""

import numpy as np
import pytest
import tensorflow as tf

from convbook.reference import (
    affine_range,
    conv2d_int8,
    dequantize,
    fixed_point,
    quantize,
    requantize,
    symmetric_scale,
)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (-0.3, 6), (2, 5), (-5, -2)])
def test_a_range_is_covered_and_zero_is_whole(low, high):
    scale, zero_point = affine_range(low, high)
    assert dequantize(quantize([0.0], scale, zero_point), scale, zero_point) == 0
    ends = np.float32([low, high])
    back = dequantize(quantize(ends, scale, zero_point), scale, zero_point)
    np.testing.assert_allclose(back, ends, atol=0.51 * scale)


def test_rounding_is_never_further_than_half_a_step(rng):
    x = rng.uniform(-3, 5, 1000).astype(np.float32)
    scale, zero_point = affine_range(-3, 5)
    back = dequantize(quantize(x, scale, zero_point), scale, zero_point)
    assert abs(back - x).max() <= 0.501 * scale


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_kernels_are_rounded_as_tensorflow_does(rng, bits):
    w = rng.normal(size=(3, 3, 4, 5)).astype(np.float32)
    scale = symmetric_scale(w, bits)
    limit = abs(w).max(axis=(0, 1, 2))
    fake = tf.quantization.fake_quant_with_min_max_vars_per_channel(
        w, -limit, limit, num_bits=bits, narrow_range=True
    )
    back = dequantize(quantize(w, scale, bits=bits), scale)
    np.testing.assert_allclose(back, fake, atol=1e-5)
    assert symmetric_scale(w, bits, per_channel=False) == scale.max()


def test_a_channel_of_zeros_has_a_scale():
    assert symmetric_scale(np.zeros((3, 3, 1, 2), np.float32)).tolist() == [1, 1]
    assert affine_range(0, 0) == (1, -128)


def test_a_multiplier_is_kept_to_31_bits(rng):
    m = np.append(rng.uniform(1e-6, 1, 1000), np.nextafter(1, 0))
    whole, exponent = fixed_point(m)
    assert whole.min() >= 1 << 30
    assert whole.max() < 1 << 31
    np.testing.assert_allclose(whole * 2.0 ** (exponent - 31), m, rtol=2**-30)


def test_requantization_rounds_and_cuts_off(rng):
    sums = rng.integers(-(10**6), 10**6, (50, 4)).astype(np.int32)
    m = np.array([1e-4, 3e-4, 7e-4, 2e-3])
    exact = sums * m + 3
    found = requantize(sums, m, 3)
    assert found.dtype == np.int8
    assert abs(found - exact.clip(-128, 127)).max() < 0.5001
    assert {found.min(), found.max()} == {-128, 127}


def test_a_half_is_rounded_away_from_zero():
    assert requantize(np.array([2, -2, 6], np.int32), 0.25).tolist() == [1, -1, 2]
    assert quantize([0.5, -0.5, 1.5], 1).tolist() == [1, -1, 2]


def test_padding_adds_what_stands_for_zero():
    x = np.full((1, 2, 2, 1), 7, np.int8)
    y = conv2d_int8(
        x, np.ones((3, 3, 1, 1), np.int8), np.zeros(1, np.int32),
        zero_points=(7, 5), multiplier=0.5, padding="same",
    )  # fmt: skip
    np.testing.assert_array_equal(y, 5)


IMAGE, KERNEL = np.ones((1, 3, 3, 1), np.int8), np.ones((2, 2, 1, 2), np.int8)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: affine_range(1, 0), ValueError, "high: expected at least low"),
        (lambda: affine_range(float("nan"), 1), ValueError, "low: expected a finite number"),
        (lambda: symmetric_scale([[np.nan]]), ValueError, "w: expected finite"),
        (lambda: symmetric_scale([[1.0]], 9), ValueError, "bits: expected at most 8"),
        (lambda: symmetric_scale([[1.0]], 1), ValueError, "bits: expected an integer of at least"),
        (lambda: quantize([np.inf], 1), ValueError, "x: expected finite"),
        (lambda: quantize([1.0], 0), ValueError, "scale: expected numbers above 0"),
        (lambda: quantize([1.0], [1.0, 1.0]), ValueError, "scale: expected a number"),
        (lambda: quantize([1.0], 1, 200), ValueError, "zero_point: expected at most 127"),
        (lambda: dequantize([1.0], 1), TypeError, "q: expected an array of int8, got float64"),
        (lambda: fixed_point(0), ValueError, "multiplier: expected numbers above 0"),
        (lambda: requantize(np.ones(1, np.int32), 1.5), ValueError, "multiplier: expected below 1"),
        (lambda: requantize([1.0], 0.5), TypeError, "accumulator: expected an array of int32"),
        (
            lambda: conv2d_int8(IMAGE, KERNEL, np.zeros(3, np.int32), zero_points=(0, 0),
                                multiplier=0.5),
            ValueError, "bias: expected shape",
        ),
        (
            lambda: conv2d_int8(IMAGE, KERNEL, np.zeros(2), zero_points=(0, 0), multiplier=0.5),
            TypeError, "bias: expected an array of int32, got float64",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
