"""A page asks for one style sheet, and has the links that its readers follow."""

import re
from pathlib import Path

from tests.bookbuild.conftest import Book

SCRIPT = "gallery/01_mini/plot_alpha.html"


def style_of(page: Path) -> str:
    """Return the text of the one style sheet that a page names."""
    (sheet,) = re.findall(
        r'<link rel="stylesheet"[^>]* href="([^"?]+)', page.read_text(encoding="utf-8")
    )
    return (page.parent / sheet).read_text(encoding="utf-8")


def test_a_page_has_one_style_sheet_and_no_links_to_scripts_beside_it(book: Book) -> None:
    book.build()
    chapter, script = book.site / "01_mini.html", book.site / SCRIPT
    for of_furo_pygments_and_the_book in (".sidebar-drawer", "[data-theme=", "Convbook Math"):
        assert of_furo_pygments_and_the_book in style_of(chapter)
    assert ".sphx-glr-thumbcontainer[tooltip]" not in style_of(chapter)
    assert ".sphx-glr-thumbcontainer[tooltip]" in style_of(script)

    def sidebar(page: Path) -> str:
        return page.read_text(encoding="utf-8").split('"sidebar-tree"')[1].split("</aside>")[0]

    assert 'href="gallery/01_mini/index.html"' in sidebar(chapter)
    assert "plot_" not in sidebar(chapter)
    assert 'href="plot_beta.html"' in sidebar(script)

    with (book.root / "conf" / "static" / "convbook.css").open("a", encoding="utf-8") as sheet:
        sheet.write("\n/* edited */\n")
    book.build()
    assert "/* edited */" in style_of(chapter)
