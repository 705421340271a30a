"""The pipeline of 2016: its shapes, its values, and every input that it refuses."""

import numpy as np
import pytest
import tensorflow as tf

from convbook import data, kernels, layers, reference

SHARPEN = kernels.get("sharpen")
RNG = np.random.default_rng(4)
# Neither symmetric nor alike between channels: a flip or a swap of axes shows.
MIXING = RNG.normal(size=(3, 5, 3, 2)).astype(np.float32)


@pytest.fixture(scope="module")
def colour():
    return data.chelsea()[data.SMALL_CROP]


@pytest.fixture(scope="module")
def grey(colour):
    return data.to_grey(data.to_float(colour))


def shapes(stages):
    return [tuple(stage.shape) for stage in stages]


@pytest.mark.parametrize("name", ["sharpen", "binomial_blur"])
def test_shapes_are_those_of_the_post_of_2016(grey, name):
    expected = [(1, 134, 240, 1), *[(1, 45, 80, 1)] * 2, *[(1, 15, 27, 1)] * 2]
    assert grey.shape == (134, 240)
    assert shapes(layers.convolve(grey, kernels.get(name))) == expected


def test_a_colour_picture_keeps_its_three_channels(colour):
    stages = layers.convolve(colour, SHARPEN)
    expected = [(1, 134, 240, 3), *[(1, 45, 80, 3)] * 2, *[(1, 15, 27, 3)] * 2]
    assert shapes(stages) == expected
    alone = layers.convolve(colour[..., 1], SHARPEN)
    for whole, channel in zip(stages, alone, strict=True):
        np.testing.assert_allclose(whole[..., 1], channel[..., 0], atol=1e-6)


@pytest.mark.parametrize("padding", ["SAME", "valid"])
@pytest.mark.parametrize("kernel", [SHARPEN, MIXING], ids=["per channel", "mixing"])
@pytest.mark.parametrize(("stride", "pool_size", "pool_stride"), [(3, 3, None), (2, 4, 3)])
def test_every_stage_is_that_of_the_reference(
    colour, kernel, stride, pool_size, pool_stride, padding
):
    stages = layers.convolve(
        colour,
        kernel,
        stride=stride,
        pool_size=pool_size,
        pool_stride=pool_stride,
        padding=padding,
        activation=tf.tanh,
    )
    x = (colour[np.newaxis] / 255).astype(np.float32)
    w = kernels.per_channel(kernel, 3) if kernel.ndim == 2 else kernel
    convolved = reference.conv2d(x, w, stride, padding)
    activated = np.tanh(convolved)
    pooling = (pool_size, pool_stride, padding)
    expected = layers.Stages(
        x,
        convolved,
        activated,
        reference.average_pool(activated, *pooling),
        reference.max_pool(activated, *pooling),
    )
    for got, wanted in zip(stages, expected, strict=True):
        assert got.dtype == tf.float32
        np.testing.assert_allclose(got, wanted, atol=1e-5)


def test_the_pooling_window_is_honoured(grey):
    """In the post of 2016 the argument was ignored: every window was 3 by 3 with a stride of 3."""
    two = layers.convolve(grey, SHARPEN, pool_size=2)
    assert two.max_pooled.shape == two.average_pooled.shape == (1, 23, 40, 1)
    overlapping = layers.convolve(grey, SHARPEN, pool_size=3, pool_stride=2)
    assert overlapping.max_pooled.shape == (1, 23, 40, 1)
    assert np.abs(overlapping.max_pooled - two.max_pooled).max() > 0.01


def test_white_is_one_and_the_default_activation_is_the_sigmoid():
    """In the post of 2016 bytes were divided by 256, so white was 255 / 256."""
    stages = layers.convolve(np.full((6, 6), 255, np.uint8), kernels.get("identity"))
    assert (stages.input == 1).numpy().all()
    np.testing.assert_allclose(stages.activated, 1 / (1 + np.exp(-1)), rtol=1e-6)


def test_bytes_and_their_floats_give_the_same(colour):
    for of_bytes, of_floats in zip(
        layers.convolve(colour, SHARPEN),
        layers.convolve(data.to_float(colour).astype(np.float64), SHARPEN),
        strict=True,
    ):
        np.testing.assert_array_equal(of_bytes, of_floats)


