"""Pictures of any kind become what the networks take, or are refused with a reason."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from convbook.pretrained import Network

LITE = Network("efficientnet_lite0", None, 224, 127.0, 128.0)
INCEPTION = Network("inception_v3", None, 299, 127.5, 127.5)
BOTH = pytest.mark.parametrize("network", [LITE, INCEPTION], ids=lambda network: network.name)


def colours(rng, size=60):
    return rng.integers(0, 256, (size, size + 20, 3), np.uint8)


@BOTH
def test_black_and_white_become_the_ends_of_the_range(network):
    for value in (0, 255):
        x = network.preprocess(np.full((40, 50, 3), value, np.uint8))
        assert x.shape == (1, network.size, network.size, 3)
        assert x.dtype == np.float32
        np.testing.assert_allclose(x, (value - network.centre) / network.scale, atol=1e-6)


@BOTH
def test_every_kind_of_one_picture_gives_the_same(network, rng):
    image = colours(rng)
    x = network.preprocess(image)
    kinds = {
        "uint16": image.astype(np.uint16) * 257,
        "float32 to 1": (image / 255).astype(np.float32),
        "float64 to 1": image / 255,
        "float to 255": image.astype(np.float64),
        "float16 to 255": image.astype(np.float16),
        "opaque": np.dstack([image, np.full(image.shape[:2], 255, np.uint8)]),
        "from the right": image[:, ::-1][:, ::-1],
    }
    for name, other in kinds.items():
        np.testing.assert_allclose(network.preprocess(other), x, atol=1e-4, err_msg=name)


def test_grey_stands_for_three_equal_channels(rng):
    grey = rng.integers(0, 256, (30, 30), np.uint8)
    x = LITE.preprocess(np.dstack([grey] * 3))
    for other in (grey, grey[..., np.newaxis]):
        np.testing.assert_allclose(LITE.preprocess(other), x, atol=1e-5)


def test_what_is_transparent_becomes_white():
    image = np.zeros((30, 30, 4), np.uint8)
    np.testing.assert_array_equal(LITE.restore(LITE.preprocess(image)), 255)
    image[..., 3] = 51  # a fifth of black, four fifths of white
    np.testing.assert_array_equal(LITE.restore(LITE.preprocess(image)), 204)


def test_the_middle_is_cut_out_of_wide_and_of_tall_pictures(rng):
    image = colours(rng)
    wide, tall = np.zeros((2, 60, 101, 3), np.uint8), np.zeros((2, 90, 60, 3), np.uint8)
    wide[:, :, 20:80], tall[:, 15:75] = image[:, :60], image[:, :60]
    x = INCEPTION.preprocess(image[:, :60])
    for picture in (*wide, *tall):
        np.testing.assert_array_equal(INCEPTION.preprocess(picture), x)


def test_a_picture_of_the_right_size_keeps_its_pixels(rng):
    image = rng.integers(0, 256, (224, 224, 3), np.uint8)
    np.testing.assert_array_equal(LITE.restore(LITE.preprocess(image))[0], image)
    np.testing.assert_array_equal(LITE.restore(LITE.preprocess(image)[0]), image)


def test_resizing_is_pillow_s_but_for_its_rounding(rng):
    # Away from black and white: Pillow rounds and cuts off between its two passes.
    image = rng.integers(80, 176, (500, 500, 3), np.uint8)
    expected = Image.fromarray(image).resize((224, 224), Image.Resampling.BICUBIC)
    found = LITE.restore(LITE.preprocess(image))[0].astype(int)
    assert np.abs(found - np.asarray(expected)).max() <= 1


def test_reducing_does_not_alias():
    stripes = np.zeros((896, 896), np.uint8)
    stripes[:, ::2] = 255
    restored = LITE.restore(LITE.preprocess(stripes))[0, 10:-10, 10:-10].astype(int)
    assert np.abs(restored - 127.5).max() < 3


@settings(deadline=None, max_examples=40)
@given(value=st.integers(0, 255), height=st.integers(1, 40), width=st.integers(1, 40))
def test_pictures_of_any_size_and_one_colour_keep_it(value, height, width):
    image = np.full((height, width, 3), value, np.uint8)
    for network in (LITE, INCEPTION):
        np.testing.assert_array_equal(network.restore(network.preprocess(image)), value)


def test_a_large_picture_is_never_converted_as_a_whole():
    image = np.zeros((2000, 3000, 3), np.uint8)
    tracemalloc.start()
    try:
        LITE.preprocess(image)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < image.nbytes  # As float32 it takes four times as much.


def test_several_pictures_come_as_an_array_or_as_a_list(rng):
    first, second = colours(rng), colours(rng)
    x = LITE.preprocess(np.stack([first, second]))
    assert x.shape == (2, 224, 224, 3)
    np.testing.assert_array_equal(LITE.preprocess([first, second]), x)
    np.testing.assert_array_equal(x[1:], LITE.preprocess(second))
    mixed = LITE.preprocess([first, (second / 255)[:40], second[..., 0]])
    assert mixed.shape == (3, 224, 224, 3)


def test_floats_are_told_apart_by_their_largest():
    dark = np.full((20, 20, 3), 1.0)
    dark[0, 0] = 0.0
    assert LITE.preprocess(dark).max() == 1.0
    assert LITE.preprocess(2 * dark).max() < -0.9
    # Of several in one array, the brightest says what all of them are.
    assert LITE.preprocess(np.stack([dark, 200 * dark]))[0].max() < -0.9


@pytest.mark.parametrize(
    ("image", "error", "said"),
    [
        (np.zeros((0, 5, 3), np.uint8), ValueError, r"at least one pixel, got shape \(0, 5, 3\)"),
        (np.zeros((0, 9, 9, 3), np.uint8), ValueError, "at least one pixel"),
        ([], ValueError, "empty list"),
        (np.full((5, 5, 3), np.nan), ValueError, "NaN or infinity"),
        (np.array([[0.5, np.nan]]), ValueError, "NaN or infinity"),
        (np.array([[0.5, np.inf]]), ValueError, "NaN or infinity"),
        (np.full((5, 5), 1.5), ValueError, r"from 0 to 1, or .* got 1\.5 to 1\.5"),
        (np.array([[0, 1.0001]]), ValueError, "from 0 to 1, or"),
        (np.array([[-0.1, 0.5]]), ValueError, r"got -0\.1 to 0\.5"),
        (np.array([[0, 255.5]]), ValueError, r"got 0 to 255\.5"),
        (np.array([[0, 1e300]]), ValueError, "got 0 to 1e"),
        (np.zeros((5, 5, 2), np.uint8), ValueError, "1, 3 or 4 channels"),
        (np.zeros(5, np.uint8), ValueError, r"expected shape \(H, W\) or \(H, W, C\), got \(5,\)"),
        (np.zeros((1, 1, 5, 5, 3), np.uint8), ValueError, "expected shape"),
        (np.zeros((5, 5), np.int64), TypeError, "uint8, uint16 or floats, got int64"),
        (np.zeros((5, 5), bool), TypeError, "got bool"),
        (np.zeros((5, 5), complex), TypeError, "got complex"),
        (np.array([["a"]]), TypeError, "got an array of <U1"),
        ("cat.jpg", TypeError, "expected a picture, got an array of <U7"),
        (None, TypeError, "array of object"),
        ([[0, 1], [2, 3]], ValueError, r"images\[0\]: expected shape .* got \(2,\)"),
        ([np.zeros((5, 5), np.uint8), np.full((5, 5), -1.0)], ValueError, r"images\[1\]"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(image, error, said):
    with pytest.raises(error, match=said):
        LITE.preprocess(image)


@BOTH
def test_restore_refuses_what_preprocess_never_returns(network):
    with pytest.raises(ValueError, match=r"x: expected values from -.* to .*, got 1\.5 to 1\.5"):
        network.restore(np.full((4, 4, 3), 1.5))
    with pytest.raises(ValueError, match="got nan"):
        network.restore(np.full((4, 4, 3), np.nan))
    with pytest.raises(ValueError, match=r"expected shape \(\.\.\., 3\)"):
        network.restore(np.zeros((4, 4)))
