"""Exercises for paper are answered in the page, as the command line answers them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from convbook.exercises import Pencil, everything
from convbook.exercises.exercise import Answer
from tests.browser.markup import CHAPTERS, SITE

PENCIL = [each for each in everything().values() if isinstance(each, Pencil)]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context() as context:
        yield context


def opened(context: BrowserContext, exercise: Pencil, root: str) -> Locator:
    """Return the form of an exercise, on its page."""
    page = context.new_page()
    page.goto(f"{root}/{CHAPTERS[exercise.question.number - 1]}")
    form = page.locator(f"#ex-{exercise.label} .pencil form")
    expect(form.locator("input")).to_have_count(len(exercise.parts))
    return form


def typed(answer: Answer) -> str:
    return str(answer)


@pytest.mark.parametrize("exercise", PENCIL, ids=lambda each: each.id)
def test_page_says_what_the_package_says(
    exercise: Pencil, context: BrowserContext, server: str
) -> None:
    form = opened(context, exercise, server)
    for place, part in enumerate(exercise.parts):
        field, said = form.locator("input").nth(place), form.locator("output").nth(place)
        for answer, message in [*part.mistakes.items(), (part.answer, "Right.")]:
            field.fill(typed(answer))
            form.get_by_role("button", name="Check").click()
            expect(said).to_have_text(message)


@pytest.mark.parametrize("root", ["http", "file"])
def test_answers_are_kept_in_the_browser(root: str, context: BrowserContext, server: str) -> None:
    exercise = next(each for each in PENCIL if each.label == "offset")
    place = server if root == "http" else SITE.as_uri()
    form = opened(context, exercise, place)
    expect(form.locator("output").first).to_be_empty()
    for number, text in enumerate(["99", "7 3", "1x2x3x1", "what?"]):
        form.locator("input").nth(number).fill(text)
    form.locator("input").first.press("Enter")
    said = ["Right.", "Right.", "Right.", "Numbers such as 3,5,7."]
    expect(form.locator("output")).to_have_text(said)
    again = opened(context, exercise, place)
    expect(again.locator("input").nth(2)).to_have_value("1x2x3x1")
    expect(again.locator("output")).to_have_text(said)
