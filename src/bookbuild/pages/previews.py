"""What others show of a page, be it a search engine or a message: its description, its picture."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from bookbuild.gallery.catalogue import GALLERY
from bookbuild.pages import mathml
from bookbuild.state import state_of

_PROSE = (nodes.paragraph, nodes.title, nodes.term, nodes.Inline)  # among the nodes that hold text
_SHOWN = (nodes.figure, nodes.image, nodes.table)


def keep_prose(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave of a page what its description is taken from. Connected to ``html-page-context``.

    sphinxext-opengraph takes the first characters of all that it finds, programs, alternative texts
    and LaTeX included. The page itself has been written when this is called.
    """
    if doctree is None:
        return
    for node in list(doctree.findall(nodes.Element)):
        if "notebook-links" in node.get("classes", ()):
            node.parent.remove(node)
            continue
        text = isinstance(node, nodes.TextElement) and not isinstance(node, _PROSE)
        if text or isinstance(node, _SHOWN):
            node.parent.remove(node)
    for formula in list(doctree.findall(nodes.math)):
        formula.replace_self(nodes.Text(mathml.plain(formula)))


def show_own_figure(app: Sphinx, doctree: nodes.document) -> None:
    """Make a script's figure the picture of its page, in the place of a drawn card."""
    folder, _, page = app.env.docname.rpartition("/")
    output = state_of(app.env).outputs.get(page)
    if app.config.bookbuild_site and folder.startswith(GALLERY) and output is not None:
        image = f"_images/{output.image.name}"  # as Sphinx copies it
        app.env.metadata[app.env.docname] |= {"og:image": image, "og:image:alt": output.alt}
