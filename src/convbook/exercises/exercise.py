"""What an exercise is: a function to write and how it is checked, or questions with answers."""

import ast
import inspect
import json
import textwrap
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

DATA = ("questions.json",)  # written from the chapters by bookbuild.embed.exercises
QUESTIONS = Path(__file__).parent / DATA[0]

TODO = "your turn"  # what a function says that is still to be written

Inputs = tuple[Any, ...]
Number = int | float
Answer = Number | tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """An exercise of a chapter as plain text."""

    number: int
    """Of the chapter, as the contents count."""
    chapter: str
    """The title of the chapter."""
    title: str
    level: Literal["warm-up", "core", "project"]
    text: str
    """Paragraphs, with an empty line between them."""
    hint: str
    """As on the page; "" where the page has none."""


@dataclass(frozen=True)
class Mistake:
    """A typical wrong way, and the sentence for those who went it."""

    explanation: str
    answer: Callable[..., Any]
    """Takes what the function to write takes, and returns what this mistake would return."""


@cache
def questions() -> dict[str, Question]:
    """Return the questions by label, in the order of the book."""
    return {
        label: Question(**question)
        for label, question in json.loads(QUESTIONS.read_text(encoding="utf-8")).items()
    }


class _Questioned:
    """What has a question on a page, under the label ``ex-LABEL``."""

    label: str
    hint: str

    @property
    def question(self) -> Question:
        """The text of the page."""
        return questions()[f"ex-{self.label}"]

    @property
    def id(self) -> str:
        """The number of the chapter and the label, as in ``01-scramble``."""
        return f"{self.question.number:02}-{self.label}"

    @property
    def help(self) -> str:
        """The hint of the page, or the exercise's own where the page has none."""
        return self.question.hint or self.hint


@dataclass(frozen=True)
class Exercise(_Questioned):
    """A function to write.

    Its answer is a function of the package: from its signature and docstring comes what the reader
    gets to fill in, from its results what the reader's results are compared with.
    """

    label: str
    answer: Callable[..., Any]
    inputs: Callable[[np.random.Generator], Iterator[Inputs]]
    """Yields the arguments of each call. The first has no symmetry that would hide a mistake."""
    mistakes: tuple[Mistake, ...]
    hint: str = ""
    tolerance: float = 1e-5
    """Largest difference from the answer, as a share of its largest absolute value."""
    slowest: float | None = None
    """How many times as long as the answer it may take for the last of the inputs, which is large.
    Times below `child.BRIEF` count as that."""
    seconds: float = 10.0
    """How long all calls together may compute."""

    @property
    def name(self) -> str:
        """The name of the function to write."""
        return self.answer.__name__

    def cases(self) -> Iterator[Inputs]:
        """Yield the arguments of each call, the same in every check."""
        yield from self.inputs(np.random.default_rng(zlib.crc32(self.label.encode())))

    def stub(self) -> str:
        """Return the function to write as code: its signature and docstring, and no body yet."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.answer)))
        function = tree.body[0]
        if not isinstance(function, ast.FunctionDef):
            raise TypeError(f"{self.id}: expected a function as the answer, got {self.answer!r}")
        del function.body[1:]  # all after the docstring
        return f'{ast.unparse(function)}\n    raise NotImplementedError("{TODO}")'


@dataclass(frozen=True)
class Part:
    """One of the questions of a pencil exercise: what is asked, and its answer."""

    asked: str
    answer: Answer
    mistakes: Mapping[Answer, str] = field(default_factory=dict)
    """Typical wrong answers, each with the sentence for those who gave it."""
    tolerance: float = 0.0
    """Largest difference from a number that is not whole."""


@dataclass(frozen=True)
class Pencil(_Questioned):
    """An exercise for paper, whose answers are numbers and shapes."""

    label: str
    parts: tuple[Part, ...]
    hint: str = ""
