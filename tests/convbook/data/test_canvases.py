"""Digits on canvases and on photographs: where they lie, what the masks say, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convbook import data

BLOCKS = np.zeros((2, 28, 28), np.uint8)
BLOCKS[:, 4:24, 4:24] = 200
LABELS = np.array([3, 9])
GREY = np.full((60, 70), 0.25)


def test_digits_lie_where_the_canvas_says_and_apart() -> None:
    canvases = data.digits_on_canvas(BLOCKS, LABELS, 5, size=100, each=7, seed=2)
    assert canvases.pictures.dtype == np.uint8
    for picture, places, labels in zip(*canvases, strict=True):
        assert set(labels.tolist()) <= {3, 9}
        assert (picture > 0).sum() == 7 * 20 * 20  # none overlaps another
        for row, column in places:
            assert (picture[row + 4 : row + 24, column + 4 : column + 24] == 200).all()


def test_a_seed_fixes_everything() -> None:
    first, again, other = (
        data.digits_on_canvas(BLOCKS, LABELS, 2, seed=seed).pictures for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    first, again, other = (
        data.digits_on_photographs(BLOCKS, LABELS, [GREY], 3, seed=seed)[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_mask_has_the_digits_pixels_and_no_others() -> None:
    pictures, masks = data.digits_on_photographs(BLOCKS, LABELS, [GREY], 20, size=50)
    assert set(np.unique(masks)) == {0, 4, 10}
    changed = ~np.isclose(pictures, 0.25)
    np.testing.assert_array_equal(masks > 0, changed)
    steps = np.abs(pictures[masks > 0] - 0.25) * 255 / 200
    assert steps.min() >= 0.35 - 1e-3
    assert steps.max() <= 0.6 + 1e-3


@pytest.mark.parametrize(
    ("digits", "labels", "error", "message"),
    [
        (BLOCKS / 255, LABELS, TypeError, "digits: expected uint8, got float64"),
        (BLOCKS[:, :20], LABELS, ValueError, r"digits: expected shape \(n, 28, 28\)"),
        (BLOCKS, LABELS[:1], ValueError, r"labels: expected shape \(2,\), got \(1,\)"),
        (BLOCKS, [0.5, 1], TypeError, "labels: expected integers"),
        (BLOCKS, [3, 11], ValueError, "labels: expected 0 to 9, got 3 to 11"),
    ],
)
def test_wrong_digits_are_named(
    digits: Any, labels: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        data.digits_on_canvas(digits, labels, 1)
    with pytest.raises(error, match=message):
        data.digits_on_photographs(digits, labels, [GREY], 1)


@pytest.mark.parametrize(
    ("photographs", "message"),
    [
        ([], "photographs: expected at least one"),
        ([GREY, GREY[:40]], r"photographs\[1\]: .* at least 48, got \(40, 70\)"),
        ([GREY[..., None]], r"photographs\[0\]: expected shape \(H, W\)"),
        ([np.where(GREY > 0, np.nan, 0)], r"photographs\[0\]: expected finite"),
        ([GREY * 255], r"photographs\[0\]: expected 0 to 1, got 63.75"),
    ],
)
def test_wrong_photographs_are_named(photographs: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        data.digits_on_photographs(BLOCKS, LABELS, photographs, 1)


def test_too_many_digits_are_refused() -> None:
    with pytest.raises(ValueError, match="each: expected as many digits as fit into 60"):
        data.digits_on_canvas(BLOCKS, LABELS, 1, size=60, each=5)
