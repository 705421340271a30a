"""Sphinx builds the book without the book's own command, and deletes nothing of others."""

import shutil
from pathlib import Path

import pytest
from sphinx.cmd.build import build_main

from tests.bookbuild.conftest import Book, printed


def sphinx(book: Book, out: Path) -> tuple[int, str]:
    """Run ``sphinx-build`` as a stranger would; return its exit status and what it printed."""
    conf, sources = str(book.root / "conf"), str(book.root / "book")
    with printed() as text:
        status = build_main(["-b", "html", "-c", conf, "-W", sources, str(out)])
    return status, text.getvalue()


def files(folder: Path) -> dict[str, bytes]:
    """Return the files that Sphinx publishes, by their paths."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.relative_to(folder).parts[0].startswith(".")
    }


@pytest.mark.filterwarnings("ignore")
def test_three_applications_in_one_process_build_equal_books(book: Book, tmp_path: Path) -> None:
    book.compute("print(6 * 7)")
    built = []
    for number in range(3):
        out = tmp_path / f"out{number}"
        status, text = sphinx(book, out)
        assert status == 0, text
        built.append(files(out))
    assert "Fig. 1" in built[0]["mini.html"].decode()
    assert built[0] == built[1] == built[2]


@pytest.mark.filterwarnings("ignore")
def test_a_stranger_s_file_in_the_output_survives(book: Book, tmp_path: Path) -> None:
    mine = tmp_path / "out" / "_static" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("keep me", encoding="utf-8")
    for _ in range(2):
        status, text = sphinx(book, tmp_path / "out")
        assert status == 0, text
        book.append(book.root / "conf" / "css" / "page.css", "/* edited */\n")
    assert mine.read_text(encoding="utf-8") == "keep me"
    shutil.rmtree(tmp_path / "out")


@pytest.mark.filterwarnings("ignore")
def test_an_output_among_the_sources_is_refused(book: Book) -> None:
    status, text = sphinx(book, book.root / "book" / "out")
    assert status != 0
    assert "lies among the sources" in text
    assert "scripts run" not in text


@pytest.mark.filterwarnings("ignore")
def test_an_output_that_is_a_file_is_refused(book: Book, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    status, text = sphinx(book, tmp_path / "out")
    assert status != 0
    assert "scripts run" not in text
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a file"
