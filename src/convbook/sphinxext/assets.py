"""Each page loads the style sheets and scripts that it uses, and no others."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from convbook.sphinxext.catalogue import GALLERY

# Extensions add their assets to every page. sphinx-gallery's serve its own pages alone. The style
# of sphinx-exercise asks for an icon font that the book does not ship, and that of myst-nb weighs
# as much as a theme: convbook.css has the few rules that the book needs in their place.
GALLERY_ASSETS = "_static/sg"
UNUSED_ASSETS = ("_static/exercise.css", "_static/mystnb.")


def keep_used_assets(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Drop from a page what it does not use. Connected to ``html-page-context``."""
    dropped: tuple[str, ...] = UNUSED_ASSETS
    if not pagename.startswith(f"{GALLERY}/"):
        dropped += (GALLERY_ASSETS,)
    for kind in ("css_files", "script_files"):
        context[kind] = [
            asset for asset in context[kind] if not str(asset.filename).startswith(dropped)
        ]
