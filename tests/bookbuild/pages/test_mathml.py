"""Formulas are MathML in the page, and one that cannot be read is reported."""

import pytest
from docutils import nodes
from docutils.utils import new_document

from bookbuild.pages import mathml


def test_a_formula_becomes_mathml() -> None:
    node = nodes.math("", r"\frac{1}{2}")
    assert mathml._convert(node, display=False).startswith("<math>")
    assert 'display="block"' in mathml._convert(node, display=True)


def test_no_line_begins_with_the_point_after_a_formula() -> None:
    sentence = nodes.paragraph(
        "", "", nodes.Text("With "), nodes.math("", "x"), nodes.Text("), so")
    )
    last = nodes.paragraph("", "", nodes.math("", "y"), nodes.Text(" follows"), nodes.math("", "z"))
    document = new_document("")
    document += [sentence, last]
    mathml.KeepPunctuation(document).run()
    [kept] = document.findall(nodes.inline)
    assert kept.astext() == "x),"
    assert sentence.astext() == "With x), so"
    assert last.astext() == "y followsz"


def test_a_formula_that_cannot_be_read_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    warned = []
    monkeypatch.setattr(mathml.logger, "warning", lambda text, *args, **_: warned.append(args))
    mathml._convert(nodes.math("", r"\nosuchcommand{x}"), display=False)
    ((latex, _error),) = warned
    assert latex == r"\nosuchcommand{x}"
