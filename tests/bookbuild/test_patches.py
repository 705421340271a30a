"""The patches of other projects apply, and are still needed."""

import re

import pytest
from myst_nb.core import render
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx_multitoc_numbering import assign_section_numbers

from bookbuild.patches import REPAIRS, join_streams
from tests.bookbuild.conftest import Book


def stream(text: str, name: str = "stdout") -> dict[str, str]:
    return {"output_type": "stream", "name": name, "text": text}


def test_the_cuts_play_no_part() -> None:
    printed = "one 1\n\ntwo 2\n"
    for cut in range(1, len(printed)):
        pieces = [stream(printed[:cut]), stream(printed[cut:])]
        assert join_streams(pieces) == [stream(printed)]
        assert pieces == [stream(printed[:cut]), stream(printed[cut:])]


def test_other_outputs_keep_their_places() -> None:
    result = {"output_type": "execute_result", "data": {"text/plain": "3"}}
    warned = stream("careful\n", "stderr")
    joined = join_streams([stream("a"), warned, stream("b\n"), result])
    assert joined == [stream("ab\n"), warned, result]
    assert join_streams([]) == []


def test_a_page_shows_a_line_as_one(book: Book) -> None:
    book.compute('print("first", end="", flush=True)\nprint(" and last")')
    book.build()
    assert render.coalesce_streams is join_streams
    assert "\nfirst and last\n" in re.sub(r"<[^>]+>", "", book.page())


def test_myst_nb_still_breaks_lines_that_the_kernel_has_cut() -> None:
    from myst_nb.core.utils import coalesce_streams

    pieces = coalesce_streams([stream("first"), stream(" and last\n")])
    assert [piece["text"] for piece in pieces] != ["first and last\n"]


def test_chapters_are_numbered_on_through_the_parts(book: Book) -> None:
    index = book.chapter.with_name("index.md")
    for part in ("mini", "gallery/index"):
        book.edit(index, f"```{{toctree}}\n{part}", f"```{{toctree}}\n:numbered:\n\n{part}")
    book.build()
    assert TocTreeCollector.assign_section_numbers is assign_section_numbers
    assert '<span class="section-number">1. </span>Mini' in book.page()
    assert '<span class="section-number">2. </span>Mini' in book.page("gallery/index")


EXERCISE = """
| a | b |
|---|---|
| 1 | 2 |

```{exercise} One
:label: one

Look {cite:p}`sobel`.
```

```{solution-start} one
```

```python
1
```

```{solution-end}
```

```{bibliography}
```
"""
ENTRY = "@book{sobel, author={I. Sobel}, title={A kernel}, year={1968}, publisher={None}}"


@pytest.fixture
def pages(book: Book) -> str:
    """The pages of a book that has one of each, in one text."""
    book.append(book.chapter, EXERCISE)
    book.edit(book.chapter.with_name("index.md"), "{toctree}\n", "{toctree}\n:caption: Part\n\n")
    book.chapter.with_name("references.bib").write_text(ENTRY, encoding="utf-8")
    book.build()
    return "".join(page.read_text(encoding="utf-8") for page in book.site.rglob("*.html"))


def test_every_repair_of_the_pages_is_still_needed_and_applies(pages: str) -> None:
    for fault, mended in REPAIRS.items():
        if mended.startswith(fault) or mended.endswith(fault):
            assert mended in pages, mended
            assert pages.count(fault) == pages.count(mended), fault
        else:
            assert fault not in pages, fault
    assert '<span class="n">' not in pages
    for kept in (
        '<span class="k',
        'class="citation-list"',
        'class="exercise',
        '<details class="solution',
    ):
        assert kept in pages
