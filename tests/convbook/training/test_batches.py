"""The order of the pictures, their shifts, and what is refused."""

import numpy as np
import pytest

from convbook.training import Recipe
from convbook.training.batches import batches, check, check_images, split

RECIPE = Recipe("mlp", epochs=3, batch_size=8, seed=5)


@pytest.fixture
def numbered():
    """Thirty pictures that show their numbers, and labels that follow from them."""
    numbers = np.arange(30, dtype=np.uint8)
    images = np.zeros((30, 28, 28), np.uint8)
    images[:] = numbers[:, None, None] + 1
    return images, numbers % 10


def read(recipe, pair, first=0):
    """Return the batches as (pictures, labels, numbers of the pictures)."""
    return [
        (x, y, np.rint(x.max(axis=(1, 2, 3)) * 255).astype(int) - 1)
        for x, y in batches(recipe, pair, first).as_numpy_iterator()
    ]


def test_a_batch_has_pictures_from_0_to_1_and_their_labels(numbered):
    for pictures, labels, numbers in read(RECIPE, numbered):
        assert pictures.shape == (8, 28, 28, 1)
        assert pictures.dtype == np.float32
        assert labels.dtype == np.int32
        assert np.array_equal(labels, numbers % 10)
        np.testing.assert_allclose(pictures[:, 3, 4, 0], (numbers + 1) / 255, rtol=1e-6)


def test_an_epoch_shows_each_picture_at_most_once_and_each_epoch_another_order(numbered):
    found = read(RECIPE, numbered)
    assert len(found) == 9
    epochs = [np.concatenate([numbers for _, _, numbers in found[i : i + 3]]) for i in (0, 3, 6)]
    for order in epochs:
        assert len(set(order.tolist())) == 24
    assert len({order.tobytes() for order in epochs}) == 3
    assert len({tuple(sorted(order)) for order in epochs}) > 1, "the same pictures wait each time"


@pytest.mark.parametrize("shift", [0, 2])
@pytest.mark.parametrize("flip", [False, True])
def test_a_later_epoch_begins_with_the_batches_that_it_has_in_a_whole_training(
    numbered, shift, flip
):
    recipe = RECIPE.but(shift=shift, flip=flip)
    whole, rest = read(recipe, numbered), read(recipe, numbered, first=2)
    assert len(rest) == 3
    for (x, y, _), (x_later, y_later, _) in zip(whole[6:], rest, strict=True):
        assert np.array_equal(x, x_later)
        assert np.array_equal(y, y_later)


def test_another_seed_gives_another_order_and_other_shifts(numbered):
    for shift in (0, 1):
        first, second = (read(RECIPE.but(shift=shift, seed=seed), numbered) for seed in (5, 6))
        assert any(not np.array_equal(a[0], b[0]) for a, b in zip(first, second, strict=True))


def test_a_flip_mirrors_about_half_of_the_pictures(rng):
    images = rng.integers(1, 256, (40, 28, 28)).astype(np.uint8)
    recipe = RECIPE.but(batch_size=40, epochs=12)
    pair = images, (np.arange(40) % 10).astype(np.uint8)
    mirrored = []
    for (plain, _, _), (flipped, _, _) in zip(
        read(recipe, pair), read(recipe.but(flip=True), pair), strict=True
    ):
        for before, after in zip(plain, flipped, strict=True):
            mirrored.append(np.array_equal(after, before[:, ::-1]))
            assert mirrored[-1] or np.array_equal(after, before)
    assert 0.4 < np.mean(mirrored) < 0.6
    assert len({tuple(mirrored[i : i + 40]) for i in range(0, len(mirrored), 40)}) == 12


def test_a_flip_does_not_follow_from_the_shift(rng):
    images = rng.integers(1, 256, (1, 28, 28)).astype(np.uint8).repeat(4, axis=0)
    recipe = RECIPE.but(shift=1, flip=True, batch_size=4, epochs=40)
    found = {
        x[i].tobytes()
        for x, _, _ in read(recipe, (images, np.zeros(4, np.uint8)))
        for i in range(4)
    }
    assert len(found) == 2 * 9


