"""The Gaussian family, Gabor, and the errata of seed 004."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from convbook import data, kernels

from .helpers import angles, correlate, grid, repeatable, sigmas


@given(sigmas)
@repeatable
def test_gaussian_keeps_the_mean_and_has_its_sigma(sigma):
    kernel = kernels.gaussian(sigma).astype(np.float64)
    assert kernel.shape[0] == 2 * int(np.ceil(4 * sigma)) + 1
    assert kernel.sum() == pytest.approx(1, abs=1e-6)
    x, y = grid(kernel.shape[0] // 2)
    assert (x * kernel).sum() == pytest.approx(0, abs=1e-6)
    if sigma > 0.8:  # Below, one sample a pixel is too few for the variance.
        assert (x**2 * kernel).sum() == pytest.approx(sigma**2, rel=5e-3)
        assert (y**2 * kernel).sum() == pytest.approx(sigma**2, rel=5e-3)


def test_gaussian_is_the_outer_product_of_profiles():
    profile = kernels.gaussian_profile(np.arange(-6, 7), sigma=1.5)
    expected = np.outer(profile, profile)
    np.testing.assert_allclose(kernels.gaussian(1.5), expected, rtol=1e-4)


def test_a_blur_keeps_the_mean_of_a_picture():
    image = data.chelsea_grey()[:64, :64]
    # Wrapped round, every pixel is counted with every tap.
    kernel = kernels.gaussian(2)
    wrapped = np.pad(image, kernel.shape[0] // 2, mode="wrap")
    assert correlate(wrapped, kernel).mean() == pytest.approx(image.mean(), rel=1e-5)


def differentiated(x, sigma, order):
    """Return a derivative of the Gaussian by TensorFlow's automatic differentiation."""
    x = tf.constant(x, tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            g = tf.exp(-(x**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
        first = inner.gradient(g, x)
    return (g, first, outer.gradient(first, x))[order].numpy()


@given(st.integers(0, 2), st.floats(0.1, 10))
@repeatable
def test_profiles_are_what_automatic_differentiation_gives(order, sigma):
    x = np.linspace(-5, 5, 101) * sigma
    got = kernels.gaussian_profile(x, sigma, order)
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, differentiated(x, sigma, order), rtol=1e-9, atol=1e-12)


def test_the_second_derivative_is_zero_at_sigma_and_negative_inside():
    assert kernels.gaussian_profile(3.0, sigma=3, order=2) == 0
    assert kernels.gaussian_profile(2.9, sigma=3, order=2) < 0 < kernels.gaussian_profile(3.1, 3, 2)


def seed_profiles(n):
    """Return seed 004's Gaussian and its two "derivatives" on n points from -3 to 3."""
    x = np.linspace(-3, 3, n)
    g = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return x, g, -2 * x * g, -2 * (2 * x**2 - 1) * g


def test_erratum_the_first_derivative_of_seed_004_is_twice_the_true_one():
    x, g, seed, _ = seed_profiles(30)
    np.testing.assert_allclose(g, kernels.gaussian_profile(x))
    np.testing.assert_allclose(seed, 2 * kernels.gaussian_profile(x, order=1))


def test_erratum_the_second_derivative_of_seed_004_has_the_wrong_sign_and_zero():
    x, _, _, seed = seed_profiles(600)  # An even number: no point lies on a zero.
    right = kernels.gaussian_profile(x, order=2)
    assert seed[300] > 0 > right[300]

    def positive_zero(y):
        (crossing,) = np.flatnonzero(np.diff(np.sign(y[300:])))
        return x[300 + crossing]

    assert positive_zero(seed) == pytest.approx(np.sqrt(0.5), abs=0.01)
    assert positive_zero(right) == pytest.approx(1, abs=0.01)


def second_along_x(x, y, sigma):
    """Return the second derivative along x of the 2D Gaussian, by automatic differentiation."""
    x = tf.constant(x)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            g = tf.exp(-(x**2 + y**2) / (2 * sigma**2)) / (2 * np.pi * sigma**2)
        slope = inner.gradient(g, x)
    return outer.gradient(slope, x).numpy()


def test_erratum_the_radial_second_derivative_of_seed_004_is_no_laplacian():
    sigma = 3.0
    log = kernels.laplacian_of_gaussian(sigma)
    x, y = grid(log.shape[0] // 2)
    # The Laplacian is the second derivative along x plus the one along y.
    exact = second_along_x(x, y, sigma) + second_along_x(y, x, sigma)
    scale = np.abs(exact).max()
    np.testing.assert_allclose(log / scale, exact / scale, atol=0.01)
    # Its zero lies at sqrt(2) sigma; that of the radial profile, right or wrong, elsewhere.
    assert np.interp(np.sqrt(2) * sigma, x[0, 12:], exact[12, 12:]) == pytest.approx(
        0, abs=0.02 * scale
    )
    radial = kernels.gaussian_profile(np.hypot(x, y), sigma, order=2)
    radial -= radial.mean()
    # Even the multiple that fits best is far off.
    fitted = radial * (radial * exact).sum() / (radial**2).sum()
    assert np.abs(fitted - exact).max() > 0.1 * scale


def test_erratum_the_tiled_gaussian_of_seed_004_multiplies_brightness_by_23():
    _, g, _, _ = seed_profiles(30)
    tile = np.tile(g, (30, 1))
    gain = (tile * tile.T).sum()
    assert gain == pytest.approx(23.3, abs=0.1)
    out = correlate(np.ones((32, 32)), tile * tile.T)
    np.testing.assert_allclose(out, gain, rtol=1e-5)
    np.testing.assert_allclose(correlate(np.ones((41, 41)), kernels.gaussian(5)), 1, rtol=1e-5)


@given(sigmas, angles, st.sampled_from([1, 2]))
@repeatable
def test_derivative_kernels_sum_to_zero(sigma, angle, order):
    kernel = kernels.gaussian_derivative(sigma, angle, order)
    assert kernel.dtype == np.float32
    assert abs(kernel.sum(dtype=np.float64)) < 1e-6 * np.abs(kernel).sum()


@given(sigmas, angles)
@repeatable
def test_correlating_with_the_first_derivative_gives_the_negative_slope(sigma, angle):
    kernel = kernels.gaussian_derivative(sigma, angle)
    x, y = grid(kernel.shape[0] // 2)
    theta = np.radians(angle)
    ramp = np.cos(theta) * x - np.sin(theta) * y  # Rises by 1 a pixel along the angle.
    assert correlate(ramp, kernel).item() == pytest.approx(-1, rel=1e-4)
    assert correlate(ramp, kernels.flip(kernel)).item() == pytest.approx(1, rel=1e-4)


@given(sigmas, angles, st.sampled_from([3, 7, None]))
@repeatable
def test_the_second_derivative_of_a_parabola_is_exact(sigma, angle, size):
    kernel = kernels.gaussian_derivative(sigma, angle, order=2, size=size)
    x, y = grid(kernel.shape[0] // 2)
    theta = np.radians(angle)
    along = np.cos(theta) * x - np.sin(theta) * y
    across = np.sin(theta) * x + np.cos(theta) * y
    assert (along**2 / 2 * kernel).sum() == pytest.approx(1, rel=1e-3)
    assert (across**2 / 2 * kernel).sum() == pytest.approx(0, abs=1e-3)
    # A curvature is even: flipping the kernel changes nothing.
    np.testing.assert_allclose(kernel, kernels.flip(kernel), atol=1e-6)


@pytest.mark.parametrize("order", [1, 2])
def test_derivative_kernels_are_close_to_the_sampled_function(order):
    sigma = 2.0
    kernel = kernels.gaussian_derivative(sigma, order=order)
    x = np.arange(-8, 9)
    exact = np.outer(kernels.gaussian_profile(x, sigma), kernels.gaussian_profile(x, sigma, order))
    np.testing.assert_allclose(kernel, exact, atol=0.01 * np.abs(exact).max())


@pytest.mark.parametrize("sigma", [0.3, 1, 50])
def test_three_taps_are_central_differences_whatever_sigma(sigma):
    smooth = kernels.gaussian(sigma, size=3).sum(axis=0)
    first = kernels.gaussian_derivative(sigma, size=3)
    np.testing.assert_allclose(first, np.outer(smooth, [0.5, 0, -0.5]), atol=1e-6)
    second = kernels.gaussian_derivative(sigma, order=2, size=3)
    np.testing.assert_allclose(second, np.outer(smooth, [1, -2, 1]), atol=1e-6)


@given(sigmas, st.sampled_from([3, 5, None]))
@repeatable
def test_laplacian_of_gaussian_sums_to_zero_and_is_exact_for_parabolas(sigma, size):
    kernel = kernels.laplacian_of_gaussian(sigma, size).astype(np.float64)
    assert abs(kernel.sum()) < 1e-6 * np.abs(kernel).sum()
    x, y = grid(kernel.shape[0] // 2)
    for parabola, expected in [(x**2 / 2, 1), (y**2 / 2, 1), ((x**2 + y**2) / 2, 2)]:
        assert (parabola * kernel).sum() == pytest.approx(expected, rel=1e-3)
    assert kernel[kernel.shape[0] // 2, kernel.shape[0] // 2] < 0


@pytest.mark.parametrize(
    "family",
    [
        kernels.gaussian_derivative,
        lambda sigma, angle: kernels.gaussian_derivative(sigma, angle, order=2),
        lambda sigma, angle: kernels.gabor(sigma, 5, angle, phase=30, aspect=0.5),
    ],
    ids=["first", "second", "gabor"],
)
def test_a_quarter_turn_is_rot90(family):
    for quarters, angle in enumerate([0, 90, 180, 270]):
        expected = np.rot90(family(1.5, 0), quarters)
        np.testing.assert_allclose(family(1.5, angle), expected, atol=1e-6)
        np.testing.assert_array_equal(
            kernels.rotate(family(1.5, 0), angle), np.rot90(family(1.5, 0), quarters)
        )


def test_an_edge_is_strongest_across_its_own_direction():
    x, y = grid(20)
    edge = (np.cos(np.radians(30)) * x - np.sin(np.radians(30)) * y > 0).astype(np.float32)
    response = {
        angle: correlate(edge, kernels.flip(kernels.gaussian_derivative(2, angle)))[12, 12]
        for angle in range(0, 180, 30)
    }
    assert max(response, key=response.get) == 30
    assert abs(response[120]) < 0.05 * response[30]


@given(st.floats(0.8, 4), st.floats(2.5, 12), angles, st.sampled_from([0, 90, -90, 37]))
@repeatable
def test_gabor_ignores_a_constant_and_answers_its_own_wave_with_one(
    sigma, wavelength, angle, phase
):
    kernel = kernels.gabor(sigma, wavelength, angle, phase).astype(np.float64)
    size = np.abs(kernel).sum()
    assert abs(kernel.sum()) < 1e-6 * size
    x, y = grid(kernel.shape[0] // 2)
    theta = np.radians(angle)
    along = np.cos(theta) * x - np.sin(theta) * y
    wave = np.cos(2 * np.pi * along / wavelength + np.radians(phase))
    assert (kernel * wave).sum() == pytest.approx(1, abs=1e-5 * max(size, 1))


def test_gabor_is_even_at_phase_0_and_odd_at_phase_90():
    even, odd = kernels.gabor(2, 6), kernels.gabor(2, 6, phase=-90)
    np.testing.assert_allclose(even, kernels.flip(even), atol=1e-7)
    np.testing.assert_allclose(odd, -kernels.flip(odd), atol=1e-7)
    # At -90 degrees it is a sine: it brightens to the right of the centre.
    assert odd[8, 9] > 0
    # The stripes of a wave that runs to the right are vertical.
    np.testing.assert_allclose(even, even[::-1], atol=1e-7)
    assert kernels.rank(even) == 1


def test_gabor_tells_wavelengths_and_angles_apart():
    x, y = grid(30)
    kernel = kernels.gabor(5, 6)

    def response(image):
        return np.abs(correlate(image, kernel)).max()

    assert response(np.cos(2 * np.pi * x / 6)) == pytest.approx(1, abs=0.01)
    assert response(np.cos(2 * np.pi * x / 14)) < 0.05
    assert response(np.cos(2 * np.pi * y / 6)) < 0.01


def test_gabor_is_longer_than_wide_where_aspect_is_below_one():
    kernel = kernels.gabor(1.5, 5, aspect=0.5)
    assert kernel.shape == (25, 25)
    x, y = grid(12)
    weight = np.abs(kernel)
    assert (y**2 * weight).sum() > 3 * (x**2 * weight).sum()


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_profile_is_zero_far_away(order):
    np.testing.assert_array_equal(kernels.gaussian_profile([-1e300, 50, 1e300], order=order), 0)
