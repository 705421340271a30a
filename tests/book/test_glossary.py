"""The glossary's entries: in order, and pointing to pages that have them."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = {page: page.read_text(encoding="utf-8") for page in sorted((ROOT / "book").glob("*.md"))}
LABELS = {
    label: page for page, text in PAGES.items() for label in re.findall(r"(?m)^\((.+)\)=$", text)
}


def entries() -> dict[tuple[str, ...], str]:
    """Return the definitions by the names of what they define."""
    listed = PAGES[ROOT / "book/glossary.md"].split("```{glossary}\n")[1].split("\n```")[0]
    found = {}
    for entry in re.split(r"\n\n(?=\S)", listed):
        names = [line for line in entry.splitlines() if not line.startswith(" ")]
        found[tuple(names)] = entry
    return found


ENTRIES = entries()


def test_terms_are_in_order() -> None:
    first = [names[0].lower() for names in ENTRIES]
    assert first == sorted(first)


POINTING = {names: text for names, text in ENTRIES.items() if "{ref}" in text}


@pytest.mark.parametrize("names", POINTING, ids=" or ".join)
def test_an_entry_points_to_a_page_that_has_the_term(names: tuple[str, ...]) -> None:
    pages: list[Path] = [LABELS[r] for r in re.findall(r"\{ref\}`([\w-]+)`", POINTING[names])]
    words = "|".join(re.escape(name) for name in names)
    assert any(re.search(words, PAGES[page], re.IGNORECASE) for page in pages)
