"""Every link leads to a file and an anchor that are there, and no page changes with each build."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from bookbuild.gallery.catalogue import chapters
from tests.browser.markup import PAGES, SITE, read
from tests.conftest import ADDRESS, ROOT


def broken(page: str) -> Iterator[str]:
    for link in read(page).links:
        address = urlsplit(link)
        if address.scheme or address.netloc or not (address.path or address.fragment):
            continue
        target = (SITE / page).parent / unquote(address.path) if address.path else SITE / page
        if not target.is_file():
            yield f"{page}: {link}: no such file"
        elif address.fragment and target.suffix == ".html":
            anchors = read(target.resolve().relative_to(SITE).as_posix()).anchors
            if unquote(address.fragment) not in anchors:
                yield f"{page}: {link}: no such anchor"


def test_links_lead_somewhere() -> None:
    assert sum(len(read(page).links) for page in PAGES) > 10 * len(PAGES)
    # The links of the 404 page begin at the root of its host: a test of its own follows them.
    assert [fault for page in PAGES if page != "404.html" for fault in broken(page)] == []


def test_each_chapter_has_a_notebook_below_3_mb() -> None:
    weights = {file.stem: file.stat().st_size for file in SITE.glob("*.ipynb")}
    assert sorted(weights) == sorted(chapters(ROOT / "book"))
    assert {name: weight for name, weight in weights.items() if weight > 3e6} == {}


def test_no_page_shows_where_it_was_built() -> None:
    texts = {page: (SITE / page).read_text(encoding="utf-8") for page in PAGES}
    assert [page for page, text in texts.items() if ADDRESS.search(text)] == []
    # A warning names the file that it comes from.
    assert [page for page, text in texts.items() if str(ROOT) in text] == []
