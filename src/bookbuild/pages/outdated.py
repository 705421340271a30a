"""Which pages are read and written again: those that have changed, or all where that shows."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

ALWAYS = "written-always"  # in the metadata of a page that tells of the build


def note_changed(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages that have changed although Sphinx does not think so.

    Sphinx compares times. After a clock was put back, or a copy has kept a file's time, they say
    that nothing has changed. So these are the pages whose bytes, or those of the files that they
    depend on, are others than when they were read.
    """
    read = getattr(env, "convbook_read", {})
    others = {name for name in env.found_docs - added if read.get(name) != _content(env, name)}
    app.convbook_changed = added | changed | removed | others  # type: ignore[attr-defined]
    return sorted(others)


def choose_what_is_written(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages to write beside the changed ones; note what all were made of.

    These are all pages if anything has changed that pages show of each other, or all have: the
    output is emptied then, so that nothing stale stays in it.
    """
    changed: set[str] = app.convbook_changed  # type: ignore[attr-defined]
    if not changed:
        return []
    env.convbook_read = {  # type: ignore[attr-defined]
        name: _content(env, name) for name in env.found_docs
    }
    before, shared = getattr(env, "convbook_shared", None), _shared(env)
    env.convbook_shared = shared  # type: ignore[attr-defined]
    if shared == before and not env.found_docs <= changed:
        return [name for name in env.found_docs if ALWAYS in env.metadata[name]]
    shutil.rmtree(app.outdir)
    Path(app.outdir).mkdir()
    return sorted(env.found_docs)


def number_figures_where_needed(app: Sphinx) -> None:
    """Keep the figures' numbers if no page has changed: for them Sphinx would read all pages."""
    number = TocTreeCollector.assign_figure_numbers

    def number_if_changed(collector: TocTreeCollector, env: BuildEnvironment) -> list[str]:
        return number(collector, env) if app.convbook_changed else []  # type: ignore[attr-defined]

    TocTreeCollector.assign_figure_numbers = number_if_changed  # type: ignore[assignment,method-assign]


def _content(env: BuildEnvironment, name: str) -> str:
    """Return the hash of a page's source and of all files that it depends on."""
    total = hashlib.sha256()
    for file in (env.doc2path(name), *sorted(env.dependencies.get(name, ()))):
        total.update(file.read_bytes() if file.is_file() else b"")
    return total.hexdigest()


def _shared(env: BuildEnvironment) -> str:
    """Return the hash of what pages show of each other: titles, order, numbers, labels, terms."""
    titles = {name: title.astext() for name, title in env.titles.items()}
    domains: dict[str, Any] = dict(env.domains.items())
    equations, citations = domains["math"].equations, domains["cite"].citations
    mappings = (titles, env.toctree_includes, env.toc_secnumbers, env.toc_fignumbers, equations)
    parts = (
        [sorted(one.items()) for one in mappings],
        [(name, sorted(domain.get_objects())) for name, domain in sorted(domains.items())],
        [(one.citation_id, one.key, one.formatted_entry.label) for one in citations],
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()
