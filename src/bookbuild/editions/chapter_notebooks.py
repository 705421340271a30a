"""Each chapter as a notebook beside its page, which runs from top to bottom without the book.

It holds the text as Markdown, the figures as attachments, and all cells of the source: those that
the page leaves out, most of which check the text, and those of solutions come collapsed. Its first
cells fetch what the chapter loads. JupyterLab shows no picture whose address holds its bytes.
"""

import posixpath
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.core.read import read_myst_markdown_notebook
from pybtex_docutils import Backend
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.editions.markdown import Cell, Text, Writer
from bookbuild.gallery.catalogue import as_json, chapters, write_changed
from bookbuild.pages.addresses import first_cell, openers

HIDDEN = "remove-cell"  # the tag of cells that a page leaves out
COLLAPSED = {"jupyter": {"source_hidden": True, "outputs_hidden": True}}
Content = dict[str, Any]  # of a cell, as the format has it
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

_ABOUT = """\
A chapter of {book}, as a notebook: run its cells from the first to the last. Collapsed cells check
what the text says, or belong to solutions. Figures are pictures here; on the {page} some move or
can be tried."""

# What the calls in a chapter's cells load, and how a notebook fetches it beforehand.
_LOADED = {
    re.compile(r"\bdata\.mnist\(|\btraining\.load\("): "data.mnist()",
    re.compile(r"\bdata\.fashion_mnist\(|\btraining\.load\(\"garments"): "data.fashion_mnist()",
    re.compile(r"\bpretrained\.load\("): 'pretrained.fetch("efficientnet_lite0")',
}
_FETCHES = """\
# What this chapter loads: downloaded now, if your cache does not have it yet.
from convbook import {modules}

try:
    {calls}
except RuntimeError as error:
    raise RuntimeError(f"This notebook needs a network once, for its data: {{error}}") from None
"""


