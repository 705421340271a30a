"""The directive that embeds a script's figure by name."""

from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

from bookbuild.embed import live, missing
from bookbuild.gallery import catalogue
from bookbuild.gallery.catalogue import Output
from bookbuild.state import state_of

THEMES = "only-light", "only-dark"  # classes of furo

logger = logging.getLogger(__name__)


class example_image(nodes.image):
    """An image of known size, loaded lazily; a video with that image as its poster if it moves."""


class ExampleFigure(SphinxDirective):
    """Embed a gallery script's figure with its alt text, its size, a number and its provenance.

    ``{example-figure} plot_same_padding`` with the caption as content, in a chapter. The figure's
    label is the script's name. With ``:bare:`` it is the image alone, as on the script's own page
    and as an illustration outside the chapters. With ``:plays-once:`` an animation begins at its
    first frame and plays once when it comes into sight, unless motion is to be reduced.
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"bare": directives.flag, "plays-once": directives.flag,
                             "live": directives.unchanged_required}  # fmt: skip

    def run(self) -> list[nodes.Node]:
        """Return the figure, or say that no such script has made one."""
        name, state = self.arguments[0], state_of(self.env)
        if output := state.outputs.get(name):
            self.env.note_dependency(str(output.file))
            image: nodes.Element = self._image(output)
            if "live" in self.options:
                image = self._live(image)
            page, letters = output.page, output.letters
            device = "a CPU" if output.device == "CPU" else f"the {output.device}"
            ran = f"ran on {device}"
        elif name in state.missing:
            image, page, letters = missing.placeholder(), state.missing[name], None
            ran = "has not run"
            script = Path(self.env.srcdir, f"{page}.py")
            self.env.note_dependency(str(catalogue.results_file(script)))  # is not there yet
        else:
            known = ", ".join(sorted(state.outputs)) or "none at all"
            raise self.error(f"no script {name!r} has made a figure; there are: {known}")
        if "bare" in self.options:
            return [image]
        if not self.content:
            raise self.error(f"the figure {name!r} needs a caption that says what to see")
        state.embedded.setdefault(self.env.docname, set()).add(name)
        figure = nodes.figure("", image, classes=["example-figure"])
        self.set_source_info(figure)
        figure["names"].append(nodes.fully_normalize_name(name))
        self.state.document.note_explicit_target(figure, figure)
        caption = nodes.caption()
        caption.extend(self._caption(letters))
        figure += caption
        figure += nodes.legend("", self._provenance(page, ran))
        return [figure]

    def _image(self, output: Output) -> example_image:
        image = example_image(
            uri=str(output.image),
            alt=output.alt,
            # The link to the full size, which helps on a phone, is ours.
            classes=["example-image", "no-scaled-link"],
            width=str(output.width),
            height=str(output.height),
        )
        image["dark"] = self._copied(catalogue.dark(output.image))
        if output.moves:
            posters = output.image, catalogue.dark(output.image)
            image["films"] = [self._copied(catalogue.video_of(poster)) for poster in posters]
        if "plays-once" in self.options:
            if not output.moves:
                raise self.error(f"{self.arguments[0]!r} does not move, so it cannot play once")
            image["classes"].append("plays-once")
        return image

    def _live(self, image: nodes.Element) -> nodes.Element:
        """Return the image with a button; the page is read again when the live figure changes."""
        figure, book = self.options["live"], Path(self.env.srcdir)
        try:
            wrapped = live.wrapped(image, figure, book)
        except ValueError as error:
            raise self.error(str(error)) from error
        for file in live.files_of(figure, book).values():
            self.env.note_dependency(str(file))
        return wrapped

    def _copied(self, file: PurePosixPath) -> str:
        """Return where the site will have a copy of a file, from its downloads on."""
        relative, _ = self.env.relfn2path(str(file), self.env.docname)
        return str(self.env.dlfiles.add_file(self.env.docname, relative))

    def _caption(self, letters: str | None) -> list[nodes.Node]:
        paragraphs = self.parse_content_to_nodes()
        if len(paragraphs) != 1 or not isinstance(paragraphs[0], nodes.paragraph):
            raise self.error("a caption is one paragraph")
        for strong in paragraphs[0].findall(nodes.strong):
            name = strong.astext()
            if letters is not None and len(name) == 1 and name not in letters:
                raise self.error(f"the figure has no panel {name}: its letters are {letters!r}")
        return paragraphs[0].children

    def _provenance(self, page: str, ran: str) -> nodes.paragraph:
        paragraph = nodes.paragraph("", nodes.Text("Made by "), classes=["provenance"])
        paragraph += [script_link(page, self.env.docname), nodes.Text(f", which {ran}")]
        return paragraph


class NumberFigures(SphinxPostTransform):
    """Resolve the references to scripts' figures, whose numbers Sphinx has assigned by now.

    Sphinx would load the page of each figure from its file for each reference, to look whether it
    is a figure and not a table: a seventh of a whole build.
    """

    default_priority = 9  # before Sphinx resolves the references

    def run(self, **kwargs: Any) -> None:
        """Replace every reference of the page to an embedded figure by its number."""
        anchors = self.env.domains.standard_domain.anonlabels
        for reference in list(self.document.findall(addnodes.pending_xref)):
            name = reference["reftarget"]
            known = name in anchors and name in state_of(self.env).outputs
            if known and reference["reftype"] == "numref" and not reference["refexplicit"]:
                page, anchor = anchors[name]
                number = self.env.toc_fignumbers.get(page, {}).get("figure", {}).get(anchor)
                if number:
                    text = self.config.numfig_format["figure"] % ".".join(map(str, number))
                    shown = nodes.inline("", text, classes=["std", "std-numref"])
                    here, builder = self.env.docname, self.app.builder
                    link = make_refnode(builder, here, page, anchor, shown)
                    reference.replace_self(link)


def script_link(script: str, page: str) -> addnodes.pending_xref:
    """Return a script's file name, linked to the script's page, for use on another page."""
    name = PurePosixPath(script).name
    return addnodes.pending_xref(
        "",
        nodes.literal(text=f"{name}.py"),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{script}",
        refexplicit=True,
        refwarn=True,
        refdoc=page,
    )


def refuse_other_images(app: Sphinx, doctree: nodes.document) -> None:
    """Warn, which fails a strict build, of every image on a page that no script has made."""
    known = {str(output.image).lstrip("/") for output in state_of(app.env).outputs.values()}
    for image in doctree.findall(nodes.image):
        place = image["uri"].lstrip("/")  # from the source folder on: Sphinx has resolved it
        if place not in known:
            logger.warning("shows %s, which no script of the book has made", place[:80],
                           location=image)  # fmt: skip


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
    attributes = {"aria-label": node["alt"], "controls": "", "muted": "", "playsinline": ""}
    if "plays-once" in node["classes"]:
        # The poster is the last frame: here the film's own first one is shown, which some phones
        # load only where the address asks for a time.
        attributes |= {"preload": "metadata"}
        source += "#t=0.001"
    else:  # nothing is loaded or moves before the reader presses play
        attributes |= {"poster": poster, "preload": "none", "loop": ""}
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
