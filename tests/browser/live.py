"""What the tests of live figures share: starting them, and reading what they say."""

import contextlib
import io
import re

from playwright.sync_api import Locator, Page

from tests.browser.markup import PAGES, SITE

PLACE = re.compile(r'<div class="live"[^>]* data-live="(\w+)"')
# The page of each live figure; the calculator is there in any case.
LIVE = {name: page for page in PAGES for name in PLACE.findall((SITE / page).read_text("utf-8"))}


def place_of(page: Page, name: str) -> Locator:
    return page.locator(f'[data-live="{name}"]').first


def start(page: Page, address: str, name: str) -> Locator:
    """Open a figure's page, press its button, and wait for the figure."""
    page.goto(f"{address}/{LIVE[name]}")
    place = place_of(page, name)
    place.get_by_role("button", name="Try it").click()
    place.get_by_role("button", name="Back to the picture").wait_for()
    return place


def settle(page: Page) -> None:
    """Wait until what has changed is drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def status(place: Locator) -> Locator:
    return place.locator(".live-status")


def printed(code: str) -> str:
    """Run code as a reader would, and return what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as text:
        exec(compile(code, "copied.py", "exec"), {})
    return text.getvalue().strip()


def code_of(place: Locator) -> str:
    """Open the code that a figure shows, if it is closed, and return it."""
    closed = place.locator(".live-code:not([open]) summary")
    if closed.count():
        closed.click()
    code = place.locator(".live-code pre:not(:empty)")
    settle(place.page)  # A change is drawn before its code is written.
    return code.text_content() or ""
