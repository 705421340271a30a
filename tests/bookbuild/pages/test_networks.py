"""Networks are trained before the gallery runs, and only for scripts that load them."""

import shutil

import pytest

from tests.bookbuild.conftest import Book

COMMAND = """import sys

print("training now:", *sys.argv[1:])
sys.exit({status})
"""


@pytest.fixture
def training_book(book: Book) -> Book:
    """Make a book whose training is a stub, and whose first script reaches it."""
    shutil.rmtree(book.module("training"))
    book.module("training.py").write_text("", encoding="utf-8")
    book.module("__main__.py").write_text(COMMAND.format(status=0), encoding="utf-8")
    script = book.script("alpha")
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("plotting, results", "plotting, results, training"), "utf-8")
    return book


def test_they_are_trained_before_a_script_that_loads_one(training_book: Book) -> None:
    printed = training_book.build()
    assert printed.index("training now: train --book") < printed.index("plot_alpha.py")
    assert "training now" not in training_book.build()

    script = training_book.script("beta")  # which loads none
    script.write_text(script.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    printed = training_book.build()
    assert "1 of 2 scripts run: plot_beta" in printed
    assert "training now" not in printed


def test_a_training_that_fails_fails_every_build(training_book: Book) -> None:
    training_book.module("__main__.py").write_text(COMMAND.format(status=3), encoding="utf-8")
    for _ in range(2):
        printed = training_book.build(passes=False)
        assert "training now" in printed
        assert "not trained: 'python -m convbook train --book' ended with 3" in printed
        assert "Traceback" not in printed
    assert not training_book.site.exists()
