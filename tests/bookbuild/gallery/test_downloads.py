"""Notebooks that any Jupyter shows: Markdown, formulas, links, animations that move."""

import json
import re
import zipfile

import pytest
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from bookbuild.gallery.downloads import markdown, moving
from bookbuild.pages import addresses
from tests.bookbuild.conftest import Book
from tests.conftest import ROOT

SCRIPTS = sorted((ROOT / "examples").glob("*/plot_*.py"))
LINK = "[{0}](https://example.org/{0}.html)".format
CODE_OR_MATH = re.compile(r"\$\$.*?\$\$|(?<!\\)\$[^$]+\$|`[^`]+`", re.DOTALL)
LEFT_OVER = re.compile(r":\w+:|`|::|^\.\. |^[=-]{3,}|(?<!\\)\$|\w_\b", re.MULTILINE)


def text_of(book: Book) -> str:
    """Return the text of a notebook, which lies in the zip, too; the zip holds no times."""
    file = book.gallery / "plot_alpha.ipynb"
    with zipfile.ZipFile(file.with_suffix(".zip")) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read(file.name) == file.read_bytes()
        assert archive.read("plot_alpha.py") == book.script("alpha").read_bytes()
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def test_no_script_has_a_text_that_a_notebook_cannot_show() -> None:
    assert len(SCRIPTS) > 30
    for script in SCRIPTS:
        _, blocks = split_code_and_text_blocks(str(script))
        texts = [markdown(block.content, LINK) for block in blocks if block.type == "text"]
        assert texts[0].startswith("# ")
        assert texts[-1].startswith("## What to notice\n\n")
        assert "](https://example.org/" in texts[0], script.name
        for text in texts:
            assert text == text.strip()
            assert not LEFT_OVER.search(CODE_OR_MATH.sub("", text)), text


def test_every_animation_moves() -> None:
    animations = [s for s in SCRIPTS if "FuncAnimation(" in s.read_text(encoding="utf-8")]
    assert animations
    for script in animations:
        _, blocks = split_code_and_text_blocks(str(script))
        last = "".join(moving(b.content.strip()) for b in blocks if b.type == "code")
        assert last.endswith("HTML(animation.to_jshtml())"), script.name
        assert "plt.show()" not in last


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Two\n===\n\nb", "# Two\n\nb"),
        ("Two\n---\n\nb", "## Two\n\nb"),
        (".. math::\n\n   a\n     = b\n\nc", "$$\na\n= b\n$$\n\nc"),
        (".. math:: a,\n   b", "$$\na,\nb\n$$"),
        ("a :math:`x_1\n+ y` b", "a $x_1 + y$ b"),
        ("twice\n- or thrice", "twice - or thrice"),
        ("for ``a_*`` see *this*", "for `a_*` see *this*"),
        ("5 $ < 6 €", r"5 \$ \< 6 €"),
    ],
)
def test_each_construct_has_its_markdown(text: str, shown: str) -> None:
    assert markdown(text, LINK) == shown


@pytest.mark.parametrize(
    "text",
    [
        "* an item",
        "1. an item",
        "    a quotation",
        ".. note:: a note",
        ".. image:: a.png",
        "see :func:`tf.pad`",
        "see :doc:`the chapter </sums>`",
        "see `the chapter`",
        "see `it <https://example.org>`_",
        "see it_",
        "**strong**",
        "|pool|",
        "code::",
        r"a\ b",
    ],
)
def test_any_other_construct_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a notebook cannot show"):
        markdown(f"Before.\n\n{text}\n\nAfter.", LINK)


def test_an_animation_that_is_shown_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="the cell of an animation ends"):
        moving("film = FuncAnimation(fig, draw)")


def test_a_notebook_links_to_the_site_by_titles(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(addresses.SITE, raising=False)
    book.build()
    assert "# The figure alpha\n\nA claim about $n$, in a sentence." in text_of(book)
    assert "\n\nPart of Mini." in text_of(book)
    # No script runs for an address or a title.
    monkeypatch.setenv(addresses.SITE, "https://example.org/book")
    book.edit(book.chapter, "# Mini", "# Small")
    assert "0 of 2 scripts run" in book.build()
    assert "\n\nPart of [Small](https://example.org/book/mini.html)." in text_of(book)


def test_a_text_that_no_notebook_shows_ends_the_build(book: Book) -> None:
    book.edit(book.script("alpha"), "A claim", "*Claims:*\n\n* A claim")
    printed = book.build(passes=False)
    assert "plot_alpha.py, line 1 on: a notebook cannot show '* A claim" in printed
