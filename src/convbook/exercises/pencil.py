"""Numbers and shapes as readers type them, and whether they are right."""

import re
from fractions import Fraction

from convbook.exercises.exercise import Answer, Part, Pencil


def read(text: str, like: Answer) -> Answer:
    """Return what a reader typed, as a number or as a tuple, as the answer is.

    Raises
    ------
    ValueError
        If it is neither; the message gives an example.

    Examples
    --------
    >>> read("38,547,712", like=0), read("1/4", like=0), read("3x5x7", like=(0,))
    (38547712, 0.25, (3, 5, 7))
    """
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    try:
        if isinstance(like, tuple):
            return tuple(int(each) for each in re.split(r"[\s,x×]+", text.strip("()[] ,")))
        number = Fraction(text.replace(",", "").replace(" ", "").replace("_", ""))
    except (ValueError, ZeroDivisionError):
        wanted = "numbers such as 3,5,7" if isinstance(like, tuple) else "a number"
        raise ValueError(f"expected {wanted}, got {text!r}") from None
    return int(number) if number.denominator == 1 else float(number)


def wrong(part: Part, answer: Answer) -> str | None:
    """Return what is wrong with an answer, without saying the right one; None if it is right."""
    if _same(answer, part.answer, part.tolerance):
        return None
    for mistaken, explanation in part.mistakes.items():
        if _same(answer, mistaken, part.tolerance):
            return explanation
    if isinstance(answer, tuple) and isinstance(part.answer, tuple):
        if len(answer) != len(part.answer):
            return f"It has {len(answer)} numbers, expected {len(part.answer)}."
        right = sum(pair[0] == pair[1] for pair in zip(answer, part.answer, strict=True))
        return f"{right} of the {len(answer)} numbers are right."
    return "That is not it."


def check(exercise: Pencil, answers: list[str]) -> tuple[bool, str]:
    """Return whether all answers, one for each part in order, are right, and a line on each.

    Raises
    ------
    ValueError
        If there are more or fewer, or one is no number or shape.
    """
    if len(answers) != len(exercise.parts):
        raise ValueError(
            f"{exercise.id} asks for {len(exercise.parts)} answers, got {len(answers)}:\n"
            + "\n".join(f"  {part.asked}" for part in exercise.parts)
        )
    lines, solved = [], True
    for part, text in zip(exercise.parts, answers, strict=True):
        message = wrong(part, read(text, part.answer))
        solved = solved and message is None
        lines.append(f"  {part.asked}: {text}. {message or 'Right.'}")
    return solved, "\n".join(lines)


def _same(answer: Answer, other: Answer, tolerance: float) -> bool:
    if isinstance(answer, tuple) or isinstance(other, tuple):
        return answer == other
    return abs(answer - other) <= tolerance
