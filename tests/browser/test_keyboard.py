"""What a mouse can do on a page, the keyboard can do alone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.markup import SITE
from tests.browser.test_pages import LAPTOP, PHONE

SCRIPT = next((SITE / "gallery").glob("convolution/plot_*.html")).relative_to(SITE).as_posix()

# Numbers what can be used and is to be seen, in the order of the page, then notes where the focus
# goes and whether it shows. A switch that lies unseen over its icon shows the focus there.
NOTE_FOCUS = """() => {
  const usable = "a[href], button, summary, input:not([type=hidden]), video[controls], [tabindex]";
  const visible = (node) => node.checkVisibility({ visibilityProperty: true });
  const rings = (node) => {
    const style = getComputedStyle(node);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
      && parseFloat(style.opacity) > 0 && visible(node);
  };
  const all = [...document.querySelectorAll(usable)].filter((n) => n.tabIndex >= 0 && visible(n));
  window.steps = [];
  document.addEventListener("focusin", ({ target }) => {
    const shown = rings(target) || [...(target.labels ?? [])].some(rings);
    window.steps.push([all.indexOf(target), shown, target.outerHTML.slice(0, 120)]);
  });
  return all.length;
}"""


@pytest.fixture
def visit(server: str, chromium: Browser) -> Iterator[Callable[[str, int], Page]]:
    """Open a page at a width, without the movements in which a ring fades in."""
    context = chromium.new_context(color_scheme="light")

    def opened(name: str, width: int) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{server}/{name}")
        page.add_style_tag(content="* { transition: none !important }")
        return page

    yield opened
    context.close()


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
@pytest.mark.parametrize("name", ["convolution.html", SCRIPT, "index.html", "search.html"])
def test_tab_reaches_everything_in_order_and_shows_where_it_is(
    name: str, width: int, visit: Callable[[str, int], Page]
) -> None:
    page = visit(name, width)
    count = page.evaluate(NOTE_FOCUS)
    assert count > 5
    for _ in range(count):
        page.keyboard.press("Tab")
    steps = page.evaluate("window.steps")
    assert [number for number, *_ in steps] == list(range(count))
    assert [what for _, shown, what in steps if not shown] == []


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_the_first_link_skips_to_the_text(width: int, visit: Callable[[str, int], Page]) -> None:
    page = visit("convolution.html", width)
    page.get_by_role("link").first.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#furo-main-content') !== null")


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_theme_changes_and_stays(width: int, visit: Callable[[str, int], Page]) -> None:
    page = visit("index.html", width)
    page.locator(".theme-toggle:visible").press("Enter")
    chosen = page.evaluate("document.body.dataset.theme")
    assert chosen in {"light", "dark"}
    page.reload()
    assert page.evaluate("document.body.dataset.theme") == chosen


@pytest.mark.parametrize(
    ("switch", "drawer", "width"),
    [("#__navigation", ".sidebar-drawer", PHONE), ("#__toc", ".toc-drawer", PHONE),
     ("#__toc", ".toc-drawer", 1100)],
)  # fmt: skip
def test_drawers_open_and_close(
    switch: str, drawer: str, width: int, visit: Callable[[str, int], Page]
) -> None:
    page = visit("convolution.html", width)
    link = page.locator(f"{drawer} a[href]").nth(1)
    assert not link.is_visible()
    page.locator(switch).press("Space")
    link.focus()
    assert link.evaluate("node => node === document.activeElement")
    box = link.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < width
    page.locator(switch).press("Space")
    assert not link.is_visible()


def test_branches_of_the_sidebar_open(visit: Callable[[str, int], Page]) -> None:
    page = visit("convolution.html", LAPTOP)
    branch = page.locator(".sidebar-tree li.has-children").first
    below = branch.locator("ul a").first
    assert not below.is_visible()
    branch.locator("input").press("Space")
    assert below.is_visible()
