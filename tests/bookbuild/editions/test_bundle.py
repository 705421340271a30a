"""What a reader takes along: the site as a zip, and the book as an EPUB and as a PDF."""

import ctypes
import posixpath
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pypdfium2.raw as raw
import pytest
from pypdfium2 import PdfDocument, PdfPage

from tests.bookbuild.conftest import Book
from tests.conftest import ROOT

FORMULAS = r"""
A count $n < 1$, and

$$
f = \operatorname{max}\left(\tfrac{1}{2}, n\right)
$$ (eq-max)

Where {numref}`plot_beta` and {eq}`eq-max` end, {doc}`colophon` begins.

```{code-cell} python
print("what a", "cell prints")
```

```{exercise} A claim
:label: ex-claim
Prove it.
```

```{solution} ex-claim
It is so.
```

```{index} claim
```
"""
COVER = """
{count}`scripts`

```{panel-links} plot_alpha
- [One figure](mini.md#mini)
```
"""
CARD = "card: plot_beta 1\ncard-words: A square\n"
NAMES = "convbook-site.zip", "convbook.epub", "convbook.pdf"
XHTML, OPF = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/opf}"
MATH = "{http://www.w3.org/1998/Math/MathML}math"


def test_the_files_are_whole_valid_and_the_same_each_time(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    book.append(book.chapter, FORMULAS)
    index = book.chapter.with_name("index.md")
    shutil.copy(ROOT / "book" / "colophon.md", book.chapter.parent)
    book.edit(index, "```{toctree}\nmini\n", "## Part A\n\n```{toctree}\n:numbered: 2\n\nmini\n")
    book.edit(index, "gallery/index\n", "gallery/index\ncolophon\nIndex <genindex>\n")
    book.append(index, COVER)
    book.edit(book.chapter, "kernelspec:", f"{CARD}kernelspec:")
    book.build()
    editions = [book.site.with_name(name) for name in NAMES]
    bytes_of_runs = []
    for _ in range(2):
        assert "0 of 2 scripts run" in book.build(module="bundle")
        bytes_of_runs.append([file.read_bytes() for file in editions])
    assert bytes_of_runs[0] == bytes_of_runs[1]
    check_zip(editions[0], book.site)
    check_epub(editions[1])
    check_pdf(editions[2], book.page())


def check_zip(file: Path, site: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        index = archive.read("convolutions-in-tensorflow/index.html")
    assert names == sorted(names)
    assert len(names) == sum(file.is_file() and file.name[0] != "." for file in site.rglob("*"))
    assert index == (site / "index.html").read_bytes()


def check_epub(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        first = archive.infolist()[0]
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert not [name for name in contents if name.endswith((".js", ".mp4")) or "gallery" in name]
    pages = {n: ElementTree.fromstring(c) for n, c in contents.items() if n.endswith(".xhtml")}
    for name, page in pages.items():
        shown = [image.get("src", "") for image in page.iter(f"{XHTML}img")]
        linked = [link.get("href", "") for link in page.iter(f"{XHTML}a")]
        for address in [*shown, *linked]:
            place = posixpath.join(posixpath.dirname(name), address.partition("#")[0] or name)
            assert posixpath.normpath(place) in contents, f"{name} leads to {address}"
    # What is a picture to click on the site's cover is a list.
    assert list(pages["index.xhtml"].iter(f"{XHTML}img")) == []
    links = [link.get("href", "") for link in pages["index.xhtml"].iter(f"{XHTML}a")]
    assert {"mini.xhtml", "mini.xhtml#mini"} <= set(links)
    chapter = pages["mini.xhtml"]
    assert len(list(chapter.iter(f"{XHTML}img"))) == 2
    assert len(list(chapter.iter(MATH))) == 2
    text = re.sub(r"\s+", " ", "".join(chapter.itertext()))
    assert "Made by plot_alpha.py, which ran on a CPU" in text
    package = ElementTree.fromstring(contents["content.opf"])
    declared = {
        item.get("href")
        for item in package.iter(f"{OPF}item")
        if item.get("properties") == "mathml"
    }
    assert declared == {"mini.xhtml"}


def check_pdf(file: Path, chapter: str) -> None:
    with pikepdf.open(file) as document:
        assert document.check_pdf_syntax() == []
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "en"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.docinfo["/Title"] == "Convolutions in TensorFlow"
        assert [page.label for page in document.pages] == [
            str(number) for number in range(1, len(document.pages) + 1)
        ]
        fonts = [o for o in document.objects if isinstance(o, pikepdf.Dictionary)
                 and o.get("/Type") == "/FontDescriptor"]  # fmt: skip
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & {*font.keys()} for font in fonts)
    reader = PdfDocument(file)
    words = " ".join("\n".join(page.get_textpage().get_text_range() for page in reader).split())
    place = words.rindex("1 Mini")  # behind the contents
    assert "Contents" in words[:place]
    assert "Part A" in words[:place]
    for text in (
        "Fig. 1.1 The first figure, of 5.", "Made by plot_alpha.py, which ran on a CPU",
        "Fig. 1.2 The second figure, of 1.0.", "A count", "(1.1)",
        "Where Fig. 1.2 and (1.1) end, Colophon", 'print("what a", "cell prints")',
        "what a cell prints", "Exercise 1.1 (A claim)", "Prove it.", "Solution It is so.",
        "Colophon", "Index", "claim 4",
    ):  # fmt: skip
        assert text in words[place:]
        place = words.index(text, place)
    # The same numbers stand in the page.
    plain = " ".join(re.sub("<[^>]*>", " ", chapter).split())
    for number in ("Fig. 1.1", "Fig. 1.2", "(1.1)", "Exercise 1.1"):
        assert number in plain
        assert number in words
    links = [link for page in reader for link in internal_links(page)]
    assert len(links) > 8
    assert all(0 <= page < len(reader) for page in links)


def internal_links(page: PdfPage) -> Iterator[int]:
    """Yield the number, from zero, of the page that each link leads to; -1 if it leads nowhere."""
    start, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, start, link):
        if raw.FPDFAction_GetType(raw.FPDFLink_GetAction(link)) != raw.PDFACTION_URI:
            target = raw.FPDFLink_GetDest(page.pdf, link)
            yield raw.FPDFDest_GetDestPageIndex(page.pdf, target) if target else -1


def test_a_wheel_that_is_missing_is_named(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.build()
    monkeypatch.delitem(sys.modules, "bookbuild.editions.pdf.press", raising=False)
    monkeypatch.delattr("bookbuild.editions.pdf.press", raising=False)
    monkeypatch.setitem(sys.modules, "typst", None)
    printed = book.build(passes=False, module="bundle")
    assert "error: the PDF needs a package of the extra 'book'" in printed
    assert "Traceback" not in printed
    assert "there is no new convbook.pdf" in printed
    assert sorted(file.name for file in book.site.parent.glob("convbook*")) == sorted(NAMES[:2])


def test_without_a_site_there_is_nothing_to_take_along(book: Book) -> None:
    printed = book.build(passes=False, module="bundle")
    assert "holds no site: run 'nox -s site' first" in printed
    assert not list((book.root / "build").glob("convbook*"))
