"""The receptive field: the frame by the formula, the gradient by TensorFlow."""

import re
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

from convbook import arithmetic
from tests.browser.live import choose_file, code_of, opened, printed, said, settle, start

NAME = "receptive_field"


def listed(place: Locator) -> dict[str, float]:
    """Return the numbers of the list below the picture."""
    terms = place.locator(".reach-list dt").all_text_contents()
    values = place.locator(".reach-list dd").all_text_contents()
    return {
        term: float(re.findall(r"[\d.]+", value.replace(",", ""))[0])
        for term, value in zip(terms, values, strict=True)
    }


def check(place: Locator) -> dict[str, float]:
    """Compare the numbers on the page with those of the code that the page shows."""
    settle(place.page)
    shown = listed(place)
    counts, weights = (line.split() for line in printed(code_of(place)).splitlines())
    exact = [shown[key] for key in ("By formula", "Measured", "Pixels read")]
    assert exact == [int(number) for number in counts]
    rounded = [shown["Two deviations"], shown["They hold"] / 100]
    np.testing.assert_allclose(rounded, [float(number) for number in weights], atol=0.051)
    np.testing.assert_allclose(rounded[1], float(weights[1]), atol=0.00051)
    return shown


def layers(place: Locator) -> list[tuple[int, int, int]]:
    rows = place.locator(".reach-row:has(select):visible").all()
    chosen = [[int(s.input_value()) for s in row.locator("select").all()] for row in rows]
    return [(k, s, d) for k, s, d in chosen]


def test_the_gradient_is_that_of_tensorflow(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    check(place)
    place.get_by_label("random").check()
    place.get_by_label("Layer 2, dilation d").select_option("3")
    check(place)
    # Of the picture: what is darker than the middle turns the first layer off.
    place.get_by_label("ReLU after each layer").check()
    shown = check(place)
    assert 0 < shown["Pixels read"] < shown["By formula"] ** 2


def test_the_frame_is_that_of_the_formula(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    for name, field in {"15 of 3 taps": 31, "LeNet-5": 16, "Dilations 1, 2, 4, 8": 31}.items():
        place.get_by_role("button", name=name).click()
        settle(page)
        shown = listed(place)
        assert shown["By formula"] == shown["Measured"] == field
        assert shown["Pixels read"] == field**2
        assert arithmetic.receptive_field(layers(place)) == field
        widths = place.locator(".reach-row:visible .reach-sum").all_text_contents()
        depths = range(1, len(widths) + 1)
        assert [*map(int, widths)] == [
            arithmetic.receptive_field(layers(place)[:n]) for n in depths
        ]
    # The chapter: these leave holes.
    place.get_by_role("button", name="Dilations 8", exact=True).click()
    settle(page)
    shown = listed(place)
    assert (shown["By formula"], shown["Pixels read"]) == (65, 81)


def test_layers_and_the_frame_move_without_a_mouse(server: str, page: Page) -> None:
    place = start(page, server, NAME, "Enter")
    place.get_by_role("button", name="Add a layer").press("Enter")
    page.wait_for_url(re.compile(r"#receptive_field\?n=6$"))
    assert listed(place)["By formula"] == 59
    place.get_by_label("Layer 6, taps k").press("ArrowDown")
    page.wait_for_url(re.compile(r"k6=4"))
    assert listed(place)["By formula"] == 67
    place.get_by_role("button", name="Remove last").press("Enter")
    frame = place.locator(".live-frame-0").first
    before = frame.get_attribute("style")
    picture = place.get_by_role("application", name="Picture: drag the frame")
    for _ in range(9):
        picture.press("ArrowRight")
    settle(page)
    assert frame.get_attribute("style") != before


def test_the_frame_follows_a_finger(server: str, phone: Page) -> None:
    place = start(phone, server, NAME)
    picture = place.get_by_role("application", name="Picture: drag the frame")
    picture.tap()
    settle(phone)
    style = place.locator(".live-frame-0").first.get_attribute("style") or ""
    top, left, height, width = (float(p) for p in re.findall(r": ([\d.]+)%", style))
    assert abs(top + height / 2 - 50) < 2
    assert abs(left + width / 2 - 50) < 2


def test_a_reader_s_own_picture_is_asked(server: str, page: Page, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 280, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "own.png")
    place = start(page, server, NAME)
    choose_file(place, tmp_path / "own.png")
    place.get_by_text("The formula gives").wait_for()
    place.get_by_label("ReLU after each layer").check()
    shown = check(place)
    assert 0 < shown["Pixels read"] <= shown["By formula"] ** 2


def test_a_field_larger_than_the_picture_is_refused(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    for layer in (1, 2, 3):
        place.get_by_label(f"Layer {layer}, dilation d").select_option("8")
        place.get_by_label(f"Layer {layer}, stride s").select_option("6")
    assert "There is no output: it would see" in said(place)
    place.get_by_role("button", name="Reset").click()
    assert "The formula gives 43 pixels across" in said(place)
    # In the dark of a pupil, as the chapter says.
    place = opened(page, server, NAME, "relu=true&n=3")
    assert "a ReLU is off: the gradient is zero" in said(place)
