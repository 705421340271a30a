"""The book's exercises as the command line knows them: ``python -m convbook exercises``.

A module of `chapters` for each chapter defines its exercises. What is asked stands in the book and
is read from there; the module has what the reader's answer is checked with.

`exercise` has their types, `comparison` says how two answers differ, `running` runs a reader's file
in a process of its own, which is `child`, `pencil` reads numbers and shapes, `progress` keeps what
is solved, and `commands` is what the command line calls.
"""

import difflib
import importlib
import pkgutil
from functools import cache

from convbook.exercises import chapters
from convbook.exercises.exercise import Exercise, Mistake, Part, Pencil, Question, questions

__all__ = ["Exercise", "Mistake", "Part", "Pencil", "Question", "defined", "everything", "find"]


def defined() -> list[Exercise | Pencil]:
    """Return all exercises that have a check, in no order."""
    names = [module.name for module in pkgutil.iter_modules(chapters.__path__)]
    modules = [importlib.import_module(f"{chapters.__name__}.{name}") for name in names]
    return [each for module in modules for each in module.EXERCISES]


@cache
def everything() -> dict[str, Exercise | Pencil]:
    """Return all exercises that have a check by their ids, in the order of the book.

    Examples
    --------
    >>> everything()["01-scramble"].question.title
    'A scrambled cat'
    """
    labels = list(questions())
    found = sorted(defined(), key=lambda each: labels.index(f"ex-{each.label}"))
    return {each.id: each for each in found}


def find(name: str) -> Exercise | Pencil:
    """Return the exercise of an id, or of the file that answers it.

    Raises
    ------
    ValueError
        If there is none; the message names the nearest.
    """
    known = everything()
    stem = name.replace("\\", "/").rpartition("/")[2].removesuffix(".py")
    if stem in known:
        return known[stem]
    label = stem.lstrip("0123456789-")
    same = [each for each in known if each.partition("-")[2] == label]
    near = same or difflib.get_close_matches(name, known, n=1)
    if near:
        raise ValueError(f"no exercise {name!r}; did you mean {near[0]}?")
    raise ValueError(f"no exercise {name!r}; 'python -m convbook exercises' lists them")
