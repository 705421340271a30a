"""Runs a reader's file in a process of its own, whatever it does."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from convbook._files import write
from convbook.exercises.exercise import Exercise

SHOWN, MOST = 2_000, 10_000_000  # bytes of output: those kept, those that end the process
MOST_SECONDS = 180.0  # for a file that does not let the process end itself in time


@dataclass(frozen=True)
class Verdict:
    """What came of a check."""

    solved: bool
    message: str
    """What is wrong; "" if nothing is."""
    printed: str = ""
    """The beginning of what the file printed."""


def check(exercise: Exercise, file: Path) -> Verdict:
    """Run a reader's file against an exercise and say what came of it.

    The process ends when it is done, when it has computed for as long as the exercise allows, and
    as soon as it has printed too much. A file that is gone afterwards is put back.
    """
    before = file.read_bytes()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        report = Path(folder, "verdict.json")
        verdict = _run(exercise, file.absolute(), report)
    if not file.exists():
        write(file, before)
        text = f"the file deletes itself; {file} is there again, as it was"
        return Verdict(False, text, verdict.printed)
    return verdict


def _run(exercise: Exercise, file: Path, report: Path) -> Verdict:
    command = [sys.executable, "-P", "-m", "convbook.exercises.child"]
    process = subprocess.Popen(
        [*command, exercise.id, str(file), str(report)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # so that what it starts ends with it; Windows ignores it
        env=os.environ
        | {"MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    output = _Output(process)
    try:
        code = process.wait(MOST_SECONDS)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        _end(process)
    printed = output.text()
    if output.flooded:
        return Verdict(False, f"stopped: the file printed more than {MOST // 10**6} MB", printed)
    with suppress(OSError, ValueError):
        verdict = json.loads(report.read_text(encoding="utf-8"))
        return Verdict(verdict["solved"], verdict["message"], printed)
    if code is None:
        return Verdict(False, f"not done after {MOST_SECONDS:.0f} seconds", printed)
    if code < 0:
        name = signal.Signals(-code).name
        return Verdict(False, f"the system ended it ({name}): out of memory?", printed)
    return Verdict(False, f"the file ends its own process, with status {code}", printed)


class _Output:
    """Reads what a process prints, keeps the beginning, and ends it if there is too much."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.flooded = False
        self._beginning = b""
        self._count = 0
        assert process.stdout is not None
        self._thread = threading.Thread(target=self._read, args=(process, process.stdout))
        self._thread.daemon = True
        self._thread.start()

    def _read(self, process: subprocess.Popen[bytes], stream: IO[bytes]) -> None:
        with stream:
            while chunk := os.read(stream.fileno(), 65536):
                self._beginning += chunk[: SHOWN - len(self._beginning)]
                self._count += len(chunk)
                if self._count > MOST:
                    self.flooded = True
                    _end(process)
                    return

    def text(self) -> str:
        """Return the beginning of what was printed."""
        self._thread.join(2)  # longer only if something outlives the process and holds the pipe
        text = self._beginning.decode("utf-8", "replace").rstrip()
        return text + "\n..." if self._count > SHOWN else text


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where the system knows groups, all that it has started."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
