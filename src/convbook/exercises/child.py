"""The process that a reader's file runs in: ``python -m convbook.exercises.child``.

It loads the file, calls its function, and writes a verdict into a file: JSON with "solved" and
"message". `running` starts it, limits it and reads the verdict.
"""

import copy
import importlib.util
import json
import linecache
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from convbook import exercises
from convbook._checks import kind
from convbook._files import write
from convbook._silence import silence
from convbook.exercises.comparison import difference
from convbook.exercises.exercise import TODO, Exercise, Inputs

BRIEF = 5e-3  # seconds: what takes less is measured too badly to be compared
LOADING = 60.0  # seconds of computing in which a file is loaded: it may import TensorFlow


class Wrong(Exception):
    """What is wrong with an answer, in the reader's terms."""


def main(name: str, answer: str, verdict: str) -> NoReturn:
    """Check the file `answer` against the exercise `name`, write `verdict`, end the process."""
    exercise, file = exercises.find(name), Path(answer)
    if not isinstance(exercise, Exercise):
        raise TypeError(f"{name}: expected an exercise with a function to write")

    def end(message: str) -> NoReturn:
        report = {"solved": not message, "message": message}
        write(Path(verdict), json.dumps(report).encode())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # threads that the file has started do not keep the process

    try:
        done = _limit(LOADING, lambda: end(_too_long(LOADING, file)))
        function = load(exercise, file)
        done.set()
        _limit(exercise.seconds, lambda: end(_too_long(exercise.seconds, file)))
        check(exercise, function, file)
    except Wrong as wrong:
        end(str(wrong))
    end("")


def load(exercise: Exercise, file: Path) -> Callable[..., Any]:
    """Run the reader's file and return the function that it defines.

    Raises
    ------
    Wrong
        If it is no Python, raises, ends the process or defines no such function.
    """
    sys.path.insert(0, str(file.parent))
    text = file.read_text(encoding="utf-8", errors="replace")
    # What messages quote, even if the file deletes itself.
    linecache.cache[str(file)] = (len(text), None, text.splitlines(keepends=True), str(file))
    if "tensorflow" in text:  # what it says as it loads is not what the file prints
        with silence(), suppress(ImportError):
            importlib.import_module("tensorflow")
    specification = importlib.util.spec_from_file_location("answer", file)
    assert specification is not None
    assert specification.loader is not None
    module = sys.modules["answer"] = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    except SyntaxError as error:
        raise Wrong(f"line {error.lineno} is not Python: {error.msg}") from error
    except BaseException as error:
        raise Wrong(f"the file {_raised(error, file)}") from error
    function = getattr(module, exercise.name, None)
    if not callable(function):
        raise Wrong(f"the file defines no function {exercise.name}; was it renamed?")
    return function  # type: ignore[no-any-return]


def check(exercise: Exercise, function: Callable[..., Any], file: Path) -> None:
    """Call a reader's function with inputs that it has not seen.

    Raises
    ------
    Wrong
        If it raises, changes its arguments, returns something else than expected or is too slow.
    """
    calls = [(inputs, _call(exercise, function, inputs, file)) for inputs in exercise.cases()]
    for inputs, result in calls:
        expected = exercise.answer(*copy.deepcopy(inputs))
        if text := difference(result, expected, exercise.tolerance):
            message = f"{exercise.name}({_described(inputs)}) is wrong: {text}."
            raise Wrong("\n".join([message, *_named(exercise, calls)]))
    if exercise.slowest is not None:
        _check_speed(exercise, function, calls[-1][0], exercise.slowest)


def _named(exercise: Exercise, calls: list[tuple[Inputs, object]]) -> list[str]:
    """Return the explanation of the typical mistake that gives all these results, if any."""
    for mistake in exercise.mistakes:
        if not any(
            difference(result, mistake.answer(*copy.deepcopy(inputs)), exercise.tolerance)
            for inputs, result in calls
        ):
            return [mistake.explanation]
    return []


