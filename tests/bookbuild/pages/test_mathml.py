"""Formulas are MathML in the page, and one that cannot be read is reported."""

import pytest
from docutils import nodes

from bookbuild.pages import mathml


def test_a_formula_becomes_mathml() -> None:
    node = nodes.math("", r"\frac{1}{2}")
    assert mathml._convert(node, display=False).startswith("<math>")
    assert 'display="block"' in mathml._convert(node, display=True)


def test_a_formula_that_cannot_be_read_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    warned = []
    monkeypatch.setattr(mathml.logger, "warning", lambda text, *args, **_: warned.append(args))
    mathml._convert(nodes.math("", r"\nosuchcommand{x}"), display=False)
    ((latex, _error),) = warned
    assert latex == r"\nosuchcommand{x}"
