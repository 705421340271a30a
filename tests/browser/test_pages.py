"""What a reader meets: every page, on a phone and a laptop, in light and dark."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Response

from tests.browser.conftest import SITE

PAGES = sorted(page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html"))
CHAPTERS = [page for page in PAGES if re.match(r"\d\d_", page)]
SCRIPTS = [page for page in PAGES if re.match(r"gallery/.*/plot_", page)]
PHONE, LAPTOP = 360, 1280  # CSS pixels
HEAVIEST = 350_000  # bytes of a page with its scripts, style sheets and fonts, its pictures apart

# What scrolls and neither takes the focus nor holds anything that does.
OUT_OF_REACH = """() => [...document.querySelectorAll("main *, article *")].filter((node) => {
  const scrolls = /auto|scroll/.test(getComputedStyle(node).overflowX)
    && node.scrollWidth > node.clientWidth + 1;
  return scrolls && node.tabIndex < 0 && !node.querySelector("a[href], button, input, summary");
}).map((node) => node.outerHTML.slice(0, 120))"""


class Visit:
    """One page loaded, with everything that it asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.responses: list[Response] = []
        self.problems: list[str] = []
        page.on("response", lambda response: self.responses.append(response))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("requestfailed", self._note)
        page.on(
            "console",
            lambda line: self.problems.append(line.text) if line.type == "error" else None,
        )
        page.goto(address, wait_until="load")

    def _note(self, failed: Request) -> None:
        """Note a request that failed, unless the reader went on before its answer came."""
        if failed.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {failed.url}")


def looks(name: str) -> list[tuple[int, str]]:
    """Return the widths and colours in which a page is tried.

    The scripts' pages are all of one making: every other one is tried in the dark.
    """
    if name in SCRIPTS:
        return [(PHONE, ("light", "dark")[SCRIPTS.index(name) % 2])]
    return [(PHONE, "light"), (LAPTOP, "dark")]


@pytest.fixture
def page(width: int, scheme: Literal["light", "dark"], chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [(name, *look) for name in PAGES for look in looks(name)]
)
def test_page_is_whole_fits_and_leaves_nobody_out(name: str, server: str, page: Page) -> None:
    visit = Visit(page, f"{server}/{name}")
    assert visit.problems == []
    assert [r.url for r in visit.responses if not r.url.startswith((server, "data:"))] == []
    assert [r.url for r in visit.responses if r.status >= 400] == []
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"the page scrolls sideways by {wide} px"
    assert page.evaluate(OUT_OF_REACH) == []
    weights = {
        response.url.removeprefix(server): len(response.body())
        for response in visit.responses
        if response.request.resource_type not in ("image", "media")
    }
    assert sum(weights.values()) < HEAVIEST, (sum(weights.values()), weights)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_have_size_alt_text_and_provenance(
    name: str, server: str, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": PHONE, "height": 900})
    page.goto(f"{server}/{name}")
    figures = page.locator("figure.example-figure")
    assert figures.count() > 3
    for number in range(figures.count()):
        figure = figures.nth(number)
        shown = figure.locator("img:visible, video:visible")
        text = shown.get_attribute("alt") or shown.get_attribute("aria-label") or ""
        assert len(text) >= 40
        assert int(shown.get_attribute("width") or 0) > 0
        assert int(shown.get_attribute("height") or 0) > 0
        if shown.evaluate("node => node.tagName") == "IMG":
            assert shown.get_attribute("loading") == "lazy"
            shown.scroll_into_view_if_needed()
            shown.evaluate("node => node.decode()")
            # Two image pixels for one of CSS, for screens of double density.
            assert shown.evaluate("node => node.naturalWidth / node.getAttribute('width')") == 2
        link = figure.locator(".provenance a")
        assert (SITE / Path(name).parent / (link.get_attribute("href") or "")).is_file()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (LAPTOP, "dark")])
def test_figures_suit_the_theme(server: str, scheme: str, page: Page) -> None:
    page.goto(f"{server}/convolution.html")
    for figure in page.locator("figure.example-figure").all():
        shown = figure.locator("img:visible, video:visible")
        source = shown.get_attribute("src") or shown.get_attribute("poster") or ""
        assert (".dark." in source) == (scheme == "dark")
    page.locator(".theme-toggle:visible").click()  # from the browser's theme to the other one
    assert page.locator("figure.example-figure img:visible").count() > 3
    assert page.locator(f"figure.example-figure .only-{scheme}:visible").count() == 0


@pytest.mark.parametrize("name", CHAPTERS)
def test_solutions_open_by_keyboard(name: str, server: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": PHONE, "height": 900})
    page.goto(f"{server}/{name}")
    solutions = page.locator("details.solution")
    assert solutions.count() >= 4
    for number in range(solutions.count()):
        solution = solutions.nth(number)
        assert solution.get_attribute("open") is None
        solution.locator("summary").press("Enter")
        assert solution.get_attribute("open") is not None
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"an open solution makes the page scroll sideways by {wide} px"
    page.close()


@pytest.mark.parametrize("first", ["play", "seek"])
def test_animations_wait_and_obey_the_keyboard(server: str, chromium: Browser, first: str) -> None:
    page = chromium.new_page(viewport={"width": PHONE, "height": 900})
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))
    played = 0
    for name in CHAPTERS:
        page.goto(f"{server}/{name}")
        for figure in page.locator("figure.example-figure:has(video)").all():
            video = figure.locator("video:visible")
            slider = figure.locator("input[type=range]:visible")
            assert video.evaluate("node => node.paused && !node.autoplay && !node.controls")
            assert slider.input_value() == slider.get_attribute("max"), "the poster is the end"
            # Nothing of it is loaded yet, whatever the reader does first.
            if first == "play":
                figure.get_by_role("button", name="Play").press("Enter")
                figure.get_by_role("button", name="Pause").press("Enter")
            slider.press("Home")
            page.wait_for_function(
                "video => video.duration > 0 && video.currentTime === 0",
                arg=video.element_handle(),
            )
            slider.press("End")
            page.wait_for_function(
                "video => video.currentTime > 0.9 * video.duration", arg=video.element_handle()
            )
            played += 1
    page.close()
    assert errors == []
    assert played >= 3


def test_without_scripts_the_browser_s_own_controls_are_there(
    server: str, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/convolution.html")
    assert page.locator("video[controls]").count() >= 1
    assert page.locator("details.solution").count() >= 4
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(LAPTOP, "light")])
def test_an_address_without_a_page_leads_back_to_the_book(server: str, page: Page) -> None:
    address = f"{server}/gallery/no/such/page.html"
    visit = Visit(page, address)
    # Everything that it shows and links to is found, from so deep an address too.
    assert [r.url for r in visit.responses if r.status >= 400] == [address]
    assert page.get_by_role("heading", name="Page not found").is_visible()
    page.goto(page.locator("a.sidebar-brand").evaluate("node => node.href"))
    assert page.url == f"{server}/index.html"
