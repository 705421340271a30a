"""The desk of the cat: the network's answers in the page, by every hand, and those of Keras."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from convbook import data
from tests.browser.conftest import STILL
from tests.browser.live import (
    LIVE,
    at,
    choose_file,
    code_of,
    drag,
    opened,
    place_of,
    printed,
    said,
    settle,
    start,
)
from tests.browser.markup import SITE

NAME = "cat_desk"
TOLERANCE = 0.03  # of a probability: what the rounded weights change
PATIENCE = 60_000  # milliseconds: the network takes about one second of a processor

pytestmark = pytest.mark.skipif(NAME not in LIVE, reason="the site was built without weights")


@pytest.fixture(scope="module")
def desk(server: str, chromium: Browser) -> Iterator[Page]:
    """A page that the tests share: they load the figure once, and leave it in any state."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, **STILL)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    start(page, server, NAME)
    yield page
    context.close()


@pytest.fixture
def place(desk: Page) -> Locator:
    """The figure as it was in the beginning."""
    found = place_of(desk, NAME)
    found.get_by_role("button", name="Reset").click()
    answered(desk)
    return found


def answered(page: Page) -> list[tuple[str, float]]:
    """Wait for the network, and return the five first classes."""
    settle(page)
    page.locator(".cat-desk:not([aria-busy]) .cat-top").wait_for(timeout=PATIENCE)
    rows = page.locator(".cat-top li").all()
    texts = [row.locator("span").all_text_contents() for row in rows]
    return [(name, float(value)) for name, value in texts]


def check(place: Locator) -> None:
    """Compare the five classes with those that the figure's code prints."""
    page = answered(place.page)
    lines = [line.partition(" ") for line in printed(code_of(place)).splitlines()]
    keras = [(name, float(value)) for value, _, name in lines]
    assert page[0][0] == keras[0][0]
    for shown, (name, value) in zip(page, keras, strict=True):
        assert abs(shown[1] - value) < TOLERANCE, (name, value, shown)


def change(place: Locator, label: str, value: float) -> None:
    place.get_by_role("slider", name=label).fill(str(value))


def state(page: Page) -> dict[str, int]:
    """Return the whole numbers of the address, once it is written."""
    answered(page)
    page.wait_for_timeout(400)
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", page.url)}


def test_the_button_says_how_large_the_data_are(page: Page, server: str) -> None:
    page.goto(f"{server}/{LIVE[NAME]}")
    place = place_of(page, NAME)
    files = (place.get_attribute("data-files") or "").split()
    parts = ("networks", "classes", "pictures")
    loaded = [SITE / "_static" / file for file in files if file.split("/")[1] in parts]
    size = sum(file.stat().st_size for file in loaded) / 1e6
    assert place.locator(".live-start").text_content() == f"Try it ({size:.1f} MB)"
    assert 5 < size < 7


def test_the_answers_are_keras_s(place: Locator) -> None:
    first = answered(place.page)
    check(place)
    assert said(place).startswith(f"Egyptian cat with {first[0][1]:.3f}.")
    # A part of the photograph, turned about and blurred, without its corners and half covered.
    change(place, "Cut out", 210)
    change(place, "Turn", 120)
    place.get_by_label("corners in grey").check()
    change(place, "Blur", 1.5)
    change(place, "Cover", 64)
    change(place, "Temperature", 7)  # the place of 1.41
    check(place)
    code = code_of(place)
    for part in ("rotate(x, 120", "hypot", "(1.5, 1.5, 0)", "] = 0", "logits / 1.41"):
        assert part in code
    place.get_by_label("A cup").check()
    check(place)
    assert "[0:224, 0:224]" in code_of(place)


def test_the_strip_has_all_classes(place: Locator) -> None:
    heights = place.locator(".cat-all").get_attribute("d") or ""
    tops = [float(top) for top in re.findall(r"V([\d.]+)H", heights)]
    assert len(tops) == 1000
    assert sum(10.0**-top for top in tops) == pytest.approx(1, abs=0.05)
    reading = place.locator(".cat-reading")
    value, _, rank = (reading.text_content() or "").partition(", ")
    assert float(value) == pytest.approx(10 ** -tops[285], rel=0.02)
    assert rank == "rank 1 of 1,000"
    place.get_by_role("slider", name="Class").press("ArrowRight")
    settle(place.page)
    named = place.locator(".cat-strip .live-value")
    assert named.text_content() == "286, cougar"
    strip = place.locator(".cat-strip svg")
    strip.click(position=at(strip, 0.9675, 0.5))
    settle(place.page)
    assert named.text_content() == "967, espresso"
    # A temperature asks the network nothing.
    change(place, "Temperature", 12)
    settle(place.page)
    assert place.locator("[aria-busy]").count() == 0
    check(place)


