"""The commands: list, start, check, and the file that keeps what is solved."""

import json
from pathlib import Path

import pytest

import convbook
from convbook import cli, exercises
from convbook.exercises import progress
from convbook.exercises.exercise import TODO

RIGHT = ["02-count-weights", "38,547,712", "953344", "1216"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reader's folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "exercises"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str]:
    """Return the exit status, and all that was written."""
    try:
        status: int | str | None = cli.main(["exercises", *arguments])
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    return status, said.out + said.err


def test_list_has_every_exercise_and_what_is_solved(capsys, folder: Path) -> None:
    status, said = run(capsys)
    assert status == 0
    assert all(name in said for name in exercises.everything())
    assert "2 Convolution\n" in said
    assert f"0 of {len(exercises.everything())} exercises solved" in said
    assert not folder.exists()
    run(capsys, "check", *RIGHT)
    run(capsys, "start", "01-turn")
    lines = run(capsys)[1].splitlines()
    assert lines[0].startswith("1 of ")
    assert [line.split()[0] for line in lines if " solved " in line[:40]] == ["02-count-weights"]
    assert [line.split()[0] for line in lines if " begun " in line[:40]] == ["01-turn"]


def test_start_writes_a_file_that_can_be_filled_in_and_never_overwrites(capsys, folder) -> None:
    status, said = run(capsys, "start", "01-scramble")
    file = folder / "01-scramble.py"
    assert status == 0
    assert str(Path("exercises", file.name)) in said
    text = file.read_text("utf-8")
    assert "A program needs Chelsea with channels first" in text
    assert "def channels_first(image: np.ndarray) -> np.ndarray:" in text
    assert run(capsys, "check", "exercises/01-scramble.py")[0] == 1
    file.write_text(text.replace(f'raise NotImplementedError("{TODO}")', "return image"), "utf-8")
    status, said = run(capsys, "start", "01-scramble")
    assert status == 2
    assert "is there already" in said
    assert "return image" in file.read_text("utf-8")
    assert "as it was" in run(capsys, "check", "01-scramble")[1]
    solved = file.read_text("utf-8").replace("return image", "return np.moveaxis(image, -1, 0)")
    file.write_text(solved, "utf-8")
    assert run(capsys, "check", "01-scramble") == (0, "01-scramble is solved.\n")


def test_answers_are_found_from_within_their_folder(capsys, folder, monkeypatch) -> None:
    run(capsys, "start", "01-scramble")
    monkeypatch.chdir(folder)
    assert "is not written yet" in run(capsys, "check", "01-scramble")[1]
    run(capsys, "check", *RIGHT)
    assert sorted(file.name for file in folder.iterdir()) == ["01-scramble.py", "progress.json"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["start", "02-scramble"], "did you mean 01-scramble?"),
        (["start", "02-blackbox"], "did you mean 02-black-box?"),
        (["check", "qqq"], "no exercise 'qqq'"),
        (["check", "01-scramble"], "start 01-scramble' writes it"),
        (["check", "01-scramble", "3"], "not with numbers"),
        (["check", "02-count-weights", "3"], "asks for 3 answers, got 1"),
        (["check", "02-count-weights", "1", "two", "3"], "expected a number, got 'two'"),
        (["check", "01-offset", "1", "1", "1", "a,b"], "expected numbers such as 3,5,7"),
    ],
)
def test_wrong_command_is_refused_in_a_line(capsys, folder, arguments, said) -> None:
    status, text = run(capsys, *arguments)
    assert status == 2
    assert said in text
    assert not folder.exists()


def test_pencil_questions_are_shown_and_answered_with_numbers(capsys, folder) -> None:
    asked = run(capsys, "start", "02-count-weights")[1]
    assert "(b) locally connected" in asked
    assert not folder.exists()
    status, said = run(capsys, "check", "02-count-weights", "38547712", "940816", "1216")
    assert status == 1
    assert "for each output, not for each map" in said
    assert "953" not in said, "the right answer stays unsaid"
    status, said = run(capsys, "check", "01-offset", "99", "73", "1x2x3x1", "(1, 2, 0, 0)")
    assert status == 0


def test_hint_is_behind_a_flag(capsys, folder) -> None:
    status, said = run(capsys, "start", "02-count-weights", "--hint")
    assert (status, said.split()[:4]) == (0, ["A", "locally", "connected", "layer"])
    assert run(capsys, "check", "01-scramble", "--hint")[0] == 0
    assert not folder.exists()


@pytest.mark.parametrize(
    ("content", "said", "aside"),
    [
        (b"{", "is damaged", "progress.damaged.json"),
        (b"\xff\xfe\x00", "is damaged", "progress.damaged.json"),
        (b"[1, 2]", "is damaged", "progress.damaged.json"),
        (b'{"edition": "0.1.0", "solved": 3}', "is damaged", "progress.damaged.json"),
        (
            b'{"edition": "0.0.9", "solved": ["01-turn"]}',
            "is of edition 0.0.9 of the book",
            "progress.other-edition.json",
        ),
    ],
)
def test_progress_that_cannot_be_used_is_set_aside(capsys, folder, content, said, aside) -> None:
    folder.mkdir()
    (folder / progress.NAME).write_bytes(content)
    status, text = run(capsys)
    assert status == 0
    assert said in text
    assert aside in text
    assert (folder / aside).read_bytes() == content
    assert not (folder / progress.NAME).exists()
    run(capsys, "check", *RIGHT)
    kept = json.loads((folder / progress.NAME).read_text("utf-8"))
    assert kept == {"edition": convbook.__version__, "solved": ["02-count-weights"]}
