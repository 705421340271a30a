"""LeNet-5's connection table: the maps that each map of C3 sees, and its sums, against Keras."""

import json
import re

import numpy as np
from playwright.sync_api import Page

from convbook.models.small.lenet5 import C3_CONNECTIONS
from tests.browser.live import code_of, numbers, opened, printed, reload, said, settle, start
from tests.browser.test_live_digits import charted, draw, pad_of

NAME = "lenet5"
DRAWN = "picture=drawing&strokes=2625371k4z1k5h1o4v3a4a5k3r71"
STATES = ("", "digit=3&map=0&i=0&j=0", "digit=8&map=15&i=9&j=9", f"map=13&i=5&j=2&{DRAWN}")


def test_the_sums_are_keras_s(server: str, page: Page) -> None:
    for state in STATES:
        place = opened(page, server, NAME, state)
        assert "does not know" not in said(place), state
        text = printed(code_of(place))
        terms, weighted, probabilities = text.splitlines()
        shown = place.locator(".lenet-sums span").all_text_contents()
        chosen = int(re.findall(r"Map (\d+) of C3", said(place))[0])
        seen = [c for c, term in enumerate(shown) if term != "–"]
        assert tuple(seen) == C3_CONNECTIONS[chosen]
        expected = json.loads(terms)
        assert {expected[c] for c in range(6) if c not in seen} <= {0.0}
        for c in seen:
            np.testing.assert_allclose(numbers(shown[c]), [expected[c]], atol=6e-4)
        total, value = (float(number) for number in weighted.split())
        formulas = place.locator(".lenet-formula").all_text_contents()
        np.testing.assert_allclose(numbers(formulas[0])[2], total, atol=6e-4)
        np.testing.assert_allclose(numbers(formulas[1])[-2:], [total, value], atol=6e-4)
        np.testing.assert_allclose(numbers(said(place))[-1], value, atol=6e-4)
        np.testing.assert_allclose(charted(place), json.loads(probabilities), rtol=0.06, atol=6e-5)


def test_every_map_says_what_it_sees(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    assert "Map 7 of C3 sees maps 1, 2, 3 and 4 of S2; in row 6, column 7" in said(place)
    for number, seen in enumerate(C3_CONNECTIONS):
        label = f"Map {number} of C3, of {', '.join(map(str, seen))}"
        radio = place.get_by_role("radio", name=label, exact=True)
        dots = radio.locator("xpath=..").locator("i")
        lit = [c for c in range(6) if "lenet-on" in (dots.nth(c).get_attribute("class") or "")]
        assert tuple(lit) == seen
        radio.check()
        settle(page)
        # Frames on the maps of S2 that it sees, and nothing in the columns of the others.
        assert place.locator(".lenet-tile .live-frame:visible").count() == len(seen)
        assert place.locator(".lenet-tile canvas[width='1']").count() == 2 * (6 - len(seen))


def test_maps_and_places_obey_keys_mouse_and_touch(server: str, phone: Page) -> None:
    place = start(phone, server, NAME, "Enter")
    place.get_by_role("radio", name="Map 7 of C3").press("ArrowRight")
    large = place.get_by_role("application", name="Point at a place")
    large.press("ArrowUp")
    large.press("ArrowLeft")
    phone.wait_for_url(re.compile(r"#lenet5\?map=8&i=5&j=6$"))
    assert "Map 8 of C3 sees maps 2, 3, 4 and 5 of S2; in row 5, column 6" in said(place)
    place.locator(".lenet-choice").nth(15).tap()
    large.tap(position={"x": 4, "y": 4})
    assert "Map 15 of C3 sees maps 0, 1, 2, 3, 4 and 5 of S2; in row 0, column 0" in said(place)
    large.click(position={"x": 150, "y": 150})
    phone.wait_for_url(re.compile(r"map=15&i=9&j=9$"))
    words = said(place)
    reload(place)
    assert said(place) == words, "the address keeps the state"


def test_drawn_digits_are_read(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    for digit in (4, 2):
        draw(pad_of(place), digit)
        assert said(place).startswith(f"LeNet-5 reads {digit} with")
        place.get_by_role("button", name="Clear").click()
    settle(page)
    assert place.locator(".digit-empty").count() == 1
    place.get_by_label("Test digit").first.check()
    assert said(place).startswith("LeNet-5 reads 7 with")
