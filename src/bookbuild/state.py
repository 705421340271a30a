"""What a build knows: the figures and numbers that the scripts made, and the pages that use them.

It is the data of a Sphinx domain, since Sphinx merges these when several processes read pages.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from bookbuild.gallery.catalogue import Output
from convbook.results import Result

logger = logging.getLogger(__name__)


@dataclass
class BuildState:
    """The state of one build."""

    outputs: dict[str, Output] = field(default_factory=dict)
    """What each script made, by the script's name, as it was when this build began to read."""
    missing: dict[str, str] = field(default_factory=dict)
    """The pages of scripts and chapters that have not run for want of data, by their names."""
    recorded: dict[str, Result] = field(default_factory=dict)
    """The reference values of the missing scripts' numbers, by name."""
    embedded: dict[str, set[str]] = field(default_factory=dict)
    """The scripts whose figures a page embeds, by page."""
    cited: dict[str, set[str]] = field(default_factory=dict)
    """The names of the numbers that a page cites, by page."""
    contents: dict[str, Callable[..., str]] = field(default_factory=dict)
    """The table of contents that the scripts' pages of a topic share, by the topic's folder."""
    names: dict[str, list[str]] = field(default_factory=dict)
    """All names of a term of the glossary, by each of them in lower case."""


class BookDomain(Domain):
    """Keeps the state of a build, and complains of figures and numbers that no chapter uses."""

    name = "book"
    label = "Book"
    initial_data: ClassVar[dict[str, Any]] = {"state": BuildState()}  # copied by Sphinx

    @property
    def state(self) -> BuildState:
        """The state of this build."""
        state: BuildState = self.data["state"]
        return state

    def clear_doc(self, docname: str) -> None:
        """Forget a page, which is about to be read again."""
        self.state.embedded.pop(docname, None)
        self.state.cited.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has read."""
        for own, other in (
            (self.state.embedded, otherdata["state"].embedded),
            (self.state.cited, otherdata["state"].cited),
        ):
            own.update({page: names for page, names in other.items() if page in docnames})

    def check_consistency(self) -> None:
        """Warn, which fails a strict build, of every figure and number that no chapter uses."""
        embedded: set[str] = set().union(*self.state.embedded.values())
        cited: set[str] = set().union(*self.state.cited.values())
        for script, output in self.state.outputs.items():
            if script not in embedded:
                logger.warning("the figure of %s.py is embedded by no chapter", script)
            for name in sorted(output.results.keys() - cited):
                logger.warning("%s.py records %s, which no chapter cites", script, name)


def state_of(env: BuildEnvironment) -> BuildState:
    """Return the state of the build that an environment belongs to."""
    domain = env.get_domain(BookDomain.name)
    assert isinstance(domain, BookDomain)
    return domain.state
