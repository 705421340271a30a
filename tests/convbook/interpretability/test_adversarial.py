"""The fast gradient sign method and its repetition, beside the linear case on paper."""

import numpy as np
import pytest
import tensorflow as tf

from convbook import interpretability
from tests.convbook.interpretability.helpers import convnet, linear, logits

EPSILON = 0.125


def loss(model, images, labels):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits(model, images)).numpy()


@pytest.fixture
def images(rng):
    return rng.uniform(0.2, 0.8, size=(3, 4, 5, 2))


@pytest.mark.parametrize("steps", [1, 3])
def test_the_margin_of_two_linear_classes_falls_by_epsilon_times_the_l1_norm(rng, images, steps):
    """The loss is softplus(-margin), so it is known too."""
    weights, labels = rng.normal(size=(4, 5, 2, 2)), np.array([0, 1, 0])
    model = linear(weights)
    found = interpretability.adversarial(model, images, labels, epsilon=EPSILON, steps=steps)
    values = logits(model, images)
    margin = values[range(3), labels] - values[range(3), 1 - labels]
    fall = EPSILON * np.abs(weights[..., 0] - weights[..., 1]).sum()
    expected = np.logaddexp(0, -(margin - fall))
    np.testing.assert_allclose(loss(model, found, labels), expected, rtol=1e-4)


def test_a_small_step_raises_the_loss_by_epsilon_times_the_l1_norm_of_its_gradient(rng):
    model, labels = convnet(), np.array([0, 1, 2])
    images = rng.uniform(0.2, 0.8, size=(3, 12, 10, 1)).astype(np.float32)
    with tf.GradientTape() as tape:
        x = tf.Variable(images)
        value = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(x, training=False))
    norms = tf.reduce_sum(tf.abs(tape.gradient(value, x)), axis=(1, 2, 3)).numpy()
    found = interpretability.adversarial(model, images, labels, epsilon=1e-3)
    rise = loss(model, found, labels) - value.numpy()
    np.testing.assert_allclose(rise, 1e-3 * norms, rtol=0.05)


def test_every_pixel_of_a_single_step_moves_by_epsilon(rng, images):
    found = interpretability.adversarial(
        linear(rng.normal(size=(4, 5, 2, 3))), images, 1, epsilon=EPSILON
    )
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.abs(found - images), EPSILON, atol=1e-6)


def test_several_steps_stay_near_and_raise_the_loss_further(rng):
    model, labels = convnet(seed=5), np.array([0, 1, 2, 3])
    images = rng.uniform(size=(4, 12, 10, 1))
    once, often = (
        interpretability.adversarial(model, images, labels, epsilon=0.5, steps=steps)
        for steps in (1, 20)
    )
    assert np.abs(often - images).max() <= 0.5 + 1e-6
    before, single, repeated = (loss(model, x, labels) for x in (images, once, often))
    assert (single > before).all()
    assert repeated.mean() > single.mean() + 1e-3


def test_the_result_stays_in_the_range(rng, images):
    model = linear(rng.normal(size=(4, 5, 2, 3)))
    free = interpretability.adversarial(model, images, 0, epsilon=0.5, value_range=None)
    kept = interpretability.adversarial(model, images, 0, epsilon=0.5)
    assert free.min() < 0
    assert free.max() > 1
    np.testing.assert_array_equal(kept, free.clip(0, 1))
    wide = interpretability.adversarial(model, images, 0, epsilon=0.5, value_range=(-1, 1))
    np.testing.assert_array_equal(wide, free.clip(-1, 1))


def test_one_label_stands_for_all_images(rng, images):
    model = linear(rng.normal(size=(4, 5, 2, 3)))
    together, each = (
        interpretability.adversarial(model, images, labels, epsilon=EPSILON)
        for labels in (2, [2, 2, 2])
    )
    np.testing.assert_array_equal(together, each)
