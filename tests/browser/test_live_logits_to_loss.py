"""Ten logits, by slider, button and keyboard: softmax, both losses and their gradients."""

import json
import re

import numpy as np
from playwright.sync_api import Locator, Page

from tests.browser.live import at, box_of, code_of, number, printed, reload, said, settle, start

NAME = "logits_to_loss"


def column(place: Locator, kind: str) -> list[float]:
    return [
        number(text) for text in place.locator(f".logits-{kind} .logits-number").all_text_contents()
    ]


def loss_of(place: Locator) -> float:
    return number(said(place).split("the loss is ")[1].removesuffix("."))


def check(place: Locator) -> float:
    """Compare the figure with what its code prints, and return the loss."""
    loss, p, gradient = (json.loads(line) for line in printed(code_of(place)).splitlines())
    np.testing.assert_allclose(column(place, "p"), p, atol=5.1e-4)
    np.testing.assert_allclose(column(place, "g"), gradient, atol=5.1e-4)
    np.testing.assert_allclose(loss_of(place), loss, atol=5.1e-4)
    formula = place.locator(".logits-formula").text_content() or ""
    assert number(formula.split("= ")[-1]) == loss_of(place)
    return float(loss)


def test_the_figure_is_tensorflow_s(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    assert abs(check(place) - 1.306) < 5e-4, "as in the chapter"
    place.get_by_label("Logit of 3").fill("4.5")
    place.get_by_label("0 is true").check()
    check(place)
    place.get_by_label("squared error").check()
    check(place)
    place.get_by_label("cross-entropy").check()
    place.get_by_role("button", name="All equal").click()
    assert abs(check(place) - np.log(10)) < 1e-6
    before = column(place, "p")
    place.get_by_role("button", name="Add 1 to all").click()
    check(place)
    assert column(place, "p") == before
    assert place.get_by_label("Logit of 9").get_attribute("aria-valuetext") == "1.0"


def test_descent_is_what_the_chapter_says(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    wrong = place.get_by_role("button", name="Sure and wrong")
    down = place.get_by_role("button", name="Step downhill")

    def probabilities(steps: int) -> list[float]:
        wrong.click()
        for _ in range(steps):
            down.press("Enter")
        settle(page)
        return column(place, "p")

    assert [np.argmax(probabilities(steps)) for steps in (4, 5)] == [1, 7]
    place.get_by_label("squared error").check()
    assert np.argmax(probabilities(20)) == 1
    assert loss_of(place) == 0.999


def test_logits_obey_keys_and_touch(server: str, phone: Page) -> None:
    place = start(phone, server, NAME, "Enter")
    slider = place.get_by_label("Logit of 7")
    for _ in range(5):
        slider.press("ArrowRight")
    phone.wait_for_url(re.compile(rf"#{NAME}\?z7=2\.5$"))
    p = column(place, "p")
    assert p[1] == p[7]
    place.get_by_label("7 is true").press("ArrowDown")
    phone.wait_for_url(re.compile(r"y=8"))
    assert "The 8 is true" in said(place)
    place.get_by_label("1 is true").tap()
    assert box_of(slider)["width"] > 90
    slider.tap(position=at(slider, 0.89, 0.5))
    phone.wait_for_url(re.compile(r"y=1&z7=[67]"))
    words = said(place)
    assert "The 1 is true" in words
    assert "the 7 has 0.9" in words
    reload(place)
    assert said(place) == words, "the address keeps the state"
    place.get_by_role("button", name="Reset").tap()
    phone.wait_for_url(re.compile(r"html$"))
