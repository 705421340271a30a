"""Feature maps and the confusion matrix."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convbook import interpretability, reference
from tests.convbook.interpretability.helpers import convnet, logits, softmax


def test_feature_maps_are_those_of_the_reference(rng):
    model, images = convnet(), rng.normal(size=(3, 12, 10, 1)).astype(np.float32)
    found = interpretability.feature_maps(model, images, ["pool1", "conv1", "logits"])
    assert list(found) == ["pool1", "conv1", "logits"]
    assert {values.dtype for values in found.values()} == {np.dtype(np.float32)}
    kernel, bias = model.get_layer("conv1").get_weights()
    conv1 = np.tanh(reference.conv2d(images, kernel, 1, "VALID") + bias)
    np.testing.assert_allclose(found["conv1"], conv1, atol=1e-5)
    np.testing.assert_allclose(found["pool1"], reference.max_pool(conv1, 2, 2, "VALID"), atol=1e-5)
    np.testing.assert_allclose(found["logits"], logits(model, images), atol=1e-6)


def test_feature_maps_leave_nothing_out(rng):
    """Dropout is off: with it, half of what it gives would be 0 and the rest doubled."""
    model, images = convnet(), rng.normal(size=(2, 12, 10, 1))
    found = interpretability.feature_maps(model, images, ["average", "dropout"])
    np.testing.assert_array_equal(found["average"], found["dropout"])
    assert found["dropout"].all()


def test_feature_maps_of_a_network_with_a_softmax_are_allowed(rng):
    model, images = convnet(), rng.normal(size=(2, 12, 10, 1))
    before = logits(model, images)
    model.get_layer("logits").activation = keras.activations.softmax
    found = interpretability.feature_maps(model, images, ["logits"])["logits"]
    np.testing.assert_allclose(found, softmax(before), atol=1e-6)


def test_confusion_matrix_has_a_row_for_every_truth():
    labels = np.array([0, 0, 0, 2, 2, 1], np.uint8)
    found = interpretability.confusion_matrix(labels, [0, 1, 1, 2, 0, 1], 4)
    np.testing.assert_array_equal(found, [[1, 2, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]])
    assert found.dtype == np.int64


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60))
def test_confusion_matrix_counts_every_pair(pairs):
    labels, predictions = np.array(pairs).T
    found = interpretability.confusion_matrix(labels, predictions, 5)
    assert all(found[t, p] == pairs.count((t, p)) for t in range(5) for p in range(5))
    assert np.trace(found) == (labels == predictions).sum()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0, 1], [0], 2), ValueError, r"labels, predictions: .* got \(2,\) and \(1,\)"),
        (([], [], 2), ValueError, r"not empty, got \(0,\)"),
        (([[0]], [[0]], 2), ValueError, r"shape \(N,\).* got \(1, 1\)"),
        (([0, 2], [0, 1], 2), ValueError, "labels: expected integers from 0 to 1, got 2"),
        (([0, 1], [0, -1], 2), ValueError, "predictions: expected integers from 0 to 1, got -1"),
        (([0.0], [0], 2), TypeError, "labels: expected integers, .* float64"),
        (([0], [True], 2), TypeError, "predictions: expected integers, .* bool"),
        (([0], [0], 0), ValueError, "classes: expected an integer of at least 1"),
        (([0], [0], 2.0), TypeError, "classes: expected an integer"),
    ],
)
def test_bad_pairs_are_refused_by_name(arguments, error, message):
    with pytest.raises(error, match=message):
        interpretability.confusion_matrix(*arguments)
