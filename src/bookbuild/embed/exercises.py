"""Exercises: the command below each that has a check, and their questions for the package.

The text of an exercise stands in its chapter. The package has it as plain text, in
``convbook/exercises/questions.json``. After a change, write this file anew:

    python -m bookbuild.embed.exercises
"""

import html
import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import exercise_enumerable_node

from bookbuild.gallery.catalogue import chapters
from convbook import exercises
from convbook._files import write
from convbook.exercises.exercise import QUESTIONS, Pencil

BOOK = Path(__file__).parents[3] / "book"
EXERCISE = re.compile(
    r"^```\{exercise\} (?P<title>[^\n]*?),? \(?(?P<level>warm-up|core|project)\)?\n"
    r":label: (?P<label>\S+)\n\n?(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)

# Of the formulas in these exercises, what plain text writes otherwise.
FORMULAS = {
    r"\\beta": "β", r"\\gamma": "γ", r"\\epsilon": "ε", r"\\kappa": "κ", r"\\lambda": "λ",
    r"\\mu": "μ", r"\\sigma": "σ", r"\\times": "×", r"\\cdot": "·", r"\\approx": "≈", r"\\,": " ",
    r"\\sqrt\{([^{}]*)\}": r"sqrt(\1)", r"\\t?frac\{(\w+)\}\{(\w+)\}": r"\1/\2", r"\\top": "T",
    r"\\(max|tanh|cos|log|pi)": r"\1", r"\\mathrm\{(\w+)\}": r"\1", r"\{,\}": ",",
    r"([\^_])\{([^{}]*\W[^{}]*)\}": r"\1(\2)", r"\{([^{}]*)\}": r"\1", r"\s+": " ",
}  # fmt: skip


def questions(book: Path) -> dict[str, dict[str, Any]]:
    """Return the questions of all exercises of the book by label, as plain text."""
    found = {}
    for number, chapter in enumerate(chapters(book), start=1):
        text = (book / f"{chapter}.md").read_text(encoding="utf-8")
        title = re.search(r"^# (.*)$", text, re.MULTILINE)
        assert title is not None
        for match in EXERCISE.finditer(text):
            question, _, hint = match["text"].partition("\nHint:")
            found[match["label"]] = {
                "number": number,
                "chapter": plain(title[1], text),
                "title": plain(match["title"], text),
                "level": match["level"],
                "text": plain(question, text),
                "hint": (said := plain(hint, text))[:1].upper() + said[1:],
            }
    return found


def plain(markdown: str, page: str) -> str:
    """Return the Markdown of an exercise as plain text, one line for each paragraph.

    Parameters
    ----------
    markdown : str
        Paragraphs with formulas, roles and code.
    page : str
        The chapter that it stands in, which has the titles of the sections that it names.
    """

    def section(match: re.Match[str]) -> str:
        heading = re.search(rf"^\({match[1]}\)=\n#+ (.*)$", page, re.MULTILINE)
        return f'section "{heading[1]}"' if heading else "the book"

    text = re.sub(r"\s?\{cite:p\}`[^`]*`", "", markdown)
    text = re.sub(r"\{cite:t\}`([a-z]+)(\d{4})\w*`", lambda m: f"{m[1].title()} ({m[2]})", text)
    text = re.sub(r"\{numref\}`(\w+)`", r"figure \1", text)
    text = re.sub(r"(?:equation )?\{eq\}`eq-([\w-]+)`", r'equation "\1" of the chapter', text)
    text = re.sub(r"\{ref\}`([\w-]+)`", section, text)
    text = re.sub(r"\$\$?(.*?)\$\$?", lambda match: _formula(match[1]), text, flags=re.DOTALL)
    text = re.sub(r"(?<![\w*])\*(\w[^*]*)\*(?!\w)", r"\1", text).replace("&nbsp;", " ")
    paragraphs = re.split(r"\n\n|\n(?=\d\. )", text.strip())
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


def _formula(text: str) -> str:
    for pattern, instead in FORMULAS.items():
        text = re.sub(pattern, instead, text)
    return text


def show_commands(app: Sphinx, doctree: nodes.document) -> None:
    """Say below each exercise that has a check how to begin it. At ``doctree-read``.

    One for paper can be answered in the page as well, where scripts run: ``conf/static/pencil.js``.
    """
    known = {f"ex-{each.label}": each for each in exercises.everything().values()}
    for node in doctree.findall(exercise_enumerable_node):
        if exercise := known.get(node["label"]):
            line = nodes.paragraph("", "Check your answer: ", classes=["exercise-check"])
            line += nodes.literal(text=f"python -m convbook exercises start {exercise.id}")
            node[-1] += line
            if isinstance(exercise, Pencil):
                node[-1] += nodes.raw("", fields(exercise), format="html")


def fields(exercise: Pencil) -> str:
    """Return the element that `pencil.js` fills with a form, hidden where no script runs."""
    parts = [
        {
            "asked": part.asked,
            "answer": part.answer,
            "mistakes": list(part.mistakes.items()),
            "tolerance": part.tolerance,
        }
        for part in exercise.parts
    ]
    content = html.escape(json.dumps({"id": exercise.id, "parts": parts}, ensure_ascii=False))
    return f'<div class="pencil" data-pencil="{content}" hidden="hidden"></div>'


def packaged(book: Path) -> bytes:
    """Return the questions as the package has them: those of exercises that it can check."""
    labels = {f"ex-{each.label}" for each in exercises.defined()}
    chosen = {label: each for label, each in questions(book).items() if label in labels}
    return (json.dumps(chosen, indent=1, ensure_ascii=False) + "\n").encode()


if __name__ == "__main__":
    write(QUESTIONS, packaged(BOOK))
