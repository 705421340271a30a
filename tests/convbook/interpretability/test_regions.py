"""Occlusion and Grad-CAM, beside what they are for networks that are linear in the right place."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from convbook import interpretability
from convbook.interpretability import _networks, regions
from tests.convbook.interpretability.helpers import LAYERS, convnet, linear, logits, pooled, softmax


def covered_one_by_one(image, size, stride, fill):
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    for row in rows:
        for column in columns:
            copy = np.array(image)
            copy[row : row + size, column : column + size] = fill
            yield copy


@pytest.mark.parametrize(("size", "stride", "fill"), [(1, 1, 0), (3, 1, 0.25), (2, 3, -1)])
def test_occlusion_of_a_linear_network_is_the_covered_share(rng, size, stride, fill):
    weights, image = rng.normal(size=(7, 9, 2, 3)), rng.normal(size=(7, 9, 2))
    found = interpretability.occlusion(
        linear(weights), image, 2, size=size, stride=stride, fill=fill
    )
    share = (weights[..., 2] * (image - fill)).sum(axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(share, (size, size))
    expected = windows[::stride, ::stride].sum(axis=(2, 3))
    assert found.shape == expected.shape
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_occlusion_of_the_probability_is_that_of_the_softmax(rng):
    model, image = convnet(), 2 * rng.normal(size=(12, 10, 1))
    found = interpretability.occlusion(model, image, size=4, stride=3, fill=1, of="probability")
    chosen = logits(model, image[np.newaxis]).argmax()
    covered = list(covered_one_by_one(image, 4, 3, 1))
    before, after = (softmax(logits(model, x))[:, chosen] for x in (image[np.newaxis], covered))
    np.testing.assert_allclose(found.ravel(), before - after, atol=1e-6)
    assert np.ptp(found) > 1e-3


def test_occlusion_in_small_batches_is_the_same(rng, monkeypatch):
    model, image = convnet(), rng.normal(size=(12, 10, 1))
    whole = interpretability.occlusion(model, image, 1, size=3)
    assert whole.shape == (10, 8)
    for module in (regions, _networks):
        monkeypatch.setattr(module, "PIXELS_A_BATCH", 7 * 120)
    np.testing.assert_allclose(
        interpretability.occlusion(model, image, 1, size=3), whole, atol=1e-6
    )


def class_activation_map(model, kernel, images, classes):
    maps = interpretability.feature_maps(model, images, ["conv1"])["conv1"]
    return np.einsum("nijk,kn->nij", maps, kernel[:, classes])


def test_grad_cam_is_the_class_activation_map_over_its_positions(rng):
    model, kernel = pooled()
    images, classes = rng.normal(size=(4, 8, 12, 2)), [0, 1, 2, 0]
    found = interpretability.grad_cam(model, images, "conv1", classes)
    expected = class_activation_map(model, kernel, images, classes) / (8 * 12)
    assert expected.min() < -1e-3  # So that the cut at 0 shows.
    np.testing.assert_allclose(found, np.maximum(expected, 0), atol=1e-6)


def test_grad_cam_weighs_a_channel_by_its_mean_gradient(rng):
    """Behind a flattening layer the gradient differs from position to position."""
    inputs = keras.Input((5, 7, 2))
    maps = LAYERS.Conv2D(3, 3, padding="same", activation="relu", name="conv1")(inputs)
    model = keras.Model(inputs, LAYERS.Dense(4, name="logits")(LAYERS.Flatten()(maps)))
    model.set_weights([rng.normal(size=weight.shape) for weight in model.get_weights()])
    images = rng.normal(size=(2, 5, 7, 2))
    found = interpretability.grad_cam(model, images, "conv1", [3, 1])
    kernel = model.get_layer("logits").get_weights()[0].reshape(5, 7, 3, 4)
    expected = class_activation_map(model, kernel.mean(axis=(0, 1)), images, [3, 1])
    np.testing.assert_allclose(found, np.maximum(expected, 0), atol=1e-6)
    assert found.any()


def test_grad_cam_comes_in_the_size_of_the_image(rng):
    model, kernel = pooled(stride=2)
    images = rng.normal(size=(2, 8, 12, 2))
    found = interpretability.grad_cam(model, images, "conv1", 1)
    small = np.maximum(class_activation_map(model, kernel, images, [1, 1]) / (4 * 6), 0)
    assert found.shape == (2, 8, 12)
    # Halfway between pixel centres, three quarters of one neighbour and a quarter of the next.
    np.testing.assert_allclose(found[:, 0, 1], 0.75 * small[:, 0, 0] + 0.25 * small[:, 0, 1])
    np.testing.assert_allclose(
        found, tf.image.resize(small[..., np.newaxis], (8, 12))[..., 0], atol=1e-6
    )


def test_grad_cam_after_the_softmax_follows_its_derivative(rng):
    model, kernel = pooled()
    images = rng.normal(size=(3, 8, 12, 2))
    found = interpretability.grad_cam(model, images, "conv1", 0, of="probability")
    p = softmax(logits(model, images))
    slope = p[:, :1] * (np.eye(3)[[0]] - p)  # of the probability of class 0 by each logit
    maps = interpretability.feature_maps(model, images, ["conv1"])["conv1"]
    expected = np.einsum("nijk,kc,nc->nij", maps, kernel, slope) / (8 * 12)
    np.testing.assert_allclose(found, np.maximum(expected, 0), atol=1e-6)


def test_grad_cam_after_the_softmax_vanishes_where_the_network_is_sure(rng):
    images = rng.normal(size=(2, 8, 12, 2))
    unsure, _ = pooled(bias=[0, 0, 0])
    sure, _ = pooled(bias=[30, 0, 0])
    before = [interpretability.grad_cam(m, images, "conv1", 0) for m in (unsure, sure)]
    np.testing.assert_allclose(before[0], before[1], atol=1e-6)
    after = [
        interpretability.grad_cam(m, images, "conv1", 0, of="probability") for m in (unsure, sure)
    ]
    assert after[0].max() > 1e-4
    assert after[1].max() < 1e-9


def test_the_class_with_the_largest_logit_is_the_default(rng):
    model, _ = pooled(bias=[0, 0, 0])
    images = rng.normal(size=(6, 8, 12, 2))
    best = logits(model, images).argmax(axis=1)
    np.testing.assert_array_equal(
        interpretability.grad_cam(model, images, "conv1"),
        interpretability.grad_cam(model, images, "conv1", best),
    )
