"""Flip, rotation, separation and channel layouts of kernels."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given

from convbook import kernels

from .helpers import angles, correlate, repeatable


def test_correlation_with_the_flipped_kernel_is_convolution():
    rng = np.random.default_rng(5)
    image, kernel = rng.normal(size=(7, 8)), rng.normal(size=(2, 3))
    expected = np.zeros((8, 10))
    for i, j in np.ndindex(kernel.shape):
        expected[i : i + 7, j : j + 8] += kernel[i, j] * image
    got = correlate(image, kernels.flip(kernel))
    np.testing.assert_allclose(got, expected[1:7, 2:8], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(kernels.flip(kernels.flip(kernel)), kernel.astype(np.float32))


@given(angles)
@repeatable
def test_rotation_keeps_the_sum(angle):
    for name in ("emboss", "sobel_x", "binomial_blur"):
        kernel = kernels.get(name)
        assert kernels.rotate(kernel, angle).sum() == pytest.approx(kernel.sum(), abs=1e-5)


def test_rotation_agrees_with_steering_for_a_kernel_that_fades_out():
    upright = kernels.gaussian_derivative(2.5)
    for angle in (30, -45, 200):
        steered = kernels.gaussian_derivative(2.5, angle)
        got = kernels.rotate(upright, angle)
        np.testing.assert_allclose(got, steered, atol=0.01 * steered.max())


def test_rotation_by_90_takes_right_to_up():
    np.testing.assert_array_equal(
        kernels.rotate(kernels.get("sobel_x"), -90), kernels.get("sobel_y")
    )
    np.testing.assert_array_equal(
        kernels.rotate(kernels.get("sobel_x"), 450), -kernels.get("sobel_y")
    )


@pytest.mark.parametrize(
    ("kernel", "terms"),
    [
        (kernels.get("sobel_x"), 1),
        (kernels.get("binomial_blur"), 1),
        (kernels.get("outline"), 2),
        (kernels.get("laplacian"), 2),
        (kernels.get("emboss"), 3),
        (kernels.gaussian(3), 1),
        (kernels.gaussian_derivative(3), 1),
        (kernels.laplacian_of_gaussian(3), 2),
        (np.zeros((3, 3)), 0),
        (np.full((4, 2), 1e-30), 1),
    ],
)
def test_rank_and_separation(kernel, terms):
    assert kernels.rank(kernel) == terms
    if terms == 1:
        column, row = kernels.separate(kernel)
        assert (column.shape, row.shape) == ((kernel.shape[0], 1), (1, kernel.shape[1]))
        assert column[np.abs(column).argmax()] > 0
        np.testing.assert_allclose(column @ row, kernel, rtol=1e-4, atol=1e-6 * kernel.max())
    else:
        with pytest.raises(ValueError, match=f"separable kernel, of rank 1, got rank {terms}"):
            kernels.separate(kernel)


def test_two_thin_convolutions_are_the_separable_one():
    image = np.random.default_rng(0).normal(size=(20, 24))
    column, row = kernels.separate(kernels.gaussian(1.2))
    both = correlate(correlate(image, column), row)
    np.testing.assert_allclose(both, correlate(image, kernels.gaussian(1.2)), atol=1e-6)


def test_per_channel_keeps_colours_apart_and_a_kernel_of_ones_mixes_them():
    image = np.random.default_rng(1).uniform(size=(1, 6, 6, 3)).astype(np.float32)
    got = tf.nn.conv2d(image, kernels.per_channel(kernels.box(3), 3), 1, "VALID").numpy()
    for channel in range(3):
        alone = correlate(image[0, ..., channel], kernels.box(3))
        np.testing.assert_allclose(got[0, ..., channel], alone, rtol=1e-5)
    depthwise = np.repeat(kernels.to_hwio(kernels.box(3)), 3, axis=2)
    expected = tf.nn.depthwise_conv2d(image, depthwise, (1, 1, 1, 1), "VALID")
    np.testing.assert_allclose(got, expected, rtol=1e-5)
    # Erratum: 3x3x3x3 ones give three times the same grey picture.
    ones = tf.nn.conv2d(image, np.ones((3, 3, 3, 3), np.float32), 1, "VALID").numpy()
    np.testing.assert_array_equal(ones[..., 0], ones[..., 2])
    np.testing.assert_allclose(ones[..., 0], 9 * got.sum(axis=-1), rtol=1e-5)


def test_to_hwio_gives_height_width_in_out():
    kernel = kernels.to_hwio(np.arange(6).reshape(2, 3))
    assert (kernel.shape, kernel.dtype) == ((2, 3, 1, 1), np.float32)
    np.testing.assert_array_equal(kernel[..., 0, 0], [[0, 1, 2], [3, 4, 5]])


def test_operations_return_copies():
    source = np.ones((3, 3), np.float32)
    for result in (
        kernels.flip(source),
        kernels.rotate(source, 0),
        kernels.to_hwio(source),
        kernels.per_channel(source, 1),
    ):
        result[:] = 5
    assert (source == 1).all()


@pytest.mark.parametrize(
    "operation",
    [
        kernels.flip,
        kernels.rank,
        kernels.separate,
        kernels.to_hwio,
        lambda kernel: kernels.rotate(kernel, 30),
        lambda kernel: kernels.per_channel(kernel, 3),
    ],
    ids=["flip", "rank", "separate", "to_hwio", "rotate", "per_channel"],
)
@pytest.mark.parametrize(
    ("kernel", "error", "message"),
    [
        ([1.0, 2.0], ValueError, r"kernel: expected shape \(kh, kw\)"),
        (np.ones((3, 3, 1, 1)), ValueError, r"kernel: expected shape .* got shape \(3, 3, 1, 1\)"),
        (np.ones((0, 3)), ValueError, "kernel: expected shape .* at least one tap"),
        ([[np.nan]], ValueError, "kernel: expected finite numbers"),
        ([[np.inf]], ValueError, "kernel: expected finite numbers"),
        ([["a"]], TypeError, "kernel: expected real numbers"),
        ([[1j]], TypeError, "kernel: expected real numbers"),
        ([[True]], TypeError, "kernel: expected real numbers"),
    ],
)
def test_a_bad_kernel_is_refused(operation, kernel, error, message):
    with pytest.raises(error, match=message):
        operation(kernel)
