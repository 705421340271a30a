"""Saliency and its two relatives, beside weights, finite differences and integrals on paper."""

import keras
import numpy as np
import pytest
from scipy import stats

from convbook import interpretability
from tests.convbook.interpretability.helpers import LAYERS, convnet, linear, logits


def squares(shape):
    """Return the network with the one logit sum(x ** 2)."""
    inputs = keras.Input(shape)
    outputs = LAYERS.Dense(1, use_bias=False, kernel_initializer="ones")(
        LAYERS.Flatten()(inputs * inputs)
    )
    return keras.Model(inputs, outputs)


@pytest.fixture(scope="module")
def smooth():
    return convnet(dtype="float64")


def test_saliency_of_a_linear_network_is_its_weights(rng):
    weights = rng.normal(size=(3, 4, 2, 5))
    images = rng.normal(size=(3, 3, 4, 2))
    found = interpretability.saliency(linear(weights), images, [4, 0, 2])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.moveaxis(weights, -1, 0)[[4, 0, 2]], rtol=1e-6)


def test_saliency_is_the_finite_difference(smooth, rng):
    image = rng.random((1, 12, 10, 1))
    found = interpretability.saliency(smooth, image, 2)
    # The network computes in double precision, but its input arrives in single.
    nudge = 2.0**-10
    expected = np.zeros((12, 10))
    exact = image.astype(np.float32).astype(float)
    for i, j in np.ndindex(12, 10):
        there, back = exact.copy(), exact.copy()
        there[0, i, j] += nudge
        back[0, i, j] -= nudge
        difference = smooth(there, training=False) - smooth(back, training=False)
        expected[i, j] = float(difference[0, 2]) / (2 * nudge)
    assert np.abs(expected).max() > 0.01
    np.testing.assert_allclose(found[0, ..., 0], expected, atol=1e-5)


def test_the_class_with_the_largest_logit_is_the_default(smooth, rng):
    images = 3 * rng.normal(size=(8, 12, 10, 1))
    best = logits(smooth, images).argmax(axis=1)
    assert len(set(best)) > 1
    for method in (
        interpretability.saliency,
        interpretability.integrated_gradients,
        interpretability.smooth_gradient,
    ):
        np.testing.assert_array_equal(method(smooth, images), method(smooth, images, best))


def test_images_do_not_see_each_other(smooth, rng):
    images = rng.normal(size=(4, 12, 10, 1))
    together = interpretability.saliency(smooth, images, [0, 1, 2, 3])
    for i in range(4):
        alone = interpretability.saliency(smooth, images[i : i + 1], i)[0]
        np.testing.assert_allclose(together[i], alone, atol=1e-6)


def test_saliency_is_that_of_the_logit_where_the_probability_has_saturated(rng):
    """A bias that makes the network certain leaves the gradient of the logit as it is."""
    weights = rng.normal(size=(2, 2, 1, 3))
    found = interpretability.saliency(linear(weights, bias=[0, 500, 0]), np.ones((1, 2, 2, 1)))
    np.testing.assert_allclose(found[0], weights[..., 1], rtol=1e-6)


def test_smooth_gradient_of_a_kink_is_a_normal_distribution():
    """The gradient of relu(w . x) jumps from 0 to w; its mean is w Phi(w . x / (sigma |w|))."""
    weights = np.array([3.0, -4.0]).reshape(1, 2, 1, 1)
    model = linear(weights, activation="relu")
    image = np.array([0.4, 0.2]).reshape(1, 1, 2, 1)  # w . x = 0.4, |w| = 5
    sharp = interpretability.saliency(model, image)
    np.testing.assert_allclose(sharp.ravel(), weights.ravel())
    found = interpretability.smooth_gradient(model, image, deviation=0.2, samples=2000)
    expected = weights.ravel() * stats.norm.cdf(0.4 / (0.2 * 5))
    np.testing.assert_allclose(found.ravel(), expected, rtol=0.04)  # 3 deviations of the mean


def test_smooth_gradient_depends_on_its_seed_alone(smooth, rng):
    images = rng.random((2, 12, 10, 1))
    first, again, other = (
        interpretability.smooth_gradient(smooth, images, 0, samples=3, seed=seed)
        for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-5


def test_integrated_gradients_of_a_linear_network_are_exact(rng):
    weights = rng.normal(size=(3, 4, 2, 2))
    images, baseline = rng.normal(size=(2, 3, 4, 2)), rng.normal(size=(3, 4, 2))
    found = interpretability.integrated_gradients(
        linear(weights), images, 1, baseline=baseline, steps=1
    )
    np.testing.assert_allclose(found, (images - baseline) * weights[..., 1], rtol=1e-4, atol=1e-6)


def test_integrated_gradients_of_squares_are_differences_of_squares(rng):
    """The gradient is linear along the path, where a sum over midpoints is exact."""
    images = rng.normal(size=(2, 3, 4, 1))
    for steps in (1, 4):
        found = interpretability.integrated_gradients(
            squares((3, 4, 1)), images, baseline=0.5, steps=steps
        )
        np.testing.assert_allclose(found, images**2 - 0.25, atol=1e-5)


def test_integrated_gradients_are_complete(rng):
    model = convnet(activation="relu")
    images = 2 * rng.normal(size=(5, 12, 10, 1))
    baseline = rng.normal(size=(12, 10, 1))
    classes = np.array([0, 1, 2, 3, 0])
    start = logits(model, baseline[np.newaxis])[0, classes]
    expected = logits(model, images)[np.arange(5), classes] - start
    errors = []
    for steps in (100, 800):
        found = interpretability.integrated_gradients(
            model, images, classes, baseline=baseline, steps=steps
        )
        errors.append(np.abs(found.sum(axis=(1, 2, 3)) - expected).max())
    assert np.abs(expected).max() > 5
    assert errors[1] < 0.01
    assert errors[1] < errors[0] / 2
    # The gradient at the image alone is not complete.
    alone = interpretability.saliency(model, images, classes) * (images - baseline)
    assert np.abs(alone.sum(axis=(1, 2, 3)) - expected).max() > 0.5
