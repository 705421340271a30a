"""The cover: cards that lead to the chapters, and how much the book has of each thing."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from bookbuild.embed.panels import panel_image, picture
from bookbuild.gallery import catalogue, panels
from bookbuild.state import state_of

FIGURE, WORDS = "card", "card-words"  # in the front matter of a chapter

# What begins each of them in a chapter's source.
IN_CHAPTERS = {
    "exercises": re.compile(r"^`{3,}\{exercise\}", re.MULTILINE),
    "traps": re.compile(r"^[:`]{3,}\{admonition\} Trap", re.MULTILINE),
}

logger = logging.getLogger(__name__)


class CountRole(SphinxRole):
    """Say how much of something the book has, ``{count}`exercises```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number and the word, or say that nobody counts that."""
        counts = count(Path(self.env.srcdir))
        if self.text not in counts:
            message = f"nobody counts {self.text!r}; there are: {', '.join(counts)}"
            problem = self.inliner.reporter.error(message, line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, problem)], [problem]
        for chapter in catalogue.chapters(Path(self.env.srcdir)):
            self.env.note_dependency(self.env.doc2path(chapter))
        number = nodes.strong("", f"{counts[self.text]:,}")
        return [number, nodes.Text(f" {self.text}")], []


def count(book: Path) -> dict[str, int]:
    """Return what the chapters have, by its name."""
    chapters = catalogue.chapters(book)
    text = "\n".join((book / f"{name}.md").read_text(encoding="utf-8") for name in chapters)
    found = {name: len(pattern.findall(text)) for name, pattern in IN_CHAPTERS.items()}
    return {"chapters": len(chapters), "scripts": len(catalogue.scripts(book)), **found}


def cut_card(app: Sphinx, doctree: nodes.document) -> None:
    """Cut out the picture of the card of a page that has one. Connected to ``doctree-read``.

    Sphinx copies what is downloaded before it writes the pages, so `DealCards` would be too late.
    """
    with suppress(ValueError):
        _picture(app.env, app.env.docname)


class DealCards(SphinxPostTransform):
    """Show the contents on the site's first page as cards, but for pages that have none.

    A card has one panel of a figure of the chapter, its number and title, and a few words. The
    front matter of the chapter says which panel and which words::

        card: plot_sobel 6
        card-words: Nine numbers that find an edge
    """

    default_priority = 8
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace each list of pages that have cards; an EPUB keeps it."""
        if self.env.docname != self.config.root_doc:
            return
        for contents in list(self.document.findall(addnodes.toctree)):
            pages = [page for _, page in contents["entries"]]
            if any({FIGURE, WORDS} & self.env.metadata[page].keys() for page in pages):
                cards = [self._card(page) for page in pages]
                contents.parent.replace_self(nodes.bullet_list("", *cards, classes=["cards"]))

    def _card(self, page: str) -> nodes.list_item:
        parts = {
            "number": ".".join(map(str, self.env.toc_secnumbers[page][""])),
            "title": self.env.titles[page].astext(),
            "words": self.env.metadata[page].get(WORDS, ""),
        }
        address = self.app.builder.get_relative_uri(self.env.docname, page)
        link = nodes.reference("", "", refuri=address, internal=True)
        try:
            link += _picture(self.env, page)
        except ValueError as error:
            script = self.env.metadata[page].get(FIGURE, "").partition(" ")[0]
            if script not in state_of(self.env).missing:
                logger.warning("the chapter has no card: %s", error, location=page)
        link += [nodes.inline("", text, classes=[f"card-{name}"]) for name, text in parts.items()]
        return nodes.list_item("", nodes.paragraph("", "", link))


def _picture(env: BuildEnvironment, page: str) -> panel_image:
    described = env.metadata[page]
    script, _, number = described.get(FIGURE, "").partition(" ")
    output = state_of(env).outputs.get(script)
    if output is None or not number.isdecimal() or WORDS not in described:
        raise ValueError(f"needs '{FIGURE}: plot_noun 1' and '{WORDS}' in its front matter")
    return picture(env, page, output, int(number), panels.CARD)
