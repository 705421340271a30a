"""A photograph cut, turned and blurred in the page, against the package and SciPy."""

from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from convbook import data
from convbook.pretrained._images import WHITE, square
from tests.live.conftest import LIVE, Node

SIZE = 224
LITE0 = {"centre": 127, "scale": 128}
# In units of the network's input, of which a pixel from 0 to 255 has two: a thousandth of a level.
TOLERANCE = {"rtol": 0, "atol": 1e-5}


@pytest.fixture
def photographs(page: Node) -> Node:
    """The scripts that a photograph needs."""
    page.scripts += [LIVE / "drawing.js", LIVE / "photograph.js"]
    return page


def preprocessed(photograph: np.ndarray) -> Any:
    return (square(photograph, WHITE, SIZE) - np.float32(127)) / np.float32(128)


def test_squares_are_preprocessed_as_the_package_does(
    photographs: Node, rng: np.random.Generator
) -> None:
    """Enlarged and reduced, in the middle and in corners, and with the sharpest edges."""
    chelsea, noise = data.chelsea(), rng.choice([0, 255], (512, 384, 3)).astype(np.uint8)
    places = [(chelsea, 0, 100, 299), (chelsea, 76, 151, 149), (chelsea, 250, 401, 50)]
    places += [(chelsea, 0, 0, 224), (noise, 128, 0, 384), (noise, 3, 5, 30), (noise, 7, 0, 1)]
    for picture, top, left, side in places:
        place = {"top": top, "left": left, "side": side}
        image = (picture / np.float32(255))[np.newaxis]
        photographs.call("ConvbookLive.photograph.square", image, place, SIZE, LITE0)
    for found, (picture, top, left, side) in zip(photographs.run(), places, strict=True):
        expected = preprocessed(picture[top : top + side, left : left + side])
        np.testing.assert_allclose(found, expected, **TOLERANCE, err_msg=f"{top} {left} {side}")


ANGLES = (0, 1, 30, 45, 90, 135, 180, -90, -101, -180, 270)


def test_squares_are_turned_as_scipy_does(photographs: Node) -> None:
    x = preprocessed(data.chelsea()[data.COLOUR_CROP])
    for angle in ANGLES:
        photographs.call("ConvbookLive.photograph.turned", x, angle)
    for found, angle in zip(photographs.run(), ANGLES, strict=True):
        expected = ndimage.rotate(x, angle, reshape=False, order=1, mode="nearest")
        np.testing.assert_allclose(found, expected, **TOLERANCE, err_msg=str(angle))


SIGMAS = (0.1, 0.5, 1, 2.5, 6, 10, 60)


def test_squares_are_blurred_as_scipy_does(photographs: Node) -> None:
    x = preprocessed(data.coffee())
    for sigma in SIGMAS:
        photographs.call("ConvbookLive.photograph.blurred", x, sigma)
    for found, sigma in zip(photographs.run(), SIGMAS, strict=True):
        expected = ndimage.gaussian_filter(x, (sigma, sigma, 0))
        np.testing.assert_allclose(found, expected, **TOLERANCE, err_msg=str(sigma))
