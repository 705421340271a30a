"""Classes, probabilities, and what EfficientNet-Lite0 says of the book's pictures."""

import hashlib
import json

import keras
import numpy as np
import pytest

from convbook import data, interpretability, models, pretrained, reference
from convbook.pretrained import Network

# Keras publishes this sum of its own list of classes, imagenet_class_index.json.
CLASS_INDEX_MD5 = "c2c37ea517e94d9795004a39431a14cb"


def test_the_classes_are_those_of_keras_to_the_byte():
    index = {
        str(i): [found.wordnet_id, found.name.replace(" ", "_")]
        for i, found in enumerate(pretrained.classes())
    }
    found = hashlib.md5(json.dumps(index).encode(), usedforsecurity=False).hexdigest()
    assert found == CLASS_INDEX_MD5


@pytest.mark.parametrize(
    ("index", "wordnet_id", "name"),
    [(0, "n01440764", "tench"), (281, "n02123045", "tabby"), (285, "n02124075", "Egyptian cat"),
     (967, "n07920052", "espresso"), (999, "n15075141", "toilet tissue")],
)  # fmt: skip
def test_well_known_classes(index, wordnet_id, name):
    assert pretrained.classes()[index] == (wordnet_id, name)
    assert len(pretrained.classes()) == 1000


