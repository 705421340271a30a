"""The first page shows chapters as cards, and says how much there is of everything."""

import re

import pytest

from tests.bookbuild.conftest import Book

WORDS = "A square of one grey"
CARD = f"card: plot_beta 1\ncard-words: {WORDS}\n"
EXERCISE = """
:::{admonition} Trap: a trap
:class: warning
It is one.
:::

```{exercise} A trap or none
:label: ex-one
Which?
```

```{solution-start} ex-one
```

One.

```{solution-end}
```
"""


@pytest.fixture
def numbered(book: Book) -> Book:
    """A book whose chapter has a number and a card."""
    book.edit(
        book.chapter.with_name("index.md"),
        "```{toctree}\nmini",
        "```{toctree}\n:numbered: 2\n\nmini",
    )
    book.edit(book.chapter, "kernelspec:", f"{CARD}kernelspec:")
    return book


def test_a_chapter_has_a_card_with_its_number_title_and_words(numbered: Book) -> None:
    numbered.build()
    [cards] = re.findall(r'<ul class="cards[^"]*">.*?</ul>', numbered.page("index"), re.DOTALL)
    assert cards.count("<li>") == 1
    assert 'href="mini.html"' in cards
    assert re.sub(r"<[^>]+>|\s+", " ", cards).split() == ["1", "Mini", *WORDS.split()]
    images = re.findall(r'<img class="only-(\w+)" src="([^"]+)" alt=""', cards)
    assert [theme for theme, _ in images] == ["light", "dark"]
    assert all((numbered.site / source).is_file() for _, source in images)
    assert "toctree-wrapper" in numbered.page("index"), "the gallery is listed as before"
    assert 'class="toctree-l1 current' in numbered.page(), "the sidebar has the chapter as before"


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("card: plot_beta 1\n", "", "needs 'card: plot_noun 1'"),
        ("card-words: A square of one grey\n", "", "needs 'card: plot_noun 1'"),
        ("plot_beta 1", "plot_gamma 1", "needs 'card: plot_noun 1'"),
        ("plot_beta 1", "plot_beta 2", "plot_beta has panels 1 to 1, not 2"),
        ("plot_beta 1", "plot_beta", "needs 'card: plot_noun 1'"),
    ],
)
def test_a_chapter_without_a_card_fails_the_build(
    numbered: Book, right: str, wrong: str, message: str
) -> None:
    numbered.edit(numbered.chapter, right, wrong)
    printed = numbered.build(passes=False)
    assert "mini.md: WARNING: the chapter has no card: " in printed
    assert message in printed


def test_the_book_counts_what_it_has(book: Book) -> None:
    book.append(book.chapter, EXERCISE)
    words = " ".join(f"{{count}}`{word}`" for word in ("chapters", "scripts", "exercises", "traps"))
    book.append(book.chapter.with_name("index.md"), f"\n{words}\n")
    book.build()
    text = re.sub(r"<[^>]+>", "", book.page("index"))
    assert "1 chapters 2 scripts 1 exercises 1 traps" in text


def test_what_nobody_counts_fails_the_build(book: Book) -> None:
    book.append(book.chapter.with_name("index.md"), "\n{count}`commas`\n")
    assert "nobody counts 'commas'; there are: chapters, " in book.build(passes=False)
