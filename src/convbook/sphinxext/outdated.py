"""Which pages are read and written again: if one has changed all are written, if none has none."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector


def start_afresh(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Empty the output if any page has changed: a sidebar, a number or an image may be stale.

    Sphinx compares times. After a clock was put back, or a copy has kept a file's time, they say
    that nothing has changed. So this returns the pages whose bytes, or those of the files that they
    depend on, are others than when they were read.
    """
    read = getattr(env, "convbook_read", {})
    others = {name for name in env.found_docs - added if read.get(name) != _content(env, name)}
    app.convbook_afresh = bool(added or changed or removed or others)  # type: ignore[attr-defined]
    if app.convbook_afresh:  # type: ignore[attr-defined]
        shutil.rmtree(app.outdir)
        Path(app.outdir).mkdir()
    return sorted(others)


def write_all_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write every page if any has changed, and note what they were made of."""
    if not app.convbook_afresh:  # type: ignore[attr-defined]
        return []
    env.convbook_read = {  # type: ignore[attr-defined]
        name: _content(env, name) for name in env.found_docs
    }
    return sorted(env.found_docs)


def number_figures_where_needed(app: Sphinx) -> None:
    """Keep the figures' numbers if no page has changed: for them Sphinx would read all pages."""
    number = TocTreeCollector.assign_figure_numbers

    def number_if_changed(collector: TocTreeCollector, env: BuildEnvironment) -> list[str]:
        return number(collector, env) if app.convbook_afresh else []  # type: ignore[attr-defined]

    TocTreeCollector.assign_figure_numbers = number_if_changed  # type: ignore[assignment,method-assign]


def _content(env: BuildEnvironment, name: str) -> str:
    """Return the hash of a page's source and of all files that it depends on."""
    total = hashlib.sha256()
    for file in (env.doc2path(name), *sorted(env.dependencies.get(name, ()))):
        total.update(file.read_bytes() if file.is_file() else b"")
    return total.hexdigest()
