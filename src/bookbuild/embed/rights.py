"""How the book is cited, and whose pictures it shows: files that ``book/teaching.md`` includes."""

from pathlib import Path

import yaml
from pybtex.database import BibliographyData, Entry, Person
from sphinx.application import Sphinx

from bookbuild.embed.colophon import FOLDER
from bookbuild.gallery.catalogue import write_changed
from convbook.data._registry import tables

CITATION = "CITATION.cff"  # in the checkout
UNNAMED = "LicenseRef-"  # how a name begins that the list of SPDX does not have


def write_rights(app: Sphinx) -> None:
    """Write the book's entry for BibTeX and a table of pictures, before Sphinx reads the pages."""
    book = Path(app.srcdir)
    address = app.config.bookbuild_site or app.config.bookbuild_repository
    citation = book.parent / CITATION
    if citation.is_file():
        text = bibtex(citation.read_text(encoding="utf-8"), address)
        write_changed(book / FOLDER / "citation.bib", text.encode())
    write_changed(book / FOLDER / "pictures.md", pictures().encode())


def bibtex(citation: str, address: str = "") -> str:
    """Return the text of a CITATION.cff as an entry of BibTeX, with an address if there is one.

    Examples
    --------
    >>> print(bibtex('{title: A Book, version: 2.0.1, date-released: 2026-11-22,'
    ...              ' authors: [{name: Its authors}]}', "https://example.org"))
    @misc{a-book,
        author = "{Its authors}",
        title = "{A Book}",
        year = "2026",
        note = "Version 2.0.1",
        url = "https://example.org"
    }
    """
    cited = yaml.safe_load(citation)
    authors = [_person(author) for author in cited["authors"]]
    fields = {
        "title": f"{{{cited['title']}}}",
        "year": f"{cited['date-released']:%Y}",
        "note": f"Version {cited['version']}",
        "url": address,
    }
    entry = Entry("misc", [(key, text) for key, text in fields.items() if text])
    entry.persons["author"] = authors
    key = cited["title"].lower().replace(" ", "-")
    text: str = BibliographyData({key: entry}).to_string("bibtex")
    return text.strip()


def _person(author: dict[str, str]) -> Person:
    """Return an author, who is a person or has one name as a group has."""
    if "name" in author:
        return Person(last=f"{{{author['name']}}}")
    return Person(first=author["given-names"], last=author["family-names"])


def pictures() -> str:
    """Return a table of the pictures and data of others: who made them, and their licences."""
    rows = [
        f"| {table['description']} | {table['credit']} | {_licence(table['licence'])} |"
        for kind in ("pictures", "datasets")
        for table in tables(kind).values()
    ]
    return "\n".join(["| what | from | licence |", "|---|---|---|", *rows])


def _licence(name: str) -> str:
    """Return a licence by its identifier in SPDX's list, or in words where that has none."""
    return name.removeprefix(UNNAMED).replace("-", " ") if name.startswith(UNNAMED) else name
