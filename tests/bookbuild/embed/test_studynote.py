"""A chapter says where a study's results come from, and when its code has moved on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bookbuild.conftest import Book

DEFINITION = """
@study("convbook.kernels.gaussian")
def small():
    yield Unit("a", lambda: 1)
"""
SAVE = """
from convbook import studies
studies.save("small", {"a": 1}, modules=["convbook.kernels.gaussian"], device="CPU", seconds=130)
"""
PAGES = 6  # Sphinx reads in one process up to five pages
CHANGED = "The code behind it has changed since"


def plain(page: str) -> str:
    """Return a page without the marks that Sphinx puts around each word of a command."""
    return page.replace('<span class="pre">', "").replace("</span>", "")


def test_it_names_the_machine_and_says_when_the_code_has_changed(book: Book) -> None:
    book.module("studies/definitions.py").write_text(DEFINITION, encoding="utf-8")
    text = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(f"{text}\n```{{study-note}} small\n```\n", encoding="utf-8")
    assert "no study 'small' has results" in book.build(passes=False)

    _, environment = book.command()
    subprocess.run([sys.executable, "-c", SAVE], env=environment, check=True, timeout=60)
    book.build()
    page = book.site / "01_mini.html"
    note = page.read_text(encoding="utf-8")
    assert "in 2 minutes on" in note
    assert "(CPU; Python 3" in note
    assert "nox -s studies -- small" in plain(note)
    assert CHANGED not in note

    module = book.module("kernels/gaussian.py")
    code = module.read_text(encoding="utf-8")
    module.write_text(f"{code}\n# A comment changes nothing.\n", encoding="utf-8")
    book.build()
    assert CHANGED not in page.read_text(encoding="utf-8")
    module.write_text(f"{code}\nEDITED = True\n", encoding="utf-8")
    book.build()
    assert CHANGED in page.read_text(encoding="utf-8")


def test_it_is_read_by_several_processes(book: Book, tmp_path: Path) -> None:
    """A forked process lacks the threads that read the import graph, and would wait for ever."""
    book.module("studies/definitions.py").write_text(DEFINITION, encoding="utf-8")
    words, environment = book.command()
    subprocess.run([sys.executable, "-c", SAVE], env=environment, check=True, timeout=60)
    with book.chapter.open("a", encoding="utf-8") as chapter:
        chapter.write("\n```{study-note} small\n```\n")
    names = [f"page_{number}" for number in range(PAGES)]
    for name in names:
        book.chapter.with_name(f"{name}.md").write_text(f"# {name}\n", encoding="utf-8")
    index = book.chapter.with_name("index.md")
    pages = "\n".join(names)
    index.write_text(f"{index.read_text('utf-8')}\n```{{toctree}}\n{pages}\n```\n", "utf-8")

    with (tmp_path / "printed").open("w+", encoding="utf-8") as printed:
        running = subprocess.Popen(
            [*words, "--jobs", "2"], env=environment, stdout=printed, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            status = running.wait(timeout=180)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)  # the readers too, which nobody would end
            running.wait()
            pytest.fail("the build with two processes did not come to its end")
        printed.seek(0)
        assert status == 0, printed.read()
    page = (book.site / "01_mini.html").read_text(encoding="utf-8")
    assert "nox -s studies -- small" in plain(page)
