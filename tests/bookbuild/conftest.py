"""A book of one chapter and two scripts, built by the real configuration in a folder of its own."""

import io
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPT = '''r"""
The figure {name}
==================

A claim about :math:`n`, in a sentence.

Part of :doc:`/mini`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import {module}, plotting, results

value = {expression}
results.record("{name}.value", value)
plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(3, 2))
plotting.show_image(ax, np.full((4, 4), 0.5), "{name}")
plotting.describe(fig, f"A grey square whose recorded value is {{value}}, drawn for the tests.")
plt.show()
'''

CHAPTER = """---
file_format: mystnb
kernelspec:
  name: python3
---

# Mini

Nothing is computed here.

```{example-figure} plot_alpha
The first figure, of {result}`alpha.value`.
```

```{example-figure} plot_beta
The second figure, of {result}`beta.value:.1f`.
```
"""
TEXT = "Nothing is computed here.\n"  # of the chapter; a cell in its place is executed
CELL = "```{{code-cell}} python\n{}\n```\n"

INDEX = """# Mini book

```{toctree}
mini
```

```{toctree}
gallery/index
```
"""

HEADER = "Mini\n====\n\nThe figures of :doc:`/mini`.\n"


@dataclass
class Book:
    """A checkout small enough to be built a dozen times by the tests."""

    root: Path

    @property
    def chapter(self) -> Path:
        return self.root / "book" / "mini.md"

    @property
    def site(self) -> Path:
        return self.root / "build" / "site"

    @property
    def gallery(self) -> Path:
        return self.root / "book" / "gallery" / "mini"

    def script(self, name: str) -> Path:
        return self.root / "examples" / "mini" / f"plot_{name}.py"

    def edit(self, file: Path, old: str, new: str) -> None:
        """Replace something in a file that has to be there."""
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def append(self, file: Path, text: str) -> None:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)

    def compute(self, code: str) -> None:
        """Put a cell with this code into the chapter."""
        self.edit(self.chapter, TEXT, CELL.format(code))

    def page(self, name: str = "mini") -> str:
        return (self.site / f"{name}.html").read_text(encoding="utf-8")

    def build(self, *options: str, passes: bool = True, module: str = "site") -> str:
        """Build in this process, check the exit status, and return all that was printed."""
        words = ["--root", str(self.root), "--jobs", "1", *options]
        with printed() as text, warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
            warnings.simplefilter("ignore")
            patch.setattr(sys, "argv", ["build", *words])
            status = sys.modules[f"bookbuild.editions.{module}"].main()
        assert (status == 0) is passes, text.getvalue()
        return text.getvalue()

    def command(self) -> tuple[list[str], dict[str, str]]:
        """Return the words and the environment of a build in a process of its own."""
        words = [sys.executable, "-m", "bookbuild.editions.site", "--root", str(self.root)]
        return [*words, "--jobs", "1"], {**os.environ, "NO_COLOR": "1"}

    def build_with_own_sources(self, *, passes: bool = True) -> str:
        """Build in a process of its own, with the sources in the book's folder ``src``."""
        words, environment = self.command()
        environment["PYTHONPATH"] = str(self.root / "src")
        done = subprocess.run(
            words, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        assert (done.returncode == 0) is passes, done.stdout + done.stderr
        return done.stdout + done.stderr

    def copy_sources(self) -> Path:
        """Give the book sources of its own; return the folder of convbook among them."""
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "src", self.root / "src", ignore=ignored)
        return self.root / "src" / "convbook"

    def figures(self) -> dict[str, bytes]:
        """Return every figure and every file of results that the gallery holds."""
        files = [*self.gallery.glob("*.results.json"), *self.gallery.glob("images/*.*")]
        return {file.name: file.read_bytes() for file in files}

    def pages(self) -> dict[str, bytes]:
        """Return every file of the published site by its path."""
        files = (file for file in self.site.rglob("*") if file.is_file())
        return {file.relative_to(self.site).as_posix(): file.read_bytes() for file in files}


@contextmanager
def printed() -> Iterator[io.StringIO]:
    """Collect what is printed to both streams."""
    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        yield text


def ran(text: str) -> str:
    """Return a build's own account of which scripts ran."""
    return next(line for line in text.splitlines() if "scripts run" in line)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    from bookbuild.editions import bundle, site  # noqa: F401 - `Book.build` finds them

    monkeypatch.setenv("NO_COLOR", "1")
    folder = tmp_path / "a checkout"  # whose path has a space in it
    shutil.copytree(ROOT / "conf", folder / "conf")
    # In this process two small scripts run sooner than a pool of processes starts.
    configuration = folder / "conf" / "conf.py"
    configuration.write_text(
        configuration.read_text("utf-8") + '\nsphinx_gallery_conf["parallel"] = False\n', "utf-8"
    )
    (folder / "book").mkdir()
    (folder / "book" / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "book" / "mini.md").write_text(CHAPTER, encoding="utf-8")
    (folder / "book" / "references.bib").touch()
    book = Book(folder)
    book.script("alpha").parent.mkdir(parents=True)
    for examples in (folder / "examples", book.script("alpha").parent):
        (examples / "GALLERY_HEADER.rst").write_text(HEADER, encoding="utf-8")
    for name, module, expression in (
        ("alpha", "arithmetic", "arithmetic.output_size(7, 3)"),
        ("beta", "kernels", "kernels.box(3).sum()"),
    ):
        text = SCRIPT.format(name=name, module=module, expression=expression)
        book.script(name).write_text(text, encoding="utf-8")
    return book
