"""A book of one chapter and two scripts, built by the real configuration in a folder of its own."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = '''r"""
The figure {name}
==================

A claim about :math:`n`, in a sentence.

Part of :doc:`/01_mini`.
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

```{code-cell} python
1 + 1
```

```{example-figure} plot_alpha
The first figure, of {result}`alpha.value`.
```

```{example-figure} plot_beta
The second figure, of {result}`beta.value:.1f`.
```
"""

INDEX = """# Mini book

```{toctree}
01_mini
```

```{toctree}
gallery/index
```
"""

HEADER = "Mini\n====\n\nThe figures of :doc:`/01_mini`.\n"


@dataclass
class Book:
    """A checkout small enough to be built a dozen times by the tests."""

    root: Path

    @property
    def chapter(self) -> Path:
        return self.root / "book" / "01_mini.md"

    @property
    def site(self) -> Path:
        return self.root / "build" / "site"

    @property
    def gallery(self) -> Path:
        return self.root / "book" / "gallery" / "01_mini"

    def script(self, name: str) -> Path:
        return self.root / "examples" / "01_mini" / f"plot_{name}.py"

    def module(self, name: str) -> Path:
        return self.root / "src" / "convbook" / name

    def command(self) -> tuple[list[str], dict[str, str]]:
        words = [sys.executable, "-m", "bookbuild.editions.site", "--root", str(self.root)]
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src"), "NO_COLOR": "1"}
        return [*words, "--jobs", "1"], environment

    def build(self, *options: str, passes: bool = True) -> str:
        """Build, check the exit status, and return all that was printed."""
        words, environment = self.command()
        words += options
        done = subprocess.run(
            words, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        printed = done.stdout + done.stderr
        assert (done.returncode == 0) is passes, printed
        return printed

    def made(self) -> dict[str, bytes]:
        """Return every figure and every file of results that the gallery holds."""
        files = [*self.gallery.glob("*.results.json"), *self.gallery.glob("images/*.*")]
        return {file.name: file.read_bytes() for file in files}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    shutil.copytree(ROOT / "conf", tmp_path / "conf")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    # One process runs two small scripts sooner than a pool of them starts. The book's own build,
    # which is another check, runs its scripts in parallel.
    with (tmp_path / "conf" / "conf.py").open("a", encoding="utf-8") as configuration:
        configuration.write('\nsphinx_gallery_conf["parallel"] = False\n')
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.md").write_text(INDEX, encoding="utf-8")
    (tmp_path / "book" / "01_mini.md").write_text(CHAPTER, encoding="utf-8")
    (tmp_path / "book" / "references.bib").touch()
    made = Book(tmp_path)
    made.script("alpha").parent.mkdir(parents=True)
    for folder in (tmp_path / "examples", made.script("alpha").parent):
        (folder / "GALLERY_HEADER.rst").write_text(HEADER, encoding="utf-8")
    made.script("alpha").write_text(
        SCRIPT.format(name="alpha", module="arithmetic", expression="arithmetic.output_size(7, 3)"),
        encoding="utf-8",
    )
    made.script("beta").write_text(
        SCRIPT.format(name="beta", module="kernels", expression="kernels.box(3).sum()"),
        encoding="utf-8",
    )
    return made
