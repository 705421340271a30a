"""A fingerprint moves with what a script reaches, and with nothing else."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookbuild.gallery import fingerprint
from bookbuild.gallery.fingerprint import Fingerprints, imported_names, of_modules, versions
from tests.conftest import ROOT


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a package in which `top` imports `bottom`, and `apart` nothing."""
    name = f"toybook_{tmp_path.name}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "bottom.py").write_text("X = 1\n", encoding="utf-8")
    (folder / "top.py").write_text(f"from {name} import bottom\nY = bottom.X\n", encoding="utf-8")
    (folder / "apart.py").write_text('FILE = "apart.toml"\n', encoding="utf-8")
    (folder / "apart.toml").write_text("a = 1\n", encoding="utf-8")
    fingerprint._graph.cache_clear()
    fingerprint._code_hash.cache_clear()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


@pytest.fixture
def script(package: Path, tmp_path: Path) -> Path:
    file = tmp_path / "plot_toy.py"
    file.write_text(f"import numpy\nfrom {package.name} import top\n", encoding="utf-8")
    return file


def of_script(package: Path, script: Path) -> str:
    return Fingerprints(package.name).of(script)


def of_top(package: Path, *libraries: str) -> str:
    """Return the fingerprint of `top` as a new process would."""
    fingerprint._graph.cache_clear()
    fingerprint._code_hash.cache_clear()
    return of_modules([f"{package.name}.top"], libraries)


def test_reach_follows_imports_through_modules(package: Path, script: Path) -> None:
    reached = Fingerprints(package.name).reach(script)
    assert reached == {package.name, f"{package.name}.top", f"{package.name}.bottom"}


def test_it_is_the_same_when_nothing_changed(package: Path, script: Path) -> None:
    assert of_script(package, script) == of_script(package, script)


