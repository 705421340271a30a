r"""Formulas as Typst writes them, from the MathML that the site's pages show.

What stands in an element becomes words of Typst's mathematical mode. Characters are escaped, so
that none of them is read as syntax; spaces around operators are Typst's own.
"""

import html
import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from math_core import LatexToMathML

from bookbuild.editions.pdf.typst import string

ACCENTS = {"ˆ": "hat", "˜": "tilde", "→": "arrow", "˙": "dot", "¨": "dot.double"}
LINES = {*"‾_¯\u0332"}
BRACES = {*"⏞⏟"}
PRIMES = {"′": 1, "″": 2, "‴": 3}
WITH_LIMITS = {*"∑∏⋃⋂⨁⨂"}  # Typst sets theirs below a line of its own, beside within a line
DELIMITERS = {*"([{⟨⌊⌈)]}⟩⌋⌉"}
INVISIBLE = {*"\u2061\u2062\u2063\u2064"}
NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z]\w*;")

_converter = LatexToMathML(annotation=False)


def formula(latex: str, *, display: bool) -> str:
    """Return a formula in LaTeX as words of Typst's mathematical mode.

    Raises
    ------
    LatexError
        If it is no LaTeX.
    ValueError
        If it has an element that nobody has translated so far.
    """
    mathml = _converter.convert_with_local_state(latex, displaystyle=display)
    return row(ElementTree.fromstring(NAMED.sub(lambda name: html.unescape(name[0]), mathml)))


def row(element: Element) -> str:
    """Return the children of an element side by side, between delimiters that grow if any do."""
    children = list(element)
    words = joined(_words(children))
    grows = any(_grows(child) for child in (*children[:1], *children[-1:]))
    return f"lr({words})" if grows and len(children) > 1 else words


def joined(words: Iterable[str]) -> str:
    """Return words without spaces but where two would become one: Typst shows some spaces."""
    text = ""
    for word in filter(None, words):
        text += " " * (text[-1:].isalnum() and word[0].isalnum()) + word
    return text


def _words(children: list[Element]) -> Iterator[str]:
    for place, child in enumerate(children):
        inside = 0 < place < len(children) - 1
        yield f"mid({_operator(child)})" if _grows(child) and inside else term(child)


def term(element: Element) -> str:
    """Return one element."""
    match element.tag, list(element):
        case "mrow" | "mstyle" | "math", _:
            return row(element)
        case "mi", []:
            return _identifier(element)
        case "mn" | "mtext", []:
            return string(element.text or "")
        case "mo", []:
            return _operator(element)
        case "mspace", []:
            return _space(element.get("width"))
        case "mpadded", _:
            return row(element)
        case "mfrac", [above, below]:
            fraction = f"frac({term(above)}, {term(below)})"
            smaller = element.get("displaystyle") == "false"
            return f"inline({fraction})" if smaller else fraction
        case "msqrt", _:
            return f"sqrt({row(element)})"
        case "mroot", [radicand, index]:
            return f"root({term(index)}, {term(radicand)})"
        case "msub", [base, below]:
            return _attached(base, b=below)
        case "msup", [base, above]:
            return _attached(base, t=above)
        case "msubsup", [base, below, above]:
            return _attached(base, b=below, t=above)
        case "munder", [base, below]:
            return _over_or_under(base, below, above=False) or _attached(base, limits=True, b=below)
        case "mover", [base, above]:
            return _over_or_under(base, above, above=True) or _attached(base, limits=True, t=above)
        case "munderover", [base, below, above]:
            return _attached(base, limits=True, b=below, t=above)
        case "mtable", rows:
            return _table(element, [list(cells) for cells in rows])
    raise ValueError(f"has <{element.tag}>, which has no translation to Typst")


def _identifier(element: Element) -> str:
    text = element.text or ""
    if len(text) > 1:
        return string(text)
    return f"upright({escaped(text)})" if element.get("mathvariant") else escaped(text)


def _operator(element: Element) -> str:
    text = element.text or ""
    if text in INVISIBLE or text[0].isalpha():  # the name of a function, and what follows it
        before, after = (_space(element.get(side)) for side in ("lspace", "rspace"))
        return before + ("" if text in INVISIBLE else string(text)) + after
    written = escaped(text)
    if size := element.get("minsize"):
        written = f"lr({written}, size: #{size})"
    if place := {"prefix": "opening", "postfix": "closing"}.get(element.get("form", "")):
        return f'class("{place}", {written})'
    return written


def _space(width: str | None) -> str:
    return f"#h({width})" if width and width != "0" else ""


def _grows(element: Element) -> bool:
    """Say whether an element is a delimiter as high as what stands between it and its twin."""
    text = element.text or ""
    if element.tag != "mo" or element.get("minsize"):
        return False
    return element.get("stretchy", str(text in DELIMITERS).lower()) == "true"


def _attached(base: Element, *, limits: bool = False, **scripts: Element) -> str:
    """Return an element with others above or below it, or beside it."""
    large = (base.text or "") in WITH_LIMITS
    kernel = term(base) or '""'
    if limits != large:
        kernel = f"{'limits' if limits else 'scripts'}({kernel})"
    parts = [f"{place}: {_script(script)}" for place, script in scripts.items()]
    return f"attach({', '.join([kernel, *parts])})"


def _script(element: Element) -> str:
    primes = PRIMES.get(element.text or "") if element.tag == "mo" else None
    return f"primes(#{primes})" if primes else term(element)


def _over_or_under(base: Element, mark: Element, *, above: bool) -> str | None:
    """Return an element with an accent, or with a line or brace of its width; None if neither."""
    text = mark.text or ""
    side = "over" if above else "under"
    if text in LINES | BRACES:
        return f"{side}{'brace' if text in BRACES else 'line'}({term(base)})"
    if text in ACCENTS:
        return f"accent({term(base)}, {ACCENTS[text]})"
    return None


def _table(table: Element, rows: list[list[Element]]) -> str:
    """Return a matrix, or equations that stand below each other, aligned at their relations."""
    written = [[row(cell) for cell in cells] for cells in rows]
    styles = {cell.get("style", "").partition(";")[0] for cells in rows for cell in cells}
    if "text-align: right" in styles:
        lines = " \\ ".join(" & ".join(cells) for cells in written)
        return lines if table.get("displaystyle") == "true" else f"inline({lines})"
    align = "left" if "text-align: left" in styles else "center"
    lines = "; ".join(", ".join(cells) for cells in written)
    return f"mat(delim: #none, align: #{align}, {lines})"


def escaped(text: str) -> str:
    """Return characters that are read as no syntax of mathematical mode."""
    syntax = (char in DELIMITERS or (char.isascii() and not char.isalnum()) for char in text)
    return "".join(rf"\{char}" if known else char for char, known in zip(text, syntax, strict=True))
