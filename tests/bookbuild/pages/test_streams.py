"""What a cell prints stands on the page as it was printed, however the kernel cut it up."""

import re

from bookbuild.pages.streams import join_streams

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
    made = join_streams([stream("a"), warned, stream("b\n"), result])
    assert made == [stream("ab\n"), warned, result]
    assert join_streams([]) == []


def test_a_page_shows_a_line_as_one(book: Book) -> None:
    code = 'print("first", end="", flush=True)\nprint(" and last")'
    text = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(text.replace("1 + 1", code), encoding="utf-8")
    book.build()
    page = re.sub(r"<[^>]+>", "", (book.site / "01_mini.html").read_text(encoding="utf-8"))
    assert "\nfirst and last\n" in page