def test_the_kernel_is_not_flipped():
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    stages = layers.convolve(impulse, kernels.get("emboss"), stride=1, activation=tf.identity)
    seen = stages.convolved[0, 1:4, 1:4, 0]
    np.testing.assert_array_equal(seen, kernels.flip(kernels.get("emboss")))


IMAGE = np.full((6, 7), 0.5, np.float32)
COLOUR = np.full((6, 7, 3), 0.5, np.float32)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"image": IMAGE[0]}, ValueError, r"image: expected shape .* got \(7,\)"),
        ({"image": IMAGE[None, ..., None]}, ValueError, r"image: .* got \(1, 6, 7, 1\)"),
        ({"image": COLOUR[..., :2]}, ValueError, r"image: .* got \(6, 7, 2\)"),
        ({"image": IMAGE[:0]}, ValueError, "image: .* at least one pixel"),
        ({"image": IMAGE.astype(int)}, TypeError, "image: expected uint8 .* got int64"),
        ({"image": IMAGE > 0}, TypeError, "image: .* got bool"),
        ({"image": IMAGE * np.nan}, ValueError, "image: .* got nan"),
        ({"image": IMAGE * np.inf}, ValueError, "image: .* inf"),
        ({"image": IMAGE * 255}, ValueError, "image: .* divide bytes by 255"),
        ({"image": -IMAGE}, ValueError, "image: expected floats from 0 to 1, got -0.5"),
        ({"kernel": SHARPEN[0]}, ValueError, r"kernel: .* got \(3,\)"),
        ({"kernel": MIXING[..., 0]}, ValueError, r"kernel: .* got \(3, 5, 3\)"),
        ({"kernel": MIXING}, ValueError, "kernel: expected 1 input channels.* got 3"),
        (
            {"image": COLOUR, "kernel": SHARPEN[..., None, None]},
            ValueError,
            "kernel: expected 3 input channels.* got 1",
        ),
        ({"image": COLOUR, "kernel": MIXING[:0]}, ValueError, "kernel: .* at least one tap"),
        ({"image": COLOUR, "kernel": MIXING * np.nan}, ValueError, "kernel: .* NaN"),
        ({"kernel": SHARPEN * np.nan}, ValueError, "kernel: .* NaN"),
        ({"kernel": SHARPEN.astype(str)}, TypeError, "kernel: expected real numbers"),
        ({"image": COLOUR, "kernel": MIXING.astype(complex)}, TypeError, "kernel: .* complex"),
        ({"stride": 0}, ValueError, "stride: .* at least 1, got 0"),
        ({"stride": 1.5}, TypeError, "stride: expected an integer"),
        ({"pool_size": -1}, ValueError, "pool_size: .* at least 1, got -1"),
        ({"pool_size": (2, 2)}, TypeError, "pool_size: expected an integer"),
        ({"pool_stride": 0}, ValueError, "pool_stride: .* at least 1, got 0"),
        ({"pool_stride": True}, TypeError, "pool_stride: expected an integer"),
        ({"padding": 1}, TypeError, "padding: expected one of same, valid, got 1"),
        ({"padding": "full"}, ValueError, "padding: .* got 'full'"),
        (
            {"activation": lambda x: x[..., 0]},
            ValueError,
            r"activation: expected one that keeps the shape \(1, 2, 3, 1\), got \(1, 2, 3\)",
        ),
        ({"activation": lambda x: None}, ValueError, "activation: .* got None"),
        ({"activation": "relu"}, TypeError, "activation: .* got 'relu'"),
        (
            {"kernel": np.ones((7, 3)), "padding": "VALID"},
            ValueError,
            "kernel: expected at most 6 x 7.* got 7 x 3",
        ),
        (
            {"stride": 1, "pool_size": 5, "padding": "VALID"},
            ValueError,
            "pool_size: expected at most 4 x 5.* got 5 x 5",
        ),
    ],
)
def test_bad_input_is_refused_by_name(arguments, error, message):
    good = {"image": IMAGE, "kernel": SHARPEN}
    layers.convolve(**good)
    with pytest.raises(error, match=message):
        layers.convolve(**(good | arguments))
