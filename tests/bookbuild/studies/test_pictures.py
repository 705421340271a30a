"""What the networks of pictures learn from, and how their answers are judged."""

from __future__ import annotations

import numpy as np
import pytest

from bookbuild.studies import pictures
from convbook import models, training


def test_a_coarse_picture_has_the_means_of_squares() -> None:
    fine = np.arange(32.0).reshape(1, 4, 8)
    np.testing.assert_array_equal(pictures.coarse(fine)[0, 0, :2], [4.5, 6.5])
    assert pictures.coarse(fine).shape == (1, 2, 4)


def test_noise_has_its_deviation_and_is_not_clipped() -> None:
    noise = pictures.noisy(np.zeros((4, 100, 100)), 0)
    np.testing.assert_allclose(noise.std(), pictures.NOISE["sigma"], rtol=0.02)
    assert noise.min() < 0


def test_patches_are_the_same_in_every_run() -> None:
    first, again = (pictures.patches(pictures.LEARNED, 5, 16) for _ in range(2))
    assert first.shape == (5, 16, 16)
    np.testing.assert_array_equal(first, again)


def test_what_is_judged_is_not_learned_from() -> None:
    assert not {*pictures.LEARNED} & {*pictures.JUDGED}


def test_a_network_that_interpolates_has_no_checkerboard() -> None:
    assert pictures.ripple(models.build("espcn")) < 1e-6


def test_judged_weights_are_those_shipped() -> None:
    model = models.build("denoiser", seed=3)
    start = model.get_weights()[0]
    packed = pictures.shipped(model, True)["weights"]
    rounded = model.get_weights()[0]
    assert (rounded != start).any()
    assert pictures.shipped(model, True)["weights"] == packed
    assert pictures.shipped(model, False) == {}


@pytest.mark.parametrize("value", [0.2, 1.7])
def test_quality_clips_what_a_screen_would(value: float) -> None:
    grey = np.full((16, 16), 0.5, np.float32)
    psnr, _ = pictures.quality(grey, np.full((1, 16, 16, 1), value, np.float32))
    np.testing.assert_allclose(psnr, -20 * np.log10(abs(min(value, 1) - 0.5)), rtol=1e-5)


def test_a_short_training_lowers_the_loss() -> None:
    x = pictures.patches(pictures.LEARNED, 20, 16)[..., np.newaxis]
    model = models.build("denoiser", width=4, depth=2)
    settings = {"batch": 5, "epochs": 3, "rate": 0.01}
    losses = pictures.fit(model, pictures.noisy(x, 0), x, "mse", settings, 0)
    assert losses[-1] < losses[0]
    assert training.predict_maps(model, x[..., 0]).shape == x.shape
