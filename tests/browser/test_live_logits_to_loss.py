"""Ten logits, by slider, button and keyboard: softmax, both losses and their gradients."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from tests.browser.live import LIVE, at, box_of, place_of, printed, settle, start, status

NAME = "logits_to_loss"


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def column(place: Locator, kind: str) -> list[float]:
    return [
        number(text) for text in place.locator(f".logits-{kind} .logits-number").all_text_contents()
    ]


def loss_of(place: Locator) -> float:
    return number((status(place).text_content() or "").split("the loss is ")[1].removesuffix("."))


def check(place: Locator) -> float:
    """Compare the figure with what its code prints, and return the loss."""
    code = place.locator(".live-code pre").text_content() or ""
    loss, p, gradient = (json.loads(line) for line in printed(code).splitlines())
    np.testing.assert_allclose(column(place, "p"), p, atol=5.1e-4)
    np.testing.assert_allclose(column(place, "g"), gradient, atol=5.1e-4)
    np.testing.assert_allclose(loss_of(place), loss, atol=5.1e-4)
    formula = place.locator(".logits-formula").text_content() or ""
    assert number(formula.split("= ")[-1]) == loss_of(place)
    return float(loss)


def test_the_figure_is_tensorflow_s(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    place.get_by_text("The same in TensorFlow").click()
    assert abs(check(place) - 1.306) < 5e-4, "as in the chapter"
    place.get_by_label("Logit of 3").fill("4.5")
    place.get_by_label("0 is true").check()
    settle(page)
    check(place)
    place.get_by_label("squared error").check()
    settle(page)
    check(place)
    place.get_by_label("cross-entropy").check()
    place.get_by_role("button", name="All equal").click()
    settle(page)
    assert abs(check(place) - np.log(10)) < 1e-6
    before = column(place, "p")
    place.get_by_role("button", name="Add 1 to all").click()
    settle(page)
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


def test_logits_obey_keys_and_touch(root: str, phone: Page) -> None:
    phone.goto(f"{root}/{LIVE[NAME]}")
    place = place_of(phone, NAME)
    place.get_by_role("button", name="Try it").press("Enter")
    slider = place.get_by_label("Logit of 7")
    for _ in range(5):
        slider.press("ArrowRight")
    phone.wait_for_url(re.compile(rf"#{NAME}\?z7=2\.5$"))
    p = column(place, "p")
    assert p[1] == p[7]
    place.get_by_label("7 is true").press("ArrowDown")
    phone.wait_for_url(re.compile(r"y=8"))
    assert "The 8 is true" in (status(place).text_content() or "")
    place.get_by_label("1 is true").tap()
    assert box_of(slider)["width"] > 90
    slider.tap(position=at(slider, 0.89, 0.5))
    phone.wait_for_url(re.compile(r"y=1&z7=[67]"))
    words = status(place).text_content() or ""
    assert "The 1 is true" in words
    assert "the 7 has 0.9" in words
    phone.reload()
    place.locator(".live-body").wait_for()
    assert (status(place).text_content() or "") == words, "the address keeps the state"
    place.get_by_role("button", name="Reset").tap()
    phone.wait_for_url(re.compile(r"html$"))


@pytest.mark.parametrize("state", ["z0=9", "z0=x", "z0=1e400", "z0=", "y=10", "y=1.5", "loss=L1"])
def test_an_address_of_another_edition_is_left_out(server: str, page: Page, state: str) -> None:
    page.goto(f"{server}/{LIVE[NAME]}#{NAME}?{state}")
    place = place_of(page, NAME)
    place.locator(".live-body").wait_for()
    assert "a state that this figure does not know" in (status(place).text_content() or "")
    assert loss_of(place) == 1.306
