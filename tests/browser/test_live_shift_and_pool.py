"""Pooling under a shift: the errors of three poolings, and TensorFlow's."""

import re
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image
from playwright.sync_api import Locator, Page

from convbook import data, kernels
from tests.browser.live import choose_file, code_of, drag, printed, red, said, settle, start, swipe

NAME = "shift_and_pool"
ORIGIN = 11  # the first output that is shown, with windows of four


def errors(place: Locator) -> list[float]:
    return [float(text) for text in place.locator(".shift-value").all_text_contents()]


def check(place: Locator) -> list[float]:
    """Compare the errors, and the sentence, with what the code prints."""
    expected = [float(line.rpartition(" ")[2]) for line in printed(code_of(place)).splitlines()]
    np.testing.assert_allclose(errors(place), expected, atol=0.0051)
    words = said(place)
    assert [float(number) for number in re.findall(r"by (\d\.\d+)", words)] == errors(place)
    return errors(place)


def test_the_errors_are_those_of_tensorflow(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    assert "Shifted by 1 pixel, max pooling differs from its prediction by 0.41" in said(place)
    check(place)
    place.get_by_label("Shift to the right").fill("6")
    place.get_by_label("Window and stride").fill("3")
    assert check(place) == [0, 0, 0], "at a multiple of the stride the prediction is exact"
    place.get_by_label("the unmoved").check()
    assert min(check(place)) > 0.8


def test_the_curves_are_those_of_the_chapter(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    chart = place.locator(".shift-chart")
    page.wait_for_function(
        "(chart) => chart.getAttribute('aria-label').split(';').length === 13",
        arg=chart.element_handle(),
    )
    label = chart.get_attribute("aria-label") or ""
    curves = np.array([
        [float(number) for number in part.split(",")]
        for part in label.partition(": ")[2].rstrip(".").split(";")
    ])  # fmt: skip
    assert (curves[::4] == 0).all()
    between = np.delete(curves, np.s_[::4], axis=0)
    assert (between[:, 2] < between[:, 1]).all()
    assert (between[:, 1] < between[:, 0]).all()


def test_the_pooled_maps_are_those_of_tensorflow(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    place.get_by_label("Shift to the right").fill("3")
    settle(page)
    face = data.chelsea_grey()[np.newaxis, :, :, np.newaxis]
    sobel = kernels.to_hwio(kernels.get("sobel_x"))
    edges = tf.roll(tf.nn.relu(tf.nn.conv2d(face, sobel, 1, "SAME")), 3, axis=2)
    blur = kernels.to_hwio(kernels.binomial(7))
    answers = [
        tf.nn.max_pool2d(edges, 4, 4, "SAME"),
        tf.nn.avg_pool2d(edges, 4, 4, "SAME"),
        tf.nn.conv2d(tf.nn.max_pool2d(edges, 4, 1, "SAME"), blur, 4, "SAME"),
    ]
    pooled = place.locator(".shift-three").first
    white = float(pooled.locator(".live-legend span").last.text_content() or "")
    canvases = pooled.locator(".live-stage canvas").all()
    for canvas, answer in zip(canvases, answers, strict=True):
        inside = slice(ORIGIN, ORIGIN + 15)
        expected = np.minimum(255, 255 * answer[0, inside, inside, 0] / white)
        np.testing.assert_allclose(red(canvas), expected, atol=2.5)


def test_the_picture_moves_by_mouse_keys_and_touch(server: str, phone: Page) -> None:
    place = start(phone, server, NAME, "Enter")
    picture = place.get_by_role("slider", name="Picture: drag it")
    assert picture.get_attribute("aria-valuenow") == "1"
    for _ in range(3):
        picture.press("ArrowRight")
    phone.wait_for_url(re.compile(r"#shift_and_pool\?shift=4$"))
    assert errors(place) == [0, 0, 0]
    for _ in range(5):
        picture.press("ArrowLeft")
    assert "Shifted by 0 pixels" in said(place)
    # A pixel of the picture is as wide as a sixtieth of the canvas.
    drag(picture, (0.5, 0.5), (0.5 + 5.2 / 60, 0.5))
    assert "Shifted by 5 pixels" in said(place)
    swipe(picture, (0.5, 0.5), (0.6, 0.5), (-0.5, 0.5))
    assert "Shifted by 0 pixels" in said(place)


def test_a_reader_s_own_picture_is_pooled(server: str, page: Page, tmp_path: Path) -> None:
    place = start(page, server, NAME)
    # A picture without an edge has no deviation; the border apart, nothing changes.
    for name, pixels in {
        "plain.png": np.full((300, 300, 3), 90, np.uint8),
        "noise.png": np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8),
    }.items():
        Image.fromarray(pixels).save(tmp_path / name)
        choose_file(place, tmp_path / name)
        place.get_by_text("Shifted by 1 pixel,").wait_for()
        settle(page)
        if name == "plain.png":
            assert errors(place) == [0, 0, 0]
    page.wait_for_function("() => document.querySelector('.shift-value').textContent !== '0.00'")
    check(place)
