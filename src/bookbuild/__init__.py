"""The book's Sphinx side: figures by name, numbers by name, staleness, mathematics, solutions."""

from __future__ import annotations

import hashlib
import os
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from myst_nb.core import render
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.errors import ExtensionError
from sphinx.highlighting import PygmentsBridge
from sphinx.util import logging
from sphinx_exercise.nodes import solution_node
from sphinx_multitoc_numbering import assign_section_numbers

from bookbuild.gallery.fingerprint import Fingerprints
from bookbuild.pages import addresses, mathml, previews, solutions
from bookbuild.gallery import catalogue
from bookbuild.editions import epub
from bookbuild.pages.assets import keep_used_assets
from bookbuild.embed.colophon import (
    Colophon,
    FillColophon,
    depart_folded,
    depart_laid_open,
    folded,
    visit_folded,
    visit_laid_open,
    write_facts,
)
from bookbuild.pages.executed import open_notebook_cache
from bookbuild.embed.figures import (
    ExampleFigure,
    depart_other,
    example_image,
    visit_html,
    visit_other,
)
from bookbuild.pages.highlighting import LeanFormatter
from bookbuild.pages.networks import TRAINS, train_networks
from bookbuild.pages.outdated import (
    choose_what_is_written,
    note_changed,
    number_figures_where_needed,
)
from bookbuild.pages.pageweight import lighten
from bookbuild.embed.reference_values import check_references
from bookbuild.pages.reproducible import drop_run_time, note_epoch
from bookbuild.pages.streams import join_streams
from bookbuild.embed.study_notes import StudyNote, look_at_studies
from bookbuild.embed.terms import LinkTerms
from bookbuild.embed.numbers import ResultRole, UsageCollector, check_orphans
from bookbuild.pages.verify import check_shown

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect everything to Sphinx."""
    app.add_config_value("convbook_machinery", "", "env", str)
    app.add_config_value("convbook_repository", "", "env", str)
    app.add_config_value("convbook_site", "", "env", str)
    app.add_config_value("convbook_epoch", None, "env", (int, type(None)))
    app.add_config_value("convbook_accept", False, "", bool)
    app.add_directive("example-figure", ExampleFigure)
    app.add_directive("study-note", StudyNote)
    app.add_directive("colophon", Colophon)
    app.add_post_transform(FillColophon)
    app.add_post_transform(LinkTerms)
    app.add_role("result", ResultRole())
    app.add_env_collector(UsageCollector)
    other = (visit_other, depart_other)
    app.add_node(example_image, html=(visit_html, None), latex=other, text=other)
    plain = (visit_laid_open, depart_laid_open)
    app.add_node(folded, html=(visit_folded, depart_folded), latex=plain, text=plain)
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(mathml.visit_inline, None),
        block_renderers=(mathml.visit_block, None),
    )
    app.add_node(
        solution_node,
        override=True,
        html=(solutions.visit_solution, solutions.depart_solution),
    )
    epub.connect(app)
    PygmentsBridge.html_formatter = LeanFormatter
    render.coalesce_streams = join_streams
    # Chapters are numbered on through the parts. Loaded as an extension, the library would make
    # Sphinx read page after page: it does not say that it allows anything else.
    TocTreeCollector.assign_section_numbers = assign_section_numbers  # type: ignore[method-assign]
    number_figures_where_needed(app)
    # sphinx-gallery checks its configuration at priority 10.
    app.connect("config-inited", addresses.note_addresses, priority=5)
    app.connect("config-inited", open_notebook_cache)
    app.connect("config-inited", note_machinery)
    app.connect("config-inited", note_epoch)
    app.connect("env-get-outdated", note_changed)
    app.connect("env-before-read-docs", spread_chapters)
    # Sphinx numbers sections and figures at the default priority.
    app.connect("env-get-updated", choose_what_is_written, priority=900)
    # sphinx-gallery runs the scripts at the default priority, 500.
    app.connect("builder-inited", look_at_studies)
    app.connect("builder-inited", choose_what_runs, priority=400)
    app.connect("builder-inited", train_networks, priority=450)
    app.connect("builder-inited", load_catalogue, priority=600)
    app.connect("builder-inited", check_references, priority=700)
    app.connect("doctree-read", drop_run_time)
    app.connect("doctree-read", addresses.link_notebook)
    app.connect("doctree-read", previews.show_own_figure)
    app.connect("env-check-consistency", check_orphans)
    app.connect("html-page-context", previews.keep_prose, priority=400)
    app.connect("html-page-context", keep_used_assets, priority=900)
    app.connect("html-page-context", lighten, priority=910)
    app.connect("build-finished", write_facts)
    app.connect("build-finished", check_shown)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True,
            "parallel_write_safe": True}  # fmt: skip


def choose_what_runs(app: Sphinx) -> None:
    """Before the gallery: clear the output of each script that must run again, and only of those.

    Raises
    ------
    ExtensionError
        If two scripts have one name, or a script is not Python.
    """
    book = Path(app.srcdir)
    scripts = catalogue.scripts((book / catalogue.EXAMPLES).resolve())
    targets = {book / catalogue.GALLERY / one.parent.name / one.name: one for one in scripts}
    names = [target.stem for target in targets]
    for name in {name for name in names if names.count(name) > 1}:
        raise ExtensionError(f"two scripts are named {name}.py; a figure is addressed by its name")
    catalogue.clear_orphans(book, targets)
    prints: Fingerprints = app.convbook_fingerprints  # type: ignore[attr-defined]
    cell = app.config.sphinx_gallery_conf["first_notebook_cell"]
    weights = catalogue.weights_at_hand()
    fingerprints, running, trains = {}, {}, {}
    for target, script in targets.items():
        try:
            fingerprint = prints.of(script)
        except SyntaxError as error:
            raise ExtensionError(f"{script} is not Python: {error}") from error
        fingerprints[target] = fingerprint
        reason = catalogue.reason_to_run(target, fingerprint, weights)
        if reason is None and addresses.begins_otherwise(target, cell):
            reason = "notebook"
        if reason:
            tensorflow = any(prints.uses(script, one) for one in ("tensorflow", "keras"))
            pretrained = prints.uses(script, "convbook.pretrained")
            catalogue.announce(target, fingerprint, tensorflow=tensorflow, pretrained=pretrained)
            running[target.stem] = f"{target.stem} ({reason})"
            trains[target.stem] = any(prints.uses(script, one) for one in TRAINS)
    logger.info("%d of %d scripts run: %s", len(running), len(scripts),
                ", ".join(running.values()) or "-")  # fmt: skip
    app.convbook_scripts = fingerprints  # type: ignore[attr-defined]
    app.convbook_run = (trains, time.perf_counter())  # type: ignore[attr-defined]


def note_machinery(app: Sphinx, config: Config) -> None:
    """Make configuration, style sheets, this package and all releases part of the configuration.

    Sphinx then reads and writes everything again when one of them has changed.
    """
    total = hashlib.sha256()
    for folder in (Path(app.confdir), Path(__file__).parent):
        for file in sorted(folder.rglob("*.*")):
            if file.is_file() and file.suffix != ".pyc":
                total.update(file.read_bytes())
    releases = sorted(f"{one.name} {one.version}" for one in metadata.distributions())
    total.update("\n".join(releases).encode())
    config.convbook_machinery = total.hexdigest()


def spread_chapters(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Deal the pages out like cards: Sphinx's processes take runs of them as they come.

    In alphabetical order one process would execute all chapters while the others are done.
    """
    hands = 2 * (os.cpu_count() or 1)
    docnames[:] = [name for hand in range(hands) for name in docnames[hand::hands]]


def load_catalogue(app: Sphinx) -> None:
    """After the gallery: read what the scripts made, for the pages that embed and cite it."""
    entries = catalogue.load(Path(app.srcdir))
    app.convbook_catalogue = entries  # type: ignore[attr-defined]
    ran, started = app.convbook_run  # type: ignore[attr-defined]
    if ran:
        clock = time.perf_counter() - started
        total = sum(entries[name].seconds for name in ran if name in entries)
        logger.info("the scripts ran for %.0f s in all, %.0f s by the clock", total, clock)
    for name in catalogue.unfinished(Path(app.srcdir)):
        logger.warning("%s.py did not run to its end with a figure: no page can show it", name)
