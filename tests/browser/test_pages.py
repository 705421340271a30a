"""What a reader meets: every page, on a phone and a laptop, in light and dark."""

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Response

from tests.browser.markup import CHAPTERS, MOVED, PAGES, SCRIPTS, SITE, read, specimens

PHONE, LAPTOP = 360, 1280  # CSS pixels
HEAVIEST = 250_000  # bytes that travel for a page, compressed as hosts do, its pictures apart

# Text has a contrast of 7:1, the colours of code of 4.5:1; mathematics takes its colours from the
# text around it.
RULES = """axe.configure({ rules: [
  { id: "color-contrast", selector: ":not(math *)" },
  { id: "color-contrast-enhanced", selector: ":not(math *, pre *, code *, .sig *)" },
] })"""
AXE = Axe(f"{AXE_SCRIPT};{RULES}")
CONTRAST = ("color-contrast", "color-contrast-enhanced")

# What scrolls and neither takes the focus nor holds anything that does.
OUT_OF_REACH = """() => [...document.querySelectorAll("main *, article *")].filter((node) => {
  const scrolls = /auto|scroll/.test(getComputedStyle(node).overflowX)
    && node.scrollWidth > node.clientWidth + 1;
  return scrolls && node.tabIndex < 0 && !node.querySelector("a[href], button, input, summary");
}).map((node) => node.outerHTML.slice(0, 120))"""

# What reaches beyond the window and stands in nothing that scrolls: the theme cuts it off.
CUT_OFF = """() => [...document.querySelectorAll("article *")].filter((node) => {
  if (node.getBoundingClientRect().right <= innerWidth + 1 || !node.checkVisibility()) return false;
  let around = node.parentElement;
  while (around.tagName !== "ARTICLE" && !/auto|scroll/.test(getComputedStyle(around).overflowX))
    around = around.parentElement;
  return around.tagName === "ARTICLE";
}).map((node) => node.outerHTML.slice(0, 120))"""


class Visit:
    """A tab of the browser, with everything that its last page asked for."""

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
        self.open(address)

    def open(self, address: str) -> None:
        """Load a page."""
        self.responses.clear()
        self.problems.clear()
        self.page.goto(address, wait_until="load")

    def _note(self, failed: Request) -> None:
        """Note a request that failed, unless the reader went on before its answer came."""
        if failed.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {failed.url}")


@pytest.fixture
def page(width: int, scheme: Literal["light", "dark"], chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def visit(chromium: Browser) -> Iterator[Visit]:
    """One tab for all pages: with a tab of its own, each takes twice the time."""
    page = chromium.new_page()
    yield Visit(page, "about:blank")
    page.close()


@cache
def travelling(file: Path) -> int:
    """Return how many bytes of a file travel: a font is compressed already."""
    content = file.read_bytes()
    return len(content if file.suffix == ".woff2" else gzip.compress(content))


def check_layout(page: Page) -> None:
    """Check that a page fits the window, and that the keyboard scrolls what is wider."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"the page scrolls sideways by {wide} px"
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(OUT_OF_REACH) == []


@pytest.mark.parametrize("name", [page for page in PAGES if page not in MOVED])
def test_page_is_whole_fits_and_leaves_nobody_out(name: str, server: str, visit: Visit) -> None:
    page = visit.page
    looks: list[tuple[int, Literal["light", "dark"]]] = [(LAPTOP, "dark"), (PHONE, "light")]
    # Of pages that add no construct to the others', contrast, most of axe's work, is known.
    known = name not in specimens()
    rules = {rule: {"enabled": not known} for rule in CONTRAST}
    options = {"resultTypes": ["violations"], "rules": rules}
    if known and name in SCRIPTS:  # all of one making
        looks = looks[1:]
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if (width, scheme) == looks[0]:
            visit.open(f"{server}/{name}")
            page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
        check_layout(page)
        if not known or width == PHONE:
            found = AXE.run(page, options=options)
            assert found.violations_count == 0, found.generate_report()
    assert visit.problems == []
    assert [r.url for r in visit.responses if not r.url.startswith((server, "data:"))] == []
    assert [r.url for r in visit.responses if r.status >= 400] == []
    weights = {
        file: travelling(SITE / file)
        for response in visit.responses
        if response.request.resource_type not in ("image", "media")
        for file in [urlsplit(response.url.removeprefix(f"{server}/")).path]
    }
    assert sum(weights.values()) < HEAVIEST, (sum(weights.values()), weights)


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
def test_solutions_are_closed(name: str) -> None:
    assert len(read(name).solutions) >= 4
    assert [solution for solution in read(name).solutions if "open" in solution] == []


def test_solutions_open_by_keyboard(server: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": PHONE, "height": 900})
    page.goto(f"{server}/convolution.html")
    for solution in page.locator("details.solution").all():
        solution.locator("summary").press("Enter")
        assert solution.get_attribute("open") is not None
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(LAPTOP, "light")])
def test_an_address_without_a_page_leads_back_to_the_book(server: str, page: Page) -> None:
    address = f"{server}/gallery/no/such/page.html"
    visit = Visit(page, address)
    # Everything that it shows and links to is found, from so deep an address too.
    assert [r.url for r in visit.responses if r.status >= 400] == [address]
    assert page.get_by_role("heading", name="Page not found").is_visible()
    assert page.get_by_role("img", name="Chelsea the cat").evaluate("node => node.naturalWidth") > 0
    contents = page.get_by_role("navigation", name="Contents")
    assert contents.get_by_role("link", name="Convolution", exact=False).count() >= 1
    page.get_by_label("Words to look for").fill("dilation")
    page.get_by_label("Words to look for").press("Enter")
    page.locator("ul.search > li").first.wait_for()
    page.go_back()
    page.goto(page.locator("a.sidebar-brand").evaluate("node => node.href"))
    assert page.url == f"{server}/index.html"
