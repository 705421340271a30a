"""All that reaches into other projects, because they offer neither an option nor an event for it.

Each has a test that fails when the project changes what is reached into.
"""

import re
from copy import copy
from typing import Any

from myst_nb.core import render
from myst_nb.core.utils import coalesce_streams
from sphinx.application import Sphinx

# What axe finds in the pages of furo, Sphinx, sphinx-gallery and sphinx-exercise: headings without
# a level, landmarks without a name, switches outside of them, code and tables that scroll and
# cannot be reached by keyboard, roles that no longer are, and identifiers that all exercises of a
# page share.
REPAIRS = {
    'role="heading"': 'role="heading" aria-level="2"',
    '<aside class="sidebar-drawer"': '<aside class="sidebar-drawer" aria-label="All pages"',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    '<input type="checkbox" class="sidebar-toggle" name="__navigation"':
        '<nav aria-label="Drawers">\n'
        '<input type="checkbox" class="sidebar-toggle" name="__navigation"',
    '<label class="overlay sidebar-overlay"': '</nav>\n<label class="overlay sidebar-overlay"',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<div role="list" class="citation-list">': '<div class="citation-list">',
    ' role="doc-biblioentry"': "",
    '<section id="exercise-content">': "<section>",
    '<section id="solution-content">': "<section>",
}  # fmt: skip


# Tokens that have the colour of text: their markup is a quarter of a chapter's weight.
PLAIN = re.compile(r'<span class="[nopw]">([^<]*)</span>')


def apply(app: Sphinx) -> None:
    """Make the patches, which are the same however often they are made in a process."""
    render.coalesce_streams = join_streams
    # Chapters are numbered on through the parts. The library does not say that its extension may
    # be read in parallel; it only replaces a function of Sphinx, so it may.
    app.setup_extension("sphinx_multitoc_numbering")
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def repair(page: str) -> str:
    """Return a page's HTML as axe wants it, and lighter. The template of the page calls this."""
    for fault, mended in REPAIRS.items():
        page = page.replace(fault, mended)
    return PLAIN.sub(r"\1", page)


def join_streams(outputs: list[Any]) -> list[Any]:
    """Return a cell's outputs with all that it printed in the place of the first piece.

    The kernel sends what was printed every now and then, wherever it is then in a line. myst-nb
    ends the line there when it joins the pieces, so that a line may break in one build and not in
    the next.
    """
    joined: list[Any] = []
    streams: dict[str, Any] = {}
    for output in map(copy, outputs):
        if output["output_type"] != "stream":
            joined.append(output)
        elif output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
        else:
            streams[output["name"]] = output
            joined.append(output)
    whole: list[Any] = coalesce_streams(joined)
    return whole
