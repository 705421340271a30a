"""A page loads the style sheets that it uses, and may run the scripts that stand in it."""

import re

from bookbuild.pages.assets import script_hashes
from tests.bookbuild.conftest import Book


def sheets(page: str) -> list[str]:
    links = re.findall(r'<link rel="stylesheet"[^>]* href="([^"?]+)', page)
    return [link.rpartition("_static/")[2] for link in links]


def test_a_page_loads_what_it_uses(book: Book) -> None:
    book.build()
    plain = {"styles/furo.css", "styles/furo-extensions.css", "css/book.css"}
    for name in ("genindex", "mini"):
        assert set(sheets(book.page(name))) == plain
    gallery = set(sheets(book.page("gallery/mini/plot_alpha"))) - plain - {"pygments.css"}
    assert gallery
    assert all(sheet.startswith("sg_gallery") for sheet in gallery)


def test_the_policy_of_a_page_allows_the_scripts_that_stand_in_it(book: Book) -> None:
    book.build()
    page = book.page()
    assert "<script>" in page
    assert f"script-src 'self' {script_hashes(page)};" in page
