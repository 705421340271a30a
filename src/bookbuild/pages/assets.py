"""Each page loads the style sheets and scripts that it uses, and may load no others."""

import base64
import hashlib
import re
from typing import Any

from sphinx.application import Sphinx

from bookbuild import patches
from bookbuild.gallery.catalogue import GALLERY

# Extensions add their assets to every page. sphinx-gallery's serve the scripts' pages alone. The
# style of sphinx-exercise asks for an icon font that the book does not ship, and that of myst-nb
# weighs as much as a theme: conf/css has the few rules that the book needs in their place, and in
# that of sphinx-copybutton's, since a page appears the later the more sheets it waits for.
GALLERY_ASSETS = "_static/sg"
UNUSED_ASSETS = ("_static/exercise.css", "_static/mystnb.", "_static/copybutton.css")
# What a page without code, without figures, without exercises for paper can do without.
SERVING = {
    re.compile(r'class="[^"]*\bhighlight\b'): (
        *("_static/pygments.css", "_static/copybutton", "_static/clipboard"),
    ),
    re.compile("example-image"): ("_static/figures.js",),
    re.compile('class="pencil"'): ("_static/pencil.js",),
    re.compile('class="cards'): ("_static/css/cover.css",),
}


def keep_used_assets(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Drop from a page what it does not use. Connected to ``html-page-context``.

    The template of the page gets the functions that it calls.
    """
    dropped: tuple[str, ...] = UNUSED_ASSETS
    if not pagename.startswith(f"{GALLERY}/") or pagename.endswith("/index"):
        dropped += (GALLERY_ASSETS,)
    for served, assets in SERVING.items():
        if not served.search(context.get("body", "")):
            dropped += assets
    context["script_hashes"], context["repair"] = script_hashes, patches.repair
    for kind in ("css_files", "script_files"):
        context[kind] = [
            asset for asset in context[kind] if not str(asset.filename).startswith(dropped)
        ]


def script_hashes(page: str) -> str:
    """Return the scripts that stand in a page as its Content-Security-Policy names them.

    Examples
    --------
    >>> script_hashes('<script src="a.js"></script><script>alert()</script>')
    "'sha256-S8S/VNmXuUuoIR6OhqBqwIiIkuCxXq31hCCHAHnicV8='"
    """
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()) for script in scripts)
    return " ".join(f"'sha256-{digest.decode()}'" for digest in digests)