@pytest.mark.parametrize(
    ("edited", "moves"),
    [("bottom.py", True), ("top.py", True), ("__init__.py", True), ("apart.py", False),
     ("apart.toml", False)],
)  # fmt: skip
def test_it_moves_with_what_is_reached(
    package: Path, script: Path, edited: str, moves: bool
) -> None:
    before = of_script(package, script)
    file = package / edited
    file.write_text(file.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    assert (of_script(package, script) != before) is moves


def test_it_moves_with_the_script_and_with_data_beside_a_module(
    package: Path, script: Path
) -> None:
    before = of_script(package, script)
    script.write_text(f"from {package.name} import apart\n", encoding="utf-8")
    with_data = of_script(package, script)
    assert with_data != before
    (package / "apart.toml").write_text("a = 2\n", encoding="utf-8")
    assert of_script(package, script) != with_data


def test_it_moves_with_the_releases(
    package: Path, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = of_script(package, script)
    monkeypatch.setattr("bookbuild.gallery.fingerprint.versions", lambda: "numpy 0.0")
    assert of_script(package, script) != before
    assert "numpy " in versions()


def test_modules_that_act_on_every_script_always_count(package: Path, script: Path) -> None:
    reached = Fingerprints(package.name, always=["apart"]).reach(script)
    assert f"{package.name}.apart" in reached


def test_whole_moves_with_every_module(package: Path) -> None:
    before = Fingerprints(package.name).whole()
    (package / "apart.toml").write_text("a = 2\n", encoding="utf-8")
    assert Fingerprints(package.name).whole() != before


def test_imports_anywhere_in_the_script_are_seen(tmp_path: Path) -> None:
    script = tmp_path / "plot_late.py"
    script.write_text("def f():\n    import convbook.kernels as k\n    return k\n", "utf-8")
    assert imported_names(script) == {"convbook.kernels"}


@pytest.fixture
def lookup(package: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the package a folder whose modules are loaded by name, and which `bottom` imports."""
    folder = package / "shapes"
    folder.mkdir()
    (folder / "__init__.py").write_text("NAMES = ('round',)\n", encoding="utf-8")
    (folder / "round.py").write_text("R = 1\n", encoding="utf-8")
    (package / "bottom.py").write_text(f"from {package.name} import shapes\n", encoding="utf-8")
    monkeypatch.setattr("bookbuild.gallery.fingerprint.LOOKUPS", (f"{package.name}.shapes",))
    return folder


def test_a_script_may_use_every_module_that_is_loaded_by_name(
    package: Path, script: Path, lookup: Path
) -> None:
    assert f"{package.name}.shapes.round" in Fingerprints(package.name).reach(script)


def test_all_files_of_a_kind_count_beside_a_module_that_says_so(
    package: Path, script: Path
) -> None:
    (package / "bottom.py").write_text("FILES = '*.json'\n", encoding="utf-8")
    before = of_script(package, script)
    (package / "any.json").write_text("{}", encoding="utf-8")
    assert of_script(package, script) != before


def test_finding_a_source_imports_nothing(package: Path) -> None:
    inner = package / "heavy"
    inner.mkdir()
    (inner / "__init__.py").write_text("raise RuntimeError('imported')\n", encoding="utf-8")
    (inner / "part.py").write_text("", encoding="utf-8")
    assert fingerprint.source(f"{package.name}.heavy.part") == inner / "part.py"
    assert fingerprint.source(f"{package.name}.heavy") == inner / "__init__.py"
    with pytest.raises(ModuleNotFoundError, match="no source file"):
        fingerprint.source(f"{package.name}.nothing")


@pytest.mark.parametrize(
    ("edited", "text", "moves"),
    [
        ("bottom.py", "X = 2\n", True),
        ("top.py", "from {name} import bottom\nY = -bottom.X\n", True),
        ("bottom.py", '"""What it is."""\n\nX = 1  # why\n', False),
        ("bottom.py", "X = \\\n    1\n", False),
        ("apart.py", "Z = 3\n", False),
        ("__init__.py", "from {name} import apart\n__all__ = ['apart']\n", False),
    ],
)
def test_that_of_modules_moves_with_code_alone(
    package: Path, edited: str, text: str, moves: bool
) -> None:
    before = of_top(package)
    (package / edited).write_text(text.format(name=package.name), encoding="utf-8")
    assert (of_top(package) != before) is moves


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ('"""More."""\nfrom {name}.inner.part import P\n__all__ = ["P"]\n', False),
        ("from {name}.inner.part import P\nP += 1\n", True),
        ("from {name}.inner.part import P\nimport {name}.apart\n", True),
    ],
)
def test_that_of_modules_passes_over_what_only_re_exports(
    package: Path, text: str, moves: bool
) -> None:
    inner = package / "inner"
    inner.mkdir()
    (inner / "part.py").write_text("P = 1\n", encoding="utf-8")
    first = f"from {package.name}.inner.part import P\n"
    (inner / "__init__.py").write_text(first, encoding="utf-8")
    (package / "top.py").write_text(f"from {package.name} import inner\n", encoding="utf-8")
    before = of_top(package)
    (inner / "__init__.py").write_text(text.format(name=package.name), encoding="utf-8")
    assert (of_top(package) != before) is moves
    (inner / "part.py").write_text("P = 2\n", encoding="utf-8")
    assert of_top(package) != before


def test_that_of_modules_is_told_what_is_loaded_by_name(package: Path, lookup: Path) -> None:
    before = of_top(package)
    (lookup / "__init__.py").write_text("NAMES = ('round', 'square')\n", encoding="utf-8")
    (lookup / "square.py").write_text("S = 1\n", encoding="utf-8")
    assert of_top(package) == before
    named = [f"{package.name}.top", f"{package.name}.shapes.square"]
    assert of_modules(named, ()) != before


def test_that_of_modules_moves_with_the_releases_it_is_asked_for(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without, with_numpy = of_top(package), of_top(package, "numpy")
    assert without != with_numpy
    assert of_top(package, "numpy", "no-such-library") == with_numpy
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.0")
    assert of_top(package) == without
    assert of_top(package, "numpy") != with_numpy


def test_that_of_modules_refuses_what_is_not_there(package: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match="no module"):
        of_modules([f"{package.name}.nothing"], ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(a, b): ...", "def f(a, *, b): ..."),
        ("def f(a=None): ...", "def f(a): ..."),
        ("{**x}", "{x: x}"),
        ("f'{x:.2f}'", "f'{x:.3f}'"),
        ("x = '1'", "x = 1"),
        ("return_ = None", "return_ = ()"),
        ("if x:\n    y()\nelse:\n    z()", "if x:\n    y()\n    z()"),
    ],
)
def test_different_code_differs(one: str, other: str) -> None:
    assert fingerprint.code_of(ast.parse(one)) != fingerprint.code_of(ast.parse(other))


def test_the_book_s_own_scripts_know_whether_they_use_tensorflow() -> None:
    prints = Fingerprints(always=["sphinxext.scraper"])
    heavy = re.compile(
        r"^(from|import) .*\b(tensorflow|keras|layers|models|training|interpretability|pretrained"
        r"|parallel)\b",
        re.M,
    )
    for script in sorted((ROOT / "examples").glob("*/plot_*.py")):
        uses = prints.uses(script, "tensorflow") or prints.uses(script, "keras")
        assert uses is bool(heavy.search(script.read_text(encoding="utf-8"))), script.name
