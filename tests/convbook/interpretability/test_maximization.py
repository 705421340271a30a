"""Activation maximization, beside the maxima that can be written down."""

import keras
import numpy as np
import pytest

from convbook import interpretability
from tests.convbook.interpretability.helpers import LAYERS, convnet, linear, logits

RNG = np.random.default_rng(1)
WEIGHTS = RNG.normal(size=(4, 5, 2, 3))
FREE = {"value_range": None}


def maximize(model, units, layer="logits", **options):
    return interpretability.activation_maximization(model, layer, units, **options)


def test_a_linear_unit_with_an_l2_penalty_ends_at_its_weights():
    """The maximum of w . x - l2 / n |x|^2 is at x = n w / (2 l2)."""
    found = maximize(linear(WEIGHTS), 1, l2=20, step_size=0.1, **FREE)
    expected = WEIGHTS[..., 1] * WEIGHTS[..., 1].size / (2 * 20)
    np.testing.assert_allclose(found.images[0], expected, atol=0.01)
    cosine = np.vdot(found.images[0], expected)
    cosine /= np.linalg.norm(found.images[0]) * np.linalg.norm(expected)
    assert cosine > 0.9999


def test_an_unbounded_climb_follows_the_weights_by_the_lengths_of_its_steps():
    start = np.zeros((4, 5, 2))
    found = maximize(linear(WEIGHTS), 0, start=start, steps=4, step_size=0.2, **FREE)
    w = WEIGHTS[..., 0]
    unit = w / np.sqrt(np.mean(w**2))
    lengths = 0.2 * np.cumsum([0, 1, 0.75, 0.5, 0.25])
    np.testing.assert_allclose(found.images[0], lengths[-1] * unit, rtol=1e-5)
    np.testing.assert_allclose(found.activations[0], lengths * np.vdot(w, unit), rtol=1e-5)


def test_without_a_penalty_a_linear_unit_ends_in_the_corner_of_the_range():
    weights = WEIGHTS + 0.5 * np.sign(WEIGHTS)  # None so small that its pixel would lag behind.
    found = maximize(linear(weights), 2, step_size=0.5, value_range=(-0.5, 2))
    np.testing.assert_array_equal(found.images[0], np.where(weights[..., 2] > 0, 2, -0.5))


@pytest.mark.parametrize(
    ("tau", "expected"),
    [(0, [1, 0.25]), (1, [0.75, 0.5]), (3, [0.625, 0.625])],
    ids=["free", "closer", "equal"],
)
@pytest.mark.parametrize("shape", [(1, 2, 1), (2, 1, 1)])
def test_total_variation_brings_neighbours_together(shape, tau, expected):
    """2 a + b / 2 - (a^2 + b^2) - tau / 2 |a - b| is greatest at a = 1 - tau / 4 or the mean."""
    model = linear(np.array([2, 0.5]).reshape(*shape, 1))
    found = maximize(model, 0, l2=2, total_variation=tau, steps=100, **FREE)
    np.testing.assert_allclose(found.images.ravel(), expected, atol=0.01)


def test_jitter_spreads_a_unit_over_its_reach_and_no_further():
    weights = np.zeros((9, 9, 1, 1))
    weights[4, 4] = 1
    start = np.zeros((9, 9, 1))
    still = maximize(linear(weights), 0, start=start, **FREE).images[0, ..., 0]
    assert np.flatnonzero(still).tolist() == [40]
    spread = maximize(linear(weights), 0, start=start, jitter=2, steps=300, **FREE).images[
        0, ..., 0
    ]
    assert (spread[2:7, 2:7] > 0).all()
    assert np.count_nonzero(spread) == 25


def test_a_shift_is_undone_after_its_step():
    """The first activation tells which shift it was; the change must be the weights, unshifted."""
    w, start = WEIGHTS[..., 0], RNG.normal(size=(4, 5, 2))
    options = {"start": start, "steps": 1, "step_size": 1, "jitter": 1, **FREE}
    shifts = set()
    for seed in range(4):
        found = maximize(linear(WEIGHTS), 0, seed=seed, **options)
        scores = {
            (i, j): np.vdot(w, np.roll(start, (i, j), axis=(0, 1)))
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
        }
        i, j = min(scores, key=lambda s: abs(scores[s] - found.activations[0, 0]))
        expected = np.roll(w, (-i, -j), axis=(0, 1)) / np.sqrt(np.mean(w**2))
        np.testing.assert_allclose(found.images[0] - start, expected, atol=1e-5)
        shifts.add((i, j))
    assert len(shifts - {(0, 0)}) > 1


