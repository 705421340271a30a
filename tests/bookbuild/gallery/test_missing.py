"""Where no source gives Fashion-MNIST, the book builds, and each page says what it lacks."""

import json
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from bookbuild.embed import missing
from bookbuild.embed.reference_values import FILE
from bookbuild.gallery.missing import needs_garments
from convbook import data
from tests.bookbuild.conftest import SCRIPT, Book, ran
from tests.conftest import ROOT

CELL = "print(6 * 7)  # where a chapter would call data.fashion_mnist()"
NOTE, PLACE = "Without Fashion-MNIST", "Without Fashion-MNIST there is no figure here."


@pytest.fixture
def garments(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    """A book whose first script and only cell need Fashion-MNIST, and a cache without it."""
    monkeypatch.setenv("CONVBOOK_CACHE", str(book.root / "cache"))
    expression = "len(data.fashion_mnist()[1][1])"
    script = SCRIPT.format(name="alpha", module="data", expression=expression)
    book.script("alpha").write_text(script, encoding="utf-8")
    book.edit(book.script("alpha"), "value)", "value, tolerance=0.5)")
    reference = {"value": 5, "unit": "", "machine": "a CPU", "device": "CPU", "date": "2026-11-22"}
    (book.root / "examples" / FILE).write_text(json.dumps({"alpha.value": reference}), "utf-8")
    book.compute(CELL)
    front = "  name: python3\n  language: python\ncard: plot_alpha 1\ncard-words: A square\n"
    book.edit(book.chapter, "  name: python3\n", front)
    index = book.chapter.with_name("index.md")
    book.edit(index, "```{toctree}\nmini", "```{toctree}\n:numbered: 2\n\nmini")
    book.edit(index, "gallery/index", "gallery/index\ncolophon")
    shutil.copy(ROOT / "book" / "colophon.md", index.parent)
    book.edit(book.chapter, "# Mini", "# Mini\n\nSee {numref}`plot_alpha`.")
    return book


def bring(monkeypatch: pytest.MonkeyPatch, book: Book) -> None:
    """Let a source give the data set."""
    small = np.zeros((5, 28, 28), np.uint8), np.zeros(5, np.uint8)
    monkeypatch.setattr(data, "fashion_mnist", lambda: (small, small))
    file = book.root / "cache" / "fashion_mnist" / "train-images-idx3-ubyte"
    file.parent.mkdir(parents=True)
    file.touch()


def take_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no source give the data set."""

    def refused() -> None:
        raise data.DownloadError("no source gives it: no route")

    monkeypatch.setattr(data, "fashion_mnist", refused)


def text_of(page: str) -> str:
    """Return the text of a page's article in one line."""
    article = re.search("<article.*?</article>", page, re.DOTALL)
    assert article
    return " ".join(unescape(re.sub("<[^>]*>", "", article[0])).split())


def test_a_build_without_the_data_says_what_is_missing(
    garments: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(monkeypatch)
    printed = garments.build()
    assert "This build does without Fashion-MNIST: no source gives it: no route" in printed
    assert "not run, for want of data: mini, plot_alpha" in printed
    assert ran(printed) == "1 of 2 scripts run: plot_beta (new)"
    assert garments.build().startswith("Nothing has changed")

    text = text_of(garments.page())
    assert "The code on this page has not run. Figures that need it are left out." in text
    assert f"Numbers marked {missing.MARK} are not of this build" in text
    assert f"Run {missing.FETCH}: it fetches the data" in text
    assert f"{PLACE} Fig. 1.1 The first figure, of 5{missing.MARK}." in text
    assert "Made by plot_alpha.py, which has not run" in text
    assert "See Fig. 1.1." in text
    assert "The second figure, of 1.0.¶" in text, "what is computed in this build is not marked"
    assert "print(6" in text
    assert "42" not in text
    colophon = text_of(garments.page("colophon"))
    assert "Without it these have not run: mini, plot_alpha. Numbers marked" in colophon
    script = garments.page("gallery/mini/plot_alpha")
    assert "The code on this page has not run. Run python" in text_of(script)
    assert "data.fashion_mnist()" in text_of(script)
    archive = re.search(r'href="\.\./\.\./(_downloads/[^"]*\.zip)"', script)
    assert archive
    with zipfile.ZipFile(garments.site / archive[1]) as downloads:
        assert "$n$" in downloads.read("plot_alpha.ipynb").decode(), "its text is Markdown"
    assert NOTE not in garments.page("gallery/mini/plot_beta")


def test_once_the_data_are_there_the_site_is_that_of_a_clean_build(
    garments: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(monkeypatch)
    garments.build()
    bring(monkeypatch, garments)
    assert ran(garments.build()) == "1 of 2 scripts run: plot_alpha (unfinished)"
    pages = garments.pages()
    for folder in ("build", "book/gallery"):
        shutil.rmtree(garments.root / folder)
    assert ran(garments.build()).startswith("2 of 2 scripts run")
    assert garments.pages() == pages
    assert "42" in text_of(garments.page())
    for name, content in pages.items():
        if name.endswith(".html"):
            assert NOTE not in content.decode(), name
            assert missing.MARK not in content.decode(), name
    assert "Missing" not in text_of(garments.page("colophon"))


def test_a_figure_that_is_there_stays(garments: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch, garments)
    garments.build()
    take_away(monkeypatch)
    garments.append(garments.root / "conf" / "css" / "page.css", "/* edited */\n")
    assert ran(garments.build()) == "0 of 2 scripts run: -"
    text = text_of(garments.page())
    assert PLACE not in text
    assert missing.MARK not in text
    assert "The code on this page has not run. Run python" in text


def test_a_number_without_reference_value_is_an_error(
    garments: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(monkeypatch)
    (garments.root / "examples" / FILE).write_text("{}", encoding="utf-8")
    assert "no script has recorded 'alpha.value'" in garments.build(passes=False)


FILES = [*(ROOT / "examples").glob("*/plot_*.py"), *(ROOT / "book").glob("*.md")]


def test_chapters_that_may_not_be_executed_name_their_language() -> None:
    """Else it is known from the kernel alone, and the build warns that it is not."""
    chapters = [file for file in FILES if file.suffix == ".md" and needs_garments(file)]
    assert [file.stem for file in chapters] == ["beyond_digits"]
    for chapter in chapters:
        assert "\n  language: python\n" in chapter.read_text(encoding="utf-8")


def test_all_that_needs_the_data_is_found() -> None:
    """Whoever loads a network that has learned from garments has to load garments as well."""
    from convbook.training import recipes

    named = "|".join(name for name, r in recipes.BOOK.items() if r.dataset == "fashion_mnist")
    loads = re.compile(rf'training\.load\("({named})"\)')
    found = {file for file in FILES if loads.search(file.read_text(encoding="utf-8"))}
    assert len(found) >= 4
    assert [file.name for file in found if not needs_garments(file)] == []


def test_every_number_of_such_a_script_has_a_reference_value() -> None:
    """A tolerance gives it one, and a page shows it where the data cannot be had."""
    known = json.loads((ROOT / "examples" / FILE).read_text(encoding="utf-8"))
    scripts = [file for file in FILES if file.suffix == ".py" and needs_garments(file)]
    assert len(scripts) >= 6
    for script in scripts:
        numbers = re.findall(r'results\.record\(\s*"([^"]+)"', script.read_text(encoding="utf-8"))
        assert numbers
        assert set(numbers) <= known.keys(), script.name


def test_prose_that_names_the_call_needs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "chapter.md"
    file.write_text("`data.fashion_mnist()`\n\n```{code-cell} python\n1\n```\n", encoding="utf-8")
    assert not needs_garments(file)