def publish(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write a chapter's notebook beside its page, and link it below the title.

    Connected to ``doctree-resolved``, when all that the text refers to has its number.
    """
    if app.builder.name != "html" or page not in chapters(Path(app.srcdir)):
        return
    content = notebook(app, doctree, page)
    write_changed(Path(app.outdir, f"{page}.ipynb"), as_json(content))
    link = nodes.reference("", "Download as notebook", refuri=f"{page}.ipynb", internal=True)
    line = nodes.paragraph("", "", link, classes=["notebook-links"])
    for name, address in openers(app.config.bookbuild_repository, page).items():
        line += [nodes.Text(" · "), nodes.reference("", f"Open in {name}", refuri=address)]
    title = next(doctree.findall(nodes.title))
    title.parent.insert(1, line)


def notebook(app: Sphinx, doctree: nodes.document, page: str) -> dict[str, Any]:
    """Return a chapter as a notebook; the same page gives the same notebook."""
    env, site = app.env, app.config.bookbuild_site
    source = read_myst_markdown_notebook(
        Path(env.doc2path(page)).read_text(encoding="utf-8"), add_source_map=True
    )
    images: dict[str, Path] = {}

    def link(reference: nodes.reference) -> str | None:
        address = reference.get("refuri", "")
        if not reference.get("internal"):
            return address
        place = posixpath.normpath(posixpath.join(posixpath.dirname(page), address))
        return f"{site}{place}" if site and address else None

    def image(node: nodes.image) -> str:
        file = Path(app.srcdir, node["uri"].lstrip("/"))
        name = re.sub(r"^sphx_glr_|_001(?=\.\w+$)", "", file.name)
        images[name] = file
        return f"attachment:{name}"

    writer = Writer(env, page, link, image)
    title, *parts = writer.parts(doctree.children)
    assert isinstance(title, Text)
    about = _about(app.config.project, site, page)
    code = "\n".join(cell.source for cell in source.cells if cell.cell_type == "code")
    setup = [first_cell(app.config.bookbuild_repository), fetching(code)]
    cells = [
        _markdown([*title.blocks, about], images),
        *(_code(text) for text in setup if text),
        *_cells(parts, source, images),
    ]
    if references := list(_references(env, page, writer)):
        cells.append(_markdown(["## References", *references], images))
    _finish(cells)
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def fetching(code: str) -> str:
    r"""Return the cell that fetches what code loads; nothing if it loads nothing.

    Without a network it says so in a sentence, and not where the chapter first needs the data.

    Examples
    --------
    >>> print(fetching("(x, y), _ = data.mnist()").splitlines()[4])
        data.mnist()
    >>> fetching("1 + 1")
    ''
    """
    calls = [call for used, call in _LOADED.items() if used.search(code)]
    if not calls:
        return ""
    modules = ", ".join(sorted({call.partition(".")[0] for call in calls}))
    return _FETCHES.format(modules=modules, calls="\n    ".join(calls)).strip()


def _cells(
    parts: Iterable[Text | Cell], source: Any, images: Mapping[str, Path]
) -> Iterator[Content]:
    """Return the cells of a page's parts in order, with those that the page itself leaves out.

    A cell of Markdown begins at each heading, and where a solution begins or ends.
    """
    hidden = [
        (index, line)
        for index, line in enumerate(source.metadata["source_map"])
        if HIDDEN in source.cells[index].metadata.get("tags", ())
    ]
    blocks: list[str] = []
    closed = False

    def text() -> Iterator[Content]:
        if blocks:
            yield _markdown(_folded(blocks) if closed else blocks, images)
            blocks.clear()

    for part in parts:
        while hidden and _comes_before(*hidden[0], part):
            yield from text()
            index, _ = hidden.pop(0)
            yield _code(source.cells[index].source, "hidden")
        if isinstance(part, Cell):
            yield from text()
            yield _code(source.cells[part.index].source, *["solution"] * part.solution)
            continue
        if part.solution != closed or part.blocks[0].startswith("#"):
            yield from text()
        closed = part.solution
        blocks += part.blocks
    yield from text()
    for index, _ in hidden:
        yield _code(source.cells[index].source, "hidden")


def _comes_before(index: int, line: int, part: Text | Cell) -> bool:
    return index < part.index if isinstance(part, Cell) else line < part.line


def _folded(blocks: list[str]) -> list[str]:
    return ["<details>\n<summary>Solution</summary>", *blocks, "</details>"]


def _markdown(blocks: list[str], images: Mapping[str, Path]) -> Content:
    text = "\n\n".join(blocks)
    cell: Content = {"cell_type": "markdown", "metadata": {}, "source": text}
    shown = {name: file for name, file in images.items() if f"(attachment:{name})" in text}
    if shown:
        cell["attachments"] = {
            name: {f"image/{file.suffix[1:]}": b64encode(file.read_bytes()).decode()}
            for name, file in shown.items()
        }
    return cell


def _code(source: str, *tags: str) -> Content:
    """Return a cell of code, collapsed if it has a tag."""
    metadata = {**COLLAPSED, "tags": list(tags)} if tags else {}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [],
            "source": source}  # fmt: skip


def _about(book: str, site: str, page: str) -> str:
    if site:
        book, shown = f"[{book}]({site})", f"[chapter's page]({site}{page}.html)"
    else:
        shown = "chapter's page"
    return " ".join(_ABOUT.format(book=book, page=shown).split())


def _references(env: BuildEnvironment, page: str, writer: Writer) -> Iterator[str]:
    """Return the works that a page cites, in the order and the form of the bibliography."""
    domain: Any = env.get_domain("cite")
    cited = {
        target.key
        for reference in domain.citation_refs
        if reference.docname == page
        for target in reference.targets
    }
    for citation in domain.citations:
        if citation.key in cited:
            yield "- " + writer.inline(Backend().paragraph(citation.formatted_entry))


def _finish(cells: list[Content]) -> None:
    """Give each cell an identifier that follows from its text, and break this into lines."""
    seen: Counter[str] = Counter()
    for cell in cells:
        text = cell["source"]
        cell["id"] = sha256(f"{seen[text]} {text}".encode()).hexdigest()[:12]
        cell["source"] = text.splitlines(keepends=True)
        seen[text] += 1
