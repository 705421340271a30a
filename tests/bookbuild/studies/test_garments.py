"""The trainings on garments: whose pictures they see."""

import numpy as np
import pytest

from bookbuild.studies import garments
from convbook import data


@pytest.fixture(autouse=True)
def numbered(monkeypatch):
    """Pictures that show their place in the training set, and labels that follow from it."""
    places = np.arange(4000)
    x = np.zeros((4000, 28, 28), np.uint8)
    x[:, 0, 0], x[:, 0, 1] = places % 256, places // 256
    pair = x, (places % 10).astype(np.uint8)
    monkeypatch.setattr(data, "fashion_mnist", lambda: (pair, pair))


def places(pictures):
    return pictures[:, 0, 0].astype(int) + 256 * pictures[:, 0, 1].astype(int)


def test_the_judges_are_the_last_pictures_and_no_training_sees_them():
    (x, _), (judges, labels) = garments.few(1000)
    assert np.array_equal(places(x), np.arange(1000))
    assert np.array_equal(places(judges), np.arange(2000, 4000))
    assert np.array_equal(labels, places(judges) % 10)
