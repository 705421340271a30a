"""What ``python -m convbook exercises`` does: list, start, check."""

import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from convbook import exercises
from convbook._files import write
from convbook.exercises import pencil, progress, running
from convbook.exercises.exercise import Exercise, Pencil

COMMAND = "python -m convbook exercises"
FOLDER = "exercises"


def show() -> None:
    """List all exercises by chapter, with what is solved."""
    known, folder = exercises.everything(), _folder()
    solved, message = progress.solved(folder)
    if message:
        print(f"{message}\n")
    count = len(solved & known.keys())
    place = "this folder" if folder == Path() else f"the folder {folder}"
    print(f"{count} of {len(known)} exercises solved. Answers and progress are kept in {place}.")
    chapter, width = "", max(map(len, known))
    for name, exercise in known.items():
        question = exercise.question
        if question.chapter != chapter:
            chapter = question.chapter
            print(f"\n{question.number} {chapter}")
        mark = "solved" if name in solved else "begun" if _file(name).exists() else ""
        kind = "pencil" if isinstance(exercise, Pencil) else "code"
        print(f"  {name:{width}}  {mark:6}  {kind:6}  {question.title}, {question.level}")
    if left := [name for name in known if name not in solved]:
        print(f"\nThe next: {COMMAND} start {left[0]}")


def start(name: str, hint: bool) -> None:
    """Write the file for an answer, or ask the questions of a pencil exercise.

    Raises
    ------
    ValueError
        If there is no such exercise, or its file is there: it is never overwritten.
    """
    exercise = exercises.find(name)
    if hint:
        _hint(exercise)
    elif isinstance(exercise, Pencil):
        print(f"{_title(exercise)}\n\n{_wrapped(exercise.question.text)}\n")
        print("Answer with a number or a shape for each of these, in this order:\n")
        print("\n".join(f"  {part.asked}" for part in exercise.parts))
        places = " ".join("..." for _ in exercise.parts)
        print(f"\n  {COMMAND} check {exercise.id} {places}")
    else:
        file = _file(exercise.id)
        if file.exists():
            raise ValueError(f"{file} is there already, and stays as it is")
        write(file, stub(exercise).encode())
        print(f"{file} is written. Fill in {exercise.name}, then:\n")
        print(f"  {COMMAND} check {exercise.id}\n  {COMMAND} check {exercise.id} --hint")


def check(name: str, answers: Sequence[str], hint: bool) -> bool:
    """Say whether an answer is right, and if not, what is wrong; note what is solved.

    Raises
    ------
    ValueError
        If there is no such exercise or no answer to it.
    """
    exercise = exercises.find(name)
    if hint:
        _hint(exercise)
        return True
    if isinstance(exercise, Pencil):
        solved, message = pencil.check(exercise, list(answers))
        print(message)
    elif answers:
        raise ValueError(f"{exercise.id} is answered in {_file(exercise.id)}, not with numbers")
    else:
        solved = _check_file(exercise)
    if not solved:
        print(f"\nNot yet. A hint: {COMMAND} check {exercise.id} --hint")
        return False
    if message := progress.note(_folder(), exercise.id):
        print(message)
    print(f"{exercise.id} is solved.")
    return True


def stub(exercise: Exercise) -> str:
    """Return the file that a reader fills in: the question, and a function without a body."""
    function = exercise.stub()
    imports = "from collections.abc import Callable\n\n" if "Callable" in function else ""
    return (
        f'"""{_title(exercise)}.\n\n{_wrapped(exercise.question.text)}\n\n'
        f"This file answers what takes code: the function {exercise.name}. Check it with\n\n"
        f'    {COMMAND} check {exercise.id}\n"""\n\n'
        f"{imports}import numpy as np\n\n\n{function}\n"
    )


def _check_file(exercise: Exercise) -> bool:
    file = _file(exercise.id)
    if not file.is_file():
        raise ValueError(f"{file} is not there; '{COMMAND} start {exercise.id}' writes it")
    verdict = running.check(exercise, file)
    if verdict.printed:
        print(f"Your file printed:\n{textwrap.indent(verdict.printed, '  ')}\n")
    if verdict.message:
        print(verdict.message)
    return verdict.solved


def _hint(exercise: Exercise | Pencil) -> None:
    print(_wrapped(exercise.help or f"{exercise.id} has no hint; its solution is on its page."))


def _folder() -> Path:
    """Return the folder of answers, which may be the current one."""
    return Path() if Path.cwd().name == FOLDER else Path(FOLDER)


def _file(name: str) -> Path:
    return _folder() / f"{name}.py"


def _title(exercise: Exercise | Pencil) -> str:
    question = exercise.question
    chapter = f"chapter {question.number}, {question.chapter}"
    return f"{question.title}: exercise {exercise.id} of {chapter}"


def _wrapped(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(textwrap.fill(each, 96, break_on_hyphens=False) for each in paragraphs)


def allow_any_text() -> None:
    """Let a terminal that lacks a character, such as a Windows one, show a mark in its place."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
