"""The best of many networks: the mean by formula, a draw, and what the chapter says of both."""

import re

import numpy as np
from playwright.sync_api import Locator, Page

from tests.browser.live import code_of, opened, printed, reload, said, start

NAME = "best_of_n"
MEAN = re.compile(r"shows ([\d.]+) % on average: ([\d.]+) points too good, ([\d.]+) standard")
DRAW = re.compile(r"has ([\d.]+) % on the test set, and ([\d.]+) % on other pictures")


def found(place: Locator) -> tuple[list[float], list[float]]:
    """Return the mean, its gain and that in standard errors; and the draw's two accuracies."""
    texts = said(place), place.locator(".best-words").first.text_content()
    mean, draw = MEAN.search(texts[0]), DRAW.search(texts[1] or "")
    assert mean is not None, texts
    assert draw is not None, texts
    return [float(v) for v in mean.groups()], [float(v) for v in draw.groups()]


def check(place: Locator) -> None:
    """Compare the figure with what its code prints."""
    text = printed(code_of(place))
    numbers = [float(value) for value in text.split()]
    (mean, gain, _), draw = found(place)
    digits = len(str(gain).partition(".")[2]) - 1
    np.testing.assert_allclose([mean, gain, *draw], numbers, atol=0.51 * 10.0**-digits)


STATES = ("", "n=2&m=1000&accuracy=99.9&draw=3", "n=200&m=100000&accuracy=50", "n=70&m=5000&draw=8")


def test_the_figure_is_tensorflow_s(server: str, page: Page) -> None:
    for state in STATES:
        place = opened(page, server, NAME, state)
        check(place)


def test_it_says_what_the_chapter_says(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    assert found(place)[0] == [99.54, 0.14, 1.81]
    place.get_by_label("Test pictures").press("Home")
    assert found(place)[0] == [99.8, 0.4, 1.65]
    place.get_by_role("button", name="Reset").click()
    falls = 0
    again = place.get_by_role("button", name="Draw again")
    for _ in range(40):
        again.press("Enter")
        test, other = found(place)[1]
        falls += other < test
    assert falls > 34
    place.get_by_label("Networks tried").press("Home")
    words = said(place)
    assert words == "A single network shows 99.40 % on average: the truth."


def test_the_figure_obeys_keys_and_touch(server: str, phone: Page) -> None:
    place = start(phone, server, NAME, "Enter")
    place.get_by_label("True accuracy").press("ArrowLeft")
    phone.wait_for_url(re.compile(rf"#{NAME}\?accuracy=99$"))
    assert place.get_by_label("Test pictures").get_attribute("aria-valuetext") == "10,000"
    place.get_by_role("button", name="Draw again").tap()
    phone.wait_for_url(re.compile(r"accuracy=99&draw=2$"))
    words = place.locator(".best-words").first.text_content() or ""
    assert words.startswith("Draw 2: the best has")
    reload(place)
    assert place.locator(".best-words").first.text_content() == words
