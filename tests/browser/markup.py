"""What the files of the built site say, without a browser."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from bookbuild.gallery.catalogue import chapters
from tests.conftest import ROOT

SITE = ROOT / "build" / "site"
PAGES = sorted(page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html"))
CHAPTERS = [f"{chapter}.html" for chapter in chapters(ROOT / "book")]
SCRIPTS = [page for page in PAGES if re.match(r"gallery/.*/plot_", page)]
# The addresses of an earlier edition: each leads on to the page that has moved.
MOVED = [f"{page}.html" for page in tomllib.loads((ROOT / "conf/moved.toml").read_text("utf-8"))]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr"}  # fmt: skip

Attributes = dict[str, str | None]


@dataclass
class Figure:
    """A figure of a chapter: its pictures by the class of what is around them, and its links."""

    pictures: list[tuple[str, Attributes]] = field(default_factory=list)
    provenance: list[str] = field(default_factory=list)


class Markup(HTMLParser):
    """What a page has: links, anchors, pictures, figures, solutions and constructs.

    A construct is an element below those that it stands in, each with its classes and style: what
    a rule of a style sheet can tell apart. Mathematics takes its colours from the text around it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.images: list[Attributes] = []
        self.figures: list[Figure] = []
        self.solutions: list[Attributes] = []
        self.constructs: set[tuple[str, ...]] = set()
        self._open = [""]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        classes = sorted((named.get("class") or "").split())
        style = re.sub(r"[\d.]+", "0", named.get("style") or "")
        element = f"{tag} {' '.join(classes)} {style}" if tag != "section" else "section "
        self.links |= {named[key] or "" for key in ("href", "src", "poster") if key in named}
        self.anchors |= {named[key] or "" for key in ("id", "name") if key in named}
        if not any(parent.startswith("math ") for parent in self._open):
            self.constructs.add((*dict.fromkeys(self._open), element))
        if "example-figure" in classes:
            self.figures.append(Figure())
        if tag in {"img", "video"}:
            self.images.append(named)
            if any("example-figure" in parent for parent in self._open):
                self.figures[-1].pictures.append((self._open[-1].strip(), named))
        if tag == "a" and "provenance" in self._open[-1]:
            self.figures[-1].provenance.append(named.get("href") or "")
        if tag == "meta" and named.get("http-equiv") == "refresh":
            self.links.add((named.get("content") or "").partition("url=")[2])
        if tag == "details" and "solution" in classes:
            self.solutions.append(named)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in reversed(range(1, len(self._open))):
            if self._open[depth].startswith(f"{tag} "):
                del self._open[depth:]
                return


@cache
def read(page: str) -> Markup:
    """Return what a page has."""
    markup = Markup()
    markup.feed((SITE / page).read_text(encoding="utf-8"))
    return markup


@cache
def specimens() -> frozenset[str]:
    """Return pages that have every construct of the site between them, small ones before large."""
    left = set().union(*(read(page).constructs for page in PAGES))
    size = {page: (SITE / page).stat().st_size for page in PAGES}
    chosen = set()
    while left:
        page = max(PAGES, key=lambda page: len(read(page).constructs & left) / size[page])
        left -= read(page).constructs
        chosen.add(page)
    return frozenset(chosen)
