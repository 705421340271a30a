"""What the search finds: the chapters' words, and of the scripts' pages the titles."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from bookbuild.gallery.catalogue import GALLERY


def search_titles_of_scripts(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the text of the scripts' pages out of the index, which would be half of its weight."""
    page = app.env.docname
    if page.startswith(f"{GALLERY}/"):
        app.env.metadata[page]["nosearch"] = "true"
