"""Transposed convolution: stamps, sources and the checkerboard, and TensorFlow's."""

import json
import re
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

from convbook import arithmetic
from tests.browser.live import (
    choose_file,
    code_of,
    number,
    opened,
    printed,
    red,
    reload,
    said,
    settle,
    start,
)

NAME = "transposed_stamps"


def numbers(place: Locator) -> np.ndarray:
    texts = place.locator(".stamps-room .live-numbers span").all_text_contents()
    side = round(len(texts) ** 0.5)
    return np.reshape([number(text) for text in texts], (side, side))


def ripples(place: Locator) -> list[list[float]]:
    """Return the least and the largest of both ways' answer to ones, as the page says them."""
    words = (place.locator(".stamps-ripple").text_content() or "").replace("−", "-")
    ranges = re.findall(r"becomes (.*) by stamps, and (.*) where", words)[0]
    found = [[float(number) for number in text.split(" to ")] for text in ranges]
    return [[ends[0], ends[-1]] for ends in found]


def check(place: Locator) -> np.ndarray:
    """Compare the output and the ripples with what the code prints."""
    table, *lines = printed(code_of(place)).splitlines()
    answer = np.array(json.loads(table))
    shown = numbers(place)
    np.testing.assert_allclose(shown, answer, atol=0.051, rtol=0.05)
    expected = [[float(number) for number in line.split()] for line in lines]
    np.testing.assert_allclose(ripples(place), expected, atol=1e-4)
    return answer


def test_stamps_and_ripples_are_those_of_tensorflow(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    check(place)
    place.get_by_role("button", name="Count the stamps").click()
    assert [sorted(set(check(place).ravel()))] == [[1, 2, 4]]
    assert ripples(place)[1] == [1, 1]
    assert ripples(place)[0][1] - ripples(place)[0][0] > 1
    # Typed weights with a decimal comma, of five taps at stride 3.
    place.get_by_label("Taps k").fill("5")
    place.get_by_label("Stride s").fill("3")
    settle(page)
    place.get_by_label("Kernel, row 5, column 2").fill("-2,25")
    place.get_by_label("Input, row 1, column 3").fill("-4.5")
    settle(page)
    assert place.get_by_label("typed").is_checked()
    assert check(place).shape == (11, 11)
    # Weights without a sum have no gain that could be set to one.
    place.get_by_label("Taps k").fill("2")
    settle(page)
    place.get_by_label("Kernel, row 1, column 1").fill("-3")
    check(place)


def test_sizes_and_holes_are_those_of_the_book(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    for k in (1, 2, 3, 4, 5):
        for s in (1, 2, 3):
            place.get_by_label("Taps k").fill(str(k))
            place.get_by_label("Stride s").fill(str(s))
            settle(page)
            shown = numbers(place)
            assert len(shown) == arithmetic.transposed_output_size(3, max(k, s), s), (k, s)
            assert (shown.min() == 0) == (s > k)
    # The hill prints no checkerboard where its size is the stride's double, or three at two.
    for k, s, even in ((4, 2, True), (3, 2, True), (3, 3, False), (5, 3, False)):
        place.get_by_label("Taps k").fill(str(k))
        place.get_by_label("Stride s").fill(str(s))
        settle(page)
        low, high = ripples(place)[0]
        assert (low == high) is even, (k, s)


def test_stamps_and_sources_are_shown_by_keys_mouse_and_touch(server: str, phone: Page) -> None:
    place = start(phone, server, NAME, "Enter")
    assert said(place) == ("Output [2, 2] is 1 · 1 + 2 · 1 + 4 · 1 + 5 · 1 = 12, from 4 stamps.")
    assert place.locator("[aria-label^='Input,'].stamps-used").count() == 4
    output = place.get_by_role("application", name="Output")
    output.press("ArrowDown")
    assert said(place) == "Output [3, 2] is 4 · 2 + 5 · 2 = 18, from 2 stamps."
    place.get_by_label("Input, row 2, column 1").focus()
    phone.keyboard.press("ArrowRight")
    phone.wait_for_url(re.compile(r"#transposed_stamps\?at=input&i=1&j=1$"))
    words = "Input [1, 1] is 5: its stamp lies on rows 2 to 4 and columns 2 to 4."
    assert said(place) == words
    marks = place.locator(".stamps-room .stamps-layer span").all_text_contents()
    assert marks == ["+5", "+10", "+5", "+10", "+20", "+10", "+5", "+10", "+5"]
    reload(place)
    assert said(place) == words
    output.tap(position={"x": 5, "y": 5})
    assert said(place) == "Output [0, 0] is 1 · 1 = 1, from 1 stamp."
    place.get_by_label("Input, row 3, column 3").hover()
    assert "Input [2, 2] is 9" in said(place)
    output.hover()
    assert "Output [3, 3] is" in said(place)


def test_a_reader_s_own_picture_is_enlarged(server: str, page: Page, tmp_path: Path) -> None:
    place = start(page, server, NAME)
    place.get_by_label("equal").check()
    Image.new("RGB", (90, 60), (128, 128, 128)).save(tmp_path / "own.png")
    choose_file(place, tmp_path / "own.png")
    place.get_by_text("Output [2, 2] is").wait_for()
    views = place.locator(".stamps-views .live-stage canvas").all()
    stamped, resized = (red(view)[16:18, 16:18].ravel() for view in views)
    # Of a constant picture equal weights make a checkerboard: of 1, 2 and 4 stamps.
    np.testing.assert_allclose(
        sorted(stamped), np.minimum(255, 128 * np.array([4, 8, 8, 16]) / 9), atol=2
    )
    np.testing.assert_allclose(resized, 128, atol=1)


REFUSED = {
    "": "Row 1, column 2: The field is empty",
    "two": "“two” is not a number",
    "1e400": "1e400 is larger than any number",
    "10": "10 is not between −9 and 9",
}


def test_what_is_no_number_is_refused(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    before = numbers(place)
    field = place.get_by_label("Input, row 1, column 2")
    for typed, words in REFUSED.items():
        field.fill(typed)
        assert words in said(place)
        np.testing.assert_array_equal(numbers(place), before)
    # Seven taps are known to the address of another figure.
    place = opened(page, server, NAME, "w=1+2;3+4;5+6")
    assert "The kernel has 3 × 2 taps, and not up to 5 × 5." in said(place)
    place.get_by_role("button", name="Reset").click()
    settle(page)
    np.testing.assert_array_equal(numbers(place), before)
