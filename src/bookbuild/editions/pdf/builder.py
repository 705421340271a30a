"""Sphinx's builder of the PDF: a file of Typst for each page, the pictures and fonts, and the book.

The book is the cover's parts with their chapters, and the appendices. The pages of scripts and of
the package are left out: links to them lead to the published site, or nowhere.
"""

import shutil
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.environment.adapters.indexentries import IndexEntries

from bookbuild.checkout import commit_of
from bookbuild.editions.pdf.pictures import smaller
from bookbuild.editions.pdf.translate import Labels, Translator
from bookbuild.editions.pdf.typst import call, markup, string
from bookbuild.gallery.catalogue import GALLERY
from convbook._files import write

NAME = "pdf"  # of the builder
FILE = "book.pdf"  # that it writes
TEMPLATE = Path(__file__).with_name("book.typ")
FONTS = "../conf/static/fonts"  # from the source folder on
INDEX = "genindex"
LEFT_OUT = (GALLERY, "package", "api", INDEX)  # pages and folders
PART, PAGE = 1, 2  # levels of headings
IMPORT = '#import "/book.typ": *\n'


class PdfBuilder(Builder):
    """Writes ``book.pdf``; the same pages, pictures and date give the same bytes."""

    name = NAME
    format = "typst"
    supported_image_types: ClassVar = ["image/webp"]

    def init(self) -> None:
        """Look for Typst before pages are read; of what cells return, take the text."""
        self.config.nb_mime_priority_overrides = [(NAME, "text/plain", 0)]
        try:
            from bookbuild.editions.pdf import press
        except ImportError as error:
            # Sphinx would print a traceback with an error of its own kind.
            raise SystemExit(f"the PDF needs a package of the extra 'book': {error}") from error
        self._press = press

    def get_outdated_docs(self) -> str:
        """Write everything."""
        return "all pages"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return what links to a page are until all pages are known."""
        return docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Return the same: all pages are in one file."""
        return to

    def write_documents(self, docnames: Set[str]) -> None:
        """Translate the pages in the order of the contents, and write the book."""
        folder = Path(self.outdir)
        (folder / "pictures").mkdir(exist_ok=True)
        doctrees = {self.config.root_doc: self._resolved(self.config.root_doc)}
        for contents in doctrees[self.config.root_doc].findall(addnodes.toctree):
            doctrees |= {page: self._resolved(page) for page in pages_of(contents)}
        self.labels = Labels()
        for page, doctree in doctrees.items():
            self.labels.add(page, doctree)
        self.labels.add_place(INDEX)
        cover = doctrees.pop(self.config.root_doc)
        for page, doctree in doctrees.items():
            text = self._translator_of(page, PAGE - 1).translate(doctree)
            (folder / f"{page}.typ").write_text(IMPORT + text, encoding="utf-8")
        (folder / "main.typ").write_text("".join(self._book(cover)), encoding="utf-8")

    def _resolved(self, page: str) -> nodes.document:
        """Return a page with its links resolved, and its contents left as they are."""
        doctree = self.env.get_doctree(page)
        self.env.apply_post_transforms(doctree, page)
        return doctree

    def _translator_of(self, page: str, level: int) -> Translator:
        return Translator(
            page,
            self.labels,
            self.env.toc_secnumbers.get(page, {}),
            self.env.toc_fignumbers.get(page, {}),
            self._picture,
            self.config.html_baseurl,
            level,
        )

    def _book(self, cover: nodes.document) -> Iterator[str]:
        """Yield the file that includes all others, in the order of the cover."""
        commit = commit_of(Path(self.srcdir).parent)
        date = (commit["date"] or "")[:10]
        yield IMPORT
        yield call(
            "show: book.with",
            title=string(self.config.project),
            author=string(self.config.author),
            description=string(self.config.epub_description),
            edition=string(f"Release {self.config.release}{date and ', '}{date}"),
        )
        translator = self._translator_of(self.config.root_doc, PART - 1)
        top = next(cover.findall(nodes.section))
        parts = [part for part in top.children if isinstance(part, nodes.section)] or [top]
        for section in parts:
            if not any(section.findall(addnodes.toctree)):
                title, *rest = section.children
                yield f"\n#front-head{translator.content(title)}\n"
                yield "".join(map(translator.translate, rest))
        for section in parts:
            pages = [page for contents in section.findall(addnodes.toctree)
                     for page in pages_of(contents)]  # fmt: skip
            if pages:
                yield translator.translate(section)
                yield from (f'\n#include "{page}.typ"\n' for page in pages)
        yield f'\n#head(2, "", [Index])#label({string(INDEX)})\n'
        yield f"\n#index[{''.join(self._index())}]\n"

    def _index(self) -> Iterator[str]:
        """Yield the letters and entries of the index that lead to pages of the book."""
        for letter, entries in IndexEntries(self.env).create_index(self):
            written = []
            for name, (links, subentries, _) in entries:
                below = [(sub, self._places(targets)) for sub, targets in subentries]
                below = [(sub, places) for sub, places in below if places]
                places = self._places(links)
                if places or below:
                    written.append(call("entry", "0", f"[{markup(name)}]", *places))
                    written += [call("entry", "1", f"[{markup(sub)}]", *p) for sub, p in below]
            if written:
                yield f"\n{call('letter', f'[{markup(letter)}]')}\n" + "".join(written)

    def _places(self, links: Iterable[tuple[Any, Any]]) -> list[str]:
        names = (self.labels.find(target) for _, target in links)
        return [string(name) for name in names if name is not None]

    def _picture(self, uri: str) -> str:
        """Copy a picture beside the pages; return its name there."""
        source = Path(self.srcdir, uri.lstrip("/"))
        name = Path("pictures", source.stem)
        for suffix in (".png", ".jpg"):
            if (Path(self.outdir) / name.with_suffix(suffix)).exists():
                return f"/{name.with_suffix(suffix).as_posix()}"
        suffix, content = smaller(source)
        (Path(self.outdir) / name.with_suffix(suffix)).write_bytes(content)
        return f"/{name.with_suffix(suffix).as_posix()}"

    def finish(self) -> None:
        """Let Typst make the book."""
        folder, fonts = Path(self.outdir), Path(self.outdir, "fonts")
        shutil.copy(TEMPLATE, folder)
        self._press.unpack_fonts(Path(self.srcdir, FONTS), fonts)
        try:
            pdf = self._press.packed(self._press.compiled(folder, fonts))
        except self._press.Refused as error:
            raise SystemExit(str(error)) from None
        write(folder / FILE, pdf)


def pages_of(contents: addnodes.toctree) -> list[str]:
    """Return the pages of a list of contents that are in the book on paper."""
    pages = (page for _, page in contents["entries"])
    return [page for page in pages if page.split("/")[0] not in LEFT_OUT]
