"""Every check lets the book's own solution pass, and names typical mistakes."""

import ast
import re
from pathlib import Path

import pytest

from bookbuild.embed.exercises import packaged
from bookbuild.gallery.catalogue import chapters
from convbook import exercises
from convbook.exercises import child, pencil
from convbook.exercises.commands import stub
from convbook.exercises.exercise import QUESTIONS, TODO, Exercise, Pencil
from tests.book.test_chapters import cells, solutions
from tests.conftest import ROOT
from tests.convbook.exercises.wrong_answers import WRONG

BOOK = ROOT / "book"
CODING = [each for each in exercises.everything().values() if isinstance(each, Exercise)]
PENCIL = [each for each in exercises.everything().values() if isinstance(each, Pencil)]


def check(exercise: Exercise, text: str, folder: Path) -> str:
    """Return what the check says of a file with this text."""
    file = folder / "answer.py"
    file.write_text(text, encoding="utf-8")
    try:
        child.check(exercise, child.load(exercise, file), file)
    except child.Wrong as wrong:
        return str(wrong)
    return ""


def solution(exercise: Exercise) -> str:
    """Return what the chapter's solution defines, with what the chapter imports."""
    page = (BOOK / f"{chapters(BOOK)[exercise.question.number - 1]}.md").read_text(encoding="utf-8")
    own = "\n".join(cells(solutions(page)[f"ex-{exercise.label}"]))
    imports = [
        node
        for cell in cells(page.split("## Exercises")[0])
        for node in ast.parse(cell).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    defined = [node for node in ast.parse(own).body if isinstance(node, ast.FunctionDef)]
    return "\n".join(ast.unparse(node) for node in [*imports, *defined])


@pytest.mark.parametrize("exercise", CODING, ids=lambda each: each.id)
def test_solution_of_the_book_passes(exercise: Exercise, tmp_path: Path) -> None:
    assert check(exercise, solution(exercise), tmp_path) == ""


@pytest.mark.parametrize("exercise", CODING, ids=lambda each: each.id)
def test_stub_says_that_it_is_to_be_written(exercise: Exercise, tmp_path: Path) -> None:
    assert "is not written yet" in check(exercise, stub(exercise), tmp_path)


@pytest.mark.parametrize(
    ("label", "body", "said"), [(label, *each) for label, wrong in WRONG.items() for each in wrong]
)
def test_typical_mistake_is_named(label: str, body: str, said: str, tmp_path: Path) -> None:
    exercise = next(each for each in CODING if each.label == label)
    text = stub(exercise).replace(f'raise NotImplementedError("{TODO}")', body)
    assert said in check(exercise, text, tmp_path)


def test_each_check_has_its_typical_mistakes() -> None:
    assert WRONG.keys() == {each.label for each in CODING}
    assert min(map(len, WRONG.values())) >= 2


@pytest.mark.parametrize("exercise", PENCIL, ids=lambda each: each.id)
def test_pencil_answers_pass_and_mistakes_are_named(exercise: Pencil) -> None:
    right = [_typed(part.answer) for part in exercise.parts]
    assert pencil.check(exercise, right)[0]
    for place, part in enumerate(exercise.parts):
        assert len(part.mistakes) >= 2
        for answer, explanation in part.mistakes.items():
            wrong = [*right[:place], _typed(answer), *right[place + 1 :]]
            solved, message = pencil.check(exercise, wrong)
            assert not solved
            assert explanation in message


def _typed(answer: object) -> str:
    return str(answer).replace(" ", "")


def test_questions_are_those_of_the_chapters() -> None:
    command = "after a change of an exercise: python -m bookbuild.embed.exercises"
    assert QUESTIONS.read_bytes() == packaged(BOOK), command


@pytest.mark.parametrize("exercise", exercises.everything().values(), ids=lambda each: each.id)
def test_question_is_plain_text_and_has_a_hint(exercise: Exercise | Pencil) -> None:
    assert re.fullmatch(r"\d\d-[a-z0-9-]+", exercise.id)
    assert not re.search(r"[\\$]|\{\w+\}`|```", exercise.question.text + exercise.help)
    assert exercise.help
    assert not (exercise.hint and exercise.question.hint), "the page has a hint of its own"
