"""A chapter says where a study's results come from, and when its code has moved on."""

import subprocess
import sys

from tests.sphinxext.conftest import Book

DEFINITION = """
@study("convbook.kernels.gaussian")
def small():
    yield Unit("a", lambda: 1)
"""
SAVE = """
from convbook import studies
studies.save("small", {"a": 1}, modules=["convbook.kernels.gaussian"], device="CPU", seconds=130)
"""
CHANGED = "The code behind it has changed since"


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
    assert "nox -s studies -- small" in note.replace('<span class="pre">', "").replace(
        "</span>", ""
    )
    assert CHANGED not in note

    module = book.module("kernels/gaussian.py")
    code = module.read_text(encoding="utf-8")
    module.write_text(f"{code}\n# A comment changes nothing.\n", encoding="utf-8")
    book.build()
    assert CHANGED not in page.read_text(encoding="utf-8")
    module.write_text(f"{code}\nEDITED = True\n", encoding="utf-8")
    book.build()
    assert CHANGED in page.read_text(encoding="utf-8")