def test_frames_obey_keys_mouse_and_touch(place: Locator, desk: Page) -> None:
    photograph = place.get_by_role("application", name="The photograph")
    seen = place.get_by_role("application", name="What the network sees")
    change(place, "Cut out", 100)
    photograph.press("ArrowLeft")
    photograph.press("Shift+ArrowDown")
    assert state(desk) == {"side": 100, "row": 150, "column": 241}
    # A square is put where there was none.
    seen.click(position=at(seen, 0.25, 0.75))
    seen.press("ArrowUp")
    found = state(desk)
    assert (found["cover"], found["down"], found["across"]) == (48, 160, 56)
    # The frame is dragged by its corner, and stops at the edge.
    paths = ((200, 105), (260, 125), 170, 301), ((280, 135), (700, 605), 250, 401)
    for start_at, end_at, row, column in paths:
        drag(photograph, *((x / 451, y / 300) for x, y in (start_at, end_at)))
        found = state(desk)
        assert abs(found["row"] - row) <= 1
        assert abs(found["column"] - column) <= 1
    answered(desk)
    assert "picture[200:300, 351:451]" in code_of(place)


def test_fingers_drag(server: str, phone: Page) -> None:
    phone.set_default_timeout(PATIENCE)
    place = opened(phone, server, NAME, "side=100")
    photograph = place.get_by_role("application", name="The photograph")
    photograph.tap(position=at(photograph, 0.2, 0.5))
    phone.wait_for_url(re.compile(r"column=90"))
    place.get_by_role("slider", name="Turn").fill("90")
    assert len(answered(phone)) == 5


def test_the_page_stays_awake_and_the_last_question_is_answered(place: Locator, desk: Page) -> None:
    """Of seven questions, each put while the one before is at work, only the last is answered."""
    desk.evaluate(
        """() => {
        const [bar, line] = ["progress", ".live-status"].map((s) => document.querySelector(s));
        window.seen = { frames: new Set(), said: [] };
        new MutationObserver(() => window.seen.said.push(line.textContent))
          .observe(line, { childList: true });
        const look = () => { window.seen.frames.add(bar.value); requestAnimationFrame(look); };
        look();
    }"""
    )
    slider = place.get_by_role("slider", name="Turn")
    for _ in range(7):
        slider.press("ArrowRight")
        settle(desk)
    answer = answered(desk)
    said = desk.evaluate("window.seen.said")
    assert len(said) <= 2, "no more than the answer, and perhaps one that was quicker than a key"
    frames = desk.evaluate("window.seen.frames.size")
    assert frames > 10, "the bar moves while the network is at work"
    slider.press("ArrowRight")
    slider.press("ArrowLeft")
    assert answered(desk) == answer


def test_a_reader_s_own_photograph(place: Locator, desk: Page, tmp_path: Path) -> None:
    place.get_by_label("Your own").check()
    assert said(place) == "Choose a file, or drop a photograph on this figure."
    # As large as the page keeps it, so that the code reads the very same pixels.
    photograph = np.pad(data.coffee()[:300, 100:500], ((0, 0), (0, 100), (0, 0)))
    Image.fromarray(photograph).save(tmp_path / "photograph.png")
    choose_file(place, tmp_path / "photograph.png")
    expect(place.locator(".live-status")).not_to_have_text(re.compile("Choose"), timeout=PATIENCE)
    answer = answered(desk)
    code = code_of(place)
    assert "picture[0:300, 100:400]" in code
    text = printed(code.replace("photograph.jpg", str(tmp_path / "photograph.png")))
    value, _, name = text.splitlines()[0].partition(" ")
    assert answer[0][0] == name
    assert abs(answer[0][1] - float(value)) < TOLERANCE
    (tmp_path / "notes.jpg").write_text("no picture", "utf-8")
    choose_file(place, tmp_path / "notes.jpg")
    expect(place.locator(".live-status")).to_have_text(re.compile("“notes.jpg” is not a picture"))
    assert answered(desk) == answer
