"""A chapter links each of the glossary's terms where the term first stands in its prose."""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from bookbuild.gallery.catalogue import chapters

# Words that mean something else as well. They are linked where an author writes them as terms.
ORDINARY = {
    "attribution", "baseline", "completeness", "connection", "flatten", "flip", "gain", "graph",
    "mode", "precision", "rate", "recall", "recipe", "replica", "schedule", "seed", "step",
    "study", "temperature", "tracing", "worker",
}  # fmt: skip


class LinkTerms(SphinxPostTransform):
    """Link the terms of a chapter, each once.

    Looks through the paragraphs of the sections, and leaves alone what is a link already, code or a
    formula. A term that the author has linked on the page is not linked again.
    """

    default_priority = 5  # before the links are resolved, and with them the authors' own

    def run(self, **kwargs: Any) -> None:
        """Link the terms of the page if it is a chapter."""
        self.places = self._places()
        if self.env.docname not in chapters(Path(self.env.srcdir)) or not self.places:
            return
        longest_first = sorted(self.places, key=len, reverse=True)
        spelled = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first)
        term = re.compile(rf"(?<![\w-])({spelled})(?:s|es)?(?![\w-])")
        seen = {
            link["reftarget"].lower()
            for link in self.document.findall(addnodes.pending_xref)
            if link["reftype"] == "term"
        }
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if isinstance(paragraph.parent, nodes.section):
                _join_lines(paragraph)
                for text in list(paragraph.findall(nodes.Text)):
                    if isinstance(text.parent, nodes.paragraph | nodes.strong):
                        self._link(text, term, seen)

    def _places(self) -> dict[str, tuple[str, str]]:
        """Return the page and the anchor of each term, in each case in which prose has it."""
        places = {}
        for (kind, name), place in self.env.domains.standard_domain.objects.items():
            if kind == "term" and name.lower() not in ORDINARY:
                places[name] = place
                if name[:2].islower():
                    places[name[0].upper() + name[1:]] = place
        return places

    def _link(self, text: nodes.Text, term: re.Pattern[str], seen: set[str]) -> None:
        parts: list[nodes.Node] = []
        end = 0
        for match in term.finditer(text):
            name = " ".join(match[1].split())  # a line may end within a term
            if name.lower() not in seen:
                seen.add(name.lower())
                page, anchor = self.places[name]
                shown = nodes.inline("", match[0], classes=["std-term"])
                link = make_refnode(self.app.builder, self.env.docname, page, anchor, shown)
                parts += [nodes.Text(text[end : match.start()]), link]
                end = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[end:])])


def _join_lines(paragraph: nodes.paragraph) -> None:
    """Make one text of the lines that MyST leaves apart: a term may go on in the next."""
    joined: list[nodes.Node] = []
    for node in paragraph:
        if isinstance(node, nodes.Text) and joined and isinstance(joined[-1], nodes.Text):
            joined[-1] = nodes.Text(joined[-1] + node)
        else:
            joined.append(node)
    paragraph[:] = joined
