"""Whatever a reader's file does, its check ends, with one clear message."""

import sys
import time
from pathlib import Path

import pytest

from convbook import exercises
from convbook.exercises import running
from convbook.exercises.exercise import Exercise

RIGHT = "def channels_first(image):\n    return image.transpose(2, 0, 1)\n"


def verdict(text: str, folder: Path, encoding: str = "utf-8") -> running.Verdict:
    file = folder / "01-scramble.py"
    file.write_text(text, encoding=encoding)
    exercise = exercises.find("01-scramble")
    assert isinstance(exercise, Exercise)
    return running.check(exercise, file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def channels_first(image)\n    pass", "line 1 is not Python: expected ':'"),
        ("import torchy\n" + RIGHT, "imports 'torchy' at line 1"),
        ("import sys\nsys.exit()\n" + RIGHT, "ends the program at line 2"),
        ("import os\nos._exit(7)\n" + RIGHT, "ends its own process, with status 7"),
        ("def other(image):\n    return image", "defines no function channels_first"),
        ("channels_first = 3", "defines no function channels_first"),
        ("def channels_first(image):\n    return None", "is there a return?"),
        ("def channels_first(image):\n    return 'abc'", "of type str, expected an array"),
        (
            "def channels_first(image):\n    return image.tolist()",
            "of type list, expected",
        ),
        ("def channels_first(image):\n    return image[0]", "has the shape (6, 3), expected (3, 4"),
        (
            "def channels_first(image):\n    image[:] = 0\n    return image",
            "changes its argument",
        ),
        (
            "def channels_first(image):\n    return image.reshape(7, 7)",
            "raises ValueError at line 2, 'return image.reshape(7, 7)': cannot reshape",
        ),
        (
            "def channels_first(image):\n    return 1 / 0",
            "called as channels_first(<uint8",
        ),
        ("def channels_first():\n    return 1", "takes 0 positional arguments"),
        ("def channels_first(image):\n    return input()", "waits for the keyboard at line 2"),
        ("def channels_first(image):\n    return channels_first(image)", "raises RecursionError"),
    ],
)
def test_message_says_what_is_wrong_and_where(text: str, said: str, tmp_path: Path) -> None:
    found = verdict(text, tmp_path)
    assert not found.solved
    assert said in found.message
    assert len(found.message.splitlines()) <= 3


def test_right_answer_passes_and_what_it_prints_is_shown(tmp_path: Path) -> None:
    assert verdict(RIGHT + "print('twice')\n", tmp_path) == running.Verdict(True, "", "twice")


def test_endless_loop_ends_and_its_line_is_named(tmp_path: Path) -> None:
    found = verdict("def channels_first(image):\n    while True: image = image\n", tmp_path)
    assert "not done after 10 seconds: it was at line 2, 'while True: image" in found.message


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_process_that_lets_no_timer_run_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_SECONDS", 3.0)
    text = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n" + RIGHT
    assert "not done after 3 seconds" in verdict(text, tmp_path).message


def test_a_gigabyte_of_output_is_cut_short(tmp_path: Path) -> None:
    text = "line = 'spam ' * 200_000\nfor _ in range(1000):\n    print(line)\n" + RIGHT
    found = verdict(text, tmp_path)
    assert found.message == "stopped: the file printed more than 10 MB"
    assert found.printed.startswith("spam spam")
    assert len(found.printed) < 2100


def test_file_that_deletes_itself_is_put_back(tmp_path: Path) -> None:
    text = "import os\nos.remove(__file__)\n" + RIGHT
    found = verdict(text, tmp_path)
    assert "deletes itself" in found.message
    assert (tmp_path / "01-scramble.py").read_text("utf-8") == text


def test_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    assert "is not Python" in verdict("word = 'naïve'\n" + RIGHT, tmp_path, "latin-1").message


@pytest.mark.skipif(sys.platform == "win32", reason="no groups of processes")
def test_what_the_file_starts_ends_with_it(tmp_path: Path) -> None:
    text = (
        "import subprocess, sys\n"
        "sleeper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        "print(sleeper.pid)\n"
    )
    found = verdict(text + RIGHT, tmp_path)
    assert found.solved
    status = Path(f"/proc/{found.printed}/status")
    for _ in range(100):  # a busy machine takes its time to end a process
        if not status.exists() or "State:\tZ" in status.read_text(encoding="utf-8"):
            return
        time.sleep(0.1)
    pytest.fail(status.read_text(encoding="utf-8"))
