"""The book as an EPUB: its chapters and appendices, without the scripts' pages.

A reading device has no Python and no use for the pages of two hundred scripts. Where a chapter
links to one, the EPUB links to the published site if the build knows its address, and names the
script if not.
"""

import posixpath
import re
from collections.abc import Set
from html import unescape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders._epub_base import NavPoint
from sphinx.builders.epub3 import Epub3Builder
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookbuild.archive import zipped
from bookbuild.gallery.catalogue import GALLERY
from convbook._files import write

NAME = "epub"  # of the builder
FILE = "book.epub"  # that it writes
INDEX = "genindex"  # Sphinx puts it behind the last page, and not into the contents
STATIC = ("../conf/epub", "../conf/static/fonts")  # from the source folder on
STYLES = ("_static/pygments.css", "_static/epub.css", "_static/book.css")
LOADED_BY_STYLES = ("_static/file.png", "_static/convbook-math.woff2")
MATHML = "http://www.w3.org/1998/Math/MathML"
MANIFEST_ITEM = re.compile(r'<item id="epub-\d+" href="([^"]*\.xhtml)" media-type="[^"]*"')


def connect(app: Sphinx) -> None:
    """Put the book's builder in the place of Sphinx's own."""
    app.add_builder(BookBuilder, override=True)
    app.add_post_transform(FitForEpub)
    app.connect("html-page-context", fit_page, priority=950)


class BookBuilder(Epub3Builder):
    """Sphinx's builder of EPUB 3, with what the format asks for and Sphinx does not write."""

    name = NAME
    # WebP belongs to EPUB since version 3.3.
    supported_image_types: ClassVar = [*Epub3Builder.supported_image_types, "image/webp"]
    html_tag = Epub3Builder.html_tag.replace(">", ' lang="en" xml:lang="en">')
    media_types = Epub3Builder.media_types | {".woff2": "font/woff2"}

    def init(self) -> None:
        """Leave the site's templates, style sheets and scripts to the site."""
        book = Path(self.srcdir)
        self.config.templates_path = []
        self.config.html_static_path = [str((book / folder).resolve()) for folder in STATIC]
        self.config.html_favicon = None
        self.config.html_additional_pages = {}  # redirects from old addresses
        self.config.ogp_social_cards = {"enable": False}
        super().init()

    def write_documents(self, docnames: Set[str]) -> None:
        """Write all pages but those of the scripts."""
        super().write_documents({name for name in docnames if not is_gallery(name)})

    def gen_pages_from_extensions(self) -> None:
        """Write none: what extensions add, such as a page for a wrong address, is the site's."""

    def toc_add_files(self, refnodes: list[dict[str, Any]]) -> None:
        """List the contents in the order in which one reads on: page after page.

        A chapter's second page comes after the chapter, not between two of its sections.
        """
        super().toc_add_files(refnodes)
        pages = [node["refuri"].partition("#")[0] for node in refnodes]
        order = {page: place for place, page in reversed(list(enumerate(pages)))}
        refnodes.sort(key=lambda node: order[node["refuri"].partition("#")[0]])

    def build_content(self) -> None:
        """List the files, of which none is idle, and declare which pages hold MathML."""
        kept = {Path(self.outdir, file) for file in (*STYLES, *LOADED_BY_STYLES)}
        for file in Path(self.outdir, "_static").rglob("*"):
            if file.is_file() and file not in kept:
                file.unlink()
        super().build_content()
        package = Path(self.outdir, "content.opf")
        text = package.read_text(encoding="utf-8")
        package.write_text(MANIFEST_ITEM.sub(self._declare, text), encoding="utf-8")

    def _declare(self, item: re.Match[str]) -> str:
        mathematics = "<math" in Path(self.outdir, item[1]).read_text(encoding="utf-8")
        return item[0] + (' properties="mathml"' if mathematics else "")

    def toc_metadata(self, level: int, navpoints: list[NavPoint]) -> dict[str, Any]:
        """Give the contents for old devices the identifier of the book."""
        return {**super().toc_metadata(level, navpoints), "uid": self.config.epub_identifier}

    def build_epub(self) -> None:
        """Write the archive: the same content gives the same bytes."""
        names = ["mimetype", "META-INF/container.xml", "content.opf", "toc.ncx", *self.files]
        files = {name: Path(self.outdir, name) for name in names}
        write(Path(self.outdir, FILE), zipped(files))


class FitForEpub(SphinxPostTransform):
    """Take the scripts' pages out of the contents, links to them and lists out of paragraphs."""

    default_priority = 20  # after the links are resolved
    builders = (NAME,)

    def run(self, **kwargs: Any) -> None:
        """Change one page."""
        for toctree in list(self.document.findall(addnodes.toctree)):
            entries = [entry for entry in toctree["entries"] if entry[1] != INDEX]
            toctree["entries"] = [entry for entry in entries if not is_gallery(entry[1])]
            if not toctree["entries"]:
                toctree.parent.parent.remove(toctree.parent)
        here = posixpath.dirname(self.env.docname)
        for link in list(self.document.findall(nodes.reference)):
            path, _, anchor = link.get("refuri", "").partition("#")
            page = posixpath.normpath(posixpath.join(here, path))
            if link.get("internal") and is_gallery(page):
                self._unlink(link, page.removesuffix(".xhtml") + f".html{anchor and '#'}{anchor}")

        # Several values that a function returns are a list in a paragraph, which HTML forgives.
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if any(isinstance(child, nodes.bullet_list) for child in paragraph):
                paragraph.replace_self(paragraph.children)

    def _unlink(self, link: nodes.reference, page: str) -> None:
        if self.config.html_baseurl:
            address = posixpath.join(self.config.html_baseurl, page)
            link.attributes |= {"refuri": address, "internal": False}
        else:
            link.replace_self(link.children)


def is_gallery(page: str) -> bool:
    """Say whether a page is a script's, or a list of scripts."""
    return page.startswith(f"{GALLERY}/")


def fit_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Make a page of an EPUB XHTML, without what extensions have put into it for the site."""
    if app.builder.name == NAME:
        context["metatags"] = context["pageurl"] = ""
        context["css_files"] = [sheet for sheet in context["css_files"] if sheet.filename in STYLES]
        context["body"] = to_xhtml(context.get("body", ""))


def to_xhtml(body: str) -> str:
    r"""Return HTML as the checker of EPUB wants it.

    In XML a formula names its language, and five characters alone have names. A fraction's style is
    told in CSS. What goes is an attribute of newer mathematics, a role of older pages, and
    identifiers that stand on a page more than once.

    Examples
    --------
    >>> to_xhtml('<math>f&ApplyFunction;(a &lt; 1)</math>').encode("ascii", "backslashreplace")
    b'<math xmlns="http://www.w3.org/1998/Math/MathML">f\\u2061(a &lt; 1)</math>'
    """
    body = re.sub(r"<math\b", f'<math xmlns="{MATHML}"', body)
    body = re.sub(
        r"&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z]\w*;", lambda name: unescape(name[0]), body
    )
    body = re.sub(r'(<mtable\b[^>]*) scriptlevel="[^"]*"', r"\1", body)
    for style, name in (("true", "normal"), ("false", "compact")):
        body = body.replace(f'<mfrac displaystyle="{style}"', f'<mfrac style="math-style: {name}"')
    body = re.sub(r' id="(?:exercise|solution)-content"', "", body)
    return body.replace(' role="doc-biblioentry"', "")
