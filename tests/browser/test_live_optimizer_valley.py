"""An optimizer's path through a valley: Keras's, and what the chapter says of rates."""

import re

import numpy as np
from playwright.sync_api import Locator, Page

from tests.browser.live import at, code_of, drag, opened, printed, said, settle, start

NAME = "optimizer_valley"
POWER = re.compile(r"(−?[\d.]+)(?:\u00a0·\u00a010([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def power(text: str) -> float:
    found = POWER.fullmatch(text)
    assert found is not None, text
    return float(found[1].translate(PLAIN)) * 10.0 ** int((found[2] or "0").translate(PLAIN))


def end(place: Locator) -> list[float]:
    words = place.locator(".valley-end").last.text_content() or ""
    found = re.fullmatch(r"After \d+ steps: a = (.+), b = (.+), loss (.+)\.", words)
    assert found is not None, words
    return [power(text) for text in found.groups()]


def check(place: Locator) -> None:
    """Compare the last place, its loss and the count of steps with what the code prints."""
    text = printed(code_of(place))
    *last, steps = (float(value) for value in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", text))
    # Two digits are shown of what is very small or large, and Keras counts in float32.
    np.testing.assert_allclose(end(place), last, rtol=0.06, atol=1e-7)
    words = said(place)
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
        place = opened(page, server, NAME, state)
        words = said(place)
        assert "does not know" not in words, state
        assert steps is None or f" {steps} steps" in words, (state, words)
        check(place)


def test_past_a_rate_plain_descent_diverges(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    rate = place.get_by_label("Rate η")
    for condition, largest in ((25, "0.08"), (100, "0.02")):
        place.get_by_label("Condition number").fill(str(condition))
        while rate.get_attribute("aria-valuetext") != largest:
            lower = float(rate.get_attribute("aria-valuetext") or 0) < float(largest)
            rate.press("ArrowRight" if lower else "ArrowLeft")
        assert "diverges" not in said(place)
        rate.press("ArrowRight")
        assert "Plain descent diverges" in said(place)


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
    assert "Plain descent: 40 steps" in said(place)


def test_the_start_is_moved_by_keys_mouse_and_touch(server: str, phone: Page) -> None:
    place = start(phone, server, NAME, "Enter")
    valley = place.get_by_role("application")
    valley.press("ArrowRight")
    valley.press("ArrowDown")
    phone.wait_for_url(re.compile(r"a=-3\.9&b=1\.1"))
    assert "a = −3.9, b = 1.1" in (valley.get_attribute("aria-label") or "")
    valley.tap(position=at(valley, 0.5, 0.07))
    settle(phone)
    label = valley.get_attribute("aria-label") or ""
    assert power(label.split("b = ")[1]) > 1.4
    drag(valley, (0.5, 0.07), (-0.2, 1.8))
    assert "a = −4.6, b = −1.6" in (valley.get_attribute("aria-label") or "")
    # From the lowest point there is no way down.
    place = opened(phone, server, NAME, "a=0&b=0")
    assert said(place) == "The path begins at the lowest point: move its start."
    valley.press("ArrowUp")
    assert "steps to a thousandth" in said(place)
