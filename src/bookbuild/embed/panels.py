"""Small pictures of single panels: on the cover, in the gallery and where a page is missing."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from bookbuild.embed.figures import THEMES
from bookbuild.gallery import catalogue, panels
from bookbuild.gallery.catalogue import Output
from bookbuild.state import state_of


class panel_image(nodes.General, nodes.Inline, nodes.Element):
    """A panel's picture for light and for dark pages, beside words that say what it is."""


class PanelLinks(SphinxDirective):
    """A row of links, each below a panel of a figure: ``{panel-links} plot_six_kernels``.

    The content is a list, whose nth item is the link for the nth panel. In an EPUB, the list alone.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the list, or say what is wrong with it."""
        name = self.arguments[0]
        output = state_of(self.env).outputs.get(name)
        content = self.parse_content_to_nodes()
        listed = content[0] if len(content) == 1 else None
        if output is None or not isinstance(listed, nodes.bullet_list):
            raise self.error(f"{name!r} has to be a script's name, and what follows one list")
        self.env.note_dependency(str(output.file))
        for number, item in enumerate(listed.children, start=1):
            paragraph = next(item.findall(nodes.paragraph))
            paragraph.insert(0, picture(self.env, self.env.docname, output, number, panels.SQUARE))
        listed["classes"].append("panel-links")
        return [listed]


def picture(
    env: BuildEnvironment, page: str, output: Output, number: int, size: panels.Size
) -> panel_image:
    """Return the picture of a panel, whose files the site will have among its downloads."""
    light = panels.cut(Path(env.srcdir), output, number, size)
    files = [
        str(env.dlfiles.add_file(page, str(place.relative_to("/"))))
        for place in (light, catalogue.dark(light))
    ]
    return panel_image(files=files, size=size)


def html(image: panel_image, folder: str, alt: str = "") -> str:
    """Return both images, of which the theme shows the right one, and a browser loads no other."""
    width, height = image["size"]
    return "".join(
        f'<img class="{theme}" src="{folder}/{file}" alt="{escape(alt)}" '
        f'width="{width}" height="{height}" loading="lazy" decoding="async">'
        for theme, file in zip(THEMES, image["files"], strict=True)
    )


def visit_html(self: HTML5Translator, node: panel_image) -> None:
    """Write the images; an EPUB has none."""
    if self.builder.download_support:
        self.body.append(html(node, self.builder.dlpath))
    raise nodes.SkipNode


def skip(self: Any, node: panel_image) -> None:
    """Write nothing where there is no HTML."""
    raise nodes.SkipNode
