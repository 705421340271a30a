"""Digits that readers draw, mix, cover and change, against Keras."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from convbook import interpretability, models, training
from convbook.data import mnist
from tests.browser.conftest import STILL
from tests.browser.live import (
    box_of,
    choose_file,
    code_of,
    drag,
    numbers,
    opened,
    reload,
    said,
    settle,
    start,
    swipe,
)

LAB, DESK = "digit_lab", "adversarial_desk"

# Handwriting, stroke by stroke: places in hundredths of the pad, from its left upper corner.
HANDWRITING: dict[int, list[list[tuple[int, int]]]] = {
    0: [[(52, 16), (40, 19), (30, 32), (27, 50), (30, 68), (40, 81), (52, 84), (63, 78), (71, 64),
         (72, 46), (68, 29), (60, 19), (50, 16)]],
    1: [[(50, 14), (50, 40), (49, 60), (48, 86)]],
    2: [[(30, 30), (36, 19), (48, 14), (61, 18), (67, 29), (64, 42), (54, 56), (40, 70), (28, 83),
         (45, 81), (72, 82)]],
    3: [[(31, 22), (43, 14), (57, 15), (66, 24), (63, 36), (52, 45), (42, 48), (55, 49), (66, 57),
         (68, 70), (59, 82), (45, 86), (31, 79)]],
    4: [[(36, 16), (33, 34), (31, 52), (48, 53), (70, 50)], [(63, 22), (61, 50), (60, 86)]],
    5: [[(66, 16), (38, 17), (36, 30), (34, 45), (48, 42), (61, 47), (67, 60), (63, 74), (51, 84),
         (37, 84), (29, 77)]],
    6: [[(61, 14), (48, 25), (38, 42), (33, 60), (36, 76), (48, 85), (61, 80), (66, 67), (59, 56),
         (46, 56), (36, 66)]],
    7: [[(28, 20), (45, 18), (69, 17), (62, 36), (53, 56), (46, 86)]],
    8: [[(63, 23), (51, 14), (38, 20), (37, 33), (49, 45), (63, 58), (66, 73), (55, 85), (41, 82),
         (34, 70), (41, 57), (55, 45), (64, 33), (62, 21)]],
    9: [[(64, 28), (54, 16), (41, 18), (34, 31), (38, 44), (51, 48), (62, 39), (65, 26), (64, 45),
         (60, 65), (55, 86)]],
}  # fmt: skip


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page for all tests: each opens its figure anew."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, **STILL)
    yield context.new_page()
    context.close()


def ran(code: str) -> tuple[dict[str, Any], list[Any]]:
    """Run code as a reader would; return its names, and the lists that it prints."""
    names: dict[str, Any] = {}
    with redirect_stdout(StringIO()) as text:
        exec(compile(code, "copied.py", "exec"), names)
    return names, [json.loads(line) for line in text.getvalue().splitlines()]


def charted(place: Locator) -> list[float]:
    """Return the ten probabilities that the page shows."""
    shown = place.locator(".live-chart-value").all_text_contents()
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return [float(re.sub(r" · 10(.+)", r"e\1", text).translate(powers)) for text in shown]


def draw(on: Locator, digit: int, by: Callable[..., None] = drag) -> None:
    """Write a digit, with the mouse or a finger."""
    for stroke in HANDWRITING[digit]:
        by(on, *((x / 100, y / 100) for x, y in stroke))


def pad_of(place: Locator) -> Locator:
    return place.get_by_role("application", name="Draw a digit")


@cache
def network(name: str) -> keras.Model:
    trained = training.load(name.removesuffix("_untrained"))
    if name == trained.recipe.network:
        return trained.model
    return models.build(trained.recipe.network, seed=trained.recipe.seed)


def test_nine_of_ten_drawn_digits_are_read(server: str, page: Page) -> None:
    place = opened(page, server, LAB)
    right = {"mini_inception": 0, "small_convnet": 0}
    for digit in HANDWRITING:
        place.get_by_role("button", name="Clear").click()
        draw(pad_of(place), digit)
        for name in right:
            place.get_by_label(name, exact=True).check()
            right[name] += said(place).startswith(f"The network reads {digit} with")
    assert min(right.values()) >= 9, right


LAB_STATES = {
    "": ("mini_inception", "conv1"),
    "digit=61&share=0.4&second=17&class=9": ("mini_inception", "conv1"),
    "picture=drawing&strokes=2625371k4z1k5h1o4v3a4a5k3r71&mini_inception_layer=inception2_5x5&map=24":
        ("mini_inception", "inception2_5x5"),
    "digit=8&network=small_convnet&class=6&small_convnet_layer=relu3&map=32":
        ("small_convnet", "relu3"),
    "digit=3&network=small_convnet_untrained&small_convnet_layer=logits&map=4":
        ("small_convnet_untrained", "logits"),
}  # fmt: skip


@pytest.mark.parametrize("state", LAB_STATES)
def test_the_lab_and_its_code_agree(server: str, page: Page, state: str) -> None:
    place = opened(page, server, LAB, state)
    name, layer = LAB_STATES[state]
    names, (probabilities, cells, chosen) = ran(code_of(place))
    np.testing.assert_allclose(charted(place), probabilities, rtol=0.06, atol=6e-5)
    evidence = place.get_by_role("img", name="Evidence for").get_attribute("aria-label")
    about, strongest, row, column, _ = numbers(evidence)
    assert np.argmax(cells) == (row - 1) * len(cells) + column - 1
    np.testing.assert_allclose(strongest, np.max(cells), rtol=0.006, atol=1e-3)
    large = place.get_by_role("img", name=re.compile(f"{layer}, map")).get_attribute("aria-label")
    np.testing.assert_allclose(
        numbers(large)[-2:], [np.min(chosen), np.max(chosen)], rtol=0.006, atol=1e-3
    )
    # And what the code computes is what the book's own functions do.
    x = names["x"][np.newaxis, ..., np.newaxis].astype(np.float32)
    cam = interpretability.grad_cam(network(name), x, "relu3", int(about))
    enlarged = tf.image.resize(np.maximum(cells, 0)[np.newaxis, ..., np.newaxis], (28, 28))
    np.testing.assert_allclose(enlarged[..., 0], cam, rtol=0, atol=1e-3)


@pytest.mark.parametrize("name", ["mini_inception", "small_convnet", "small_convnet_untrained"])
def test_every_map_has_the_colours_of_its_numbers(server: str, page: Page, name: str) -> None:
    place = opened(page, server, LAB, f"digit=5&all=true&network={name}")
    colours = np.reshape(page.evaluate("[...ConvbookLive.drawing.signedColours()]"), (256, 3))
    drawn = place.locator(".digit-tiles canvas").evaluate_all(
        """all => all.map(canvas => ({
            label: canvas.getAttribute("aria-label"), width: canvas.width,
            pixels: [...canvas.getContext("2d").getImageData(
                0, 0, canvas.width, canvas.height).data]}))"""
    )
    model = network(name)
    names = [layer.name for layer in model.layers[1:] if layer.name != "flatten"]
    assert [row["label"].split(":")[0] for row in drawn] == names
    cut = keras.Model(model.input, [model.get_layer(layer).output for layer in names])
    picture = mnist()[1][0][5:6, ..., np.newaxis] / np.float32(255)
    for layer, values, row in zip(names, cut(picture, training=False), drawn, strict=True):
        height, width = tuple(values.shape[1:-1]) or (1, 1)
        maps = np.moveaxis(np.reshape(values, (height, width, -1)), -1, 0)
        pixels = np.reshape(row["pixels"], (-1, row["width"], 4))
        levels = np.clip(np.floor((maps / np.abs(maps).max() + 1) * 128), 0, 255).astype(int)
        step = width + (width > 1)
        columns = (row["width"] + step - width) // step
        for number, expected in enumerate(levels):
            top, left = number // columns * step, number % columns * step
            found = pixels[top : top + height, left : left + width, :3]
            # Where a number lies on the edge of two levels, its colour may be that of either.
            near = [colours[np.clip(expected + d, 0, 255)] for d in (-1, 0, 1)]
            assert np.abs(near - found).max(axis=-1).min(axis=0).max() == 0, (layer, number)


def test_a_digit_is_drawn_by_the_keyboard_alone(server: str, page: Page) -> None:
    place = start(page, server, LAB, "Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.role") == "application":
            break
    for _ in range(11):
        page.keyboard.press("ArrowUp")
    assert said(place) == "The pen is up, at row 3, column 14."
    page.keyboard.press("Space")
    for _ in range(22):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    settle(page)
    assert place.get_by_label("Drawing").is_checked()
    page.wait_for_url(re.compile("picture=drawing"))
    reload(place)
    assert said(place).startswith("The network reads 1 with")
    place.get_by_role("button", name="Undo").press("Enter")
    settle(page)
    assert place.locator(".digit-empty").count() == 1


def test_a_digit_is_drawn_by_touch(server: str, phone: Page) -> None:
    place = opened(phone, server, LAB)
    before = box_of(pad_of(place))
    draw(pad_of(place), 4, swipe)
    assert said(place).startswith("The network reads 4 with")
    assert pad_of(place).bounding_box() == before, "the page stays where it is"


@pytest.mark.parametrize("name", [LAB, DESK, "lenet5"])
def test_a_reader_s_own_digit_is_cut_out(
    server: str, page: Page, name: str, tmp_path: Path
) -> None:
    digits, labels = (values[:20] for values in mnist()[1])
    three = digits[list(labels).index(3)]
    Image.fromarray(three).save(tmp_path / "as_it_is.png")
    paper = np.full((400, 300, 3), (235, 225, 210), np.uint8)
    ink = np.asarray(Image.fromarray(three).resize((140, 140), Image.Resampling.BICUBIC), float)
    part = paper[60:200, 120:260].astype(float)
    paper[60:200, 120:260] = part - (part - (40, 40, 90)) * ink[..., np.newaxis] / 255
    Image.fromarray(paper).save(tmp_path / "photograph.jpg", quality=85)
    Image.new("L", (50, 40), 255).save(tmp_path / "paper.png")
    Image.new("L", (1, 1), 0).save(tmp_path / "pixel.png")
    place = opened(page, server, name)
    for file in ("as_it_is.png", "photograph.jpg"):
        choose_file(place, tmp_path / file)
        place.get_by_text("reads 3 with").first.wait_for()
        place.get_by_label("Test digit").first.check()
        settle(page)
    for file in ("paper.png", "pixel.png"):
        choose_file(place, tmp_path / file)
        place.get_by_text("There is no digit in this picture").wait_for()


INK = "strokes=4z1z4z2d4v2r4r35"
DESK_STATES = (
    "",
    "digit=4&epsilon=0.1&aim=9",
    "digit=18&epsilon=0.12&steps=10",
    "digit=2&epsilon=0.3&signs=random&seed=7&size=9&corner=10,3",
    f"digit=7&epsilon=0.05&{INK}&size=6&corner=25,25&full=true",
)


@pytest.mark.parametrize("state", DESK_STATES)
def test_the_desk_and_its_code_agree(server: str, page: Page, state: str) -> None:
    place = opened(page, server, DESK, state)
    names, (before, after, mean) = ran(code_of(place))
    np.testing.assert_allclose(charted(place), after, rtol=0.06, atol=2e-3)
    first, second = re.findall(r"reads (\d) with", said(place))
    assert (int(first), int(second)) == (np.argmax(before), np.argmax(after))
    change = place.get_by_role("img", name="What is added").get_attribute("aria-label")
    np.testing.assert_allclose(numbers(change), [mean], atol=1e-3)
    if "signs" in state or "aim" in state:
        return
    x, epsilon, steps = names["x"], names["epsilon"], 10 if "steps" in state else 1
    attacked = interpretability.adversarial(
        network("small_convnet"), x, names["label"], epsilon=epsilon, steps=steps
    )
    assert np.mean(np.isclose(attacked, names["changed"], atol=1e-6)) > 0.98


def test_the_square_is_dragged_and_moved(server: str, page: Page) -> None:
    place = opened(page, server, DESK)
    after = place.get_by_role("application", name="Drag the square")
    drag(after, (0.3, 0.3), (0.6, 0.7))
    page.wait_for_url(re.compile(r"size=7&corner=16%2C13"))
    for key in ("ArrowUp", "ArrowLeft", "ArrowLeft"):
        after.press(key)
    page.wait_for_url(re.compile(r"corner=15%2C11"))
    stage = box_of(place.locator(".live-map:has(.live-frame) .live-stage").last)
    frame = place.locator(".live-frame").last.bounding_box()
    assert frame
    pixel = stage["width"] / 28
    found = [(frame["y"] - stage["y"]) / pixel, (frame["x"] - stage["x"]) / pixel]
    np.testing.assert_allclose(found, (15, 11), atol=0.05)


def test_ink_is_added_by_the_keyboard(server: str, page: Page) -> None:
    place = opened(page, server, DESK, "digit=4&epsilon=0")
    assert "Before, the network reads 4" in said(place)
    digit = place.get_by_role("application", name="Draw on the digit")
    for key in ("ArrowUp",) * 8 + ("ArrowLeft",) * 3 + ("Space",) + ("ArrowRight",) * 7:
        digit.press(key)
    assert "Before, the network reads 9" in said(place)
    place.get_by_role("button", name="Wipe the ink").press("Enter")
    assert "Before, the network reads 4" in said(place)
