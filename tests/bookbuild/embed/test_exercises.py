"""Below an exercise stands the command that begins it, and fields for one on paper."""

import html
import json
import re

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx_exercise.nodes import exercise_enumerable_node

from bookbuild.embed import exercises
from convbook.exercises import find
from tests.bookbuild.conftest import Book

PAGE = """
```{exercise} On paper, warm-up
:label: ex-offset
How many?
```

```{exercise} In code, core
:label: ex-scramble
Which axes?
```

```{exercise} Without a check, core
:label: ex-none-such
Why?
```
"""


def shown(label: str) -> nodes.Element:
    """Return what an exercise of this label has on its page."""
    document = new_document("page")
    section = nodes.section("", nodes.paragraph(text="The question."))
    document += exercise_enumerable_node("", nodes.title(), section, label=label)
    exercises.show_commands(None, document)
    return section


def test_command_stands_below_an_exercise_that_has_a_check() -> None:
    assert "python -m convbook exercises start 01-scramble" in shown("ex-scramble").astext()
    assert len(shown("ex-scramble")) == 2
    assert shown("ex-unknown").astext() == "The question."


def test_fields_carry_what_the_package_knows() -> None:
    fields = shown("ex-offset")[-1].astext()
    known = json.loads(html.unescape(re.search('data-pencil="(.*?)"', fields)[1]))
    assert known["id"] == "01-offset"
    asked = [(part.asked, part.answer) for part in find("01-offset").parts]
    assert len(asked) == len(known["parts"]) == 4
    for (question, answer), part in zip(asked, known["parts"], strict=True):
        assert part["asked"] == question
        assert part["answer"] == (list(answer) if isinstance(answer, tuple) else answer)
        assert all(len(mistake) == 2 for mistake in part["mistakes"])
    assert 'hidden="hidden"' in fields


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        (r"$3 \times 5$ or $\frac{1}{2} \cdot x^{1/2}$", "3 × 5 or 1/2 · x^(1/2)"),
        ("as {cite:t}`lecun1998efficient` say {cite:p}`crow1984summed`.", "as Lecun (1998) say."),
        ("*grey-world* `a * b`\nand **c**", "grey-world `a * b` and **c**"),
        (
            "In {ref}`section-a`, equation {eq}`eq-b`.",
            'In section "A", equation "b" of the chapter.',
        ),
        ("First:\n\n1. one\n2. two", "First:\n\n1. one\n\n2. two"),
    ],
)
def test_questions_become_plain_text(markdown: str, plain: str) -> None:
    assert exercises.plain(markdown, "(section-a)=\n## A\n") == plain


def test_page_has_commands_fields_and_the_script_that_it_needs(book: Book) -> None:
    book.append(book.chapter, PAGE)
    book.build()
    page = book.page()
    commands = re.findall(r"exercises</span> *<span[^>]*>start</span> *<span[^>]*>([\w-]+)", page)
    assert commands == ["01-offset", "01-scramble"]
    assert page.count('class="pencil"') == 1
    assert "pencil.js" in page
    assert "pencil.js" not in book.page("index")