def _call(exercise: Exercise, function: Callable[..., Any], inputs: Inputs, file: Path) -> object:
    passed = copy.deepcopy(inputs)
    try:
        result = function(*passed)
    except BaseException as error:
        if isinstance(error, NotImplementedError) and str(error) == TODO:
            raise Wrong(f"{exercise.name} is not written yet") from error
        called = f"It was called as {exercise.name}({_described(inputs)})."
        raise Wrong(f"{exercise.name} {_raised(error, file)}.\n{called}") from error
    for place, (before, after) in enumerate(zip(inputs, passed, strict=True)):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            raise Wrong(
                f"{exercise.name} changes its argument {place}, which its caller may still need; "
                "work on a copy"
            )
    return result


def _check_speed(
    exercise: Exercise, function: Callable[..., Any], inputs: Inputs, slowest: float
) -> None:
    factor = _shortest(function, inputs) / _shortest(exercise.answer, inputs)
    if factor > slowest:
        raise Wrong(
            f"{exercise.name} is right, but too slow: it takes {factor:.0f} times as long as the "
            f"book's solution, and {slowest:.0f} times is allowed.\n"
            "Does it loop over pixels in Python, where an operation on whole arrays would do?"
        )


def _shortest(function: Callable[..., Any], inputs: Inputs) -> float:
    """Return the shortest of three calls, in seconds, or `BRIEF` if it is shorter."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        function(*inputs)
        times.append(time.perf_counter() - started)
    return max(min(times), BRIEF)


def _described(inputs: Inputs) -> str:
    """Return arguments as a message shows them: large arrays by their shapes and types."""
    shown = []
    for value in inputs:
        if isinstance(value, np.ndarray) and value.size > 9:
            shown.append(f"<{value.dtype} of shape {value.shape}>")
        elif isinstance(value, np.ndarray):
            shown.append(f"array({value.tolist()})")
        else:
            shown.append("<a function>" if callable(value) else repr(value))
    return ", ".join(shown)


def _raised(error: BaseException, file: Path) -> str:
    """Say what was raised, and at which line of the reader's file."""
    frames = traceback.extract_tb(error.__traceback__)
    frames = traceback.StackSummary(each for each in frames if each.filename == str(file))
    where = f" at line {frames[-1].lineno}, '{frames[-1].line}'" if frames else ""
    if isinstance(error, ModuleNotFoundError):
        return f"imports {error.name!r}{where}, and no module of this name is installed"
    if isinstance(error, SystemExit):
        return f"ends the program{where}; without sys.exit or quit it can be checked"
    if isinstance(error, EOFError):
        return f"waits for the keyboard{where}; what it needs are its arguments"
    text = str(error).partition("\n")[0][:300]
    return f"raises {kind(error)}{where}: {text}"


def _limit(seconds: float, end: Callable[[], NoReturn]) -> threading.Event:
    """Call `end` after so many seconds of computing or six times as many of waiting.

    A machine that is busy with other things takes nobody's time away. The event that is returned
    ends the limit.
    """
    done = threading.Event()
    limits = time.process_time() + seconds, time.monotonic() + 6 * seconds

    def watch() -> None:
        while not done.wait(0.1):
            if time.process_time() > limits[0] or time.monotonic() > limits[1]:
                end()

    threading.Thread(target=watch, daemon=True).start()
    return done


def _too_long(seconds: float, file: Path) -> str:
    """Say that the time is over, and at which line of the reader's file the main thread is."""
    text = f"not done after {seconds:.0f} seconds"
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame and frame.f_code.co_filename != str(file):
        frame = frame.f_back
    if frame:
        line = linecache.getline(str(file), frame.f_lineno).strip()
        text += f": it was at line {frame.f_lineno}, '{line}'. Does a loop never end?"
    return text


if __name__ == "__main__":
    main(*sys.argv[1:])
