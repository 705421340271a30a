"""A line of letters above the glossary, each of which leads to its first term."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx


def add_letters(app: Sphinx, doctree: nodes.document) -> None:
    """Put the letters before each glossary of the page, as Sphinx puts them before the index."""
    for glossary in list(doctree.findall(addnodes.glossary)):
        first: dict[str, str] = {}
        for term in glossary.findall(nodes.term):
            first.setdefault(term.astext()[0].upper(), term["ids"][0])
        letters = nodes.paragraph("", classes=["a-to-z"])
        for letter, place in sorted(first.items()):
            letters += [nodes.reference("", letter, refid=place, internal=True), nodes.Text(" ")]
        glossary.parent.insert(glossary.parent.index(glossary), letters)
