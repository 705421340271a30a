"""What the search and the index find: explanations by all names of a subject, scripts by title."""

from collections.abc import Iterable
from typing import Any

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment

from bookbuild.gallery.catalogue import GALLERY
from bookbuild.state import state_of

API, GLOSSARY = "api/", "glossary"


def leave_out_scripts(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the words of the scripts' pages out of the search: they would be half of its weight."""
    page = app.env.docname
    if page.startswith(f"{GALLERY}/"):
        app.env.metadata[page]["nosearch"] = "true"


def leave_functions_out_of_index(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep the functions out of the index of the book's subjects: the search knows their names."""
    entries = env.domains.index_domain.entries
    for page in [page for page in entries if page.startswith(API)]:
        entries[page] = []


def note_names(app: Sphinx, env: BuildEnvironment) -> None:
    """Remember the names under which the glossary has each term. Connected to ``env-updated``."""
    if GLOSSARY in env.found_docs:
        state_of(env).names = names(env.get_doctree(GLOSSARY))


def names(glossary: nodes.document) -> dict[str, list[str]]:
    """Return all names of a term by each of them, in lower case."""
    found: dict[str, list[str]] = {}
    for entry in glossary.findall(nodes.definition_list_item):
        terms = [term.astext() for term in entry.findall(nodes.term)]
        found |= {term.lower(): terms for term in terms}
    return found


def explain_by_all_names(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let the search find what the index has, first and by every name that the glossary knows.

    Sphinx's search puts what is no main entry behind all else, and shows what follows the place of
    an entry: here its section. The printed index, where main entries are those of the glossary,
    has been collected before. Connected to ``doctree-resolved``.
    """
    if docname == GLOSSARY:  # which has all names already
        return
    known = state_of(app.env).names
    for index in doctree.findall(addnodes.index):
        subjects = {part.strip() for _, text, *_ in index["entries"] for part in text.split(";")}
        subjects |= {name for subject in subjects for name in known.get(subject.lower(), ())}
        around = index.parent
        while not isinstance(around, nodes.section | nodes.document):
            around = around.parent
        place = around["ids"][0] if around["ids"] else ""
        index["entries"] = [("single", name, place, "main", None) for name in sorted(subjects)]


def find_by_title(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Let the search find the pages whose words it leaves out. Connected to ``html-collect-pages``.

    This is the event at which all pages are written, and their index is not. It asks for pages
    to add, of which there are none.
    """
    indexer = app.builder.indexer if isinstance(app.builder, StandaloneHTMLBuilder) else None
    for page in sorted(app.env.found_docs):
        left_out = "nosearch" in app.env.metadata[page] and not page.endswith("/index")
        if indexer and left_out:
            title = app.env.titles[page].astext()
            words = new_document("")
            words += nodes.paragraph("", title)
            kind = " (script)" if page.startswith(f"{GALLERY}/") else ""
            indexer.feed(page, app.env.doc2path(page, base=False), title + kind, words)
    return ()
