"""The build as a maintainer meets it: what runs again, what fails, what is published."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bookbuild.editions import site
from bookbuild.pages import reproducible
from tests.bookbuild.conftest import Book


def ran(printed: str) -> str:
    """Return the build's own account of which scripts ran."""
    return next(line for line in printed.splitlines() if "scripts run" in line)


def test_only_what_changed_runs_again(book: Book) -> None:
    assert ran(book.build()) == "2 of 2 scripts run: plot_alpha (new), plot_beta (new)"
    page = (book.site / "01_mini.html").read_text(encoding="utf-8")
    assert "The first figure, of" in page
    assert "recorded value is 5" in page  # the alt text, with the script's number

    printed = book.build()
    assert ran(printed) == "0 of 2 scripts run: -"
    assert "no targets are out of date" in printed

    style = book.root / "conf" / "static" / "convbook.css"
    style.write_text(style.read_text(encoding="utf-8") + "/* edited */\n", encoding="utf-8")
    printed = book.build()
    assert ran(printed) == "0 of 2 scripts run: -"
    assert "/* edited */" in (book.site / "_static" / "convbook.css").read_text(encoding="utf-8")
    assert "no targets are out of date" not in printed

    module = next(book.module("arithmetic").glob("sizes.py"))
    module.write_text(module.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert ran(book.build()) == "1 of 2 scripts run: plot_alpha (changed)"

    style = book.module("plotting/convbook.mplstyle")
    style.write_text(style.read_text(encoding="utf-8") + "font.size: 11\n", encoding="utf-8")
    assert ran(book.build()).startswith("2 of 2 scripts run")


def test_an_edited_module_reaches_the_page(book: Book) -> None:
    book.build()
    module = book.module("arithmetic") / "sizes.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(
        text
        + "\n_true = output_size\n\n\ndef output_size(*args):\n    return 100 + _true(*args)\n",
        encoding="utf-8",
    )
    book.build()
    assert "recorded value is 105" in (book.site / "01_mini.html").read_text(encoding="utf-8")


def test_two_clean_builds_make_the_same_bytes(book: Book, tmp_path: Path) -> None:
    book.build()
    first = book.made()
    (tmp_path / "book" / "gallery").rename(tmp_path / "first")
    (tmp_path / "build").rename(tmp_path / "first_build")
    assert ran(book.build()).startswith("2 of 2 scripts run")
    assert len(first) == 6  # of each script: numbers, and a figure for light and for dark pages
    assert book.made() == first


def pages(book: Book) -> dict[str, bytes]:
    """Return every file of the published site by its path."""
    files = (file for file in book.site.rglob("*") if file.is_file())
    return {file.relative_to(book.site).as_posix(): file.read_bytes() for file in files}


