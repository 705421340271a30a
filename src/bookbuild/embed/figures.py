"""The directive that embeds a script's figure by name."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from bookbuild.gallery import catalogue
from bookbuild.gallery.catalogue import Entry
from bookbuild.embed.numbers import catalogue_of, usage_of

THEMES = "only-light", "only-dark"  # classes of furo


class example_image(nodes.image):
    """An image of known size, loaded lazily; a video with that image as its poster if it moves."""


class ExampleFigure(SphinxDirective):
    """Embed a gallery script's figure with its alt text, its size, a number and its provenance.

    ``{example-figure} plot_same_padding`` with the caption as content, in a chapter. The figure's
    label is the script's name. With ``:bare:`` it is the image alone, as on the script's own page
    and as an illustration outside the chapters.
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"bare": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the figure, or say that no such script has made one."""
        name = self.arguments[0]
        entry = catalogue_of(self.env).get(name)
        if entry is None:
            known = ", ".join(sorted(catalogue_of(self.env))) or "none at all"
            raise self.error(f"no script {name!r} has made a figure; there are: {known}")
        self.env.note_dependency(str(entry.file))
        image = self._image(entry)
        if "bare" in self.options:
            return [image]
        if not self.content:
            raise self.error(f"the figure {name!r} needs a caption that says what to see")
        usage_of(self.env).embed(self.env.docname, name)
        figure = nodes.figure("", image, classes=["example-figure"])
        self.set_source_info(figure)
        figure["names"].append(nodes.fully_normalize_name(name))
        self.state.document.note_explicit_target(figure, figure)
        caption = nodes.caption()
        caption.extend(self._caption())
        figure += caption
        figure += nodes.legend("", self._provenance(entry))
        return [figure]

    def _image(self, entry: Entry) -> example_image:
        image = example_image(
            uri=str(entry.image),
            alt=entry.alt,
            # The link to the full size, which helps on a phone, is ours.
            classes=["example-image", "no-scaled-link"],
            width=str(entry.width),
            height=str(entry.height),
        )
        image["dark"] = self._copied(catalogue.dark(entry.image))
        if entry.moves:
            posters = entry.image, catalogue.dark(entry.image)
            image["films"] = [self._copied(catalogue.video_of(poster)) for poster in posters]
        return image

    def _copied(self, file: PurePosixPath) -> str:
        """Return where the site will have a copy of a file, from its downloads on."""
        relative, _ = self.env.relfn2path(str(file), self.env.docname)
        return str(self.env.dlfiles.add_file(self.env.docname, relative))

    def _caption(self) -> list[nodes.Node]:
        paragraphs = self.parse_content_to_nodes()
        if len(paragraphs) != 1 or not isinstance(paragraphs[0], nodes.paragraph):
            raise self.error("a caption is one paragraph")
        return paragraphs[0].children

    def _provenance(self, entry: Entry) -> nodes.paragraph:
        ran = ", which ran"
        if self.config.convbook_epoch is None:
            ran += f" for {seconds(entry)}\N{NO-BREAK SPACE}s"
        ran += f" on {'a CPU' if entry.device == 'CPU' else f'the {entry.device}'}"
        paragraph = nodes.paragraph("", nodes.Text("Made by "), classes=["provenance"])
        paragraph += [script_link(entry, self.env.docname), nodes.Text(ran)]
        return paragraph


def script_link(entry: Entry, page: str) -> addnodes.pending_xref:
    """Return the script's file name, linked to the script's page, for use on another page."""
    name = PurePosixPath(entry.page).name
    return addnodes.pending_xref(
        "",
        nodes.literal(text=f"{name}.py"),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{entry.page}",
        refexplicit=True,
        refwarn=True,
        refdoc=page,
    )


def seconds(entry: Entry) -> str:
    """Return the script's run time in seconds."""
    return f"{max(entry.seconds, 0.1):.1f}"


def visit_html(self: HTML5Translator, node: example_image) -> None:
    """Write the image with its size, so that the page does not jump as it loads.

    An animation is a video, whose poster is the image. The theme shows the light or the dark one,
    and a browser loads no image that is not shown. An EPUB has the light image alone.
    """
    name = self.builder.images.get(node["uri"], PurePosixPath(node["uri"]).name)
    light = f"{self.builder.imgpath}/{name}"
    if not self.builder.download_support:
        self.body.append(_img(self, node, light))
        raise nodes.SkipNode
    images = light, f"{self.builder.dlpath}/{node['dark']}"
    for theme, image, film in zip(THEMES, images, node.get("films", (None, None)), strict=True):
        if film is None:
            link = f'<a class="{theme}" href="{image}">'
            self.body += [link, _img(self, node, image), "</a>\n"]
        else:
            video = _video(self, node, image, f"{self.builder.dlpath}/{film}")
            self.body += [f'<div class="{theme}">', video, "</div>\n"]
    raise nodes.SkipNode


def _img(self: HTML5Translator, node: example_image, source: str) -> str:
    attributes = {"src": source, "alt": node["alt"], "loading": "lazy", "decoding": "async"}
    return self.emptytag(node, "img", "", **_sized(node, attributes))


def _video(self: HTML5Translator, node: example_image, poster: str, source: str) -> str:
    attributes = {"poster": poster, "preload": "none", "aria-label": node["alt"]}
    # Boolean attributes. Nothing moves before the reader presses play.
    attributes |= {"controls": "", "loop": "", "muted": "", "playsinline": ""}
    video = self.starttag(node, "video", "", **_sized(node, attributes))
    return f'{video}<source src="{source}" type="video/mp4"></video>'


def _sized(node: example_image, attributes: dict[str, Any]) -> dict[str, Any]:
    return attributes | {"width": node["width"], "height": node["height"]}


def visit_other(self: Any, node: example_image) -> None:
    """Write a plain image where there is no HTML."""
    self.visit_image(node)


def depart_other(self: Any, node: example_image) -> None:
    """Finish the plain image."""
    self.depart_image(node)
