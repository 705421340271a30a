"""What readers install: convbook alone, and nothing of what builds the site."""

import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

from bookbuild.gallery.fingerprint import imported_names
from tests.conftest import ROOT

BUILDER = {"bookbuild", "grimp", "jupyter_cache", "myst_nb", "sphinx", "sphinx_gallery"}
IMPORTS = f"""
import importlib, sys

class Refuses:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {BUILDER}:
            raise ImportError(f"a reader has no {{name}}")

sys.meta_path.insert(0, Refuses)
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
print(sys.modules["convbook"].__file__)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the wheel's files."""
    folder = tmp_path_factory.mktemp("wheel")
    [file] = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder / "files")
    return folder / "files"


def files(folder: Path) -> set[Path]:
    """Return the files below a folder, without what Python compiles."""
    found = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {file for file in found if "__pycache__" not in file.parts}


def test_the_wheel_holds_all_of_convbook_and_nothing_else(unpacked: Path) -> None:
    package, information = sorted(unpacked.iterdir())
    assert package.name == "convbook"
    assert information.suffix == ".dist-info"
    assert files(package) == files(ROOT / "src" / "convbook")


def test_what_builds_the_site_is_required_for_the_extra_alone(unpacked: Path) -> None:
    metadata = message_from_string(next(unpacked.glob("*.dist-info/METADATA")).read_text("utf-8"))
    lines = map(Requirement, metadata.get_all("Requires-Dist"))
    required = {
        line.name for line in lines if line.marker is None or line.marker.evaluate({"extra": ""})
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    book = {Requirement(line).name for line in project["optional-dependencies"]["book"]}
    assert {"numpy", "matplotlib"} <= required
    assert "grimp" in book
    assert not required & book


def test_convbook_and_the_scripts_need_nothing_of_what_builds_the_site(unpacked: Path) -> None:
    sources = [
        ".".join(file.with_suffix("").parts) for file in files(unpacked) if file.suffix == ".py"
    ]
    modules = [name.removesuffix(".__init__") for name in sources if not name.endswith("__main__")]
    scripts = (ROOT / "examples").glob("*/plot_*.py")
    libraries = {name.partition(".")[0] for script in scripts for name in imported_names(script)}
    assert {"convbook.cli", "convbook.training.worker"} <= set(modules)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, unpacked, *sorted(modules), *sorted(libraries)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(unpacked)
