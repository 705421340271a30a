"""What the sessions of the noxfile make of their options. Nothing is installed or run here."""

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.conftest import ROOT

BUILD = ("python", "-m", "bookbuild.editions.site")
BUNDLE = ("python", "-m", "bookbuild.editions.bundle")
TRAIN = ("python", "-m", "convbook", "train", "--book")


class Session:
    """A session of nox that notes what it is asked to do."""

    def __init__(self, environment: Path, posargs: list[str]) -> None:
        self.posargs = posargs
        self.virtualenv = SimpleNamespace(location=str(environment))
        self.installed: list[str] = []
        self.ran: list[tuple[str, ...]] = []

    def install(self, *words: str) -> None:
        self.installed += words

    def run(self, *words: str, **_: Any) -> None:
        self.ran.append(words)

    def log(self, message: str) -> None: ...

    def error(self, message: str) -> None:
        raise RuntimeError(message)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Session]:
    """Run a session by its name and options, and return what it did."""
    nox = ModuleType("nox")  # It is not installed where the tests run.
    nox.options = SimpleNamespace()
    nox.session = lambda function=None, **_: function or (lambda function: function)
    monkeypatch.setitem(sys.modules, "nox", nox)
    monkeypatch.chdir(ROOT)
    spec = importlib.util.spec_from_file_location("noxfile", "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    noxfile = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(noxfile)

    def run(name: str, *options: str) -> Session:
        session = Session(tmp_path, list(options))
        getattr(noxfile, name)(session)
        return session

    return run


@pytest.fixture(params=[["--device", "gpu"], ["--device=gpu"], ["--accept", "--device=gpu"]])
def gpu(request: pytest.FixtureRequest) -> list[str]:
    """Ways to ask for a build on a GPU."""
    return request.param


def test_each_way_to_ask_for_a_gpu_installs_and_uses_it(
    gpu: list[str], run: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    session = run("site", *gpu)
    assert str(Path("locks/gpu.txt")) in session.installed
    assert str(Path("locks/cpu.txt")) not in session.installed
    others = [option for option in gpu if option == "--accept"]
    assert session.ran[-1] == (*BUILD, *others, "--device", "gpu")


def test_without_a_gpu_nothing_is_installed_for_it(
    gpu: list[str], run: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="there is no GPU"):
        run("site", *gpu)


@pytest.mark.parametrize(
    ("options", "commands"),
    [
        ([], [BUILD]),
        (["--device=cpu"], [(*BUILD, "--device", "cpu")]),
        (["--bundle", "--jobs", "2"], [(*BUILD, "--jobs", "2"), BUNDLE]),
    ],
)
def test_a_site_is_built_for_a_processor(
    options: list[str], commands: list[tuple[str, ...]], run: Callable[..., Session]
) -> None:
    session = run("site", *options)
    assert str(Path("locks/cpu.txt")) in session.installed
    assert session.ran[-len(commands) :] == commands


def test_networks_are_trained_before_all_tests_and_not_before_a_file(
    run: Callable[..., Session],
) -> None:
    assert TRAIN in run("tests").ran
    session = run("tests", "tests/test_words.py")
    assert TRAIN not in session.ran
    assert session.installed == []  # for the second time
    assert session.ran[-1][-1] == "tests/test_words.py"
