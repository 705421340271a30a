"""The sliding window: three answers, by mouse, touch and keyboard, and TensorFlow's."""

import json
import re

import numpy as np
from playwright.sync_api import Locator, Page

from convbook import kernels
from tests.browser.live import at, code_of, number, printed, said, settle, start

NAME = "sliding_window"
OUTPUTS = ("VALID, output", "SAME, output", "True convolution, output")


def numbers(table: Locator) -> list[float]:
    return [number(text) for text in table.locator("span").all_text_contents()]


def shown(place: Locator) -> list[list[float]]:
    return [numbers(place.get_by_role("application", name=name)) for name in OUTPUTS]


def run(place: Locator) -> list[np.ndarray]:
    """Run the code that the figure shows."""
    return [np.array(json.loads(line)) for line in printed(code_of(place)).splitlines()]


def check(place: Locator) -> list[np.ndarray]:
    """Compare the tables and the line above them with what the code prints."""
    answers = run(place)
    for answer, table in zip(answers, shown(place), strict=True):
        np.testing.assert_allclose(table, answer.ravel(), atol=0.5, rtol=0.005)
    words = said(place)
    i, j = map(int, re.findall(r"\[(\d), (\d)\]", words)[0])
    values = re.findall(r"(?:VALID|SAME|true convolution) (−?[\d.]*\d|has none)", words)
    for answer, text in zip(answers, values, strict=True):
        inside = i < len(answer) and j < len(answer)
        assert (text == "has none") != inside
        if inside:
            np.testing.assert_allclose(number(text), answer[i, j], rtol=1e-5)
    return answers


def test_the_three_answers_are_those_of_tensorflow(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    assert "VALID 17, SAME 18, true convolution −14" in said(place)
    answers = check(place)
    assert [answer[1, 1] for answer in answers] == [17, 18, -14], "those of the chapter"
    # Decimals, with a comma too, at the end of a row.
    place.get_by_label("Kernel, row 1, column 3").fill("-1,25")
    place.get_by_label("Picture, row 5, column 5").fill("0.333")
    place.get_by_role("button", name="Next window").click()
    assert "[1, 2]" in said(place)
    straight = check(place)
    place.get_by_role("button", name="Turn the kernel").click()
    turned = check(place)
    np.testing.assert_array_equal(turned[1], straight[2])
    np.testing.assert_array_equal(turned[2], straight[1])
    # An impulse is answered by the kernel, turned or not.
    place.get_by_role("button", name="Impulse").click()
    _, same, convolved = check(place)
    nine = np.arange(1, 10).reshape(3, 3)
    np.testing.assert_array_equal(same[1:4, 1:4], nine[::-1, ::-1])
    np.testing.assert_array_equal(convolved[1:4, 1:4], nine)


def test_the_products_add_up_to_the_answer_of_the_window(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    emboss = kernels.get("emboss")
    for word, taps in (
        ("VALID", emboss),
        ("SAME", emboss),
        ("true convolution", emboss[::-1, ::-1]),
    ):
        place.get_by_label(word, exact=True).check()
        settle(page)
        marks = place.locator(".sliding-tap").all_text_contents()
        assert [number(mark[1:]) for mark in marks] == taps.ravel().tolist()
        total = place.locator("p", has_text="Sum").text_content() or ""
        words = said(place)
        assert f"{word} {total.removeprefix('Sum ')}" in words
        products = numbers(place.get_by_role("img", name="Products"))
        assert sum(products) == number(total.removeprefix("Sum "))


def test_the_window_obeys_keys_mouse_and_touch(server: str, phone: Page) -> None:
    place = start(phone, server, NAME, "Enter")
    same = place.get_by_role("application", name=OUTPUTS[1])
    same.press("ArrowRight")
    same.press("ArrowDown")
    assert "Output [2, 2]:" in said(place)
    for _ in range(5):
        same.press("ArrowRight")
    phone.wait_for_url(re.compile(r"#sliding_window\?i=2&j=4$"))
    assert "VALID has none" in said(place)
    # By touch, in the last column of the third table, whose window becomes the one that is shown.
    third = place.get_by_role("application", name=OUTPUTS[2])
    third.tap(position=at(third, 0.9, 0.1))
    assert "Output [0, 4]:" in said(place)
    assert place.get_by_label("true convolution", exact=True).is_checked()
    # By mouse, in the middle of the first.
    place.get_by_role("application", name=OUTPUTS[0]).click()
    assert "Output [1, 1]:" in said(place)
    assert place.get_by_label("VALID", exact=True).is_checked()
    # A pixel is typed, and the arrow keys go from pixel to pixel.
    first = place.get_by_label("Picture, row 1, column 1", exact=True)
    first.focus()
    phone.keyboard.press("ArrowDown")
    phone.keyboard.type("7")
    phone.wait_for_url(re.compile(r"x=3\+1\+4\+1\+5%3B7\+2"))


REFUSED = {
    "": "Row 2, column 3: The field is empty",
    "four": "“four” is not a number",
    "1e400": "1e400 is larger than any number",
    "1.000,5": "is not a number",
    "100": "100 is not between −99 and 99",
}


def test_what_is_no_number_is_refused(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    before = shown(place)
    field = place.get_by_label("Picture, row 2, column 3")
    for typed, words in REFUSED.items():
        field.fill(typed)
        assert words in said(place)
        assert field.get_attribute("aria-invalid") == "true"
        assert shown(place) == before
    field.fill("6")
    assert "Output [1, 1]: VALID 17, SAME 18" in said(place)
