"""Overlap of masks and boxes, against counting by hand, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convbook import reference

BOX = [[0, 0, 4, 4]]


def test_confusion_and_union_agree_with_counting(rng: np.random.Generator) -> None:
    masks, found = rng.integers(4, size=(2, 3, 5, 7))
    table = reference.pixel_confusion(masks, found, 4)
    assert table.sum() == masks.size
    union = reference.intersection_over_union(table)
    for c in range(4):
        there, said = masks == c, found == c
        assert table[c].sum() == there.sum()
        np.testing.assert_allclose(union[c], (there & said).sum() / (there | said).sum())


def test_a_class_without_a_pixel_has_no_union() -> None:
    table = reference.pixel_confusion(np.zeros((2, 2), int), np.zeros((2, 2), int), 3)
    np.testing.assert_array_equal(reference.intersection_over_union(table), [1, np.nan, np.nan])


def test_box_overlap_agrees_with_painting(rng: np.random.Generator) -> None:
    corners = rng.integers(0, 8, size=(6, 2))
    boxes = np.concatenate([corners, corners + rng.integers(1, 6, size=(6, 2))], axis=1)
    painted = np.zeros((6, 16, 16), bool)
    for picture, (top, left, bottom, right) in zip(painted, boxes, strict=True):
        picture[top:bottom, left:right] = True
    both = (painted[:, None] & painted).sum(axis=(2, 3))
    either = (painted[:, None] | painted).sum(axis=(2, 3))
    np.testing.assert_allclose(reference.box_overlap(boxes, boxes), both / either)


def test_suppression_keeps_the_best_of_those_that_overlap() -> None:
    boxes = [[0, 0, 10, 10], [0, 2, 10, 12], [0, 4, 10, 14], [40, 0, 50, 10]]
    # The second suppresses both neighbours, though the first and the third overlap less.
    kept = reference.non_maximum_suppression(boxes, [0.5, 0.9, 0.6, 0.1], 0.4)
    np.testing.assert_array_equal(kept, [1, 3])
    kept = reference.non_maximum_suppression(boxes, [0.9, 0.5, 0.8, 0.1], 0.45)
    np.testing.assert_array_equal(kept, [0, 2, 3])
    assert reference.non_maximum_suppression(np.zeros((0, 4)), []).shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([[0, 3]], [[0, 1]], 3), ValueError, "masks: .* 0 to 2, got 3 in 1 of 2 pixels"),
        (([[0, 1]], [[-1, 1]], 3), ValueError, "found: .* 0 to 2, got -1 in 1 of 2 pixels"),
        (([[0, 1]], [[0, 1, 1]], 2), ValueError, r"found: expected shape \(1, 2\)"),
        (([[0.0, np.nan]], [[0, 1]], 2), TypeError, "masks: expected integers, got float64"),
        (([[0, 1]], [[0, 1]], 0), ValueError, "classes: .* at least 1"),
    ],
)
def test_wrong_masks_are_named(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        reference.pixel_confusion(*arguments)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([1, 2], r"table: expected shape \(classes, classes\), got \(2,\)"),
        ([[1, np.nan], [0, 0]], "table: expected finite"),
        ([[1, -1], [0, 0]], "table: .* got -1"),
    ],
)
def test_wrong_tables_are_named(table: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        reference.intersection_over_union(table)


@pytest.mark.parametrize(
    ("boxes", "scores", "message"),
    [
        ([0, 0, 4, 4], [1], r"boxes: expected shape \(n, 4\), got \(4,\)"),
        ([[0, 0, 0, 4]], [1], "boxes: expected bottom and right beyond"),
        ([[0, 0, np.nan, 4]], [1], "boxes: expected finite"),
        (BOX, [1, 2], r"scores: expected shape \(1,\)"),
        (BOX, [np.nan], "scores: expected finite"),
    ],
)
def test_wrong_boxes_are_named(boxes: Any, scores: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        reference.non_maximum_suppression(boxes, scores)
