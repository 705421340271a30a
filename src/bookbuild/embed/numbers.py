"""Which figures and numbers the pages use, and the role that cites a number."""

from __future__ import annotations

from collections.abc import Set

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from bookbuild.gallery.catalogue import Entry

logger = logging.getLogger(__name__)


class Usage:
    """The figures that each page embeds and the numbers that it cites."""

    def __init__(self) -> None:
        self.figures: dict[str, set[str]] = {}
        self.numbers: dict[str, set[str]] = {}

    def embed(self, page: str, figure: str) -> None:
        """Note that a page embeds a figure."""
        self.figures.setdefault(page, set()).add(figure)

    def cite(self, page: str, number: str) -> None:
        """Note that a page cites a number."""
        self.numbers.setdefault(page, set()).add(number)

    def forget(self, page: str) -> None:
        """Forget a page, which is about to be read again."""
        self.figures.pop(page, None)
        self.numbers.pop(page, None)

    def take(self, page: str, other: Usage) -> None:
        """Take over what another process read on a page."""
        self.forget(page)
        for own, theirs in ((self.figures, other.figures), (self.numbers, other.numbers)):
            if page in theirs:
                own[page] = theirs[page]


def usage_of(env: BuildEnvironment) -> Usage:
    """Return the environment's record of what the pages use."""
    if not hasattr(env, "convbook_usage"):
        env.convbook_usage = Usage()  # type: ignore[attr-defined]
    usage: Usage = env.convbook_usage  # type: ignore[attr-defined]
    return usage


def catalogue_of(env: BuildEnvironment) -> dict[str, Entry]:
    """Return what the gallery has made, as loaded when this build began."""
    entries: dict[str, Entry] = env.app.convbook_catalogue  # type: ignore[attr-defined]
    return entries


class UsageCollector(EnvironmentCollector):
    """Keeps the record right when pages are read again or read by several processes."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        usage_of(env).forget(docname)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment
    ) -> None:
        """Take over what another process has read."""
        for page in docnames:
            usage_of(env).take(page, usage_of(other))

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Nothing is left to collect: directive and role have noted all as they ran."""


class ResultRole(SphinxRole):
    """Cite a recorded number: ``{result}`six_ways.error_fft:.1e```, the format being optional."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as text, or say what is wrong with its name or its format."""
        name, _, spec = self.text.partition(":")
        script = f"plot_{name.split('.')[0]}"
        entry = catalogue_of(self.env).get(script)
        result = entry.results.get(name) if entry else None
        if entry is None or result is None:
            there = ", ".join(sorted(entry.results)) or "nothing" if entry else "no such script"
            return self._problem(f"no script has recorded {name!r}; {script}.py has {there}")
        self.env.note_dependency(str(entry.file))
        usage_of(self.env).cite(self.env.docname, name)
        try:
            text = result.format(spec)
        except (TypeError, ValueError) as error:
            return self._problem(f"{name!r} cannot be written as {spec!r}: {error}")
        return [nodes.inline(self.rawtext, text, classes=["result"])], []

    def _problem(self, message: str) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        problem = self.inliner.reporter.error(message, line=self.lineno)
        return [self.inliner.problematic(self.rawtext, self.rawtext, problem)], [problem]


def check_orphans(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn, which fails the build, of every figure and number that no chapter uses."""
    usage = usage_of(env)
    embedded: set[str] = set().union(*usage.figures.values())
    cited: set[str] = set().union(*usage.numbers.values())
    for script, entry in catalogue_of(env).items():
        if script not in embedded:
            logger.warning("the figure of %s.py is embedded by no chapter", script)
        for name in sorted(entry.results.keys() - cited):
            logger.warning("%s.py records %s, which no chapter cites", script, name)
