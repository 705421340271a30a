"""What many tests share."""

import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests import sources

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")  # in memory: if a page shows one, no two builds agree

# For processes that tests start, too: no window opens, and TensorFlow keeps its advice to itself.
os.environ |= {"MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3"}

# The browser's tests have a session of their own, with a built site and Playwright.
collect_ignore = [] if importlib.util.find_spec("playwright") else ["browser"]


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers, the same in every run."""
    return np.random.default_rng(2016)


@pytest.fixture
def class_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Keras names for ImageNet's classes, which it would download: "class 0" and so on."""
    from keras.src.applications import imagenet_utils

    names = {str(i): [f"n{i:08}", f"class {i}"] for i in range(1000)}
    monkeypatch.setattr(imagenet_utils, "CLASS_INDEX", names)


@pytest.fixture
def server() -> Iterator[sources.Server]:
    """An HTTP server on this machine."""
    server = sources.Server()
    yield server
    server.close()


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, all that pip knows; what is downloaded is cached in a folder beside."""
    (tmp_path / "wheels").mkdir()
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "none.ini"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return tmp_path / "wheels"


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(autouse=True, scope="module")
def _forget_networks() -> Iterator[None]:
    """Let Keras forget the networks of a file of tests.

    It lists variables that were built without a value, and gives each one, 10 GB in all, when some
    scope ends that has nothing to do with them.
    """
    yield
    if keras := sys.modules.get("keras"):
        keras.utils.clear_session()
