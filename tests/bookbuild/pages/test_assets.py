"""A page loads the style sheets that it uses, and may run the scripts that stand in it."""

import re

from bookbuild.pages.assets import SHEETS, script_hashes
from tests.bookbuild.conftest import Book
from tests.conftest import ROOT


def sheets(page: str) -> list[str]:
    links = re.findall(r'<link rel="stylesheet"[^>]* href="([^"?]+)', page)
    return [link.rpartition("_static/")[2] for link in links]


def test_a_page_loads_what_it_uses(book: Book) -> None:
    book.build()
    frame = {"styles/furo.css", "styles/furo-extensions.css"}
    own = {f"css/{path.name}" for path in (ROOT / "conf" / "static" / "css").glob("*.css")}
    # A page that shows a live figure has the sheet of these as well.
    special = {sheet.removeprefix("_static/") for sheet in SHEETS} | {"css/live.css"}
    figures, code = {"css/viewer.css"}, {"pygments.css", "copybutton.css"}
    plain = frame | own - special - figures
    assert set(sheets(book.page())) == plain | figures
    assert set(sheets(book.page("index"))) == plain | {"css/cover.css"}
    assert set(sheets(book.page("genindex"))) == plain | {"css/lookups.css"}
    gallery = set(sheets(book.page("gallery/mini/plot_alpha"))) - plain - figures - code
    assert gallery
    assert all(sheet.startswith("sg_gallery") for sheet in gallery)


def test_the_policy_of_a_page_allows_the_scripts_that_stand_in_it(book: Book) -> None:
    book.build()
    page = book.page()
    assert "<script>" in page
    assert f"script-src 'self' {script_hashes(page)};" in page
