"""What the search and the index find: chapters and appendices, and functions by their names."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.gallery.catalogue import GALLERY

API = "api/"


def leave_out_scripts(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the scripts' pages out of the search: their words would be half of its weight."""
    page = app.env.docname
    if page.startswith(f"{GALLERY}/"):
        app.env.metadata[page]["nosearch"] = "true"


def leave_functions_out_of_index(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep the functions out of the index of the book's subjects: the search knows their names."""
    entries = env.domains.index_domain.entries
    for page in [page for page in entries if page.startswith(API)]:
        entries[page] = []
