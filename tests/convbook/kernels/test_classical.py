"""Named kernels and the box and binomial blurs."""

import numpy as np
import pytest
import tensorflow as tf

from convbook import kernels

from .helpers import correlate, grid

SMOOTHING = ["identity", "box_blur", "binomial_blur", "sharpen", "sharpen_8", "shift_right"]
ZERO_SUM = ["laplacian", "outline", "edge_enhance", "sobel_x", "sobel_y", "prewitt_x", "prewitt_y"]


def test_every_named_kernel_is_a_described_odd_float32_square():
    assert kernels.names() == tuple(kernels.CLASSICAL)
    for name in kernels.names():
        kernel, entry = kernels.get(name), kernels.CLASSICAL[name]
        assert kernel.dtype == np.float32
        assert kernel.shape == (3, 3)
        assert entry.description.endswith(".")
        assert "\n" not in entry.description
        assert entry.source


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),  # seed 000
        (
            "binomial_blur",  # seed 000
            [[0.0625, 0.125, 0.0625], [0.125, 0.25, 0.125], [0.0625, 0.125, 0.0625]],
        ),
        ("outline", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),  # seed 002
        ("emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),  # seed 002
        ("edge_enhance", [[0, 0, 0], [-1, 1, 0], [0, 0, 0]]),  # GIMP's page
        ("laplacian", [[0, 1, 0], [1, -4, 1], [0, 1, 0]]),  # GIMP's page
    ],
)
def test_the_kernels_of_the_sources(name, rows):
    np.testing.assert_array_equal(kernels.get(name), rows)


@pytest.mark.parametrize("name", SMOOTHING)
def test_a_kernel_with_sum_one_keeps_a_constant(name):
    np.testing.assert_allclose(correlate(np.full((5, 5), 0.7), kernels.get(name)), 0.7, rtol=1e-6)


@pytest.mark.parametrize("name", ZERO_SUM)
def test_a_kernel_with_sum_zero_ignores_a_constant(name):
    np.testing.assert_array_equal(correlate(np.full((5, 5), 3), kernels.get(name)), 0)


@pytest.mark.parametrize(
    ("name", "slope_x", "slope_y"),
    [
        ("sobel_x", 8, 0),
        ("sobel_y", 0, 8),
        ("prewitt_x", 6, 0),
        ("prewitt_y", 0, 6),
        ("edge_enhance", 1, 0),
    ],
)
def test_difference_kernels_give_the_slope_with_its_sign(name, slope_x, slope_y):
    x, y = grid(3)
    np.testing.assert_allclose(correlate(x, kernels.get(name)), slope_x)
    np.testing.assert_allclose(correlate(y, kernels.get(name)), slope_y)


def test_identities_scale_negate_and_shift():
    image = np.arange(30.0).reshape(5, 6)
    inner = image[1:-1, 1:-1]
    for name, expected in [("identity", inner), ("doubled", 2 * inner), ("negated", -inner)]:
        np.testing.assert_array_equal(correlate(image, kernels.get(name)), expected)
    shifted = correlate(image, kernels.get("shift_right"))
    np.testing.assert_array_equal(shifted[:, 1:], inner[:, :-1])
    # True convolution, with the flipped kernel, moves the picture the other way.
    flipped = correlate(image, kernels.flip(kernels.get("shift_right")))
    np.testing.assert_array_equal(flipped[:, :-1], inner[:, 1:])


def test_symmetric_kernels_cannot_tell_convolution_from_correlation():
    def is_symmetric(name):
        return np.array_equal(kernels.flip(kernels.get(name)), kernels.get(name))

    assert all(map(is_symmetric, ["binomial_blur", "sharpen", "outline", "laplacian"]))
    assert not any(map(is_symmetric, ["emboss", "sobel_x", "sobel_y", "shift_right"]))


def test_the_relations_that_the_descriptions_state():
    identity = kernels.get("identity")
    np.testing.assert_array_equal(kernels.get("sharpen"), identity - kernels.get("laplacian"))
    np.testing.assert_array_equal(kernels.get("sharpen_8"), identity + kernels.get("outline"))
    relief = kernels.get("emboss") - identity
    np.testing.assert_array_equal(relief, -kernels.flip(relief))


def test_get_returns_a_fresh_array():
    kernels.get("identity")[:] = 7
    assert kernels.get("identity").sum() == 1


def test_an_unknown_name_is_refused_with_close_ones_and_all():
    with pytest.raises(ValueError, match=r"got 'Sobel_z'; did you mean .*'sobel_[xy]'") as caught:
        kernels.get("Sobel_z")
    assert all(name in str(caught.value) for name in kernels.names())
    with pytest.raises(ValueError, match=r"got 'qqqqqq'$"):
        kernels.get("qqqqqq")
    with pytest.raises(TypeError, match="name: expected a string, got 3 of type int"):
        kernels.get(3)


@pytest.mark.parametrize("blur", [kernels.box, kernels.binomial])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 9, 31])
def test_box_and_binomial_are_separable_symmetric_and_normalized(blur, size):
    kernel = blur(size)
    assert kernel.shape == (size, size)
    assert kernel.dtype == np.float32
    assert kernel.sum(dtype=np.float64) == pytest.approx(1, abs=1e-6)
    np.testing.assert_array_equal(kernel, kernel.T)
    np.testing.assert_array_equal(kernel, kernels.flip(kernel))
    assert kernels.rank(kernel) == 1


def test_two_blurs_of_two_make_the_binomial_of_three():
    padded = np.pad(kernels.box(2), 1)
    np.testing.assert_array_equal(correlate(padded, kernels.box(2)), kernels.binomial(3))


def test_an_even_size_shifts_by_half_a_pixel():
    """Seed 004 blurs with 30 taps: the centre of mass of what it draws lies between pixels."""
    spot = np.zeros((9, 9))
    spot[4, 4] = 1

    def centre(image):
        return (image.sum(axis=0) * np.arange(image.shape[1])).sum()

    padded = tf.pad(spot, [[0, 1], [0, 1]]).numpy()  # TensorFlow's SAME for two taps.
    assert centre(correlate(padded, kernels.box(2))) == pytest.approx(3.5)
    padded = tf.pad(spot, [[1, 1], [1, 1]]).numpy()
    assert centre(correlate(padded, kernels.box(3))) == pytest.approx(4)
    with pytest.raises(ValueError, match=r"size: expected an odd integer .* got 30"):
        kernels.gaussian(5, size=30)
