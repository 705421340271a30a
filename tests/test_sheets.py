"""The style sheets: colours have names, and each selector stands in one place."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = sorted((ROOT / "conf").glob("**/css/*.css"))
LIVE = sorted((ROOT / "src" / "live").rglob("*.css"))
SHARED = ROOT / "conf" / "static" / "css" / "live.css"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|lab|lch|oklch)a?\(|:\s*(?:white|black)\b")


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)


def rules(sheet: Path) -> list[tuple[str, ...]]:
    """Return each rule's selector, after those of the rules that it is nested in."""
    found, inside = [], [""]
    for words, mark in re.findall(r"([^{};]*)([{};])", without_comments(sheet)):
        if mark == "{":
            inside.append(" ".join(words.split()))
            found.append(tuple(inside[1:]))
        elif mark == "}":
            inside.pop()
    return found


def test_rules_are_read_with_what_they_are_nested_in(tmp_path: Path) -> None:
    sheet = tmp_path / "a.css"
    sheet.write_text("/* b {} */ a,\nb { c: d; & e { f: g } } @media h { i { } }", "utf-8")
    assert rules(sheet) == [("a, b",), ("a, b", "& e"), ("@media h",), ("@media h", "i")]


@pytest.mark.parametrize("sheet", [*PAGES, *LIVE], ids=lambda sheet: sheet.name)
def test_colours_have_names(sheet: Path) -> None:
    if sheet.name != "tokens.css":
        assert COLOUR.findall(without_comments(sheet)) == []


@pytest.mark.parametrize("sheet", [*PAGES, *LIVE], ids=lambda sheet: sheet.name)
def test_a_selector_stands_in_one_place(sheet: Path) -> None:
    counts = Counter(rule for rule in rules(sheet) if rule != ("@font-face",))
    assert [rule for rule, count in counts.items() if count > 1] == []
    assert sheet.read_text("utf-8").count("!important") == (
        sheet.name in {"live.css", "lookups.css"}
    )


@pytest.mark.parametrize("sheet", [SHARED, *LIVE], ids=lambda sheet: sheet.name)
def test_conditions_stand_within_their_selector(sheet: Path) -> None:
    assert {rule[0] for rule in rules(sheet) if rule[0].startswith("@")} <= {"@media screen"}


def test_live_figures_use_properties_that_exist() -> None:
    scripts = "".join(file.read_text("utf-8") for file in (ROOT / "src" / "live").rglob("*.js"))
    texts = [without_comments(sheet) for sheet in (*PAGES, *LIVE)]
    known = {name for text in texts for name in re.findall(r"(--[\w-]+):", text)}
    known |= set(re.findall(r"setProperty\(\s*\"(--[\w-]+)\"", scripts))
    for sheet in (SHARED, *LIVE):
        text = without_comments(sheet)
        assert set(re.findall(r"var\((--[\w-]+)\)", text)) - known == set(), sheet.name


@pytest.mark.parametrize("sheet", LIVE, ids=lambda sheet: sheet.name)
def test_a_live_figure_has_a_script_beside_its_sheet(sheet: Path) -> None:
    assert sheet.with_suffix(".js").is_file()
