"""The colophon tells what the book was made of; no page shows what no script has made."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bookbuild.checkout import commit_of
from bookbuild.gallery import catalogue
from convbook import pretrained, studies
from tests.bookbuild.conftest import ROOT, Book

PAGE = "colophon"
UNKNOWN = {"commit": None, "date": None, "uncommitted_changes": None}


@pytest.fixture
def colophon_book(book: Book) -> Book:
    """Make a book with a colophon."""
    shutil.copy(ROOT / "book" / f"{PAGE}.md", book.chapter.parent)
    book.edit(book.chapter.with_name("index.md"), "mini\n", f"mini\n{PAGE}\n")
    return book


def git(folder: Path, *words: str) -> str:
    """Let git do something in a folder, as nobody in particular."""
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org")
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


def commit_all(folder: Path) -> str:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All of it")
    return git(folder, "rev-parse", "HEAD")


def text_of(page: str) -> str:
    """Return the text of a page in one line."""
    return " ".join(re.sub("<[^>]*>", " ", page).split())


def test_it_tells_what_the_build_was_made_of(colophon_book: Book) -> None:
    book = colophon_book
    (book.root / ".gitignore").write_text("/build/\n/book/gallery/\n/book/generated/\n", "utf-8")
    commit = commit_all(book.root)
    book.build()
    page = book.page(PAGE)
    link = re.search(r'href="(_downloads/[^"]*colophon.json)"', page)
    assert link
    facts = json.loads((book.site / link[1]).read_text(encoding="utf-8"))
    assert list(facts) == ["build", "figures", "libraries", "live", "pretrained", "studies"]
    assert facts["build"]["commit"] == commit
    assert facts["build"]["uncommitted_changes"] is False
    assert facts["libraries"]["computing"]["numpy"] == np.__version__
    assert "sphinx" in facts["libraries"]["publishing"]
    assert facts["pretrained"] == {name: pretrained.missing(name) for name in pretrained.NAMES}
    assert facts["studies"]["cs20"]["seconds"] == studies.load("cs20").passport.seconds
    alpha = facts["figures"]["plot_alpha"]
    noted = catalogue.read_json(book.gallery / "plot_alpha.fingerprint.json")
    assert alpha["fingerprint"] == noted["fingerprint"]
    assert (book.root / alpha["script"]) == book.script("alpha")

    text = text_of(page)
    assert f"Commit {commit[:12]} Date of the commit" in text
    assert f"Figures 2, made on {facts['build']['machine']} (CPU)" in text
    assert re.search(r'href="mini.html#plot-alpha">\s*<span[^>]*>Fig. 1', page)
    assert 'href="gallery/mini/plot_alpha.html"' in page
    assert f"plot_alpha.py {noted['fingerprint'][:12]}" in text
    assert "Mini, 2 figures" in text

    (book.root / "note").touch()  # and the commit is no longer all that the book is made of
    book.build()
    assert "with uncommitted changes" in text_of(book.page(PAGE))


def test_a_picture_that_no_script_has_made_is_refused(book: Book) -> None:
    Image.new("RGB", (8, 8)).save(book.chapter.with_name("photograph.png"))
    book.append(book.chapter, "\n![A grey square that nobody computed](photograph.png)\n")
    printed = book.build(passes=False)
    assert "mini.md" in printed
    assert "shows photograph.png, which no script of the book has made" in printed
    assert not book.site.exists()


def test_two_checkouts_with_their_own_caches_publish_the_same_site(
    colophon_book: Book, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = colophon_book
    second = Book(tmp_path_factory.mktemp("elsewhere") / "checkout")
    shutil.copytree(first.root, second.root)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    first.build()
    monkeypatch.setenv("TZ", "America/Lima")
    second.build()
    assert first.pages() == second.pages()
    text = text_of(first.page(PAGE))
    assert "unknown: the sources are no checkout of git" in text
    assert "plot_alpha.py , which ran on a CPU" in text_of(first.page())
    script_page = text_of(first.page("gallery/mini/plot_alpha"))
    assert "A claim about" in script_page
    assert "running time" not in script_page


def test_a_commit_is_told_of_a_checkout_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("1", encoding="utf-8")
    assert commit_of(tmp_path) == UNKNOWN
    commit = commit_all(tmp_path)
    date = git(tmp_path, "log", "-1", "--format=%cI")
    known = {"commit": commit, "date": date, "uncommitted_changes": False}
    assert commit_of(tmp_path) == known
    (tmp_path / "folder").mkdir()
    assert commit_of(tmp_path / "folder") == UNKNOWN  # the checkout around it is another
    (tmp_path / "unknown").touch()
    assert commit_of(tmp_path) == {**known, "uncommitted_changes": True}


def test_without_git_the_commit_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(ROOT) == UNKNOWN
