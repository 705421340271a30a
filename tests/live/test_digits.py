"""Digits of a reader, cut out as MNIST's makers cut out theirs, and what is said of them."""

import numpy as np
import pytest

from convbook import data
from tests.live.conftest import LIVE, Node

SHARED = ("engine.js", "network.js", "drawing.js", "controls.js", "digits.js")
NORMALIZED = "ConvbookLive.digits.normalized"


@pytest.fixture
def digits(page: Node) -> Node:
    """The scripts that figures of digits share."""
    page.scripts = [LIVE / name for name in SHARED]
    return page


def test_a_digit_of_mnist_stays_as_it_is(digits: Node) -> None:
    """Size and place are the makers' own, to the byte."""
    pictures = data.mnist()[1][0][:100]
    for picture in pictures:
        digits.call(NORMALIZED, picture[np.newaxis, ..., np.newaxis] / 255)
    found = np.concatenate(digits.run())[..., 0]
    np.testing.assert_array_equal(np.rint(255 * found), pictures)


def means(ink: np.ndarray, count: int) -> np.ndarray:
    """Return the mean ink of each of so many equal parts of the rows."""
    summed = np.vstack([np.zeros(ink.shape[1]), np.cumsum(ink, axis=0)])
    edges = np.linspace(0, len(ink), count + 1)
    at = np.array([np.interp(edges, np.arange(len(summed)), column) for column in summed.T]).T
    return np.diff(at, axis=0) * count / len(ink)


def normalized(ink: np.ndarray) -> np.ndarray:
    """Return the ink in a box of 20 pixels, its centre of mass in pixel 14 of 28."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    size = [max(1, int(np.floor(n * 20 / max(ink.shape) + 0.5))) for n in ink.shape]
    small = means(means(ink, size[0]).T, size[1]).T
    centres = [np.average(np.arange(n) + 0.5, weights=small.sum(axis=1 - axis))
               for axis, n in enumerate(size)]  # fmt: skip
    top, left = (int(np.ceil(14 - centre - 1e-9)) for centre in centres)
    paper = np.zeros((28 + 40, 28 + 40))
    paper[20 + top : 20 + top + size[0], 20 + left : 20 + left + size[1]] = small
    return paper[20:48, 20:48]


def test_other_ink_is_cut_out_by_areas(digits: Node, rng: np.random.Generator) -> None:
    expected = []
    for height, width in ((30, 17), (7, 90), (280, 280), (1, 1), (3, 2), (64, 20)):
        ink = np.where(rng.random((height, width)) < 0.4, rng.random((height, width)), 0)
        ink[height // 2, width // 2] = 1
        expected.append(normalized(ink))
        digits.call(NORMALIZED, ink[np.newaxis, ..., np.newaxis])
    for found, right in zip(digits.run(), expected, strict=True):
        np.testing.assert_allclose(found[0, ..., 0], right, rtol=0, atol=0.51 / 255)


def test_paper_stays_empty(digits: Node) -> None:
    digits.call(NORMALIZED, np.zeros((1, 40, 30, 1)))
    assert digits.run()[0].shape == (1, 28, 28, 1)
    assert not digits.run()[0].any()


def test_probabilities_are_said_in_order(digits: Node) -> None:
    p = np.array([0.25, 3e-12, 0, 0.7499, 0.0001, 4.6e-5, 0, 0, 0, 0], np.float32)
    digits.call("(p) => ConvbookLive.digits.order(p.data)", p)
    assert digits.run()[0][:5] == [
        "3 with 0.7499", "0 with 0.2500", "4 with 0.0001", "5 with 5 · 10⁻⁵", "1 with 3 · 10⁻¹²",
    ]  # fmt: skip