def test_blur_is_a_gaussian_of_that_deviation():
    """A unit without weights has no gradient, so a step does nothing but blur."""
    start = np.zeros((21, 21, 1))
    start[10, 10] = 1
    found = maximize(linear(np.zeros((21, 21, 1, 1))), 0, start=start, steps=1, blur=1.5)
    image = found.images[0, ..., 0]
    offsets = np.arange(21) - 10
    assert image.sum() == pytest.approx(1, abs=1e-6)
    for axis in (0, 1):
        variance = (image.sum(axis=axis) * offsets**2).sum()
        assert variance == pytest.approx(1.5**2, rel=0.01)


def test_the_blur_shrinks_with_the_steps():
    """Variances add: the second of two steps has half the deviation."""
    start = np.zeros((31, 31, 1))
    start[15, 15] = 1
    found = maximize(linear(np.zeros((31, 31, 1, 1))), 0, start=start, steps=2, blur=2)
    variance = (found.images[0, ..., 0].sum(axis=0) * (np.arange(31) - 15) ** 2).sum()
    assert variance == pytest.approx(2**2 + 1**2, rel=0.01)


def test_a_channel_of_a_convolution_is_the_mean_of_its_map():
    model = convnet()
    found = maximize(model, [3, 0], "conv1", steps=30)
    assert found.images.shape == (2, 12, 10, 1)
    assert found.activations.shape == (2, 31)
    maps = interpretability.feature_maps(model, found.images, ["conv1"])["conv1"]
    np.testing.assert_allclose(found.activations[0, -1], maps[0, ..., 3].mean(), rtol=1e-5)
    np.testing.assert_allclose(found.activations[1, -1], maps[1, ..., 0].mean(), rtol=1e-5)
    assert (found.activations[:, -1] > found.activations[:, 0] + 0.05).all()
    assert found.images.min() >= 0
    assert found.images.max() <= 1


def test_a_logit_rises_and_is_that_of_the_image():
    model = convnet()
    start = RNG.random((12, 10, 1))
    found = maximize(model, 2, start=start, steps=30, l2=0.1, total_variation=0.1, jitter=1)
    assert found.activations[0, -1] == pytest.approx(logits(model, found.images)[0, 2], rel=1e-5)
    assert found.activations[0, -1] > logits(model, start[np.newaxis])[0, 2]


def test_units_climb_independently():
    model, options = convnet(), {"steps": 10, "jitter": 1, "blur": 0.3, "l2": 0.1, "seed": 4}
    together = maximize(model, [0, 3], "conv2", **options)
    for i, unit in enumerate([0, 3]):
        alone = maximize(model, unit, "conv2", **options)
        np.testing.assert_allclose(together.images[i], alone.images[0], atol=1e-4)


def test_the_seed_decides_the_start_and_the_shifts():
    model = convnet()
    first, again, other = (maximize(model, 1, steps=5, jitter=2, seed=s) for s in (7, 7, 8))
    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.activations, again.activations)
    assert np.abs(first.images - other.images).max() > 1e-3
    start = np.full((12, 10, 1), 0.5)
    shifted = [maximize(model, 1, start=start, steps=5, jitter=2, seed=s).images for s in (7, 8)]
    assert np.abs(shifted[0] - shifted[1]).max() > 1e-3


def test_a_unit_that_is_silent_stays_silent_and_its_image_where_it_was():
    model = linear(WEIGHTS, bias=[-1e6] * 3, activation="relu")
    start = np.full((4, 5, 2), 0.25)
    found = maximize(model, 0, start=start, steps=3)
    np.testing.assert_array_equal(found.images[0], start)
    assert not found.activations.any()


def test_a_model_of_any_size_climbs_from_the_start_it_is_given():
    inputs = keras.Input((None, None, 3))
    model = keras.Model(inputs, LAYERS.Conv2D(2, 3, name="conv1")(inputs))
    found = maximize(model, 1, "conv1", start=np.full((6, 9, 3), 0.5), steps=2)
    assert found.images.shape == (1, 6, 9, 3)
    with pytest.raises(ValueError, match=r"start: expected an image, since .* any size, got None"):
        maximize(model, 1, "conv1")
