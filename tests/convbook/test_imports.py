"""What an import loads. That pure modules know no TensorFlow is a contract: see pyproject.toml."""

import importlib.metadata
import subprocess
import sys

import pytest

import convbook


def modules_after(statement: str) -> set[str]:
    """Return the top-level names in sys.modules after a statement in a fresh interpreter."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import convbook", {"numpy", "tensorflow", "keras"}),
        ("import convbook.arithmetic", {"numpy"}),
        ("from convbook import data, kernels", {"scipy", "skimage", "PIL", "matplotlib"}),
        ("from convbook import models", {"tensorflow", "keras"}),
    ],
)
def test_a_library_is_loaded_when_it_is_needed(statement: str, heavy: set[str]) -> None:
    loaded = modules_after(statement)
    assert "convbook" in loaded
    assert not loaded & heavy


def test_version_is_that_of_the_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", {"convbook": "1.2.3"}.__getitem__)
    assert convbook.__version__ == "1.2.3"


def test_an_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'convbook' has no attribute 'nonsense'"):
        _ = convbook.nonsense