def test_a_shift_moves_by_whole_pixels_and_fills_with_zeros(rng):
    images = rng.integers(1, 256, (40, 28, 28)).astype(np.uint8)
    labels = (np.arange(40) % 10).astype(np.uint8)
    recipe = RECIPE.but(shift=2, batch_size=40, epochs=12)
    unmoved = batches(recipe.but(shift=0), (images, labels)).as_numpy_iterator()
    plain, order = zip(*unmoved, strict=True)
    padded = np.pad(np.stack(plain)[..., 0], ((0, 0), (0, 0), (2, 2), (2, 2)))
    moves = set()
    for epoch, (pictures, known) in enumerate(batches(recipe, (images, labels))):
        assert np.array_equal(known, order[epoch])
        for i, picture in enumerate(pictures.numpy()[..., 0]):
            found = [
                (dy, dx) for dy in range(5) for dx in range(5)
                if np.array_equal(picture, padded[epoch, i, dy : dy + 28, dx : dx + 28])
            ]  # fmt: skip
            assert len(found) == 1
            moves |= set(found)
    assert len(moves) == 25, "every shift by up to two pixels occurs"


def test_what_is_held_out_is_drawn_once_for_all_and_replaces_the_test_pictures(numbered):
    test = (numbered[0][:4], numbered[1][:4])
    learn, evaluated = split(RECIPE.but(held_out=10), (numbered, test))
    whole = [*zip(*learn, strict=True), *zip(*evaluated, strict=True)]
    assert sorted((x.tobytes(), y) for x, y in whole) == sorted(
        (x.tobytes(), y) for x, y in zip(*numbered, strict=True)
    )
    assert len(evaluated[0]) == 10
    assert not np.array_equal(evaluated[0], numbered[0][20:])
    fewer = split(RECIPE.but(held_out=4, seed=9), (numbered, test))[1]
    assert np.array_equal(fewer[0], evaluated[0][-4:])
    assert split(RECIPE, (numbered, test))[1] is test


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"held_out": 30}, "held_out: expected below 30, got 30"),
        ({"batch_size": 31}, "batch_size: expected at most 30, got 31"),
        ({"held_out": 25}, "batch_size: expected at most 5, got 8"),
    ],
)
def test_more_pictures_than_there_are_cannot_be_asked_for(numbered, changes, message):
    with pytest.raises(ValueError, match=message):
        split(RECIPE.but(**changes), (numbered, numbered))


@pytest.mark.parametrize("wrong", ["training", "test"])
@pytest.mark.parametrize(
    ("images", "labels", "error", "message"),
    [
        (np.zeros((3, 28, 28), np.float32), None, TypeError, "images: expected uint8, got float32"),
        (np.zeros((3, 28, 28, 1), np.uint8), None, ValueError, r"got \(3, 28, 28, 1\)"),
        (np.zeros((3, 32, 32), np.uint8), None, ValueError, r"expected shape \(n, 28, 28\)"),
        (np.zeros((0, 28, 28), np.uint8), None, ValueError, r"got \(0, 28, 28\)"),
        (None, np.zeros(3), TypeError, "labels: expected integers, got float64"),
        (None, np.zeros(4, int), ValueError, r"labels: expected shape \(3,\), got \(4,\)"),
        (None, np.array([0, 1, 10]), ValueError, "classes from 0 to 9, got 0 to 10"),
        (None, np.array([0, 1, -1]), ValueError, "classes from 0 to 9, got -1 to 1"),
    ],
)
def test_other_pictures_and_labels_are_refused(wrong, images, labels, error, message):
    good = (np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8))
    bad = (good[0] if images is None else images, good[1] if labels is None else labels)
    with pytest.raises(error, match=f"{wrong} .*{message}"):
        check((bad, good) if wrong == "training" else (good, bad))


def test_lists_of_numbers_are_refused_by_name():
    with pytest.raises(TypeError, match=r"^images: expected uint8, got int64"):
        check_images("images", [[1]])
