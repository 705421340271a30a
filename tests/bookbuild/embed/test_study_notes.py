"""A chapter says where a study's results come from, and when they are of another revision."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from bookbuild.embed.study_notes import StudyNote, origin, outdated
from bookbuild.studies.define import DEFINITIONS, Definition, Unit
from convbook import studies

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
def test_a_page_is_written_again_when_the_results_are_of_another_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studies, "FOLDER", tmp_path)
    results = tmp_path / "small.json"
    (tmp_path / "book").mkdir()
    page = "# Page\n\n```{study-note} small\n```\n"
    (tmp_path / "book" / "index.md").write_text(page, encoding="utf-8")

    def build() -> str:
        printed = io.StringIO()
        folders = (str(tmp_path / name) for name in ("out", "doctrees"))
        with docutils_namespace():
            app = Sphinx(
                str(tmp_path / "book"), None, *folders, "text", status=None, warning=printed,
                confoverrides={"extensions": ["myst_parser"]},
            )  # fmt: skip
            app.add_directive("study-note", StudyNote)
            app.build()
        text = (tmp_path / "out" / "index.txt").read_text(encoding="utf-8")
        return " ".join((printed.getvalue() + text).split())

    assert "no study 'small' has results" in build()
    results.write_text('{"passport": {"fingerprint": ""}, "results": {}}', encoding="utf-8")
    assert "small.json does not hold the results of a study in today's form" in build()
    for revision, sentence in (
        (2, 'NumPy 2.4.6), by "nox -s studies -- small".'),
        (1, "**Recorded with revision 1 of the study; its code is at"),
    ):
        content = {"passport": {**PASSPORT, "revision": revision}, "units": []}
        results.write_text(json.dumps(content), encoding="utf-8")
        text = build()
        assert sentence in text
        assert ("revision" in text) is (revision == 1)