def small(size=8, seed=0):
    """Return a network of 1,000 classes that takes no time."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((size, size, 3))
    x = keras.layers.Dense(1000)(keras.layers.Flatten()(image))
    return Network("small", keras.Model(image, x), size, 127.0, 128.0)


def test_predictions_are_the_softmax_of_the_logits(rng):
    network = small()
    pictures = rng.integers(0, 256, (40, 9, 12, 3), np.uint8)
    logits = np.asarray(network.model(network.preprocess(pictures)))
    np.testing.assert_allclose(network.logits(pictures), logits, atol=1e-5)
    found = network.predict(pictures)
    assert found.shape == (40, 1000)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, keras.ops.softmax(logits), atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(network.predict(pictures[3]), found[3:4], atol=1e-6)


def test_top_is_sorted_and_all_of_them_are_a_thousand(rng):
    network, picture = small(), rng.integers(0, 256, (9, 9, 3), np.uint8)
    every = network.top(picture, 1000)
    assert sorted(guess.index for guess in every) == list(range(1000))
    values = [guess.probability for guess in every]
    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(1, abs=1e-5)
    assert network.top(picture) == every[:5]
    first = every[0]
    assert (first.wordnet_id, first.name) == pretrained.classes()[first.index]
    assert first.index == network.predict(picture)[0].argmax()


@pytest.mark.parametrize(
    ("k", "error", "said"),
    [(0, ValueError, "k: expected an integer of at least 1"), (-1, ValueError, "at least 1"),
     (1001, ValueError, "k: expected at most 1000, got 1001"), (2.0, TypeError, "k: expected")],
)  # fmt: skip
def test_top_refuses_other_numbers(k, error, said):
    with pytest.raises(error, match=said):
        small().top(np.zeros((9, 9, 3), np.uint8), k)
    with pytest.raises(ValueError, match="expected one picture, got 2"):
        small().top(np.zeros((2, 9, 9, 3), np.uint8))


def test_a_temperature_divides_the_logits(rng):
    logits = rng.normal(size=(3, 7)) * 5
    np.testing.assert_allclose(
        pretrained.probabilities(logits, 2.5), keras.ops.softmax(logits / 2.5), atol=1e-6
    )
    assert pretrained.probabilities([1e4, 0, -1e4]).tolist() == [1, 0, 0]
    hot = pretrained.probabilities(logits, 1e6)
    np.testing.assert_allclose(hot, 1 / 7, atol=1e-4)


@pytest.mark.parametrize(
    ("logits", "temperature", "said"),
    [([1.0, np.nan], 1, "logits: expected finite"), ([], 1, "logits"), (3.0, 1, "logits"),
     ([1.0], 0, "temperature: expected a number above 0"), ([1.0], -2, "temperature"),
     ([1.0], np.inf, "temperature: expected a finite")],
)  # fmt: skip
def test_probabilities_refuse_what_has_none(logits, temperature, said):
    with pytest.raises(ValueError, match=said):
        pretrained.probabilities(logits, temperature)


@pytest.fixture(scope="module")
def lite0():
    return models.build("efficientnet_lite0")


def test_efficientnet_lite0_has_the_paper_s_stages(lite0):
    shapes = {f"{s}": lite0.get_layer(f"block{s}_project").output.shape[1:]
              for s in ("1a", "2b", "3b", "4c", "5c", "6d", "7a")}  # fmt: skip
    assert shapes == {
        "1a": (112, 112, 16), "2b": (56, 56, 24), "3b": (28, 28, 40), "4c": (14, 14, 80),
        "5c": (14, 14, 112), "6d": (7, 7, 192), "7a": (7, 7, 320),
    }  # fmt: skip
    assert lite0.count_params() == 4_694_024
    assert sum(layer.name.endswith("_add") for layer in lite0.layers) == 9
    names = " ".join(layer.name for layer in lite0.layers)
    assert "block1a_expand" not in names
    assert "squeeze" not in names


def test_efficientnet_lite0_has_the_convolutions_of_keras_s_b0(lite0):
    b0 = keras.applications.EfficientNetB0(weights=None)
    kinds = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)

    def kernels(model):
        return [
            (type(layer).__name__, tuple(layer.kernel.shape), layer.strides)
            for layer in model.layers
            if isinstance(layer, kinds) and "_se_" not in layer.name
        ]

    assert kernels(lite0) == kernels(b0)


def test_the_stem_is_what_the_reference_computes(lite0, rng):
    image = rng.uniform(-1, 1, (1, 224, 224, 3)).astype(np.float32)
    beta = rng.normal(size=32).astype(np.float32)
    norm = lite0.get_layer("stem_norm")
    norm.set_weights([np.ones(32) * 1.5, beta, np.full(32, 0.2), np.full(32, 0.7)])
    found = interpretability.feature_maps(lite0, image, ["stem"])["stem"]
    corner = np.pad(image, [(0, 0), (0, 1), (0, 1), (0, 0)])[:, -15:, -15:]  # SAME: 0 and 1
    kernel = lite0.get_layer("stem_conv").get_weights()[0]
    z = reference.conv2d(corner, kernel, 2, 0)
    expected = np.clip(1.5 * (z - 0.2) / np.sqrt(0.7 + 1e-3) + beta, 0, 6)
    np.testing.assert_allclose(found[:, -7:, -7:], expected, atol=1e-4)


def test_efficientnet_lite0_builds_equal_weights_from_one_seed():
    first, same, other = (models.build("efficientnet_lite0", classes=3, seed=s) for s in (1, 1, 2))
    for a, b in zip(first.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    a, b = (m.get_layer("head_conv").get_weights()[0] for m in (first, other))
    assert not np.array_equal(a, b)
    assert first.output.shape == (None, 3)


@pytest.mark.network
def test_efficientnet_lite0_knows_the_cat_and_the_coffee(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path))
    network = pretrained.load("efficientnet_lite0")
    top = network.top(data.chelsea()[data.COLOUR_CROP], 4)
    assert [guess.index for guess in top] == [285, 282, 281, 287]
    found = [guess.probability for guess in top]
    np.testing.assert_allclose(found, [0.42, 0.34, 0.16, 0.02], atol=0.02)
    espresso = network.top(data.coffee(), 1)[0]
    assert (espresso.index, espresso.name) == (967, "espresso")
    assert espresso.probability > 0.9


def test_inception_v3_knows_the_cat_where_its_weights_are():
    if reason := pretrained.missing("inception_v3"):
        pytest.skip(reason)
    top = pretrained.load("inception_v3").top(data.chelsea()[data.COLOUR_CROP])
    assert 281 <= top[0].index <= 287
