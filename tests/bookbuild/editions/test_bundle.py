"""What a reader takes along: the site as a zip and the book as an EPUB."""

import posixpath
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bookbuild.conftest import Book
from tests.conftest import ROOT

FORMULAS = r"""
A count $n < 1$, and

$$
f = \operatorname{max}\left(\tfrac{1}{2}, n\right)
$$
"""
COVER = """
{count}`scripts`

```{panel-links} plot_alpha
- [One figure](mini.md#mini)
```
"""
CARD = "card: plot_beta 1\ncard-words: A square\n"
XHTML, OPF = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/opf}"
MATH = "{http://www.w3.org/1998/Math/MathML}math"


def test_both_files_are_whole_valid_and_the_same_each_time(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    book.append(book.chapter, FORMULAS)
    index = book.chapter.with_name("index.md")
    shutil.copy(ROOT / "book" / "colophon.md", book.chapter.parent)
    book.edit(index, "mini\n", ":numbered: 2\n\nmini\n")
    book.edit(index, "gallery/index\n", "gallery/index\ncolophon\nIndex <genindex>\n")
    book.append(index, COVER)
    book.edit(book.chapter, "kernelspec:", f"{CARD}kernelspec:")
    book.build()
    editions = [book.site.with_name(name) for name in ("convbook-site.zip", "convbook.epub")]
    bytes_of_runs = []
    for _ in range(2):
        assert "0 of 2 scripts run" in book.build(module="bundle")
        bytes_of_runs.append([file.read_bytes() for file in editions])
    assert bytes_of_runs[0] == bytes_of_runs[1]
    check_zip(editions[0], book.site)
    check_epub(editions[1])


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


def test_without_a_site_there_is_nothing_to_take_along(book: Book) -> None:
    printed = book.build(passes=False, module="bundle")
    assert "holds no site: run 'nox -s site' first" in printed
    assert not list((book.root / "build").glob("convbook*"))
