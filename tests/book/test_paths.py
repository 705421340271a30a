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
TASKS = ("On paper", "At the computer", "Project")


def labels(week: str, kind: str) -> list[str]:
    """Return what a week refers to in its line of one kind."""
    line = re.search(rf"^- \*\*{kind}\*\* (.*)", week, re.M)
    assert line is not None, f"no {kind} in {week}"
    return re.findall(r"\{ref\}`([\w-]+)`", line[1])


def test_the_course_reads_every_chapter_once_and_in_order() -> None:
    assert len(WEEKS) == 12
    assert [LABELS[label] for week in WEEKS for label in labels(week, "Read")] == list(TEXTS)


@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.splitlines()[0])
def test_a_week_sets_exercises_of_its_own_chapters(week: str) -> None:
    read = {LABELS[label] for label in labels(week, "Read")}
    tasks = [labels(week, kind) for kind in TASKS]
    assert all(tasks)
    assert {LABELS[label] for task in tasks for label in task} <= read
    assert "- **Discuss** " in week


def test_what_is_solved_on_paper_is_a_warm_up_and_a_project_a_project() -> None:
    for kind, level in (("On paper", "warm-up"), ("Project", "project")):
        for label in (label for week in WEEKS for label in labels(week, kind)):
            title = re.search(rf"\{{exercise\}} (.*)\n:label: {label}\n", TEXTS[LABELS[label]])
            assert title is not None
            assert re.search(rf"\b{level}\b", title[1]), title[1]


@pytest.mark.parametrize("label", ["path-afternoon", "path-course", "teachers"])
def test_the_cover_leads_to_the_paths(label: str) -> None:
    assert f"<{label}>`" in (BOOK / "index.md").read_text(encoding="utf-8")
