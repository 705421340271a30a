"""Names that say nothing of what they hold do not come back."""

import ast
from collections.abc import Iterator

from tests.conftest import ROOT

VAGUE = {"one", "made", "told", "given", "ours"}
FOLDERS = ("src", "tests", "examples", "conf")


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
