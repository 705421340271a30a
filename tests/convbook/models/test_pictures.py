"""The networks whose answer is a picture: sizes, beginnings, and how they refuse."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from convbook import models, training
from convbook.models.pictures import espcn

PICTURES = np.random.default_rng(0).random((2, 12, 20)).astype(np.float32)
every_network = pytest.mark.parametrize("name", models.PICTURES)


def answers(name: str, **options: Any) -> np.ndarray:
    return training.predict_maps(models.build(name, **options), PICTURES)


@pytest.mark.parametrize(
    ("name", "options", "shape"),
    [
        ("fcn", {}, (2, 12, 20, 11)),
        ("fcn", {"skips": False, "classes": 3}, (2, 12, 20, 3)),
        ("unet", {}, (2, 12, 20, 11)),
        ("unet", {"widths": (2, 3), "skips": False}, (2, 12, 20, 11)),
        ("denoiser", {}, (2, 12, 20, 1)),
        *(("espcn", {"scale": 3, "upsampling": way}, (2, 36, 60, 1)) for way in espcn.UPSAMPLINGS),
    ],
)
def test_pictures_in_and_pictures_out(
    name: str, options: dict[str, Any], shape: tuple[int, ...]
) -> None:
    assert models.build(name, **options).name == name
    assert answers(name, **options).shape == shape


@every_network
def test_a_seed_fixes_the_initial_weights(name: str) -> None:
    first, again, other = (models.build(name, seed=seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_the_untrained_denoiser_returns_its_input() -> None:
    np.testing.assert_array_equal(answers("denoiser")[..., 0], PICTURES)


def test_a_network_takes_one_size_after_another() -> None:
    model = models.build("espcn")
    for height, width in ((4, 4), (6, 4), (5, 7)):
        answer = training.predict_maps(model, np.zeros((1, height, width)))
        assert answer.shape == (1, 2 * height, 2 * width, 1)


@pytest.mark.parametrize("way", espcn.UPSAMPLINGS)
def test_untrained_super_resolution_interpolates(way: str) -> None:
    smooth = tf.image.resize(PICTURES[..., np.newaxis], (24, 40), "bicubic")
    np.testing.assert_allclose(answers("espcn", upsampling=way), smooth, atol=1e-5)


def test_a_pixel_shuffle_is_depth_to_space() -> None:
    maps = np.random.default_rng(0).random((2, 3, 4, 12)).astype(np.float32)
    shuffled = espcn.PixelShuffle(2)(maps)
    np.testing.assert_array_equal(shuffled, tf.nn.depth_to_space(maps, 2))


def test_a_pixel_shuffle_can_be_saved() -> None:
    layer = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(espcn.PixelShuffle(3))
    )
    assert layer.scale == 3


@pytest.mark.parametrize("name", ["fcn", "unet"])
def test_skips_carry_what_the_coarse_maps_lack(name: str) -> None:
    # A network without skips sees a pixel through two poolings: its answer is smoother.
    model = models.build(name, skips=False)
    assert not any("skip" in layer.name or "score2" in layer.name for layer in model.layers)
    assert models.build(name).count_params() > model.count_params()


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("fcn", {"widths": (8, 16)}, ValueError, "widths: expected three"),
        ("fcn", {"skips": 1}, TypeError, "skips: expected True or False, got 1"),
        ("fcn", {"classes": 0}, ValueError, "classes: .* got 0"),
        ("unet", {"widths": (8,)}, ValueError, "widths: expected two numbers or more"),
        ("unet", {"widths": (8, 0)}, ValueError, r"widths\[1\]: .* got 0"),
        ("denoiser", {"depth": 1}, ValueError, "depth: .* at least 2, got 1"),
        ("espcn", {"upsampling": "bicubic"}, ValueError, "upsampling: .* got 'bicubic'"),
        ("espcn", {"scale": 1.5}, TypeError, "scale: .* 1.5"),
        *((name, {"seed": -1}, ValueError, "seed: .* got -1") for name in models.PICTURES),
    ],
)
def test_bad_options_are_refused_by_name(
    name: str, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        models.build(name, **options)


@pytest.mark.parametrize(
    ("pictures", "error", "message"),
    [
        ((255 * PICTURES).astype(np.uint8), TypeError, "pictures: expected floats, got uint8"),
        (PICTURES[0], ValueError, r"pictures: expected shape \(n, H, W\), got \(12, 20\)"),
        (PICTURES[:, :10], ValueError, r"pictures: .* that 4 divides, got \(2, 10, 20\)"),
        (np.where(PICTURES > 0.5, np.nan, 0), ValueError, "pictures: expected finite"),
    ],
)
def test_wrong_pictures_are_refused(
    pictures: np.ndarray, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        training.predict_maps(models.build("unet"), pictures)
