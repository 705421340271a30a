"""The bibliography says how much of it has been checked."""

from pybtex.database import parse_string

from bookbuild.embed.checked_entries import count, unchecked
from tests.bookbuild.conftest import Book

CHECKED = "@book{burt, author={P. Burt}, title={Pyramids}, year={1981}, checked={its cover}}"
BLANK = "@book{sobel, author={I. Sobel}, title={A {3x3} kernel}, year={1968}, checked={ }}"
NONE = "@book{canny, author={J. Canny}, title={Edges}, year={1986}}"


def test_an_entry_is_checked_that_names_a_source() -> None:
    entries = parse_string(CHECKED + BLANK + NONE, "bibtex").entries
    assert unchecked(entries) == ["sobel", "canny"]
    assert count(entries).startswith("Of the 3 entries, 1 have been checked")
    assert count(entries).endswith("2 have not: A 3x3 kernel; Edges.")


def test_nothing_is_said_of_unchecked_entries_where_there_are_none() -> None:
    sentence = count(parse_string(CHECKED, "bibtex").entries)
    assert "have not" not in sentence
    assert sentence.endswith(".")


def test_the_page_shows_the_count_and_follows_the_file(book: Book) -> None:
    book.append(book.chapter, "\n```{checked-entries}\n```\n")
    file = book.chapter.with_name("references.bib")
    page = book.site / "mini.html"
    file.write_text(CHECKED + NONE, encoding="utf-8")
    book.build()
    assert "1 have not: Edges." in page.read_text("utf-8")
    file.write_text(CHECKED, encoding="utf-8")
    book.build()
    assert "have not" not in page.read_text("utf-8")
