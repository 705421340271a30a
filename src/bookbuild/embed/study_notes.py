"""The directive that says where the results of a study come from."""

from datetime import datetime

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.i18n import format_date

from bookbuild.studies import definitions
from convbook import studies

LIBRARIES = {"python": "Python", "tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}


class StudyNote(SphinxDirective):
    """Say when, on what and by which command a study was run, and whether its code has moved on.

    ``{study-note} NAME``, in a chapter beside what its numbers are used for. The page is read again
    when the study's results or the definitions change.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the paragraph, or say that the study has no results."""
        name = self.arguments[0]
        self.env.note_dependency(str(studies.FOLDER / f"{name}.json"))
        self.env.note_dependency(str(definitions.__file__))
        try:
            study = studies.load(name)
        except ValueError as error:
            raise self.error(str(error)) from error
        paragraph = nodes.paragraph("", classes=["study-note"])
        self.set_source_info(paragraph)
        paragraph += nodes.Text(f"{origin(study.passport)}, by ")
        paragraph += nodes.literal(text=f"nox -s studies -- {name}")
        paragraph += nodes.Text(".")
        if note := outdated(study):
            paragraph += nodes.Text(" ")
            paragraph += nodes.strong(text=note)
        return [paragraph]


def outdated(study: studies.Study) -> str:
    """Say in a sentence that a study's results are not of its present revision; "" if they are."""
    if study.name not in definitions.DEFINITIONS:
        return "No study of this name is defined any more: nothing can record it again."
    recorded, current = study.passport.revision, definitions.DEFINITIONS[study.name].revision
    if recorded < current:
        return (
            f"Recorded with revision {recorded} of the study; its code is at revision {current}, "
            "and a new run may give other numbers."
        )
    if recorded > current:
        return (
            f"Recorded with revision {recorded} of the study, which this version of the code does "
            f"not know: it is at revision {current}."
        )
    return ""


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
