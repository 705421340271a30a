"""The command keeps finished units, writes whole results, and leaves what is current alone."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bookbuild.studies import run as runner
from bookbuild.studies.define import DEFINITIONS, Unit, study
from convbook import studies

Define = Callable[..., None]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def define(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Define]:
    """Define the study `sizes` alone, whose results lie in a folder of the test."""
    monkeypatch.setattr(studies, "FOLDER", tmp_path / "studies")
    (tmp_path / "studies").mkdir()
    known = dict(DEFINITIONS)

    def define(*units: Unit, revision: int = 1) -> None:
        def sizes() -> Iterator[Unit]:
            yield from units

        DEFINITIONS.clear()
        study(revision=revision)(sizes)

    DEFINITIONS.clear()
    yield define
    DEFINITIONS.clear()
    DEFINITIONS.update(known)


def test_the_units_are_run_and_their_results_written(
    define: Define, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    define(
        Unit({"seed": 1, "shape": (2, 3)}, lambda: {"accuracy": 0.5}),
        Unit({"seed": 0, "shape": (2, 3)}, lambda: [1]),
        revision=4,
    )
    assert runner.main([]) == 0
    result = studies.load("sizes")
    assert result.units == [
        studies.Unit({"seed": 1, "shape": [2, 3]}, {"accuracy": 0.5}),
        studies.Unit({"seed": 0, "shape": [2, 3]}, [1]),
    ]
    assert result.passport.revision == 4
    assert "core" in result.passport.machine
    assert {"python", "numpy", "keras", "tensorflow"} <= set(result.passport.versions)
    assert "sizes [2/2] seed=0" in capsys.readouterr().out
    assert not list(cache.rglob("*.json"))


def test_without_names_only_what_is_missing_or_older_runs(define: Define) -> None:
    calls = []
    unit = Unit({}, lambda: calls.append(1))
    for revision, names, total in ((2, [], 1), (2, [], 1), (2, ["sizes"], 2), (3, [], 3)):
        define(unit, revision=revision)
        assert runner.main(names) == 0
        assert len(calls) == total
    assert studies.load("sizes").passport.revision == 3


def test_results_of_a_newer_revision_are_replaced_by_name_only(define: Define) -> None:
    calls = []
    define(Unit({}, int), revision=3)
    assert runner.main([]) == 0
    define(Unit({}, lambda: calls.append(1)), revision=2)
    assert runner.main([]) == 0
    assert not calls
    assert runner.main(["sizes"]) == 0
    assert studies.load("sizes").passport.revision == 2


def test_results_that_cannot_be_read_are_recorded_again(define: Define) -> None:
    define(Unit({}, int))
    file = studies.FOLDER / "sizes.json"
    file.write_text('{"passport": {"fingerprint": "0"}, "results": {"a": 1}}', encoding="utf-8")
    assert runner.main([]) == 0
    assert studies.load("sizes").result() == 0


@pytest.mark.parametrize(
    ("stop", "status", "message"),
    [
        (RuntimeError("the loss is NaN"), 1, "error: study sizes: the loss is NaN"),
        (KeyboardInterrupt(), 130, "error: study sizes was stopped; the same command goes on"),
    ],
)
def test_a_run_that_was_stopped_goes_on_where_it_was(
    define: Define, capsys: pytest.CaptureFixture[str], stop: BaseException, status: int,
    message: str,
) -> None:  # fmt: skip
    calls = []

    def stops() -> None:
        raise stop

    first = Unit({"seed": 0}, lambda: calls.append("first"))
    define(first, Unit({"seed": 1}, stops))
    assert runner.main([]) == status
    assert message in capsys.readouterr().err
    assert studies.names() == []
    define(first, Unit({"seed": 1}, lambda: 2))
    assert runner.main([]) == 0
    assert calls == ["first"]
    assert [unit.result for unit in studies.load("sizes").units] == [None, 2]


def test_a_finished_unit_of_another_revision_or_other_parameters_is_not_used(
    define: Define,
) -> None:
    def stops() -> None:
        raise RuntimeError

    calls = []
    for revision, epochs in ((1, 2), (1, 3), (2, 3), (2, 3)):
        unit = Unit({"epochs": epochs}, lambda epochs=epochs: calls.append(epochs))
        define(unit, Unit({"stops": True}, stops), revision=revision)
        assert runner.main([]) == 1
    assert calls == [2, 3, 3]


@pytest.mark.parametrize("content", [float("nan"), {1, 2}])
def test_what_json_cannot_hold_is_refused(
    define: Define, capsys: pytest.CaptureFixture[str], content: object
) -> None:
    for unit in (Unit({}, lambda: content), Unit({"seed": content}, int)):
        define(unit)
        assert runner.main([]) == 1
        assert "study sizes: expected what JSON can hold, got" in capsys.readouterr().err
    assert studies.names() == []


@pytest.mark.parametrize("units", [(), (Unit({"seed": 0}, int), Unit({"seed": 0}, int))])
def test_units_have_parameters_of_their_own(
    define: Define, capsys: pytest.CaptureFixture[str], units: tuple[Unit, ...]
) -> None:
    define(*units)
    assert runner.main([]) == 1
    assert "expected units of different parameters" in capsys.readouterr().err


def test_an_unknown_study_is_named(define: Define, capsys: pytest.CaptureFixture[str]) -> None:
    define(Unit({}, int))
    assert runner.main(["size"]) == 1
    assert "no study 'size' is defined; those that are: sizes" in capsys.readouterr().err


def test_a_cache_that_cannot_be_written_is_named(
    define: Define, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.touch()
    define(Unit({}, int))
    assert runner.main([]) == 1
    assert "CONVBOOK_CACHE" in capsys.readouterr().err


def test_the_passport_names_the_commit_and_whether_code_was_edited(
    define: Define, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def commit_of_run() -> str | None:
        assert runner.main(["sizes"]) == 0
        return studies.load("sizes").passport.commit

    def git(*words: str) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        return subprocess.run(
            ["git", "-C", tmp_path, *identity, *words], capture_output=True, text=True, check=True
        ).stdout.strip()

    define(Unit({}, int))
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit_of_run() is None
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "code.py").write_text("1", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("cache\n", encoding="utf-8")
    git("init")
    git("add", "--all")
    git("commit", "--message", "First")
    head = git("rev-parse", "HEAD")
    assert commit_of_run() == head
    (tmp_path / "studies" / "sizes.json").write_text("{}", encoding="utf-8")
    assert commit_of_run() == head  # Results that were recorded just now are no edit.
    (tmp_path / "src" / "code.py").write_text("2", encoding="utf-8")
    assert commit_of_run() == f"{head}-dirty"
