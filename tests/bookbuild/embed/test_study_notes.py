"""A chapter says where a study's results come from, and when they are of another revision."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bookbuild.embed.study_notes import origin, outdated
from bookbuild.studies.define import DEFINITIONS, Definition, Unit
from convbook import studies
from tests.bookbuild.conftest import Book

PASSPORT: dict[str, Any] = {
    "date": "2026-11-22", "machine": "A processor, 2 cores", "device": "CPU", "seconds": 130,
    "versions": {"python": "3.11.7", "numpy": "2.4.6"}, "commit": None,
}  # fmt: skip


def recorded(revision: int) -> studies.Study:
    return studies.Study("small", studies.Passport(**PASSPORT, revision=revision), [])


@pytest.fixture
def revision_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Define the study `small` with its second revision."""

    def small() -> Iterator[Unit]:
        yield Unit({}, int)

    monkeypatch.setitem(DEFINITIONS, "small", Definition(2, small))


def test_the_passport_becomes_a_sentence() -> None:
    assert origin(recorded(1).passport) == (
        "Recorded on 22 November 2026 in 2 minutes on A processor, 2 cores "
        "(CPU; Python 3.11.7, NumPy 2.4.6)"
    )


@pytest.mark.usefixtures("revision_2")
@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        (1, "Recorded with revision 1 of the study; its code is at revision 2, and"),
        (2, ""),
        (3, "Recorded with revision 3 of the study, which this version of the code does not know"),
    ],
)
def test_results_of_another_revision_are_shown_as_such(revision: int, sentence: str) -> None:
    note = outdated(recorded(revision))
    assert note.startswith(sentence)
    assert bool(note) is bool(sentence)


def test_results_that_nothing_can_record_again_are_shown_as_such() -> None:
    assert outdated(recorded(1)).startswith("No study of this name is defined any more")


@pytest.mark.usefixtures("revision_2")
def test_a_page_says_what_its_study_is_worth(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = book.root / "studies"
    folder.mkdir()
    monkeypatch.setattr(studies, "FOLDER", folder)
    book.append(book.chapter, "\n```{study-note} small\n```\n")
    assert "no study 'small' has results" in book.build(passes=False)
    results = folder / "small.json"
    results.write_text('{"passport": {"fingerprint": ""}, "results": {}}', encoding="utf-8")
    printed = book.build(passes=False)  # as edition 1 kept results
    assert "small.json does not hold the results of a study in today's form" in printed
    assert "Traceback" not in printed
    for revision in (2, 1):
        content = {"passport": {**PASSPORT, "revision": revision}, "units": []}
        results.write_text(json.dumps(content), encoding="utf-8")
        book.append(book.chapter, "\nEdited.\n")
        book.build()
        text = re.sub(r"<[^>]+>", "", book.page())
        assert "NumPy 2.4.6), by nox -s studies -- small." in text
        outdated_study = "Recorded with revision 1 of the study; its code is at revision 2"
        assert (outdated_study in text) is (revision == 1)
