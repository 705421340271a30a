"""The paths from the cover: the course reads every chapter and sets exercises of each week's."""

import re

import pytest

from bookbuild.gallery.catalogue import chapters
from tests.conftest import ROOT

BOOK = ROOT / "book"
TEXTS = {page: (BOOK / f"{page}.md").read_text(encoding="utf-8") for page in chapters(BOOK)}
LABELS = {
    label: page
    for page, text in TEXTS.items()
    for label in re.findall(r"^\((chapter-[\w-]+)\)=\n# |^:label: (ex-[\w-]+)$", text, re.M)
    for label in filter(None, label)
}
SYLLABUS = (BOOK / "syllabus.md").read_text(encoding="utf-8")
WEEKS = re.split(r"^## Week \d+: ", SYLLABUS, flags=re.M)[1:]
LEVELS = {"On paper": "warm-up", "At the computer": "core", "Project": "project"}


def listed(week: str, kind: str) -> str:
    """Return what a week has under one of its points."""
    point = re.search(rf"^- \*\*{kind}\*\* (.*?)(?=^- |\Z)", week, re.M | re.S)
    assert point is not None, f"no {kind} in {week}"
    return point[1]


def test_the_course_reads_every_chapter_once_and_in_order() -> None:
    read = [label for week in WEEKS for label in re.findall(r"`([\w-]+)`", listed(week, "Read"))]
    assert len(WEEKS) == 12
    assert [LABELS[label] for label in read] == list(TEXTS)


@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.splitlines()[0])
def test_a_week_sets_exercises_of_its_chapters_by_their_titles(week: str) -> None:
    chapters = {LABELS[label] for label in re.findall(r"`([\w-]+)`", listed(week, "Read"))}
    for kind, level in LEVELS.items():
        exercises = re.findall(r"\{number\} ([^<]+) <([\w-]+)>`", listed(week, kind))
        assert exercises
        for title, label in exercises:
            assert LABELS[label] in chapters
            text = TEXTS[LABELS[label]]
            heading = re.search(rf"\{{exercise\}} (.*)\n:label: {label}\n", text)
            assert heading is not None
            assert heading[1] in (f"{title}, {level}", f"{title} ({level})")
    assert listed(week, "Discuss")


@pytest.mark.parametrize("label", ["path-afternoon", "path-course", "teachers"])
def test_the_cover_leads_to_the_paths(label: str) -> None:
    assert f"<{label}>`" in (BOOK / "index.md").read_text(encoding="utf-8")
