"""Studies: kept unit by unit, written whole, and honest about code that has moved on."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from convbook import studies
from bookbuild.studies import define
from bookbuild.studies import run as runner
from bookbuild.studies.define import DEFINED, Unit, study

DEFINITION = '''from convbook import arithmetic

LIMIT = 3


@study("convbook.arithmetic.sizes")
def sizes():
    """Docstring."""
    yield Unit("one", lambda: 1)


@study("convbook.kernels.gaussian")
def other():
    yield Unit("two", lambda: 2)
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the studies lie in a folder of the test, with its definitions, and the cache too."""
    made = tmp_path / "studies"
    made.mkdir()
    (made / "definitions.py").write_text(DEFINITION, encoding="utf-8")
    monkeypatch.setattr(studies, "FOLDER", made)
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "cache"))
    return made


@pytest.fixture
def defined(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Define the study `sizes` with some units, and nothing else."""
    monkeypatch.setattr(define, "DEFINED", {})
    monkeypatch.setattr(runner, "DEFINED", define.DEFINED)
    # What the command would import in a new process.
    monkeypatch.setitem(sys.modules, "bookbuild.studies.definitions", sys)

    def put(*units: Unit) -> None:
        def sizes() -> Iterator[Unit]:
            yield from units

        define.DEFINED.clear()
        study("convbook.arithmetic.sizes")(sizes)

    return put


def saved() -> studies.Study:
    return studies.save(
        "sizes", {"a": [1, 2.5]}, modules=["convbook.arithmetic.sizes"], device="CPU", seconds=1.26
    )


def test_what_is_saved_is_loaded(folder: Path) -> None:
    assert studies.names() == []
    made = saved()
    assert studies.names() == ["sizes"]
    assert studies.load("sizes") == made
    assert made.results == {"a": [1, 2.5]}
    assert made.passport.seconds == 1.3
    assert "core" in made.passport.machine
    assert {"python", "numpy", "keras", "tensorflow"} <= set(made.passport.versions)
    assert not studies.outdated(made)


def test_what_is_not_there_or_damaged_is_named(folder: Path) -> None:
    with pytest.raises(ValueError, match="no study 'sizes' has results; those that have: none"):
        studies.load("sizes")
    saved()
    with pytest.raises(ValueError, match="those that have: sizes"):
        studies.load("size")
    for content in ("{", "[]", '{"results": {}}', '{"passport": {"a": 1}, "results": {}}'):
        (folder / "sizes.json").write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match=r"sizes\.json does not hold the results of a study"):
            studies.load("sizes")


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ('"one", lambda: 1', '"one", lambda: 2', True),
        ("LIMIT = 3", "LIMIT = 4", True),
        ('@study("convbook.arithmetic.sizes")', '@study("convbook.arithmetic.costs")', True),
        ("def sizes", "def lengths", True),
        ("lambda: 2", "lambda: 3", False),
        ('"""Docstring."""', '"""Better."""  # why', False),
        ("import arithmetic", "import arithmetic, kernels", False),
    ],
)
def test_a_study_is_outdated_when_its_code_has_changed(
    folder: Path, old: str, new: str, moved: bool
) -> None:
    made = saved()
    assert DEFINITION.count(old) == 1
    (folder / "definitions.py").write_text(DEFINITION.replace(old, new), encoding="utf-8")
    assert studies.outdated(made) is moved


def test_it_is_outdated_when_a_module_has_changed_or_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = saved()
    gone = studies.save("sizes", {}, modules=["convbook.data"], device="CPU", seconds=1)
    gone.passport.modules[:] = ["convbook.no_such_module"]
    assert studies.outdated(gone)
    assert studies.sources(gone) == [folder / "sizes.json", folder / "definitions.py"]
    files = {file.name for file in studies.sources(made)}
    assert {"sizes.json", "definitions.py", "sizes.py", "_checks.py"} <= files
    monkeypatch.setattr("bookbuild.gallery.fingerprint.of_modules", lambda names, libraries: "moved")
    assert studies.outdated(made)


def test_the_command_runs_the_units_and_writes_the_results(
    folder: Path, defined: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    defined(Unit("seed 1", lambda: {"accuracy": 0.5}), Unit("seed 0", lambda: [1]))
    assert runner.main([]) == 0
    made = studies.load("sizes")
    assert list(made.results.items()) == [("seed 1", {"accuracy": 0.5}), ("seed 0", [1])]
    assert made.passport.modules == ["convbook.arithmetic.sizes"]
    assert "sizes [2/2] seed 0" in capsys.readouterr().out
    assert not list((tmp_path / "cache").rglob("*.json"))


def test_without_names_only_what_is_missing_or_outdated_runs(
    folder: Path, defined: Callable[..., None]
) -> None:
    calls = []
    defined(Unit("a", lambda: calls.append(1)))
    assert runner.main([]) == 0
    assert runner.main([]) == 0
    assert len(calls) == 1
    assert runner.main(["sizes"]) == 0
    assert len(calls) == 2
    code = DEFINITION.replace("LIMIT = 3", "LIMIT = 4")
    (folder / "definitions.py").write_text(code, encoding="utf-8")
    assert runner.main([]) == 0
    assert len(calls) == 3


@pytest.mark.parametrize(
    ("stop", "status", "message"),
    [
        (RuntimeError("the loss is NaN"), 1, "error: study sizes: the loss is NaN"),
        (KeyboardInterrupt(), 130, "error: study sizes was stopped; the same command goes on"),
    ],
)
def test_a_run_that_was_stopped_goes_on_where_it_was(
    folder: Path, defined: Callable[..., None], capsys: pytest.CaptureFixture[str],
    stop: BaseException, status: int, message: str,
) -> None:  # fmt: skip
    calls = []

    def stops() -> None:
        raise stop

    defined(Unit("a", lambda: calls.append("a")), Unit("b", stops))
    assert runner.main([]) == status
    assert message in capsys.readouterr().err
    assert studies.names() == []
    defined(Unit("a", lambda: calls.append("a")), Unit("b", lambda: 2))
    assert runner.main([]) == 0
    assert calls == ["a"]
    assert studies.load("sizes").results == {"a": None, "b": 2}


@pytest.mark.parametrize("result", [float("nan"), {1, 2}])
def test_what_json_cannot_hold_is_refused(
    folder: Path, defined: Callable[..., None], capsys: pytest.CaptureFixture[str], result: object
) -> None:
    defined(Unit("a", lambda: result))
    assert runner.main([]) == 1
    assert "unit 'a': expected what JSON can hold, got" in capsys.readouterr().err
    assert studies.names() == []


def test_units_have_labels_of_their_own(
    folder: Path, defined: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    for units in ((), (Unit("a", int), Unit("a", int))):
        defined(*units)
        assert runner.main([]) == 1
        assert "expected units of different labels" in capsys.readouterr().err


def test_an_unknown_study_is_named(
    folder: Path, defined: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    defined(Unit("a", int))
    assert runner.main(["size"]) == 1
    assert "no study 'size' is defined; those that are: sizes" in capsys.readouterr().err


def test_a_cache_that_cannot_be_written_is_named(
    folder: Path, defined: Callable[..., None], capsys: pytest.CaptureFixture[str],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "file"))
    defined(Unit("a", int))
    assert runner.main([]) == 1
    assert "CONVBOOK_CACHE" in capsys.readouterr().err


def test_a_study_names_its_modules_and_is_defined_once() -> None:
    with pytest.raises(ValueError, match="names at least one module"):
        study()

    def twice() -> Iterator[Unit]:
        yield Unit("a", int)

    study("convbook.data")(twice)
    with pytest.raises(ValueError, match="defined twice"):
        study("convbook.data")(twice)
    del DEFINED["twice"]


def test_the_book_s_studies_are_whole() -> None:
    for name in studies.names():
        made = studies.load(name)
        assert made.results, name
        assert json.loads(json.dumps(made.results)) == made.results
