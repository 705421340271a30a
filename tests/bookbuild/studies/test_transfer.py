"""Learning from few garments: which are drawn, and how they are fitted."""

import keras
import numpy as np
import pytest

from bookbuild.studies import transfer


@pytest.mark.parametrize("number", [1, 7])
def test_shots_are_as_many_of_each_class_none_twice_and_none_a_judge_s(number, places):
    x, y = transfer.shots(number, seed=3)
    drawn = places(x)
    assert np.array_equal(y, np.repeat(np.arange(10), number))
    assert np.array_equal(drawn % 10, y)
    assert drawn.max() < 2000
    assert len(set(drawn.tolist())) == 10 * number
    assert not np.array_equal(x, transfer.shots(number, seed=4)[0])


def test_a_garment_is_enlarged_into_three_equal_channels():
    pictures = np.full((2, 28, 28), 127, np.uint8)
    pictures[1] = 255
    large = transfer.enlarged(pictures)
    assert large.shape == (2, transfer.SIDE, transfer.SIDE, 3)
    np.testing.assert_allclose(large[0], 0)
    np.testing.assert_allclose(large[1], 1)


def test_ridge_finds_the_minimum_of_the_penalized_squares():
    rng = np.random.default_rng(0)
    x, seen, y = rng.random((30, 40)), rng.random((200, 40)), np.repeat(np.arange(10), 3)
    mean, scale = x.mean(axis=0), x.std() * np.sqrt(40)
    centred, targets = (x - mean) / scale, np.eye(10)[y] - 0.1
    weights = np.linalg.solve(centred.T @ centred + 0.3 * np.eye(40), centred.T @ targets)
    expected = ((seen - mean) / scale @ weights).argmax(axis=1)
    np.testing.assert_array_equal(transfer.ridge(x, y, seen, 0.3), expected)


@pytest.fixture
def base(monkeypatch):
    """A small network in the place of the pretrained one."""
    image = keras.Input((transfer.SIDE, transfer.SIDE, 3))
    maps = keras.layers.Conv2D(4, 8, 8)(image)
    model = keras.Model(image, keras.layers.GlobalAveragePooling2D()(maps))
    monkeypatch.setattr(transfer, "features_network", lambda: model)


def test_each_input_is_judged_for_each_draw(base, places, monkeypatch):
    few = {**transfer.BORROWED, "shots": [1, 3], "draws": 2, "pool": 5}
    monkeypatch.setattr(transfer, "BORROWED", few)
    accuracies = transfer.borrowed()
    assert {name: np.shape(rows) for name, rows in accuracies.items()} == {
        "pixels": (2, 2), "features": (2, 2)
    }  # fmt: skip
