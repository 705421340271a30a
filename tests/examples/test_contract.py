"""The contract of every gallery script, read from its syntax."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPTS = sorted((ROOT / "examples").glob("*/*.py"))
LONGEST = 130  # lines
OPENING = {"plt.subplots", "plt.figure", "plt.subplot_mosaic"}
COMPARING = {"assert_allclose", "assert_array_equal", "assert_equal", "assert_array_less"}
# The style lays out; the build saves the figure and seeds.
# Colour maps whose equal steps are no equal steps of lightness or hue.
RAINBOWS = {"hsv", "jet", "rainbow", "gist_rainbow", "nipy_spectral", "turbo"}
FORBIDDEN = {"savefig", "imsave", "open", "write_text", "tight_layout", "set_random_seed", "seed",
             "set_seed"}  # fmt: skip


def violations(script: Path, text: str) -> Iterator[str]:
    """Say what the text of a script has against the contract."""
    if not re.fullmatch(r"plot_[a-z0-9_]+\.py", script.name):
        yield "the name is not plot_ and a noun"
    lines = text.splitlines()
    if len(lines) > LONGEST:
        yield f"{len(lines)} lines, of at most {LONGEST}"
    if "__main__" in text or "__file__" in text:
        yield "a script is not a module: no __main__, no __file__"
    closing = text.split("# %%\n")[-1]
    if "# What to notice" not in closing or re.search(r"^[^#\n]", closing, re.MULTILINE):
        yield "does not end with a text cell, What to notice"
    tree = ast.parse(text)
    yield from _docstring_violations(script, ast.get_docstring(tree) or "")
    yield from _code_violations(script, tree)


def _docstring_violations(script: Path, docstring: str) -> Iterator[str]:
    title, underline, *_ = [*docstring.splitlines(), "", ""]
    if set(underline) != {"="} or len(underline) < len(title):
        yield "the docstring does not begin with a title"
    if ":math:" not in docstring and ".. math::" not in docstring:
        yield "the docstring has no formula"
    if not re.search(rf":doc:`/{script.parent.name}\w*`", docstring):
        yield "the docstring has no link to its chapter"


def _code_violations(script: Path, tree: ast.Module) -> Iterator[str]:
    nodes = list(ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    paths = [ast.unparse(call.func) for call in calls]
    called = Counter(path.rpartition(".")[-1] for path in paths)
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    if sum(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in nodes) > 1:
        yield "more than one function"
    if any(isinstance(node, ast.ClassDef) for node in nodes):
        yield "a class"
    if not any(re.match(r"convbook\b", node.module or "") for node in imports):
        yield "imports nothing from convbook"
    if (opened := sum(path in OPENING for path in paths)) != 1:
        yield f"opens {opened} figures, not one"
    if called["show"] != 1:
        yield f"shows {called['show']} figures, not one"
    if "plt.style.use(plotting.STYLE)" not in map(ast.unparse, calls):
        yield "not in the book's style: plt.style.use(plotting.STYLE)"
    if not COMPARING & called.keys():
        yield "no second way that agrees: np.testing.assert_allclose"
    strings = {node.value for node in nodes if isinstance(node, ast.Constant)}
    for name in sorted(RAINBOWS & strings):
        yield f"draws with the colours of {name}"
    for name in sorted(FORBIDDEN & called.keys()):
        yield f"calls {name}"
    described = [call for call, path in zip(calls, paths, strict=True) if path.endswith("describe")]
    if len(described) != 1:
        yield f"describes {len(described)} figures, not one"
    for call in described:
        if not any(isinstance(n, ast.FormattedValue | ast.Name) for n in ast.walk(call.args[1])):
            yield "the alternative text holds no value of the script"
    prefix = script.stem.removeprefix("plot_") + "."
    for call in (c for c, path in zip(calls, paths, strict=True) if path == "results.record"):
        if not re.match(rf"f?['\"]{re.escape(prefix)}", ast.unparse(call.args[0])):
            yield f"records {ast.unparse(call.args[0])}, not {prefix}..."


def test_every_script_keeps_the_contract() -> None:
    assert len(SCRIPTS) > 30
    found = [
        f"{script.name}: {violation}"
        for script in SCRIPTS
        for violation in violations(script, script.read_text(encoding="utf-8"))
    ]
    assert not found, "\n" + "\n".join(found)


GOOD = '''"""
A title
=======

