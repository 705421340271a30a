"""The Sphinx extension of the book: connects the rooms of this package to Sphinx."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx_exercise.nodes import solution_node

from bookbuild import early_warnings, patches
from bookbuild.editions import chapter_notebooks, epub
from bookbuild.editions.pdf.builder import PdfBuilder
from bookbuild.embed import (
    colophon,
    cover,
    exercises,
    figures,
    live,
    missing,
    panels,
    reference_values,
    rights,
)
from bookbuild.embed.checked_entries import CheckedEntries
from bookbuild.embed.numbers import ResultRole
from bookbuild.embed.study_notes import StudyNote
from bookbuild.embed.terms import LinkTerms
from bookbuild.gallery import catalogue, downloads, runs
from bookbuild.gallery.missing import find_missing
from bookbuild.pages import (
    addresses,
    assets,
    lookups,
    mathml,
    notebooks,
    previews,
    references,
    search,
    sidebar,
    solutions,
    thumbnails,
)
from bookbuild.state import BookDomain, state_of


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect everything to Sphinx."""
    patches.apply(app)
    early_warnings.listen(app)
    app.add_config_value("bookbuild_repository", "", "env", str)
    app.add_config_value("bookbuild_site", "", "env", str)
    app.add_config_value("bookbuild_accept", False, "", bool)
    app.add_config_value("bookbuild_strict", False, "", bool)
    app.add_domain(BookDomain)
    app.add_directive("example-figure", figures.ExampleFigure)
    app.add_directive("panel-links", panels.PanelLinks)
    app.add_directive("study-note", StudyNote)
    app.add_directive("checked-entries", CheckedEntries)
    app.add_role("result", ResultRole())
    app.add_role("count", cover.CountRole())
    app.add_post_transform(LinkTerms)
    app.add_post_transform(figures.NumberFigures)
    app.add_post_transform(cover.DealCards)
    references.register_backends()
    other = (figures.visit_other, figures.depart_other)
    app.add_node(figures.example_image, html=(figures.visit_html, None), latex=other, text=other)
    alone = (live.visit_other, live.depart_other)
    html = (live.visit_html, live.depart_html)
    app.add_node(live.live_figure, html=html, latex=alone, text=alone)
    skip = (panels.skip, None)
    app.add_node(panels.panel_image, html=(panels.visit_html, None), latex=skip, text=skip)
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(mathml.visit_inline, None),
        block_renderers=(mathml.visit_block, None),
    )
    details = (solutions.visit_solution, solutions.depart_solution)
    app.add_node(solution_node, override=True, html=details)
    epub.connect(app)
    app.add_builder(PdfBuilder)
    # sphinx-gallery checks its configuration at priority 10.
    app.connect("config-inited", refuse_output_among_sources, priority=1)
    app.connect("config-inited", addresses.note_addresses, priority=5)
    app.connect("config-inited", addresses.note_moved_pages)
    app.connect("config-inited", runs.order_topics, priority=5)
    app.connect("config-inited", notebooks.choose_cache)
    # sphinx-gallery runs the scripts at the default priority, 500.
    app.connect("builder-inited", early_warnings.stop, priority=300)
    app.connect("builder-inited", find_missing, priority=390)
    app.connect("builder-inited", runs.choose_scripts, priority=400)
    app.connect("builder-inited", live.export_data, priority=450)
    app.connect("builder-inited", runs.warn_of_unfinished, priority=600)
    app.connect("builder-inited", load_outputs, priority=610)
    app.connect("builder-inited", reference_values.check_references, priority=620)
    app.connect("builder-inited", reference_values.load_recorded, priority=630)
    app.connect("builder-inited", early_warnings.stop, priority=700)
    app.connect("builder-inited", colophon.write_colophon, priority=710)
    app.connect("builder-inited", rights.write_rights, priority=710)
    app.connect("env-before-read-docs", notebooks.spread_chapters)
    # Sphinx notes the images of a page at the default priority.
    app.connect("doctree-read", thumbnails.show_panels, priority=400)
    app.connect("doctree-read", figures.refuse_other_images)
    app.connect("doctree-read", missing.add_note)
    app.connect("doctree-read", exercises.show_commands)
    app.connect("doctree-read", addresses.link_notebook)
    app.connect("doctree-read", previews.show_own_figure)
    app.connect("doctree-read", cover.cut_card)
    app.connect("doctree-read", search.leave_out_scripts)
    app.connect("doctree-read", lookups.add_letters)
    app.connect("env-updated", thumbnails.picture_of_missing_page)
    app.connect("env-updated", downloads.write_downloads)
    app.connect("env-updated", sidebar.leave_out_scripts)
    app.connect("env-updated", search.leave_functions_out_of_index)
    app.connect("env-updated", search.note_names)
    app.connect("doctree-resolved", search.explain_by_all_names)
    app.connect("doctree-resolved", chapter_notebooks.publish)
    app.connect("write-started", live.copy_scripts)
    app.connect("html-page-context", addresses.link_source)
    app.connect("html-page-context", live.load_loader, priority=300)
    app.connect("html-page-context", previews.keep_prose, priority=400)
    app.connect("html-page-context", sidebar.share_contents, priority=400)
    app.connect("html-page-context", assets.keep_used_assets, priority=900)
    app.connect("html-collect-pages", search.find_by_title)
    return {"version": "2", "env_version": 3, "parallel_read_safe": True,
            "parallel_write_safe": True}  # fmt: skip


def refuse_output_among_sources(app: Sphinx, config: Config) -> None:
    """Refuse to write pages into the folder that is searched for sources."""
    if Path(app.outdir).is_relative_to(app.srcdir):
        raise ConfigError(f"{app.outdir} lies among the sources in {app.srcdir}: "
                          "choose a folder for the pages elsewhere")  # fmt: skip


def load_outputs(app: Sphinx) -> None:
    """After the gallery: load what the scripts made, for the pages that embed and cite it."""
    state_of(app.env).outputs = catalogue.load(Path(app.srcdir))
