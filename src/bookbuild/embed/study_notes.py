"""The directive that says where the results of a study come from."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.i18n import format_date

from convbook import studies

LIBRARIES = {"python": "Python", "tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}
CHANGED = "The code behind it has changed since: a new run may give other numbers."


def look_at_studies(app: Sphinx) -> None:
    """Find out of every study which files it rests on, and whether they have changed since.

    It happens before Sphinx forks its readers: the import graph is read by threads, which a forked
    process does not have, and would wait for without an end.
    """
    looked: dict[str, tuple[list[Path], bool]] = {}
    for name in studies.names():
        with suppress(ValueError):  # A damaged one is reported where a page asks for it.
            study = studies.load(name)
            looked[name] = studies.sources(study), studies.outdated(study)
    app.convbook_studies = looked  # type: ignore[attr-defined]


class StudyNote(SphinxDirective):
    """Say when, on what and by which command a study was run, and whether its code has changed.

    ``{study-note} NAME``, in a chapter beside what its numbers are used for. The page is read again
    when the study's results or its code change.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the paragraph, or say that the study has no results."""
        name = self.arguments[0]
        try:
            study = studies.load(name)
        except ValueError as error:
            raise self.error(str(error)) from error
        sources, outdated = self.env.app.convbook_studies[name]  # type: ignore[attr-defined]
        for file in sources:
            self.env.note_dependency(str(file))
        paragraph = nodes.paragraph("", classes=["study-note"])
        self.set_source_info(paragraph)
        paragraph += nodes.Text(f"{origin(study.passport)}, by ")
        paragraph += nodes.literal(text=f"nox -s studies -- {name}")
        paragraph += nodes.Text(".")
        if outdated:
            paragraph += nodes.Text(" ")
            paragraph += nodes.strong(text=CHANGED)
        return [paragraph]


def origin(passport: studies.Passport) -> str:
    """Return the passport as the beginning of a sentence."""
    day = format_date(
        "%-d %B %Y", date=datetime.fromisoformat(f"{passport.date}T00:00Z"), language="en"
    )
    minutes = passport.seconds / 60
    took = f"{minutes:.0f} minutes" if minutes >= 1.5 else f"{passport.seconds:.0f} seconds"
    releases = ", ".join(
        f"{LIBRARIES.get(name, name)} {release}" for name, release in passport.versions.items()
    )
    return f"Recorded on {day} in {took} on {passport.machine} ({passport.device}; {releases})"
