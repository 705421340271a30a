"""A sidebar without the scripts: two hundred links on every page that its readers never use."""

import posixpath
from functools import cache
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.gallery.catalogue import GALLERY
from bookbuild.state import state_of


def leave_out_scripts(app: Sphinx, env: BuildEnvironment) -> None:
    """Take the scripts out of the contents of which the theme makes its sidebar.

    The pages of the topics show their scripts as cards, and the links to the previous and the next
    page, which are made of something else, lead from script to script as before.
    """
    for page, contents in env.tocs.items():
        if page.startswith(f"{GALLERY}/") and page.count("/") == 2:
            for toctree in list(contents.findall(addnodes.toctree)):
                toctree.parent.remove(toctree)


def share_contents(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Let the scripts of a topic share one table of contents, in which none of them stands.

    Connected to ``html-page-context`` before the theme. To make it took a tenth of a whole build.
    """
    topic, name = posixpath.split(pagename)
    if topic.startswith(f"{GALLERY}/") and name != "index":
        shared = state_of(app.env).contents
        context["toctree"] = shared.setdefault(topic, cache(context["toctree"]))