The sum :math:`a + b`; see :doc:`/convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results

total = np.sum([1, 2])
np.testing.assert_equal(total, 3)
results.record("sum.total", total)
results.record(f"sum.{total}", total)

# %%
plt.style.use(plotting.STYLE)
figure, ax = plt.subplots()
plotting.describe(figure, f"The sum is {total}.")
plt.show()

# %%
# What to notice
# --------------
# It is three.
'''


def broken(old: str, new: str, name: str = "plot_sum.py") -> list[str]:
    assert old in GOOD
    return list(violations(Path("convolution", name), GOOD.replace(old, new)))


def test_a_good_script_is_not_blamed() -> None:
    assert broken("", "") == []


@pytest.mark.parametrize(
    ("old", "new", "violation"),
    [
        ("=======\n", "===\n", "the docstring does not begin with a title"),
        (":math:`a + b`", "a + b", "the docstring has no formula"),
        ("/convolution", "/pooling", "the docstring has no link to its chapter"),
        ("# It is three.", "# It is three.\nprint(total)", "does not end with a text cell"),
        ("# What to notice", "# What", "does not end with a text cell"),
        ("total = ", "def f(): ...\ndef g(): ...\ntotal = ", "more than one function"),
        ("total = ", "class Sum: ...\ntotal = ", "a class"),
        ("total = ", "if __name__ == '__main__': ...\ntotal = ", "a script is not a module"),
        ("total = ", "\n" * 130 + "total = ", "157 lines, of at most 130"),
        ("from convbook import", "from elsewhere import", "imports nothing from convbook"),
        ("plt.show()", "plt.set_cmap('jet')\nplt.show()", "draws with the colours of jet"),
        ("plt.show()", "plt.figure()\nplt.show()", "opens 2 figures, not one"),
        ("plt.show()", "", "shows 0 figures, not one"),
        ("plt.show()", "figure.savefig('a.png')\nplt.show()", "calls savefig"),
        ("plt.show()", "np.random.seed(1)\nplt.show()", "calls seed"),
        ("plt.style.use(plotting.STYLE)", "", "not in the book's style"),
        ("np.testing.assert_equal(total, 3)", "", "no second way that agrees"),
        ("plotting.describe(figure, f\"The sum is {total}.\")", "", "describes 0 figures, not one"),
        ("{total}.\")", "three.\")", "the alternative text holds no value of the script"),
        ("\"sum.total\"", "\"total\"", "records 'total', not sum."),
        ("f\"sum.{total}\"", "f\"{total}\"", "records f'{total}', not sum."),
    ],
)  # fmt: skip
def test_each_violation_is_named(old: str, new: str, violation: str) -> None:
    found = broken(old, new)
    assert len(found) == 1
    assert found[0].startswith(violation)


def test_a_name_that_no_gallery_takes_is_a_violation() -> None:
    assert "the name is not plot_ and a noun" in broken("", "", "Sum.py")


def test_file_names_are_unique() -> None:
    assert [name for name, count in Counter(s.name for s in SCRIPTS).items() if count > 1] == []


def test_every_folder_serves_a_chapter() -> None:
    folders = {script.parent for script in SCRIPTS}
    assert {
        folder for folder in folders if not (ROOT / "book" / f"{folder.name}.md").is_file()
    } == set()
    headers = {f.name: (f / "GALLERY_HEADER.rst").read_text(encoding="utf-8") for f in folders}
    assert [name for name, text in headers.items() if f":doc:`/{name}`" not in text] == []
