"""Small pictures in the gallery, whose pages begin with their title, and on the missing page."""

from __future__ import annotations

from pathlib import PurePosixPath

from docutils import nodes
from sphinx.addnodes import only
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.embed.panels import html, picture
from bookbuild.gallery import panels
from bookbuild.gallery.catalogue import GALLERY
from bookbuild.state import state_of

DOWNLOADS = "_downloads"  # where Sphinx puts them
MISSING, MISSING_SIZE = ("plot_cat_occlusion", 4), (168, 168)
MISSING_ALT = "Chelsea the cat, with a grey disc where her face should be"
NOTE = "sphx-glr-download-link-note"  # leads to the downloads, with which every page ends


def show_panels(app: Sphinx, doctree: nodes.document) -> None:
    """Make lists of sphinx-gallery's thumbnails, and take away its note above each title.

    Its markup has a hidden text and a paragraph for each thumbnail, and would be half of the page.
    """
    page = app.env.docname
    if not page.startswith(f"{GALLERY}/"):
        return
    for note in list(doctree.findall(nodes.note)):
        if NOTE in note["classes"]:
            note.parent.remove(note)
    if not page.endswith("/index"):
        return
    for section in list(doctree.findall(nodes.section)):
        thumbnails = nodes.bullet_list("", classes=["thumbnails"])
        for part in list(section.children):
            if isinstance(part, nodes.raw | nodes.comment | only):
                section.remove(part)
            if isinstance(part, only):
                [image], [link] = part.findall(nodes.image), part.findall(nodes.paragraph)
                name = PurePosixPath(image["uri"]).stem.removeprefix("sphx_glr_")
                output = state_of(app.env).outputs.get(name.removesuffix("_thumb"))
                item = nodes.list_item("", link)
                if output is not None:
                    item.insert(0, picture(app.env, page, output, panels.BEST, panels.CARD))
                thumbnails += item
        if len(thumbnails):
            section += thumbnails


def picture_of_missing_page(app: Sphinx, env: BuildEnvironment) -> None:
    """Hand the picture of the page for a wrong address to the template, its links from the root.

    Connected to ``env-updated``: Sphinx copies what is downloaded before it writes the pages.
    """
    output = state_of(env).outputs.get(MISSING[0])
    if output is not None:
        image = picture(env, app.config.notfound_pagename, output, MISSING[1], MISSING_SIZE)
        folder = f"{app.config.notfound_urls_prefix}{DOWNLOADS}"
        app.config.notfound_context["picture"] = html(image, folder, MISSING_ALT)
