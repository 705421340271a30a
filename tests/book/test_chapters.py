"""The chapters: every cell runs, every exercise has a solution, every solution is checked."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bookbuild.gallery.catalogue import chapters
from tests.alone import run_alone
from tests.conftest import ADDRESS, ROOT

PAGES = [ROOT / "book" / f"{chapter}.md" for chapter in chapters(ROOT / "book")]
APPENDICES = sorted({*(ROOT / "book").glob("*.md")} - {*PAGES})


def cells(text: str) -> list[str]:
    """Return the code of every cell, without the cells' options."""
    found = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", text, re.S | re.M)
    return [re.sub(r"^:[a-z-]+:.*\n", "", source, flags=re.M).strip() for source in found]


def solutions(text: str) -> dict[str, str]:
    """Return the text of every solution by the label of its exercise."""
    found = re.findall(r"```\{solution-start\} (\S+)\n(.*?)```\{solution-end\}", text, re.S)
    return dict(found)


EXECUTED = [page for page in [*PAGES, *APPENDICES] if cells(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.stem)
def test_cells_run_from_top_to_bottom(page: Path, tmp_path: Path) -> None:
    sources = cells(page.read_text(encoding="utf-8"))
    script = tmp_path / "cells.py"
    script.write_text("\n\n".join(sources), encoding="utf-8")
    done = run_alone(script, tmp_path, timeout=600)
    assert done.returncode == 0, done.stderr
    # In a notebook TensorFlow's advice is on the page too, not only what is printed.
    assert not ADDRESS.search(done.stdout + done.stderr)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_exercises_have_checked_solutions(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    exercises = re.findall(r"```\{exercise\}.*\n:label: (\S+)", text)
    solved = solutions(text)
    assert len(exercises) >= 3
    assert sorted(solved) == sorted(exercises)
    for label, solution in solved.items():
        assert any("assert" in code for code in cells(solution)), f"nothing checks {label}"


def test_no_equation_has_the_label_of_another() -> None:
    # Sphinx notices only if one process reads both pages, so not in every build.
    labels = Counter(
        label
        for page in [*PAGES, *APPENDICES]
        for label in re.findall(r"^\$\$ \((\S+)\)$", page.read_text(encoding="utf-8"), re.M)
    )
    assert len(labels) > 50
    assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_has_its_parts_and_is_read_in_a_sitting(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    _, _, read = text.split("---\n", 2)  # without what the front matter tells the build
    assert len(read.split()) < 6000
    assert "you will be able to" in text.split("\n## ")[0]
    headings = re.findall(r"^## (.*)$", text, re.M)
    assert headings[-3:] == ["Summary", "Exercises", "Further reading"]


def test_every_folder_of_scripts_is_a_chapter() -> None:
    folders = {header.parent.name for header in (ROOT / "examples").glob("*/GALLERY_HEADER.rst")}
    assert folders == {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_chapter_shows_every_figure_of_its_folder_by_name(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    scripts = {script.stem for script in (ROOT / "examples" / page.stem).glob("plot_*.py")}
    assert set(re.findall(r"\{example-figure\} (\S+)", text)) == scripts
    assert "sphx_glr" not in text
    assert not any("matplotlib" in source for source in cells(text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_cells_are_short(page: Path) -> None:
    sources = cells(page.read_text(encoding="utf-8").split("## Exercises")[0])
    lengths = sorted(len([line for line in source.splitlines() if line]) for source in sources)
    assert lengths[len(lengths) // 2] <= 6, f"half the cells have more than {lengths} lines"
