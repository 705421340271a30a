"""What the tests of live figures share: starting them, and reading what they say."""

import contextlib
import io
import re
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from playwright.sync_api import FloatRect, Locator, Page, Position, expect

from tests.browser.markup import PAGES, SITE

PLACE = re.compile(r'<div class="live"[^>]* data-live="(\w+)"')
# The page of each live figure; the calculator is there in any case.
LIVE = {name: page for page in PAGES for name in PLACE.findall((SITE / page).read_text("utf-8"))}


def place_of(page: Page, name: str) -> Locator:
    return page.locator(f'[data-live="{name}"]').first


def start(page: Page, address: str, name: str, key: str = "") -> Locator:
    """Open a figure's page, press its button, or a key on it, and wait for the figure."""
    page.goto(f"{address}/{LIVE[name]}")
    place = place_of(page, name)
    button = place.get_by_role("button", name="Try it")
    if key:
        button.press(key)
    else:
        button.click()
    place.get_by_role("button", name="Back to the picture").wait_for()
    return place


def opened(page: Page, address: str, name: str, state: str = "") -> Locator:
    """Open a figure in a state that its address holds."""
    page.goto("about:blank")
    page.goto(f"{address}/{LIVE[name]}#{name}?{state}")
    place = place_of(page, name)
    place.locator(".live-body").wait_for()
    settle(page)
    return place


def reload(place: Locator) -> None:
    place.page.reload()
    place.locator(".live-body").wait_for()
    settle(place.page)


def settle(page: Page) -> None:
    """Wait until what has changed is drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def said(place: Locator) -> str:
    """Return what the figure says to all readers, once what has changed is drawn."""
    settle(place.page)
    return place.locator(".live-status").text_content() or ""


def number(text: str) -> float:
    """Read a number of the page, which has true minus signs."""
    return float(text.replace("−", "-"))


def numbers(text: str | None) -> list[float]:
    """Return all numbers in a text of the page."""
    return [number(found) for found in re.findall(r"[-−]?\d+(?:\.\d+)?", text or "")]


def red(canvas: Locator) -> np.ndarray:
    """Return the red of every pixel of a canvas."""
    script = """(canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      return [height, width, ...data.filter((_, i) => i % 4 === 0)];
    }"""
    height, width, *values = canvas.evaluate(script)
    return np.reshape(values, (height, width))


# Where an element is in the window, once it is in the middle of it and has been for three frames:
# pictures and fonts that come late move what is below them.
RESTS = """async (node) => {
  let [left, top, still] = [NaN, NaN, 0];
  while (still < 3) {
    node.scrollIntoView({ block: "center", behavior: "instant" });
    await new Promise(requestAnimationFrame);
    const { x, y } = node.getBoundingClientRect();
    still = x === left && y === top ? still + 1 : 0;
    [left, top] = [x, y];
  }
  const { x, y, width, height } = node.getBoundingClientRect();
  return { x, y, width, height };
}"""


def choose_file(place: Locator, path: Path) -> None:
    """Give a figure a picture of the reader's own, and wait until it has read and drawn it."""
    place.locator("input[type=file]").set_input_files(path)
    expect(place.locator("[aria-busy]")).to_have_count(0, timeout=30_000)
    settle(place.page)


def box_of(place: Locator) -> FloatRect:
    """Scroll an element to the middle of the window, and return where it rests there."""
    box: FloatRect = place.evaluate(RESTS)
    return box


def at(place: Locator, across: float, down: float) -> Position:
    """Return a place in an element, in shares of its width and height, as `click` takes it."""
    box = box_of(place)
    return {"x": across * box["width"], "y": down * box["height"]}


def points(place: Locator, path: Sequence[tuple[float, float]]) -> list[Position]:
    """Return places in the window, from shares of an element's width and height."""
    box = box_of(place)
    return [
        {"x": box["x"] + across * box["width"], "y": box["y"] + down * box["height"]}
        for across, down in path
    ]


def drag(place: Locator, *path: tuple[float, float]) -> None:
    """Drag the mouse over an element, along shares of its width and height."""
    first, *others = points(place, path)
    mouse = place.page.mouse
    mouse.move(**first)
    mouse.down()
    for point in others:
        mouse.move(**point)
    mouse.up()
    settle(place.page)


def swipe(place: Locator, *path: tuple[float, float]) -> None:
    """Do the same with a finger: Chromium's protocol sends what a screen would."""
    finger = place.page.context.new_cdp_session(place.page)
    kinds = ["touchStart", *["touchMove"] * (len(path) - 1), "touchEnd"]
    for kind, *touched in zip_longest(kinds, points(place, path)):
        sent = {"type": kind, "touchPoints": [point for point in touched if point]}
        finger.send("Input.dispatchTouchEvent", sent)
    settle(place.page)


def printed(code: str) -> str:
    """Run code as a reader would, and return what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as text:
        exec(compile(code, "copied.py", "exec"), {})
    return text.getvalue().strip()


def code_of(place: Locator) -> str:
    """Open the code that a figure shows, if it is closed, and return it."""
    closed = place.locator(".live-code details:not([open]) summary")
    if closed.count():
        closed.click()
    code = place.locator(".live-code pre:not(:empty)")
    settle(place.page)  # A change is drawn before its code is written.
    return code.text_content() or ""
