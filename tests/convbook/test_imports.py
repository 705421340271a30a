"""The modules below the layers are light: none of them imports TensorFlow."""

import importlib.metadata
import subprocess
import sys

import pytest

import convbook

PURE = [
    "arithmetic",
    "data",
    "fingerprint",
    "kernels",
    "plotting",
    "reference",
    "results",
    "studies",
]


def modules_after(statement: str) -> set[str]:
    """Return the top-level names in sys.modules after a statement in a fresh interpreter."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_imports_no_tensorflow(module):
    loaded = modules_after(f"from convbook import {module}")
    assert "convbook" in loaded
    assert not loaded & {"tensorflow", "keras"}


def test_the_package_itself_imports_no_numpy():
    loaded = modules_after("import convbook")
    assert "convbook" in loaded
    assert not loaded & {"tensorflow", "keras", "numpy"}


def test_arithmetic_imports_no_numpy():
    assert "numpy" not in modules_after("import convbook.arithmetic")


def test_kernels_and_data_import_neither_scipy_nor_scikit_image():
    loaded = modules_after("from convbook import data, kernels")
    assert not loaded & {"scipy", "skimage", "PIL", "matplotlib"}


def test_version_is_that_of_the_distribution(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", {"convbook": "1.2.3"}.__getitem__)
    assert convbook.__version__ == "1.2.3"


def test_an_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'convbook' has no attribute 'nonsense'"):
        _ = convbook.nonsense
