"""The bench of Gabor kernels: what it shows is what TensorFlow and the package compute."""

import re
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from playwright.sync_api import Locator, Page

from convbook import data, kernels
from tests.browser.live import (
    at,
    choose_file,
    code_of,
    number,
    opened,
    printed,
    red,
    said,
    settle,
    start,
)

NAME = "gabor_bench"
REACH = 20
TAPS = 2 * REACH + 1


def strongest(place: Locator) -> tuple[float, int, int]:
    """Return what the line says of the strongest answer: its value, row and column."""
    words = said(place)
    found = re.search(r"answer, (−?[\d.]+), is at row (\d+), column (\d+) of", words)
    assert found, words
    return number(found[1]), int(found[2]), int(found[3])


def legend(place: Locator, name: str) -> float:
    """Return the upper end of a map's scale."""
    figure = place.locator("figure", has=place.page.get_by_text(name))
    return float(figure.locator(".live-legend span").last.text_content() or "")


def run(place: Locator) -> list[float]:
    """Run the code that the figure shows, and return the numbers that it prints."""
    return [float(number) for number in printed(code_of(place)).split()]


def answered(**options: float) -> np.ndarray:
    w = kernels.to_hwio(kernels.gabor(size=TAPS, **options))
    x = data.chelsea_grey()[None, :, :, None]
    return tf.nn.conv2d(x, w, 1, "VALID")[0, :, :, 0].numpy()


STATES = (
    "",
    "angle=117&wavelength=5&sigma=1.3&aspect=0.25",
    "angle=90&phase=-90&scale=automatic",
    "angle=13&wavelength=23.5&sigma=5&aspect=2&phase=60&scale=automatic",
)


@pytest.mark.parametrize("state", STATES)
def test_the_page_the_code_and_the_canvas_agree(server: str, page: Page, state: str) -> None:
    place = opened(page, server, NAME, state)
    largest, value, row, column = run(place)
    found = strongest(place)
    np.testing.assert_allclose(found, (value, row, column), rtol=0, atol=5.1e-5)
    np.testing.assert_allclose(legend(place, "Kernel, "), largest, rtol=6e-3)
    options = {"sigma": 3, "wavelength": 8, "angle": 45, "phase": 0, "aspect": 0.7}
    chosen = dict(part.split("=") for part in state.split("&") if part)
    scale = chosen.pop("scale", "fixed")
    options |= {key: float(word) for key, word in chosen.items()}
    y, w = answered(**options), kernels.gabor(size=TAPS, **options)
    limit = 0.1 if scale == "fixed" else np.abs(y).max()
    np.testing.assert_allclose(legend(place, "Answer"), limit, rtol=6e-3)
    # Answers of one level have one colour.
    found = red(place.locator(".gabor-maps canvas").nth(2))
    assert found.shape == y.shape
    levels = np.clip(np.floor((y / limit + 1) * 128), 0, 255).astype(int)
    colour = np.zeros(256)
    colour[levels] = found
    assert len({*levels.ravel()}) > 100
    assert np.abs(colour[levels] - found).max() <= 8, "of rounding to a neighbouring level"
    spread = np.zeros((128, 128))
    spread[:TAPS, :TAPS] = w
    passed = np.abs(np.fft.fftshift(np.fft.fft2(spread)))
    shown = red(place.locator(".gabor-views canvas[tabindex]"))
    expected = np.minimum(passed / passed.max() * 256, 255)
    np.testing.assert_allclose(shown, expected, rtol=0, atol=1.01)


def test_the_strongest_answer_walks_along_the_rim(server: str, page: Page) -> None:
    place = opened(page, server, NAME, "angle=0")
    places = []
    for angle in range(0, 91, 15):
        place.get_by_label("Angle").fill(str(angle))
        settle(page)
        places.append(strongest(place)[1:])
    rows, columns = np.transpose(places)
    assert (np.diff(rows) >= 0).all()
    assert (np.diff(columns) > 0).all()
    assert places[0] == (65, 36)
    place.get_by_role("button", name="Whiskers").click()
    settle(page)
    value, row, column = strongest(place)
    assert (row, column) == (214, 33)
    heights = {}
    for angle in range(105, 126):
        place.get_by_label("Angle").fill(str(angle))
        settle(page)
        heights[angle] = strongest(place)[0]
    assert max(heights, key=lambda angle: heights[angle]) == 115
    assert heights[117] == value


def test_by_keyboard_and_by_touch(server: str, page: Page) -> None:
    place = start(page, server, NAME, "Enter")
    page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"#gabor_bench\?angle=48$"))
    place.get_by_role("button", name="Reset").press("Enter")
    page.wait_for_url(re.compile("html$"))
    # A wave is taken from the spectrum: 16 steps of 1/128 to the right are 8 pixels at 0 degrees.
    spectrum = place.get_by_role("application", name="Spectrum")
    spectrum.click(position=at(spectrum, 80.5 / 128, 64.5 / 128))
    page.wait_for_url(re.compile(r"#gabor_bench\?angle=0$"))
    spectrum.press("Shift+ArrowRight")
    page.wait_for_url(re.compile("angle=0&wavelength=5$"))
    for _ in range(3):
        spectrum.press("Shift+ArrowUp")
        settle(page)
    spectrum.click(position=at(spectrum, 64.5 / 128, 32.5 / 128))
    page.wait_for_url(re.compile("angle=90&wavelength=4$"))
    spectrum.click(position=at(spectrum, 64.5 / 128, 64.5 / 128))
    settle(page)
    strongest(place)


def test_a_picture_of_one_s_own(server: str, page: Page, tmp_path: Path) -> None:
    place = start(page, server, NAME)
    pixels = np.random.default_rng(1).integers(0, 256, (256, 256, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "own.png")
    Image.fromarray(pixels[:1, :1]).save(tmp_path / "pixel.png")
    choose_file(place, tmp_path / "own.png")
    place.get_by_text("The strongest answer").wait_for()
    _, value = run(place)
    grey = data.to_grey(data.to_float(pixels))[None, :, :, None]
    w = kernels.to_hwio(kernels.gabor(3, 8, 45, aspect=0.7, size=TAPS))
    y = tf.nn.conv2d(grey, w, 1, "VALID")[0, :, :, 0].numpy()
    row, column = np.unravel_index(np.abs(y).argmax(), y.shape)
    expected = (y[row, column], row + REACH, column + REACH)
    np.testing.assert_allclose(strongest(place), expected, rtol=0, atol=5.1e-5)
    np.testing.assert_allclose(value, y[row, column], atol=1e-5)
    # A flat picture has nothing to find.
    choose_file(place, tmp_path / "pixel.png")
    place.get_by_text("The strongest answer, 0.0000,").wait_for()
