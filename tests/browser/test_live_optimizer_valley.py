"""An optimizer's path through a valley: Keras's, and what the chapter says of rates."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from tests.browser.live import LIVE, at, drag, place_of, printed, settle, start, status

NAME = "optimizer_valley"
POWER = re.compile(r"(−?[\d.]+)(?:\u00a0·\u00a010([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def number(text: str) -> float:
    found = POWER.fullmatch(text)
    assert found is not None, text
    return float(found[1].translate(PLAIN)) * 10.0 ** int((found[2] or "0").translate(PLAIN))


def end(place: Locator) -> list[float]:
    words = place.locator(".valley-end").last.text_content() or ""
    found = re.fullmatch(r"After \d+ steps: a = (.+), b = (.+), loss (.+)\.", words)
    assert found is not None, words
    return [number(text) for text in found.groups()]


def check(place: Locator) -> None:
    """Compare the last place, its loss and the count of steps with what the code prints."""
    text = printed(place.locator(".live-code pre").text_content() or "")
    *last, steps = (float(value) for value in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", text))
    # Two digits are shown of what is very small or large, and Keras counts in float32.
    np.testing.assert_allclose(end(place), last, rtol=0.06, atol=1e-7)
    words = status(place).text_content() or ""
    if "to a thousandth" in words:
        assert f" {int(steps)} steps to a thousandth" in words
    else:
        assert re.search("diverges|not reached", words)


# The chapter's five, with the steps that it cites; others; and two that do not arrive.
STATES = {
    "": 40,
    "rule=momentum&rate=0.02&momentum=0.8": 30,
    "rule=nesterov&rate=0.02&momentum=0.8": None,
    "rule=adagrad&rate=0.8": None,
    "rule=adam&rate=0.3&momentum=0.9": None,
    "rule=momentum&rate=0.11&momentum=0.44": 14,
    "rule=adam&rate=0.05&momentum=0.5&kappa=100&steps=200&a=1.5&b=-1.6": None,
    "rule=nesterov&rate=0.05&momentum=0.95&kappa=3&steps=20&a=-2&b=0": None,
    "rate=0.081": None,
}


def test_the_paths_are_keras_s(server: str, page: Page) -> None:
    for state, steps in STATES.items():
        page.goto("about:blank")
        page.goto(f"{server}/{LIVE[NAME]}#{NAME}?{state}")
        place = place_of(page, NAME)
        place.locator(".live-body").wait_for()
        words = status(place).text_content() or ""
        assert "does not know" not in words, state
        assert steps is None or f" {steps} steps" in words, (state, words)
        place.get_by_text("The same in TensorFlow").click()
        place.get_by_text("import tensorflow").wait_for()
        check(place)


def test_past_a_rate_plain_descent_diverges(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    rate = place.get_by_label("Rate η")
    for condition, largest in ((25, "0.08"), (100, "0.02")):
        place.get_by_label("Condition number").fill(str(condition))
        while rate.get_attribute("aria-valuetext") != largest:
            lower = float(rate.get_attribute("aria-valuetext") or 0) < float(largest)
            rate.press("ArrowRight" if lower else "ArrowLeft")
        settle(page)
        assert "diverges" not in (status(place).text_content() or "")
        rate.press("ArrowRight")
        settle(page)
        assert "Plain descent diverges" in (status(place).text_content() or "")


def test_a_rule_brings_a_rate_that_suits_it(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    momentum = place.get_by_label("Momentum β")
    assert momentum.is_disabled()
    place.get_by_label("Adam").check()
    page.wait_for_url(re.compile(r"rule=adam&rate=0\.3&momentum=0\.9"))
    assert momentum.is_enabled()
    place.get_by_label("Adagrad").check()
    settle(page)
    assert place.get_by_label("Rate η").get_attribute("aria-valuetext") == "0.8"
    place.get_by_role("button", name="Reset").click()
    settle(page)
    assert "Plain descent: 40 steps" in (status(place).text_content() or "")


def test_the_start_is_moved_by_keys_mouse_and_touch(root: str, phone: Page) -> None:
    phone.goto(f"{root}/{LIVE[NAME]}")
    place = place_of(phone, NAME)
    place.get_by_role("button", name="Try it").press("Enter")
    valley = place.get_by_role("application")
    valley.press("ArrowRight")
    valley.press("ArrowDown")
    phone.wait_for_url(re.compile(r"a=-3\.9&b=1\.1"))
    assert "a = −3.9, b = 1.1" in (valley.get_attribute("aria-label") or "")
    valley.tap(position=at(valley, 0.5, 0.07))
    settle(phone)
    label = valley.get_attribute("aria-label") or ""
    assert number(label.split("b = ")[1]) > 1.4
    drag(valley, (0.5, 0.07), (-0.2, 1.8))
    assert "a = −4.6, b = −1.6" in (valley.get_attribute("aria-label") or "")
    # From the lowest point there is no way down.
    phone.goto("about:blank")
    phone.goto(f"{root}/{LIVE[NAME]}#{NAME}?a=0&b=0")
    place.locator(".live-body").wait_for()
    assert status(place).text_content() == "The path begins at the lowest point: move its start."
    valley.press("ArrowUp")
    settle(phone)
    assert "steps to a thousandth" in (status(place).text_content() or "")


@pytest.mark.parametrize(
    "state", ["rate=0.123", "rate=x", "rate=1e400", "a=9", "b=", "kappa=0.5", "rule=lion", "n=3"]
)
def test_an_address_of_another_edition_is_left_out(server: str, page: Page, state: str) -> None:
    page.goto(f"{server}/{LIVE[NAME]}#{NAME}?{state}")
    place = place_of(page, NAME)
    place.locator(".live-body").wait_for()
    words = status(place).text_content() or ""
    assert "a state that this figure does not know" in words
    assert "Plain descent: 40 steps" in words
