"""A fingerprint moves with what a script reaches, and with nothing else."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bookbuild.gallery import fingerprint
from bookbuild.gallery.fingerprint import Fingerprints, code_hash, imported_names
from tests.conftest import ROOT

SCRIPT = "import numpy\nfrom convbook import kernels\n"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "plot_toy.py"
    file.write_text(SCRIPT, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the sources, so that they can be edited."""
    folder = tmp_path_factory.mktemp("checkout") / "src"
    shutil.copytree(ROOT / "src", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def prints_in(sources: Path, script: Path) -> tuple[str, str]:
    """Return the fingerprint of a script and that of the package, as a new process finds them."""
    code = (
        "import sys; from pathlib import Path\n"
        "from bookbuild.gallery.fingerprint import Fingerprints\n"
        "prints = Fingerprints(); print(prints.of(Path(sys.argv[1])), prints.package())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(script)], env={"PYTHONPATH": str(sources)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, second = done.stdout.split()
    return first, second


@pytest.mark.parametrize(
    ("edited", "text", "script_moves", "package_moves"),
    [
        ("convbook/kernels/classical.py", "\nX = 1\n", True, True),
        ("convbook/kernels/classical.py", "\n# A comment.\n", False, False),
        ("convbook/__init__.py", "\nX = 1\n", True, True),
        ("convbook/training/loop.py", "\nX = 1\n", False, True),
        ("convbook/plotting/convbook.mplstyle", "\nfont.size: 11\n", False, True),
        ("bookbuild/gallery/scraper.py", "\nX = 1\n", True, False),
        ("bookbuild/gallery/scraper.py", "\n# A comment.\n", False, False),
        ("bookbuild/embed/figures.py", "\nX = 1\n", False, False),
    ],
)
def test_it_moves_with_the_code_that_is_reached(
    sources: Path, script: Path, edited: str, text: str, script_moves: bool, package_moves: bool
) -> None:
    before = prints_in(sources, script)
    file = sources / edited
    original = file.read_text(encoding="utf-8")
    file.write_text(original + text, encoding="utf-8")
    try:
        after = prints_in(sources, script)
    finally:
        file.write_text(original, encoding="utf-8")
    assert (after[0] != before[0], after[1] != before[1]) == (script_moves, package_moves)


def test_it_moves_with_the_script_to_the_byte_and_with_what_else_it_is_made_of(
    script: Path,
) -> None:
    prints = Fingerprints()
    before = prints.of(script)
    assert Fingerprints().of(script) == before
    assert prints.of(script, "weights") != before
    script.write_text(f"{SCRIPT}# A comment, which the page shows.\n", encoding="utf-8")
    assert prints.of(script) != before


def test_it_moves_with_the_releases(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Fingerprints().of(script), Fingerprints().package()
    monkeypatch.setattr(fingerprint, "releases", lambda: "numpy 0.0")
    assert Fingerprints().of(script) != before[0]
    assert Fingerprints().package() != before[1]


def test_imports_anywhere_in_the_script_are_seen(tmp_path: Path) -> None:
    script = tmp_path / "plot_late.py"
    script.write_text("def f():\n    import convbook.kernels as k\n    return k\n", "utf-8")
    assert imported_names(script) == {"convbook.kernels"}


def test_a_script_may_use_every_network_that_is_loaded_by_name(tmp_path: Path) -> None:
    script = tmp_path / "plot_net.py"
    script.write_text("from convbook import models\n", encoding="utf-8")
    assert Fingerprints().uses(script, "convbook.models.small.lenet5")
    assert not Fingerprints().uses(script, "convbook.training")


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ('"""More."""\n\nX = 1  # why\n', False),
        ("X = \\\n    1\n", False),
        ("X = 2\n", True),
        ("X = '1'\n", True),
    ],
)
def test_the_hash_of_a_module_is_that_of_its_code(tmp_path: Path, text: str, moves: bool) -> None:
    file = tmp_path / "module.py"
    file.write_text("X = 1\n", encoding="utf-8")
    before = code_hash(file)
    file.write_text(text, encoding="utf-8")
    assert (code_hash(file) != before) is moves


def test_the_data_that_a_module_names_count(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text('DATA = ("*.json", "table.toml")\n', encoding="utf-8")
    hashes = {code_hash(file)}
    for name, counts in (("a.json", True), ("table.toml", True), ("other.toml", False)):
        (tmp_path / name).write_text("1", encoding="utf-8")
        assert (code_hash(file) not in hashes) is counts, name
        hashes.add(code_hash(file))


def test_every_data_file_of_the_package_is_named_by_the_module_beside_it() -> None:
    named, there = set(), set()
    for file in (ROOT / "src" / "convbook").rglob("*"):
        if file.suffix == ".py":
            pattern = re.search(r"^DATA = \(\"(.*)\",\)", file.read_text(encoding="utf-8"), re.M)
            named |= set(file.parent.glob(pattern[1])) if pattern else set()
        elif file.is_file() and file.suffix != ".pyc" and file.name != "py.typed":
            there.add(file)
    assert there
    assert named == there


def test_the_book_s_own_scripts_know_whether_they_use_tensorflow() -> None:
    prints = Fingerprints()
    heavy = re.compile(
        r"^(from|import) .*\b(tensorflow|keras|layers|models|training|interpretability"
        r"|pretrained|quantization)\b",
        re.M,
    )
    for script in sorted((ROOT / "examples").glob("*/plot_*.py")):
        uses = prints.uses(script, "tensorflow", "keras")
        assert uses is bool(heavy.search(script.read_text(encoding="utf-8"))), script.name
