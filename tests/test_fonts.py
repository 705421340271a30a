"""A character that the site's fonts lack does not fall back to another font unnoticed."""

import hashlib
import json

import pytest

from tests.conftest import ROOT

CONTENTS = json.loads((ROOT / "conf/fonts/contents.json").read_text(encoding="utf-8"))
TEXTS = (
    "book/*.md",
    "book/*.bib",
    "examples/**/*.rst",
    "examples/**/plot_*.py",
    "src/convbook/**/*.py",
)
# In the titles within two figures, which a page shows as code. Adobe's fonts have neither.
OF_OTHER_FONTS = {"∇", "ₙ"}


@pytest.mark.parametrize("font", CONTENTS)
@pytest.mark.parametrize("pattern", TEXTS)
def test_font_has_the_characters_of_the_book(pattern: str, font: str) -> None:
    known = {"\n", *OF_OTHER_FONTS, *CONTENTS[font]["characters"]}
    paths = list(ROOT.glob(pattern))
    lacking = {
        str(path.relative_to(ROOT)): unknown
        for path in paths
        if (unknown := set(path.read_text(encoding="utf-8")) - known)
    }
    assert paths
    assert not lacking


@pytest.mark.parametrize("font", CONTENTS)
def test_characters_are_listed_of_this_file(font: str) -> None:
    data = (ROOT / "conf/static/fonts" / font).read_bytes()
    assert hashlib.sha256(data).hexdigest() == CONTENTS[font]["sha256"]
