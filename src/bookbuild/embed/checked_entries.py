"""The directive that counts the works of the bibliography that nobody has checked yet."""

from collections.abc import Mapping

from docutils import nodes
from pybtex.database import Entry
from pybtex.richtext import Text
from sphinx.util.docutils import SphinxDirective


class CheckedEntries(SphinxDirective):
    """Say how many entries name the source they were checked against, and which do not.

    An entry of the BibTeX file names it in its field ``checked``. The page is read again when the
    file changes.
    """

    def run(self) -> list[nodes.Node]:
        """Return the sentence."""
        bibliography = self.env.get_domain("cite").bibdata  # type: ignore[attr-defined]
        for file in bibliography.bibfiles:
            self.env.note_dependency(str(file))
        paragraph = nodes.paragraph("", count(bibliography.data.entries))
        self.set_source_info(paragraph)
        return [paragraph]


def count(entries: Mapping[str, Entry]) -> str:
    """Say in a sentence how many entries are checked; name those that are not."""
    missing = [str(Text.from_latex(entries[key].fields["title"])) for key in unchecked(entries)]
    sentence = (
        f"Of the {len(entries)} entries, {len(entries) - len(missing)} have been checked against a "
        "source, which the field “checked” of references.bib names"
    )
    if not missing:
        return f"{sentence}."
    return f"{sentence}; {len(missing)} have not: {'; '.join(missing)}."


def unchecked(entries: Mapping[str, Entry]) -> list[str]:
    """Return the keys of the entries that name no source."""
    return [key for key, entry in entries.items() if not entry.fields.get("checked", "").strip()]
