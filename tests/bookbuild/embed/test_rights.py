"""What the page for teachers shows of CITATION.cff and of the registry of data."""

from pybtex.database import parse_string

from bookbuild.embed.rights import bibtex, pictures
from tests.conftest import ROOT

CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_entry_is_what_the_book_is_cited_by() -> None:
    entry = parse_string(bibtex(CITATION, "https://example.org/book"), "bibtex").entries
    assert list(entry) == ["convolutions-in-tensorflow"]
    cited = entry["convolutions-in-tensorflow"]
    assert cited.fields["title"] == "{Convolutions in TensorFlow}"
    assert cited.fields["url"] == "https://example.org/book"
    assert str(cited.persons["author"][0]) == "{The authors of Convolutions in TensorFlow}"
    assert "url" not in bibtex(CITATION)


def test_persons_are_cited_by_their_names() -> None:
    group = "  - name: The authors of Convolutions in TensorFlow"
    persons = (
        "  - {given-names: Ada, family-names: Lovelace}\n  - {given-names: A, family-names: B}"
    )
    assert 'author = "Lovelace, Ada and B, A"' in bibtex(CITATION.replace(group, persons))


def test_the_table_has_everybody_whose_pictures_are_shown() -> None:
    table = pictures()
    assert "| Chelsea the cat, face and front paws | Stéfan van der Walt | CC0-1.0 |" in table
    assert "| NASA | public domain |" in table
    assert len(table.splitlines()) == 2 + 5 + 2
