"""Live figures: what the reader moves, in place of a script's figure, once asked for.

A live figure is a script in ``src/live/figures``, with a style sheet of its name beside it. What
all of them share stands in ``src/live`` and in ``conf/static/css/live.css``. The networks and
pictures that a figure computes with are named in its first lines, ``// Data:
networks/mini_inception pictures/chelsea``. Each becomes a script of its own, written before Sphinx
reads the pages and kept until the code that makes it changes. No page loads any of it before a
reader presses the button. Where the weights of a pretrained network cannot be had, its figures have
no button.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from bookbuild.gallery.catalogue import read_json, write_json
from bookbuild.gallery.fingerprint import Fingerprints, source
from convbook import pretrained

SOURCES = Path(__file__).parents[2] / "live"
DATA = "generated/live"  # in the source folder; git ignores it
STATIC = "live"  # in the site's folder of static files
LOADER, STARTER = "loader.js", "start.js"
# By all figures, in this order.
SHARED = ("drawing.css", "digits.css", "engine.js", "network.js", "analysis.js", "drawing.js",
          "controls.js", "digits.js", "photograph.js")  # fmt: skip
STYLE = Path("css", "live.css")  # of all figures, among the site's style sheets
EXPORT = "bookbuild.live.export"
LARGE = 2e6  # bytes of data, from which on the button says how many they are

_OPTION = re.compile(r"^[ \t]*:live:[ \t]*(\w+)[ \t]*$", re.MULTILINE)
_DATA = re.compile(r"^// Data: (.*)$", re.MULTILINE)

logger = logging.getLogger(__name__)


class live_figure(nodes.General, nodes.Element):
    """A script's figure with a button that puts a live figure in its place."""


def figures() -> list[str]:
    """Return the names of all live figures."""
    return sorted(file.stem for file in (SOURCES / "figures").glob("*.js"))


def data_of(figure: str) -> list[str]:
    """Return the networks and pictures that a live figure computes with.

    Raises
    ------
    ValueError
        If there is no such figure.
    """
    file = SOURCES / "figures" / f"{figure}.js"
    if figure not in figures():
        raise ValueError(f"no live figure {figure!r}; there are: {', '.join(figures())}")
    named = _DATA.search(file.read_text(encoding="utf-8"))
    return named[1].split() if named else []


def embedded(book: Path) -> list[str]:
    """Return the live figures that the pages ask for."""
    texts = (page.read_text(encoding="utf-8") for page in sorted(book.glob("*.md")))
    return sorted({name for text in texts for name in _OPTION.findall(text)} & {*figures()})


def data_files(book: Path) -> dict[str, Path]:
    """Return the networks and pictures that the book's pages need, by name."""
    names = sorted({name for figure in embedded(book) for name in data_of(figure)})
    return {name: book / DATA / f"{name}.js" for name in names}


