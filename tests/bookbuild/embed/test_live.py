"""A figure with a live figure behind a button: in the site, and nowhere else."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from bookbuild.editions import site
from bookbuild.embed import live
from tests.bookbuild.conftest import Book
from tests.bookbuild.test_plain_sphinx import files, sphinx

EMBEDDED = "```{example-figure} plot_alpha\n"


def ask(book: Book, name: str) -> None:
    """Let the chapter's first figure ask for a live figure."""
    book.edit(book.chapter, EMBEDDED, f"{EMBEDDED}:live: {name}\n")


def test_the_site_has_a_button_and_what_it_loads(book: Book) -> None:
    book.build()
    without = book.page()
    assert "live" not in without
    ask(book, "size_calculator")
    book.build()
    page = book.page()
    [place] = re.findall(r'<div class="live"[^>]*>', page)
    said = dict(re.findall(r'data-(\w+)="([^"]*)"', place))
    assert (said["live"], said["root"]) == ("size_calculator", "_static")
    assert said["files"].split()[0] == "css/live.css"
    own = ["live/figures/size_calculator.css", "live/figures/size_calculator.js"]
    assert said["files"].split()[-2:] == own
    for name in (*said["files"].split(), "live/start.js", "live/loader.js"):
        assert (book.site / "_static" / name).read_bytes(), name
    # The figure itself is as it was; the button waits for the script.
    assert page.count('class="only-light"') == without.count('class="only-light"')
    assert re.findall(r'<button class="live-start" type="button" hidden>', page)
    assert re.search(r'<script defer src="_static/live/loader.js\?v=\w+"></script>', page)
    loader = (book.site / "_static/live/loader.js").stat().st_size
    assert len(page) - len(without) + loader < 2_000
    assert "live/loader.js" not in book.page("index")
    # As an illustration outside the chapters, too.
    illustration = f"{EMBEDDED}:bare:\n:live: size_calculator\n```\n"
    book.append(book.chapter.with_name("index.md"), illustration)
    book.build()
    assert place in book.page("index")
    assert "live/loader.js" in book.page("index")


def test_other_editions_have_the_picture_alone(book: Book, tmp_path: Path) -> None:
    ask(book, "size_calculator")
    for builder in ("epub", "text", "latex"):
        out = tmp_path / builder
        assert site.run_sphinx(book.root, out, "1", builder=builder) == 0
        texts = [
            file for suffix in ("xhtml", "txt", "tex", "opf") for file in out.rglob(f"*.{suffix}")
        ]
        assert texts
        for file in texts:
            assert "Try it" not in file.read_text("utf-8"), file
            assert "live/" not in file.read_text("utf-8"), file
        assert not (out / "_static/live").exists()


@pytest.mark.filterwarnings("ignore")
def test_plain_sphinx_writes_the_same_live_figure(book: Book, tmp_path: Path) -> None:
    ask(book, "size_calculator")
    book.build()
    status, text = sphinx(book, tmp_path / "out")
    assert status == 0, text
    own = files(tmp_path / "out")
    for name, content in book.pages().items():
        if name.startswith("_static/live/") or name == "mini.html":
            assert own[name] == content, name


def test_an_unknown_live_figure_is_refused(book: Book) -> None:
    ask(book, "no_such_figure")
    text = book.build(passes=False)
    assert "no live figure 'no_such_figure'; there are: " in text


@pytest.fixture
def digits_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A live figure of a network and a picture, which is not the book's."""
    sources = tmp_path / "live"
    (sources / "figures").mkdir(parents=True)
    for name in (live.LOADER, live.STARTER, *live.SHARED):
        (sources / name).write_bytes((live.SOURCES / name).read_bytes())
    figure = sources / "figures" / "digits.js"
    data = "networks/small_convnet_untrained pictures/coffee"
    figure.write_text(f"// Digits.\n// Data: {data}\n", "utf-8")
    monkeypatch.setattr(live, "SOURCES", sources)
    return figure


@pytest.mark.usefixtures("digits_figure")
def test_data_are_written_once_and_sealed(book: Book) -> None:
    ask(book, "digits")
    book.edit(book.chapter.with_name("index.md"), "mini\n", "mini\ncolophon\n")
    colophon = Path(__file__).parents[3] / "book" / "colophon.md"
    (book.chapter.with_name("colophon.md")).write_bytes(colophon.read_bytes())
    assert "exported for live figures: networks/small_convnet" in book.build()
    facts = json.loads((book.chapter.parent / "generated/colophon.json").read_text("utf-8"))
    assert list(facts["live"]) == ["networks/small_convnet_untrained.js", "pictures/coffee.js"]
    for name, digest in facts["live"].items():
        written = (book.site / "_static/live" / name).read_bytes()
        assert hashlib.sha256(written).hexdigest() == digest
        assert digest[:12] in book.page("colophon")
    book.append(book.chapter, "\nA word.\n")
    first = (book.chapter.parent / live.DATA / "pictures/coffee.js").stat().st_mtime_ns
    assert "exported" not in book.build()
    (book.chapter.parent / live.DATA / "networks/small_convnet_untrained.js").unlink()
    book.append(book.chapter, "\nA second.\n")
    assert "exported for live figures: networks/small_convnet_untrained\n" in book.build()
    assert (book.chapter.parent / live.DATA / "pictures/coffee.js").stat().st_mtime_ns == first


@pytest.mark.usefixtures("wheels")
def test_without_pretrained_weights_there_is_no_button(book: Book, digits_figure: Path) -> None:
    digits_figure.write_text(
        "// Digits.\n// Data: networks/efficientnet_lite0 pictures/coffee\n", "utf-8"
    )
    ask(book, "digits")
    book.build()
    assert "live" not in book.page()
    assert not (book.site / "_static/live").exists()
    # Once they are there, the button says how large the data are.
    data = book.chapter.parent / live.DATA
    (data / "networks").mkdir(exist_ok=True)
    (data / "networks/efficientnet_lite0.js").write_text("x" * 3_000_000, "ascii")
    size = 3 + (data / "pictures/coffee.js").stat().st_size / 1e6
    book.append(book.chapter, "\nA word.\n")
    book.build()
    assert re.findall(r"hidden>([^<]*)</button>", book.page()) == [f"Try it ({size:.1f} MB)"]


def test_data_that_do_not_exist_stop_the_build(book: Book, digits_figure: Path) -> None:
    digits_figure.write_text("// Data: networks/nonsense\n", "utf-8")
    ask(book, "digits")
    assert "the data of live figures are not there" in book.build(passes=False)


def test_every_live_figure_is_small_and_named_like_its_file() -> None:
    for name in live.figures():
        text = (live.SOURCES / "figures" / f"{name}.js").read_text("utf-8")
        assert f'ConvbookLive.register("{name}"' in text
        assert len(text.encode()) < 15_000, name
