"""The rooms of the package and the direction of its imports, as pyproject.toml states them."""

import subprocess
import sys

from tests.conftest import ROOT


def test_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as f; f()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_configuration_of_sphinx_stays_a_configuration() -> None:
    text = (ROOT / "conf" / "conf.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    assert "def " not in text
    assert "lambda" not in text


def test_no_module_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "src").rglob("*.py")
    }
    assert {name: lines for name, lines in lengths.items() if lines > 450} == {}