def export_data(app: Sphinx) -> None:
    """Before the gallery: write the networks and pictures that are not there, or outdated.

    TensorFlow has no place in Sphinx's process, so a process of its own writes them.
    """
    book = Path(app.srcdir)
    files = data_files(book)
    if not files:
        return
    note = book / DATA / "fingerprint.json"
    fingerprint = Fingerprints().of(source(EXPORT))
    try:
        known = read_json(note)["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        known = None
    outdated = [name for name, file in files.items() if known != fingerprint or not file.is_file()]
    if outdated:
        logger.info("exported for live figures: %s", ", ".join(outdated))
        for file in (note, *(files[name] for name in outdated)):
            file.unlink(missing_ok=True)
        words = [sys.executable, "-m", EXPORT, str(book / DATA), *outdated]
        if subprocess.run(words, stdin=subprocess.DEVNULL).returncode:
            raise ExtensionError("the data of live figures are not there: see the messages above")
        write_json(note, {"fingerprint": fingerprint})


def files_of(figure: str, book: Path) -> dict[str, Path]:
    """Return what a live figure loads, by its place among the site's static files, in order."""
    data = {f"{name}.js": book / DATA / f"{name}.js" for name in data_of(figure)}
    own = [f"figures/{figure}{kind}" for kind in (".css", ".js")]
    named = {name: SOURCES / name for name in SHARED} | data
    named |= {name: SOURCES / name for name in own if (SOURCES / name).is_file()}
    return {
        STYLE.as_posix(): book.parent / "conf" / "static" / STYLE,
        **{f"{STATIC}/{name}": file for name, file in named.items()},
    }


def can_start(figure: str, book: Path) -> bool:
    """Say whether the pretrained weights that a live figure computes with could be exported."""
    networks = {f"networks/{name}" for name in pretrained.NAMES} & {*data_of(figure)}
    return all((book / DATA / f"{name}.js").is_file() for name in networks)


def wrapped(image: nodes.Element, figure: str, book: Path) -> nodes.Element:
    """Return an image with the button of a live figure, if that can start.

    Raises
    ------
    ValueError
        If there is no such figure, or its data have not been written.
    """
    if not can_start(figure, book):
        return image
    files = files_of(figure, book)
    if missing := [str(file) for file in files.values() if not file.is_file()]:
        raise ValueError(f"{', '.join(missing)} has not been written")
    total = hashlib.sha256()
    for file in (SOURCES / STARTER, *files.values()):
        total.update(file.read_bytes())
    node = live_figure("", image)
    node["figure"], node["files"] = figure, list(files)
    node["version"] = total.hexdigest()[:8]  # no browser takes a file of an older build
    data = sum(files[f"{STATIC}/{name}.js"].stat().st_size for name in data_of(figure))
    node["button"] = f"Try it ({data / 1e6:.1f} MB)" if data >= LARGE else "Try it"
    return node


def copy_scripts(app: Sphinx, builder: Builder) -> None:
    """Before pages are written: put what their live figures load into the site."""
    if builder.name not in ("html", "dirhtml"):
        return
    book, static = Path(app.srcdir), Path(app.outdir) / "_static"
    files: dict[str, Path] = {}
    for figure in embedded(book):
        if can_start(figure, book):
            files |= files_of(figure, book)
    if files:
        files |= {f"{STATIC}/{name}": SOURCES / name for name in (LOADER, STARTER)}
    for name, file in files.items():
        if name.startswith(f"{STATIC}/"):  # Sphinx copies the shared style sheet.
            (static / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, static / name)


def load_loader(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page with a live figure load the script of its button. At ``html-page-context``."""
    if doctree is not None and any(doctree.findall(live_figure)):
        app.add_js_file(f"{STATIC}/{LOADER}")


def sealed(book: Path) -> dict[str, str]:
    """Return the SHA-256 of every network and picture that the book's pages need, by name."""
    return {
        f"{name}.js": hashlib.sha256(file.read_bytes()).hexdigest()
        for name, file in data_files(book).items()
        if file.is_file()
    }


def visit_html(self: HTML5Translator, node: live_figure) -> None:
    """Say in the page which live figure its button starts; an EPUB has the image alone."""
    if self.builder.download_support:
        root = self.builder.imgpath.replace("_images", "_static")
        attributes = {
            "data-live": node["figure"],
            "data-root": root,
            "data-files": " ".join(node["files"]),
            "data-version": node["version"],
        }
        self.body.append(self.starttag(node, "div", "", CLASS="live", **attributes))


def depart_html(self: HTML5Translator, node: live_figure) -> None:
    """Write the button, which the script reveals: without scripts there is none."""
    if self.builder.download_support:
        self.body.append(
            '<div class="figure-bar"><button class="live-start" type="button" hidden>'
            f"{node['button']}</button></div></div>\n"
        )


def visit_other(self: Any, node: live_figure) -> None:
    """Write the image alone where there is no HTML."""


depart_other = visit_other