def test_after_edits_the_site_is_that_of_a_clean_build(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(reproducible.VARIABLE, "1479772800")
    book.build()
    script = book.root / "examples" / "01_mini" / "plot_alpha.py"
    script.write_text(script.read_text("utf-8") + "\n# edited\n", encoding="utf-8")
    assert "1 of 2 scripts run" in book.build()
    edited = pages(book)
    assert not [name for name in edited if name.startswith(".")]  # what is of this machine alone
    title = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(title.replace("# Mini", "# Minute", 1), encoding="utf-8")
    book.build()
    renamed = pages(book)
    assert b"Minute" in renamed["gallery/01_mini/plot_beta.html"]  # in its sidebar
    shutil.rmtree(book.site)
    book.build()
    assert pages(book) == renamed
    book.chapter.write_text(title, encoding="utf-8")
    shutil.rmtree(book.site)
    book.build()
    assert pages(book) == edited


def test_a_build_goes_on_from_one_of_an_edition_that_published_its_configuration(
    book: Book,
) -> None:
    book.build()
    first, doctrees = pages(book), site.doctrees_of(book.site)
    (doctrees / site.CONFIGURATION).rename(book.site / site.CONFIGURATION)
    digest = site._digest(book.site, doctrees)
    (doctrees / site.PUBLISHED).write_text(digest, encoding="ascii")
    assert "0 of 2 scripts run" in book.build()
    assert pages(book).keys() == first.keys()


def test_damaged_output_is_made_again(book: Book) -> None:
    book.build()
    image = next(book.gallery.glob("images/sphx_glr_plot_alpha_001.webp"))
    whole = image.read_bytes()
    image.write_bytes(whole[: len(whole) // 2])
    next(book.gallery.glob("plot_beta.seal.json")).write_text("{", encoding="utf-8")
    printed = book.build()
    assert ran(printed) == "2 of 2 scripts run: plot_alpha (damaged), plot_beta (damaged)"
    assert image.read_bytes() == whole
    (book.gallery / "plot_beta.py.md5").write_text("0", encoding="ascii")  # sphinx-gallery's note
    assert ran(book.build()) == "1 of 2 scripts run: plot_beta (damaged)"


def test_a_damaged_notebook_cache_is_made_again(book: Book) -> None:
    book.build()
    database = next((book.root / "build" / "notebooks").glob("*/global.db"))
    database.write_bytes(b"not a database")
    book.chapter.write_text(book.chapter.read_text(encoding="utf-8") + "\nMore.\n", "utf-8")
    assert "the notebook cache is damaged" in book.build()


@pytest.mark.parametrize("fault", ["changed", "never written"])
def test_a_damaged_executed_chapter_runs_again(book: Book, fault: str) -> None:
    book.build()
    before = (book.site / "01_mini.html").read_text(encoding="utf-8")
    executed = next((book.root / "build" / "notebooks").glob("*/executed/*/base.ipynb"))
    if fault == "changed":
        text = executed.read_text(encoding="utf-8")
        assert '"2"' in text
        executed.write_text(text.replace('"2"', '"3"'), encoding="utf-8")
    else:  # jupyter-cache notes a notebook before it writes the file: a kill comes between
        for file in executed.parent.iterdir():
            file.unlink()
    book.chapter.write_text(book.chapter.read_text(encoding="utf-8") + "\nMore.\n", "utf-8")
    assert f"{executed} is damaged; its chapter runs again" in book.build()
    after = (book.site / "01_mini.html").read_text(encoding="utf-8")
    assert after.count("<span></span>2\n") == before.count("<span></span>2\n") == 1


def test_a_damaged_page_or_memory_of_one_is_written_anew(book: Book) -> None:
    book.build()
    page = book.site / "01_mini.html"
    whole = page.read_bytes()
    page.write_bytes(whole[: len(whole) // 2])
    assert ran(book.build()) == "0 of 2 scripts run: -"
    assert page.read_bytes() == whole
    doctree = site.doctrees_of(book.site) / "gallery" / "index.doctree"
    doctree.write_bytes(doctree.read_bytes()[:-100])
    assert ran(book.build()) == "0 of 2 scripts run: -"
    assert page.read_bytes() == whole


def test_an_edit_counts_whatever_the_clock_says(book: Book) -> None:
    book.build()
    book.chapter.write_text(book.chapter.read_text(encoding="utf-8") + "\nFrom 1999.\n", "utf-8")
    os.utime(book.chapter, (930_000_000, 930_000_000))
    book.build()
    assert "From 1999." in (book.site / "01_mini.html").read_text(encoding="utf-8")


def test_a_script_that_raises_publishes_nothing(book: Book) -> None:
    book.build()
    before = (book.site / "01_mini.html").read_bytes()
    script = book.script("beta")
    good = script.read_text(encoding="utf-8")
    script.write_text(good.replace("value = ", "value = 1 / 0 + "), encoding="utf-8")
    printed = book.build(passes=False)
    assert "plot_beta.py" in printed
    assert "ZeroDivisionError" in printed
    assert "is as it was" in printed
    assert (book.site / "01_mini.html").read_bytes() == before
    script.write_text(good, encoding="utf-8")
    assert ran(book.build()).startswith("1 of 2 scripts run: plot_beta")


def test_a_chapter_cell_that_raises_publishes_nothing(book: Book) -> None:
    text = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(text.replace("1 + 1", "1 / 0"), encoding="utf-8")
    printed = book.build(passes=False)
    assert "ZeroDivisionError" in printed
    assert "01_mini" in printed
    assert not book.site.exists()


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "{example-figure} plot_beta",
            "{example-figure} plot_gamma",
            "no script 'plot_gamma' has made a figure; there are: plot_alpha, plot_beta",
        ),
        (
            "beta.value:.1f",
            "beta.worth",
            "no script has recorded 'beta.worth'; plot_beta.py has beta.value",
        ),
    ],
)
def test_what_a_chapter_names_and_is_not_there_fails_every_build(
    book: Book, right: str, wrong: str, message: str
) -> None:
    text = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(text.replace(right, wrong), encoding="utf-8")
    for _ in range(2):  # Sphinx would not read the page a second time, and pass
        printed = book.build(passes=False)
        assert "01_mini.md" in printed
        assert message in printed
    assert not book.site.exists()


def test_a_script_that_is_gone_leaves_nothing(book: Book) -> None:
    book.build()
    book.script("beta").unlink()
    text = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(text[: text.index("```{example-figure} plot_beta")], encoding="utf-8")
    book.build()
    assert not list(book.site.rglob("*plot_beta*"))
    assert not list(book.gallery.rglob("*plot_beta*"))


def test_orphans_fail_the_build(book: Book) -> None:
    text = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(text[: text.index("```{example-figure} plot_beta")], encoding="utf-8")
    printed = book.build(passes=False)
    assert "the figure of plot_beta.py is embedded by no chapter" in printed
    assert "plot_beta.py records beta.value, which no chapter cites" in printed


def test_a_figure_without_alt_text_is_refused(book: Book) -> None:
    script = book.script("alpha")
    lines = script.read_text(encoding="utf-8").splitlines(keepends=True)
    script.write_text("".join(line for line in lines if "describe" not in line), encoding="utf-8")
    assert "plot_alpha.py gives no alt text" in book.build(passes=False)


def test_a_figure_whose_edge_cuts_text_off_is_refused(book: Book) -> None:
    script = book.script("alpha")
    text = script.read_text(encoding="utf-8")
    wide = text.replace("plt.show()", 'fig.text(0.9, 0.5, "Far too long a line")\nplt.show()')
    script.write_text(wide, encoding="utf-8")
    assert "cuts off 'Far too long a line'" in book.build(passes=False)


def test_a_killed_build_leaves_no_half(book: Book) -> None:
    script = book.script("beta")
    good = script.read_text(encoding="utf-8")
    script.write_text(good.replace("value = ", "import time\ntime.sleep(60)\nvalue = "), "utf-8")
    words, environment = book.command()
    running = subprocess.Popen(
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not (book.gallery / "plot_alpha.seal.json").exists():
        assert time.monotonic() < deadline, "the first script never finished"
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert not book.site.exists()
    script.write_text(good, encoding="utf-8")
    # What was finished before the kill is kept, the rest runs.
    assert ran(book.build()) == "1 of 2 scripts run: plot_beta (new)"


def test_a_folder_that_cannot_be_written_is_named(book: Book) -> None:
    (book.root / "build").write_text("a file where the folder should be", encoding="utf-8")
    printed = book.build(passes=False)
    assert f"error: cannot write in {book.root / 'build'}: File exists" in printed
    assert "Traceback" not in printed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind")
def test_a_disk_without_room_is_named_before_anything_runs(book: Book) -> None:
    import resource

    limit = (site.ROOM // 2, resource.RLIM_INFINITY)
    words, environment = book.command()
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=240, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )  # fmt: skip
    assert done.returncode == 1
    gallery = book.root / "book" / "gallery"
    assert f"error: cannot write in {gallery}: File too large" in done.stderr
    assert done.stdout == ""


def test_a_swap_that_was_killed_is_undone(book: Book) -> None:
    book.build()
    book.site.rename(book.site.with_name(".site.old"))
    script = book.script("alpha")
    script.write_text(script.read_text(encoding="utf-8") + "\n1 / 0\n", encoding="utf-8")
    book.build(passes=False)
    assert (book.site / "index.html").exists()


def test_a_folder_without_a_book_is_refused(tmp_path: Path) -> None:
    printed = Book(tmp_path).build(passes=False)
    assert "is not a checkout of the book: it has no conf/conf.py" in printed


def test_a_build_for_a_gpu_is_refused_where_there_is_none(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert "error: TensorFlow finds no GPU" in book.build("--device", "gpu", passes=False)
    assert not book.site.exists()
