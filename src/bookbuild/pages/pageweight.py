"""What keeps a page from showing early: many style sheets, and links that its readers never use."""

from __future__ import annotations

import os
import re
import zlib
from pathlib import Path
from typing import Any

from furo import get_pygments_stylesheet
from furo.navigation import get_navigation_tree
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _CascadingStyleSheet

from bookbuild.gallery.catalogue import GALLERY


def lighten(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give a page one style sheet, and a sidebar without the scripts unless it is one of theirs.

    Connected to ``html-page-context``, after everything else that chooses what a page loads. A
    browser shows nothing before it has all style sheets, and an EPUB has neither of the two.
    """
    if app.builder.name != "html":
        return
    sheets = tuple(os.fspath(sheet.filename) for sheet in context["css_files"])
    context["css_files"] = [_CascadingStyleSheet(_joined(Path(app.outdir), sheets))]
    if not pagename.startswith(f"{GALLERY}/"):
        shown = {"collapse": False, "titles_only": True, "includehidden": True, "maxdepth": 2}
        context["furo_navigation_tree"] = get_navigation_tree(context["toctree"](**shown))


def _joined(output: Path, sheets: tuple[str, ...]) -> str:
    """Write the style sheets one after another into a file, if it is not there; return its name.

    No sheet of an earlier edition lies there: after an edit of one the build empties its folder.
    """
    name = f"_static/style-{zlib.crc32(repr(sheets).encode()):08x}.css"
    if not (output / name).exists():
        texts = [
            # The theme puts its own, with the dark colours, in the place of Sphinx's at the end.
            get_pygments_stylesheet() if sheet.endswith("/pygments.css")
            else (output / sheet).read_text(encoding="utf-8")
            for sheet in sheets
        ]  # fmt: skip
        own = output / f"{name}.{os.getpid()}"  # each of Sphinx's processes writes the same bytes
        joined = re.sub(r"/[*]# sourceMappingURL=.*?[*]/", "", "\n".join(texts))
        own.write_text(joined, encoding="utf-8", newline="\n")
        own.replace(output / name)
    return name
