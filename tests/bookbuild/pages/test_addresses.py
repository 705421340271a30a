"""The book knows where it lives on the web, or keeps silent about it."""

import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import venv
from contextlib import redirect_stdout
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

from bookbuild.pages import addresses
from tests.bookbuild.conftest import ROOT, Book
from tests.bookbuild.embed.test_colophon import commit_all

REPOSITORY, SITE = "https://github.com/owner/name", "https://owner.github.io/name"
# Named on every page by the theme, and by drawings within the page.
ALWAYS = re.compile(r"https://(www\.sphinx-doc\.org/|pradyunsg\.me|github\.com/pradyunsg/furo)"
                    r"|http://www\.w3\.org/2000/svg")  # fmt: skip


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def hosts_of(site: Path) -> set[str]:
    """Return every address beyond the site that its pages name."""
    named = {
        address
        for page in site.rglob("*.html")
        for address in re.findall(r'https?://[^"< ]*', text(page))
    }
    return {address for address in named if not ALWAYS.fullmatch(address)}


def first_cell(book: Book) -> str:
    notebook = json.loads(text(book.gallery / "plot_alpha.ipynb"))
    return "".join(notebook["cells"][0]["source"])


def run(book: Book, kernel: str) -> None:
    """Run a notebook from top to bottom."""
    notebook = nbformat.read(book.gallery / "plot_alpha.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name=kernel).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert "alpha.value = 5\n" in [output["text"] for output in outputs if "text" in output]


def test_a_book_names_the_addresses_that_it_is_told_and_no_others(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(addresses.REPOSITORY, raising=False)
    monkeypatch.delenv(addresses.SITE, raising=False)
    book.build()
    assert hosts_of(book.site) == set()
    page = text(book.site / "gallery" / "mini" / "plot_alpha.html")
    assert "Colab" not in page
    assert "Edit this page" not in page
    assert "Report a mistake" not in page
    assert 'rel="canonical"' not in page
    assert "og:image" not in page
    assert not (book.site / "_images" / "social_previews").exists()
    assert '<meta name="description" content="A claim about n, in a sentence. Part of Mini.' in page
    assert 'Part of <a class="reference internal" href="../../mini.html">' in page
    assert 'href="/_static/styles/furo' in text(book.site / "404.html")

    # Its notebooks say what they need, and run where it is there.
    assert "checkout" in first_cell(book)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    run(book, "python3")

    # Told its addresses, the same book writes them everywhere.
    monkeypatch.setenv(addresses.REPOSITORY, f"{REPOSITORY}.git")
    monkeypatch.setenv(addresses.SITE, SITE)
    printed = book.build()
    assert "0 of 2 scripts run" in printed
    page = text(book.site / "gallery" / "mini" / "plot_alpha.html")
    assert f'<link rel="canonical" href="{SITE}/gallery/mini/plot_alpha.html">' in page
    assert f'content="{SITE}/_images/sphx_glr_plot_alpha_001.webp"' in page
    assert f'href="{REPOSITORY}/edit/main/examples/mini/plot_alpha.py" rel="edit"' in page
    assert f'href="{REPOSITORY}/issues/new?title=Mistake+in+examples%2Fmini%2Fplot_alpha.py' in page
    headers = text(book.site / "gallery" / "mini" / "index.html")
    assert f'href="{REPOSITORY}/edit/main/examples/mini/GALLERY_HEADER.rst"' in headers
    assert "Report a mistake" not in text(book.site / "search.html")
    assert "/owner/name/blob/notebooks/mini/plot_alpha.ipynb" in page
    assert "/gh/owner/name/notebooks?urlpath=lab/tree/mini/plot_alpha.ipynb" in page
    cards = [file.name for file in (book.site / "_images" / "social_previews").iterdir()]
    chapter = text(book.site / "mini.html")
    assert f'href="{REPOSITORY}/edit/main/book/mini.md" rel="edit"' in chapter
    assert sum(f'content="{SITE}/_images/social_previews/{card}"' in chapter for card in cards) == 1
    assert not [card for card in cards if "plot_" in card]
    assert 'href="/name/_static/styles/furo' in text(book.site / "404.html")
    assert f'%pip install --quiet "convbook{{extra}} @ git+{REPOSITORY}"' in first_cell(book)
    run(book, "python3")


class Reader:
    """A reader's Python, as the first cell sees it: its releases, and what pip does to them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **releases: str) -> None:
        self.releases = releases
        self.after: dict[str, str] = {}
        self.asked: list[str] = []
        modules = dict.fromkeys(("tensorflow-cpu", "tf-nightly"), "tensorflow")
        owners: dict[str, list[str]] = {}
        for name in releases:
            owners.setdefault(modules.get(name, name), []).append(name)
        monkeypatch.setattr(metadata, "packages_distributions", lambda: owners)
        monkeypatch.setattr(metadata, "version", lambda name: self.releases[name])
        found = {name: object() for name in owners}
        monkeypatch.setattr(importlib.util, "find_spec", found.get)
        for module in ("numpy", "scipy"):
            monkeypatch.delitem(sys.modules, module, raising=False)

    def pip(self, words: str) -> None:
        self.asked.append(words)
        self.releases |= self.after

    def run(self, cell: str) -> BaseException | None:
        """Run a cell as Jupyter does; return what it raised."""
        shell = InteractiveShell()
        shell.register_magic_function(self.pip, magic_name="pip")
        with redirect_stdout(io.StringIO()):
            return shell.run_cell(cell).error_in_exec


@pytest.fixture
def cell() -> str:
    return addresses.first_cell(REPOSITORY)


def test_the_first_cell_brings_tensorflow_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    reader = Reader(monkeypatch, numpy="2.4.0")
    assert reader.run(cell) is None
    assert reader.asked == [f'install --quiet "convbook[cpu] @ git+{REPOSITORY}" ']


@pytest.mark.parametrize("name", ["tensorflow", "tensorflow-cpu", "tf-nightly"])
def test_the_first_cell_keeps_the_tensorflow_that_is_there(
    monkeypatch: pytest.MonkeyPatch, cell: str, name: str
) -> None:
    reader = Reader(monkeypatch, **{name: "2.19.0", "numpy": "2.0.2"})
    reader.after = {"numpy": "2.1.3"}  # which was not imported yet
    assert reader.run(cell) is None
    assert reader.asked == [f'install --quiet "convbook @ git+{REPOSITORY}" {name}==2.19.0']


def test_the_first_cell_asks_for_a_restart_if_a_library_in_use_was_replaced(
    monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    reader = Reader(monkeypatch, tensorflow="2.19.0", numpy="2.0.2", scipy="1.15.0")
    monkeypatch.setitem(sys.modules, "numpy", object())
    reader.after = {"numpy": "2.1.3", "scipy": "1.16.0"}
    error = reader.run(cell)
    assert isinstance(error, RuntimeError)
    assert "Restart the kernel" in str(error)
    assert "['numpy']" in str(error)


def test_the_first_cell_installs_nothing_over_the_package(
    monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    reader = Reader(monkeypatch, convbook="0.1.0")
    assert reader.run(cell) is None
    assert reader.asked == []


def test_elsewhere_than_on_github_nothing_opens_the_notebooks(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(addresses.REPOSITORY, "https://example.org/book")
    monkeypatch.delenv(addresses.SITE, raising=False)
    book.build()
    assert hosts_of(book.site) == set()
    assert "git+https://example.org/book" in first_cell(book)


@pytest.mark.parametrize("variable", [addresses.REPOSITORY, addresses.SITE])
def test_what_is_no_address_is_refused(
    book: Book, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, 'github.com/"owner"')
    assert f"{variable}: expected an address" in book.build(passes=False)


@pytest.mark.network  # pip builds the package with hatchling
def test_a_notebook_installs_the_package_itself(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / file, book.root)
    book.copy_sources()
    monkeypatch.setenv(addresses.REPOSITORY, REPOSITORY)
    book.build()
    commit_all(book.root)
    # Git is told that the repository lies here. A reader's Python has all libraries but this one,
    # which is not found through PYTHONPATH, being installed in place.
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{book.root.as_uri()}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", REPOSITORY)
    monkeypatch.setenv("PYTHONPATH", str(Path(nbformat.__file__).parents[1]))
    reader = tmp_path / "reader"
    venv.create(reader, symlinks=True)
    python = reader / "bin" / "python"
    asked = [python, "-c", "from importlib.util import find_spec; print(find_spec('convbook'))"]
    assert subprocess.run(asked, capture_output=True, check=True).stdout == b"None\n"
    kernel = reader / "share" / "jupyter" / "kernels" / "reader" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    words = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": words, "display_name": "Reader"}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(reader / "share" / "jupyter"))
    run(book, "reader")
    assert list(reader.glob("lib/*/site-packages/convbook/results.py"))
