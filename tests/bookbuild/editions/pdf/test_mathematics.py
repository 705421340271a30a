"""Formulas become words of Typst's mathematical mode, and Typst takes them."""

import pytest
import typst
from math_core import LatexError

from bookbuild.editions.pdf.mathematics import formula

KINDS = {
    "x": "x",
    "12.5": '"12.5"',
    r"\mathrm{in}": '"in"',
    r"\mathrm{d}x": "upright(d)x",
    r"a_1": 'attach(a, b: "1")',
    r"a^2": 'attach(a, t: "2")',
    r"a_i^2": 'attach(a, b: i, t: "2")',
    r"f'": "attach(f, t: primes(#1))",
    r"\frac{a}{b}": "frac(a, b)",
    r"\tfrac{a}{b}": "inline(frac(a, b))",
    r"\sqrt{x}": "sqrt(x)",
    r"\sqrt[3]{x}": 'root("3", x)',
    r"\hat{x}": "accent(x, hat)",
    r"\overline{x}": "overline(x)",
    r"\underline{x}": "underline(x)",
    r"f(a, b)": r"f\(a\,b\)",
    r"a / b": r"a\/b",
    r"\left( a \right)": r"lr(\(a\))",
    r"\bigl( a": r"lr(\(, size: #1.2em)a",
    r"a \, b": "a#h(0.16666667em)b",
    r"\text{if } x": '"if\xa0"x',
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}": (
        r'lr(\(mat(delim: #none, align: #center, "1", "2"; "3", "4")\))'
    ),
    r"\begin{cases} 1 & x \\ 0 & y \end{cases}": (
        r'lr(\{mat(delim: #none, align: #left, "1", x; "0", y))'
    ),
    r"\begin{aligned} a &= b \\ &= c \end{aligned}": r"a & \=b \  & \=c",
}
DISPLAYED = {
    r"\sum_{i=0}^n i": r'attach(∑, b: i\="0", t: n)i',
    r"\min_i x": 'attach(limits("min"), b: i)#h(0.1667em)x',
    r"\operatorname{vec}(y)": r'"vec"\(y\)',
}


@pytest.mark.parametrize(("latex", "expected"), KINDS.items())
def test_each_kind_of_formula_is_translated(latex: str, expected: str) -> None:
    assert formula(latex, display=False) == expected


@pytest.mark.parametrize(("latex", "expected"), DISPLAYED.items())
def test_limits_stand_below_on_a_line_of_their_own(latex: str, expected: str) -> None:
    assert formula(latex, display=True) == expected


@pytest.mark.parametrize("latex", [*KINDS, *DISPLAYED])
def test_typst_takes_each_kind(latex: str) -> None:
    words = formula(latex, display=True)
    source = f"$ {words} $"
    assert typst.compile(source.encode(), format="svg", ignore_system_fonts=True)


def test_what_is_no_formula_is_an_error() -> None:
    with pytest.raises(LatexError):
        formula(r"\nosuchcommand", display=False)


def test_an_element_that_nobody_has_translated_is_named() -> None:
    with pytest.raises(ValueError, match="<menclose>"):
        formula(r"\cancel{x}", display=False)
