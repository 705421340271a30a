"""The contract of every gallery script, read from its syntax: STYLE.md, cell by cell."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPTS = sorted((ROOT / "examples").glob("*/*.py"))
LONGEST = 130  # lines


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) > 30


def test_file_names_are_unique() -> None:
    assert [name for name, count in Counter(s.name for s in SCRIPTS).items() if count > 1] == []


def test_every_folder_serves_a_chapter() -> None:
    for folder in {script.parent for script in SCRIPTS}:
        assert (ROOT / "book" / f"{folder.name}.md").is_file()
        header = (folder / "GALLERY_HEADER.rst").read_text(encoding="utf-8")
        assert f":doc:`/{folder.name}`" in header


@pytest.fixture(params=SCRIPTS, ids=lambda script: script.stem)
def script(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def tree(script: Path) -> ast.Module:
    return ast.parse(script.read_text(encoding="utf-8"))


def called(tree: ast.AST) -> Counter[str]:
    """Count the calls in a tree by the name called, without what stands before the last dot."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            names.append(function.attr if isinstance(function, ast.Attribute) else
                         getattr(function, "id", ""))  # fmt: skip
    return Counter(names)


def imported(tree: ast.Module) -> dict[str, str]:
    """Return the names that a script imports, each with where it comes from."""
    names = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            names |= {(alias.asname or alias.name): alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {(a.asname or a.name): f"{node.module}.{a.name}" for a in node.names}
    return names


def test_name_and_length(script: Path) -> None:
    assert re.fullmatch(r"plot_[a-z0-9_]+\.py", script.name)
    assert len(script.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_docstring_has_title_formula_and_chapter(script: Path, tree: ast.Module) -> None:
    lines = (ast.get_docstring(tree) or "").splitlines()
    assert set(lines[1]) == {"="}
    assert len(lines[1]) >= len(lines[0])
    text = "\n".join(lines)
    assert ":math:" in text or ".. math::" in text
    assert re.search(rf":doc:`/{script.parent.name}\w*`", text)


def test_script_is_flat(tree: ast.Module) -> None:
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert len(functions) <= 1
    assert not any(isinstance(node, ast.ClassDef) for node in ast.walk(tree))
    source = ast.unparse(tree)
    assert "__main__" not in source
    assert "__file__" not in source


def test_script_draws_one_described_figure_in_the_book_s_style(tree: ast.Module) -> None:
    calls = called(tree)
    opened = re.findall(r"plt\.(?:subplots|figure|subplot_mosaic)\(", ast.unparse(tree))
    assert len(opened) == 1
    assert calls["describe"] == 1
    assert calls["show"] == 1
    assert "plt.style.use(plotting.STYLE)" in ast.unparse(tree)


def test_script_leaves_nothing_behind(tree: ast.Module) -> None:
    calls = called(tree)
    for forbidden in ("savefig", "imsave", "open", "write_text", "tight_layout", "set_random_seed"):
        assert not calls[forbidden], forbidden
    source = ast.unparse(tree)
    for seeding in ("np.random.seed", "random.seed", "tf.random.set_seed"):
        assert seeding not in source


def test_alt_text_is_written_from_the_data(tree: ast.Module) -> None:
    (call,) = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "describe"
    )
    values = [n for n in ast.walk(call.args[1]) if isinstance(n, ast.FormattedValue | ast.Name)]
    assert values, "the alt text holds no value of the script"


def test_script_shows_that_two_ways_agree(tree: ast.Module) -> None:
    checks = ("assert_allclose", "assert_array_equal", "assert_equal", "assert_array_less")
    assert sum(called(tree)[name] for name in checks) >= 1


def test_imports_are_used(script: Path, tree: ast.Module) -> None:
    names = imported(tree)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert set(names) <= used
    assert any(source.startswith("convbook.") for source in names.values())


def test_recorded_names_begin_with_the_script_s(script: Path, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "results.record":
            first = node.args[0]
            prefix = first.values[0] if isinstance(first, ast.JoinedStr) else first
            assert isinstance(prefix, ast.Constant)
            assert str(prefix.value).startswith(script.stem.removeprefix("plot_") + ".")


def test_script_ends_with_what_to_notice(script: Path) -> None:
    last = script.read_text(encoding="utf-8").split("# %%\n")[-1]
    assert "# What to notice" in last
    assert all(line.startswith("#") for line in last.splitlines() if line)
