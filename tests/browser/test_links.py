"""Every link within the site leads to a file that is there and, if it names one, to an anchor."""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.conftest import SITE

PAGES = sorted(SITE.rglob("*.html"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self.links |= {named[key] or "" for key in ("href", "src", "poster") if key in named}
        self.anchors |= {named[key] or "" for key in ("id", "name") if key in named}
        if tag in {"img", "video"}:
            self.images.append(named)


@cache
def read(page: Path) -> _Reader:
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader


def broken(page: Path) -> Iterator[str]:
    for link in read(page).links:
        address = urlsplit(link)
        if address.scheme or address.netloc or not (address.path or address.fragment):
            continue
        target = page if not address.path else (page.parent / unquote(address.path)).resolve()
        if not target.is_file():
            yield f"{link}: no such file"
        elif address.fragment and target.suffix == ".html":
            anchor = unquote(address.fragment)
            if anchor not in read(target).anchors:
                yield f"{link}: no such anchor"


def test_there_are_links_to_check() -> None:
    assert sum(len(read(page).links) for page in PAGES) > 10 * len(PAGES)


# The links of the 404 page begin at the root of its host: a test of its own follows them.
@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "404.html"],
                         ids=lambda page: page.relative_to(SITE).as_posix())  # fmt: skip
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken(page)) == []
