"""The last look before publishing: a page shows only what this build has made or verified."""

from __future__ import annotations

import hashlib
import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.util import logging

from bookbuild.gallery import catalogue

STATIC = "_static/"  # the book's own drawings and the theme's: committed, not computed
SITE = "html"  # the builder of Sphinx that makes it

_ATTRIBUTES = {"src", "srcset", "poster", "data", "href", "xlink:href"}
_SHOWS = re.compile(
    r"""<(?:img|video|audio|source|object|embed|iframe|image)\b(?:[^>"']|"[^"]*"|'[^']*')*>""",
    re.IGNORECASE,
)

logger = logging.getLogger(__name__)


def check_shown(app: Sphinx, exception: Exception | None) -> None:
    """Warn, which fails the build, of every picture on a page that no sealed script has made.

    What is compared are the bytes that are about to be published, with the seals as they are after
    the gallery has run.
    """
    if exception is not None or app.builder.name != SITE:
        return
    scripts: dict[Path, str] = app.convbook_scripts  # type: ignore[attr-defined]
    weights = catalogue.weights_at_hand()
    sealed = {
        name: digest
        for target, fingerprint in scripts.items()
        for name, digest in catalogue.sealed(target, fingerprint, weights).items()
    }
    site = Path(app.outdir)
    for page in sorted(site.rglob("*.html")):
        name = page.relative_to(site).as_posix()
        for shown in dict.fromkeys(pictures(page.read_text(encoding="utf-8"))):
            problem = _problem(site, name, shown, sealed)
            if problem:
                logger.warning("%s shows %s, %s", name, shown[:80], problem)


def pictures(page: str) -> list[str]:
    """Return the addresses of all that a page shows and that does not stand in its text.

    Examples
    --------
    >>> pictures('<p>src="a"</p><img alt="a > b" src="a%20b.webp"><video poster=p.webp></video>')
    ['a%20b.webp', 'p.webp']
    """
    reader = _Reader()
    for tag in _SHOWS.findall(page):
        reader.feed(tag)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in _ATTRIBUTES and value]


def _problem(site: Path, page: str, shown: str, sealed: dict[str, str]) -> str | None:
    """Return what is wrong with a picture on a page, None if it is a sealed one or static."""
    address = urlsplit(shown)
    place = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(address.path)))
    if not address.scheme and not address.netloc and place.startswith(STATIC):
        return None
    name = posixpath.basename(place)
    if address.scheme or address.netloc or name not in sealed:
        return "which no script of the book has made in this build"
    if _sha256(site / place) != sealed[name]:
        return "which is not the file that its script has made"
    return None


def _sha256(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
