"""A fingerprint moves with what a script reaches, and with nothing else."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from convbook.sphinxext.fingerprint import Fingerprints, imported_names, versions
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
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


@pytest.fixture
def script(package: Path, tmp_path: Path) -> Path:
    file = tmp_path / "plot_toy.py"
    file.write_text(f"import numpy\nfrom {package.name} import top\n", encoding="utf-8")
    return file


def fingerprint(package: Path, script: Path) -> str:
    return Fingerprints(package.name).of(script)


def test_reach_follows_imports_through_modules(package: Path, script: Path) -> None:
    reached = Fingerprints(package.name).reach(script)
    assert reached == {package.name, f"{package.name}.top", f"{package.name}.bottom"}


def test_it_is_the_same_when_nothing_changed(package: Path, script: Path) -> None:
    assert fingerprint(package, script) == fingerprint(package, script)


@pytest.mark.parametrize(
    ("edited", "moves"),
    [("bottom.py", True), ("top.py", True), ("__init__.py", True), ("apart.py", False),
     ("apart.toml", False)],
)  # fmt: skip
def test_it_moves_with_what_is_reached(
    package: Path, script: Path, edited: str, moves: bool
) -> None:
    before = fingerprint(package, script)
    file = package / edited
    file.write_text(file.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    assert (fingerprint(package, script) != before) is moves


def test_it_moves_with_the_script_and_with_data_beside_a_module(
    package: Path, script: Path
) -> None:
    before = fingerprint(package, script)
    script.write_text(f"from {package.name} import apart\n", encoding="utf-8")
    with_data = fingerprint(package, script)
    assert with_data != before
    (package / "apart.toml").write_text("a = 2\n", encoding="utf-8")
    assert fingerprint(package, script) != with_data


def test_it_moves_with_the_releases(
    package: Path, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(package, script)
    monkeypatch.setattr("convbook.sphinxext.fingerprint.versions", lambda: "numpy 0.0")
    assert fingerprint(package, script) != before
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


def test_the_book_s_own_scripts_know_whether_they_use_tensorflow() -> None:
    prints = Fingerprints(always=["sphinxext.scraper"])
    for script in sorted((ROOT / "examples").glob("*/plot_*.py")):
        text = script.read_text(encoding="utf-8")
        uses = "import tensorflow" in text or "import layers" in text
        assert prints.uses(script, "tensorflow") is uses, script.name
