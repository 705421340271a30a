"""Search finds a term, shows where it stands, and marks it there."""

import pytest
from playwright.sync_api import Browser

from tests.browser.test_pages import LAPTOP, PHONE, Visit


@pytest.mark.parametrize(
    ("width", "start", "field"),
    [
        (LAPTOP, "convolution.html", ".sidebar-search"),
        (LAPTOP, "index.html", ".search-field input"),  # the cover has no sidebar
        (PHONE, "search.html", ".search-field input"),
    ],
)
def test_search_finds_a_term_and_shows_where(
    width: int, start: str, field: str, server: str, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    visit = Visit(page, f"{server}/{start}")
    page.locator(field).fill("dilation")
    page.locator(field).press("Enter")
    result = page.locator("ul.search > li", has=page.locator("p.context")).first
    result.wait_for()
    excerpt = result.locator("p.context")
    assert "dilation" in excerpt.inner_text().lower()
    assert excerpt.locator(".highlighted").count() >= 1
    with page.expect_navigation():
        result.locator("a").first.click()
    marked = page.locator("article .highlighted")
    marked.first.wait_for()
    assert {text.lower() for text in marked.all_text_contents()} == {"dilation"}
    assert visit.problems == []
    page.close()
