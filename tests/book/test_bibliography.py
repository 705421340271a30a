"""Every work stands in the bibliography once, whole, and checked."""

import re
from collections import Counter

import pytest
from pybtex.database import parse_file

from bookbuild.embed.checked_entries import unchecked
from tests.conftest import ROOT

ENTRIES = parse_file(ROOT / "book" / "references.bib").entries
REQUIRED = {
    "article": {"title", "journal", "year"},
    "book": {"title", "publisher", "year"},
    "incollection": {"title", "booktitle", "publisher", "pages", "year"},
    "inproceedings": {"title", "booktitle", "year"},
    "misc": {"title", "year"},
    "phdthesis": {"title", "school", "year"},
    "techreport": {"title", "institution", "number", "year"},
}


def words(text: str) -> str:
    """Return a title's letters and digits alone: what two spellings of one title share."""
    return "".join(filter(str.isalnum, text.lower()))


def test_every_entry_is_cited() -> None:
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "book").glob("*.md"))
    cited = {key for keys in re.findall(r"\{cite:\w\}`(.+?)`", pages) for key in keys.split(",")}
    assert set(ENTRIES) - cited == set()


def test_fewer_than_ten_entries_are_unchecked() -> None:
    assert len(unchecked(ENTRIES)) < 10


@pytest.mark.parametrize("field", ["title", "doi", "eprint"])
def test_a_work_stands_there_once(field: str) -> None:
    values = [words(entry.fields[field]) for entry in ENTRIES.values() if field in entry.fields]
    assert [value for value, times in Counter(values).items() if times > 1] == []


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_whole(key: str) -> None:
    entry = ENTRIES[key]
    assert REQUIRED[entry.type] <= set(entry.fields)
    assert entry.persons["author"]
    assert "others" not in [str(person) for person in entry.persons["author"]]
    assert ("eprint" in entry.fields) is ("archiveprefix" in entry.fields)
    if entry.type == "article":  # Distill numbers no pages.
        assert "pages" in entry.fields or entry.fields["journal"] == "Distill"
    if entry.type == "misc":
        assert {"eprint", "howpublished", "url"} & set(entry.fields)
