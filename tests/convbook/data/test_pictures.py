"""The pictures are the registered ones, damage is refused, and conversions keep their units."""

import dataclasses
import hashlib
import importlib
import re

import numpy as np
import pytest
import skimage.data
from PIL import Image

from bookbuild.gallery.fingerprint import Fingerprints
from convbook import data
from convbook.data import _registry

# The package's attribute of that name is the function.
module = importlib.import_module("convbook.data.pictures")

NAMES = ("chelsea", "coffee", "rocket", "astronaut", "camera")


@pytest.fixture
def carrier(tmp_path, monkeypatch):
    """Return the folder of an importable package that carries Chelsea in scikit-image's place."""
    (tmp_path / "carrier").mkdir()
    (tmp_path / "carrier" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    picture = dataclasses.replace(
        data.pictures()["chelsea"], package="carrier", member="chelsea.png"
    )
    monkeypatch.setattr(module, "pictures", lambda: {"chelsea": picture})
    return tmp_path / "carrier"


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_that_of_scikit_image_and_of_the_registry(name):
    picture, entry = getattr(data, name)(), data.pictures()[name]
    np.testing.assert_array_equal(picture, getattr(skimage.data, name)())
    assert hashlib.sha256(picture.tobytes()).hexdigest() == entry.sha256
    assert (picture.shape, picture.dtype.name) == (entry.shape, entry.dtype)
    assert entry.source == f"skimage.data.{name}"


def test_every_picture_names_its_licence_credit_and_source():
    assert set(data.pictures()) == set(NAMES)
    for entry in data.pictures().values():
        assert entry.licence in ("CC0-1.0", "LicenseRef-public-domain")
        assert entry.credit
        assert entry.description
        assert re.fullmatch("[0-9a-f]{64}", entry.sha256)


def test_the_registry_is_read_only():
    with pytest.raises(TypeError):
        data.pictures()["chelsea"] = None
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.pictures()["chelsea"].sha256 = ""


def test_a_picture_is_fresh_and_writable():
    data.chelsea()[:] = 0
    assert data.chelsea().any()


def test_a_changed_pixel_is_refused_with_both_sums_and_the_file(carrier):
    pixels = skimage.data.chelsea().copy()
    pixels[0, 0, 0] ^= 1
    Image.fromarray(pixels).save(carrier / "chelsea.png")
    with pytest.raises(data.ChecksumError) as caught:
        data.chelsea()
    message = str(caught.value)
    assert str(carrier / "chelsea.png") in message
    registered = data.pictures()["chelsea"].sha256
    shape = "shape (300, 451, 3), uint8, SHA-256"
    assert f"expected {shape} {registered}" in message
    assert f"got {shape} {hashlib.sha256(pixels).hexdigest()}" in message
    assert "reinstall scikit-image" in message


def test_the_same_pixels_compressed_otherwise_are_accepted(carrier):
    Image.fromarray(skimage.data.chelsea()).save(carrier / "chelsea.png", compress_level=0)
    np.testing.assert_array_equal(data.chelsea(), skimage.data.chelsea())


def test_a_picture_of_another_shape_is_refused(carrier):
    Image.fromarray(skimage.data.chelsea()[:, :, 0]).save(carrier / "chelsea.png")
    with pytest.raises(data.ChecksumError, match=r"got shape \(300, 451\), uint8"):
        data.chelsea()


@pytest.mark.parametrize("kept", [0, 100, 100_000])
def test_a_damaged_file_is_refused(carrier, kept):
    Image.fromarray(skimage.data.chelsea()).save(carrier / "chelsea.png")
    whole = (carrier / "chelsea.png").read_bytes()
    (carrier / "chelsea.png").write_bytes(whole[:kept])
    with pytest.raises(data.ChecksumError, match=r"chelsea\.png cannot be read as a picture"):
        data.chelsea()


def test_a_wheel_without_the_file_is_named(carrier):
    with pytest.raises(FileNotFoundError, match=r"chelsea\.png is missing: .* scikit-image"):
        data.chelsea()


def test_a_missing_scikit_image_is_named_with_the_remedy(monkeypatch):
    absent = dataclasses.replace(data.pictures()["coffee"], package="no_such_package")
    monkeypatch.setattr(module, "pictures", lambda: {"coffee": absent})
    with pytest.raises(ImportError, match="python -m pip install scikit-image") as caught:
        data.coffee()
    assert caught.value.name == "no_such_package"


def test_the_crops_are_those_of_the_sources():
    assert data.chelsea()[data.GREY_CROP].shape == (256, 256, 3)
    assert data.chelsea()[data.COLOUR_CROP].shape == (299, 299, 3)
    assert data.chelsea()[data.SMALL_CROP].shape == (134, 240, 3)
    np.testing.assert_array_equal(
        data.chelsea()[data.GREY_CROP], skimage.data.chelsea()[44:300, 100:356]
    )


def test_chelsea_grey_is_luma_from_0_to_1():
    grey = data.chelsea_grey()
    assert (grey.shape, grey.dtype) == ((256, 256), np.float32)
    crop = skimage.data.chelsea()[-256:, 100:356].astype(np.float64) / 255
    expected = 0.2989 * crop[..., 0] + 0.5870 * crop[..., 1] + 0.1140 * crop[..., 2]
    np.testing.assert_allclose(grey, expected, rtol=1e-6)
    assert 0 <= grey.min() < 0.1 < 0.7 < grey.max() <= 1


def test_grey_by_the_mean_is_that_of_numpy_and_differs_from_luma():
    picture = data.chelsea()
    by_mean = data.to_grey(picture, data.MEAN)
    np.testing.assert_allclose(by_mean, picture.mean(axis=2), rtol=1e-6)
    assert np.abs(by_mean - data.to_grey(picture)).max() > 5


def test_grey_keeps_the_units():
    picture = data.coffee()
    np.testing.assert_allclose(
        data.to_grey(picture), 255 * data.to_grey(data.to_float(picture)), rtol=1e-5
    )
    white = data.to_grey(np.full((1, 1, 3), 255, np.uint8))
    assert white.item() == pytest.approx(255 * sum(data.LUMA))


def test_each_weight_belongs_to_its_channel():
    primaries = np.eye(3, dtype=np.float32)[np.newaxis]
    np.testing.assert_allclose(data.to_grey(primaries)[0], data.LUMA)
    np.testing.assert_allclose(data.to_grey(primaries, (1, 0, -2))[0], (1, 0, -2))


def test_bytes_become_floats_from_0_to_1_by_255_and_not_by_256():
    every = np.arange(256, dtype=np.uint8)
    got = data.to_float(every)
    assert got.dtype == np.float32
    assert (got[0], got[255]) == (0, 1)
    np.testing.assert_array_equal(np.rint(got * 255), every)
    # Dividing by 256 leaves white darker, by one part in 256.
    assert every[255] / 256 == pytest.approx(1 - 1 / 256)


def test_normalizing_gives_mean_0_and_variance_1():
    for image in (data.chelsea(), data.chelsea_grey(), np.array([1, 2, 4])):
        got = data.normalize(image)
        assert (got.shape, got.dtype) == (image.shape, np.float32)
        assert got.mean(dtype=np.float64) == pytest.approx(0, abs=1e-6)
        assert got.var(dtype=np.float64) == pytest.approx(1, abs=1e-6)


def test_normalizing_undoes_brightness_and_contrast():
    image = data.chelsea_grey()
    np.testing.assert_allclose(data.normalize(0.3 * image + 5), data.normalize(image), atol=1e-4)


@pytest.mark.parametrize(
    "image",
    [
        [1e-200, 2e-200],
        [1e300, 1.5e300],
        np.array([2**64 - 3, 2**64 - 1], np.uint64),
        np.array([-(2**63), 2**63 - 1]),
    ],
)
def test_normalizing_knows_no_scale(image):
    np.testing.assert_array_equal(data.normalize(image), [-1, 1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: data.to_grey(np.full((1, 1, 3), 1e300)), ValueError, "image: .* float32 holds"),
        (lambda: data.to_grey(np.zeros((2, 2, 3)), "abc"), TypeError, "weights: expected real"),
        (lambda: data.to_grey(np.zeros((4, 4))), ValueError, r"image: expected shape \(H, W, 3\)"),
        (lambda: data.to_grey(np.zeros((4, 4, 4))), ValueError, r"image: .* got \(4, 4, 4\)"),
        (lambda: data.to_grey(np.zeros((1, 4, 4, 3))), ValueError, "image: expected shape"),
        (lambda: data.to_grey(np.zeros((0, 4, 3))), ValueError, "at least one pixel"),
        (lambda: data.to_grey(np.zeros((4, 4, 3), np.int32)), TypeError, "image: expected uint8"),
        (lambda: data.to_grey([["a"]]), TypeError, "image: expected uint8 or a floating dtype"),
        (lambda: data.to_grey(np.full((2, 2, 3), np.nan)), ValueError, "image: expected finite"),
        (lambda: data.to_grey(np.zeros((2, 2, 3)), (1, 2)), ValueError, "weights: expected three"),
        (
            lambda: data.to_grey(np.zeros((2, 2, 3)), (1, 2, np.inf)),
            ValueError,
            "weights: expected finite",
        ),
        (lambda: data.to_float(np.zeros(3)), TypeError, "image: expected uint8, got float64"),
        (lambda: data.to_float(np.zeros(3, np.int8)), TypeError, "image: expected uint8, got int8"),
        (lambda: data.normalize(np.full((2, 2), 0.1)), ValueError, "got 0.1 everywhere"),
        (lambda: data.normalize([]), ValueError, "image: expected at least one value"),
        (lambda: data.normalize([1, np.nan]), ValueError, "image: expected finite numbers"),
        (lambda: data.normalize(["a"]), TypeError, "image: expected real numbers"),
        (lambda: data.normalize([1j, 2]), TypeError, "image: expected real numbers"),
    ],
)
def test_bad_images_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_whoever_uses_data_depends_on_the_registry(tmp_path):
    script = tmp_path / "plot_data.py"
    script.write_text("from convbook import data\n", encoding="utf-8")
    assert Fingerprints().uses(script, "convbook.data._registry")
    assert (_registry.REGISTRY.name,) == _registry.DATA
