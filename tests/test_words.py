"""Names that say nothing of what they hold do not come back, nor does private idiom."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

VAGUE = {"one", "made", "told", "given", "ours"}
FOLDERS = ("src", "tests", "examples", "conf")

# What the prose once said, as a pattern in which a space is any white space, and what to write.
PHRASES = {
    r"\bthousand million\b": "billion",
    r"\bdear(?:er|est)?\b": "expensive",
    r"\bthe way (?:back|there)\b": "the backward or forward pass, the inverse",
    r"(?<!depends\s)\bon the mean\b(?! of)": "on average",
    r"\bin the place of\b": "in place of",
    r"\bweighed by\b": "weighted by",
    r"\bshall\b": "should, must",
    r"\b(?:a|an|the|its|own|of|with|from|default|whose|their) deviation\b(?! from)": (
        "standard deviation"
    ),
    r"\bbehind (?:an?|the|each|every|its) (?:\w+ )?"
    r"(?:ReLU|pooling|convolution|normalization|kernels?|concatenation|head|layer|mean)\b": "after",
    r"\b(?:ReLU|pooling|layer|normalization|classifier|convolution) behind\b": "after",
    r"\b(?:digits|pictures) trained with\b": "training digits, training pictures",
    r"\b(?:one|numbers?|maps|bias|sum|points|row|column|products?|multiplications|inputs)"
    r" an? (?:class|channel|map|group|layer|output|pixel|unit|branch|module|kernel|digit|network"
    r"|picture|patch|step|call|worker|angle)\b": "per, for each",
    r"\bg(?:ives?|ave|iving) out\b": "return, compute",
    r"\bhand(?:s|ed|ing) on\b": "pass on",
    r"\bunless told otherwise\b": "by default",
    r"\bsa(?:ys?|id) a word\b": "warn",
    r"\bquietly\b": "without a warning",
    r"\bwhispers?\b": "weak, faint",
    r"\bloud(?:er|est|ly)\b": "larger, largest",
    r"\bsecond opinion\b": "another estimate",
    r"\bboth ways round\b": "then with the roles exchanged",
    r"\bover-read\b": "overinterpreted",
    r"\bin turns\b": "alternately, in turn",
    r"\b(?:can|to) be had\b": "there is, can be obtained",
    r"\bas one likes\b": "as you like",
    r"(?<=\.) Who \w+s\b[^.?]*\.": "if you, whoever",
}
PATTERNS = {
    re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE): instead
    for pattern, instead in PHRASES.items()
}


def vague_names(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of what Python code names with one of the vague words.

    What is imported has the name that others gave it, such as Hypothesis's ``given``.
    """
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                pass
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                pass
            case _:
                continue
        if name.strip("_") in VAGUE:
            yield node.lineno, name


def idioms(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line and words of each such phrase, and what to write instead."""
    text = re.sub(r"^# ", "  ", text, flags=re.M)  # a phrase can go on in the next comment line
    for pattern, instead in PATTERNS.items():
        for found in pattern.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield line, " ".join(found.group().split()), instead


def test_each_way_to_name_is_seen() -> None:
    text = """
from hypothesis import given
def one(told, *, count=0): ...
class made: ...
ours = [_one for _one in range(3)]
self.given = ours
one(count=ours)
with_one = self.one
"""
    found = [(3, "one"), (3, "told"), (4, "made"), (5, "ours"), (5, "_one"), (6, "given")]
    assert sorted(vague_names(text)) == sorted(found)


def test_names_say_what_they_hold() -> None:
    files = [ROOT / "noxfile.py", *(f for name in FOLDERS for f in (ROOT / name).rglob("*.py"))]
    assert len(files) > 300
    found = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for file in files
        for line, name in vague_names(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "phrase", "instead"),
    [
        ("A GMAC is a\nthousand million.", "thousand million", "billion"),
        ("# rows with a\n# deviation of 1", "a deviation", "standard deviation"),
        ("Unless told otherwise it", "Unless told otherwise", "by default"),
        ("It holds one number a map.", "number a map", "per, for each"),
        ("It is zero behind the first ReLU.", "behind the first ReLU", "after"),
        ("It is. Who looks sees more.", "Who looks sees more.", "if you, whoever"),
    ],
)
def test_idiom_is_seen_across_lines(text: str, phrase: str, instead: str) -> None:
    assert [found[1:] for found in idioms(text)] == [(phrase, instead)]


@pytest.mark.parametrize(
    "text",
    [
        "a standard\ndeviation of 1",
        "It depends on the mean.",
        "Read a row: the pixels behind an output.",
        "It is sharp. Who looks twice? Nobody.",
    ],
)
def test_plain_prose_is_left_alone(text: str) -> None:
    assert list(idioms(text)) == []


def test_prose_has_the_terms_of_its_field() -> None:
    files = [*(ROOT / "book").glob("*.md"), *(ROOT / "examples").glob("*/plot_*.py")]
    assert len(files) > 200
    found = [
        f"{file.relative_to(ROOT)}:{line}: for {phrase!r} write {instead}"
        for file in files
        for line, phrase, instead in idioms(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n" + "\n".join(found)
