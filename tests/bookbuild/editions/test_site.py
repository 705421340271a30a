"""The build as a maintainer meets it: what runs again, what fails, what is published."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from bookbuild.editions import site
from tests.bookbuild.conftest import Book, ran

UNCHANGED = "Nothing has changed since"


def test_an_unchanged_book_is_not_built_again(book: Book) -> None:
    assert ran(book.build()) == "2 of 2 scripts run: plot_alpha (new), plot_beta (new)"
    assert "The first figure, of" in book.page()
    assert "recorded value is 5" in book.page()  # the alt text, with the script's number
    before = book.pages()
    assert book.build().startswith(UNCHANGED)

    book.append(book.root / "conf" / "css" / "page.css", "/* edited */\n")
    assert ran(book.build()) == "0 of 2 scripts run: -"
    changed = {name for name, content in book.pages().items() if before.get(name) != content}
    assert "_static/css/book.css" in changed
    assert UNCHANGED in book.build()


def test_only_scripts_that_reach_edited_code_run_again(book: Book) -> None:
    package = book.copy_sources()
    book.build_with_own_sources()
    sizes = package / "arithmetic" / "sizes.py"
    book.append(sizes, "\n# a comment\n")
    book.append(package.parent / "bookbuild" / "gallery" / "scraper.py", "\n# a comment\n")
    assert ran(book.build_with_own_sources()) == "0 of 2 scripts run: -"

    shifted = (
        "\n_true = output_size\n\n\n"
        "def output_size(*args, **options):\n    return 100 + _true(*args, **options)\n"
    )
    book.append(sizes, shifted)
    assert ran(book.build_with_own_sources()) == "1 of 2 scripts run: plot_alpha (changed)"
    assert "recorded value is 105" in book.page()

    book.append(package / "plotting" / "convbook.mplstyle", "font.size: 11\n")
    assert ran(book.build_with_own_sources()).startswith("2 of 2 scripts run")


def test_two_clean_builds_publish_the_same_bytes(book: Book) -> None:
    book.compute("print(6 * 7)")
    book.build()
    first = book.pages(), book.figures()
    shutil.rmtree(book.root / "build")
    shutil.rmtree(book.root / "book" / "gallery")
    assert ran(book.build()).startswith("2 of 2 scripts run")
    assert len(first[1]) == 6  # of each script: numbers, and a figure for light and for dark pages
    assert (book.pages(), book.figures()) == first


def test_after_edits_the_site_is_that_of_a_clean_build(book: Book) -> None:
    book.build()
    first = book.pages()
    book.edit(book.chapter, "# Mini", "# Minute")
    book.append(book.script("alpha"), "\n# edited\n")
    assert "1 of 2 scripts run" in book.build()
    assert "Minute" in book.page("gallery/mini/plot_beta")  # in its sidebar
    book.edit(book.chapter, "# Minute", "# Mini")
    book.edit(book.script("alpha"), "\n# edited\n", "")
    book.build()
    assert book.pages() == first


def test_an_edit_counts_whatever_the_clock_says(book: Book) -> None:
    book.build()
    book.append(book.chapter, "\nFrom 1999.\n")
    os.utime(book.chapter, (930_000_000, 930_000_000))
    book.build()
    assert "From 1999." in book.page()


def test_what_an_unfinished_run_left_is_made_again(book: Book) -> None:
    book.build()
    whole = book.figures()
    next(book.gallery.glob("images/sphx_glr_plot_alpha_001.webp")).unlink()
    (book.gallery / "plot_beta.fingerprint.json").write_text("{", encoding="utf-8")
    book.append(book.chapter, "\nEdited.\n")
    assert ran(book.build()) == "2 of 2 scripts run: plot_alpha (unfinished), plot_beta (new)"
    assert book.figures() == whole


def test_the_gallery_of_edition_1_is_made_again(book: Book) -> None:
    book.build()
    whole = book.figures()
    for name in ("alpha", "beta"):
        (book.gallery / f"plot_{name}.fingerprint.json").unlink()
        (book.gallery / f"plot_{name}.seal.json").write_text("{}", encoding="utf-8")
    book.append(book.chapter, "\nEdited.\n")
    assert ran(book.build()) == "2 of 2 scripts run: plot_alpha (new), plot_beta (new)"
    assert book.figures() == whole
    assert not list(book.gallery.glob("*.seal.json"))


def test_a_stranger_s_file_in_the_site_survives(book: Book) -> None:
    book.build()
    (book.site / "notes").mkdir()
    (book.site / "notes" / "mine.txt").write_text("keep me", encoding="utf-8")
    book.script("beta").unlink()
    chapter = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(chapter[: chapter.index("```{example-figure} plot_beta")], "utf-8")
    book.build()
    assert (book.site / "notes" / "mine.txt").read_text(encoding="utf-8") == "keep me"
    # What is gone from the book is gone from the site.
    assert not list(book.site.rglob("*plot_beta*"))
    assert not list(book.gallery.rglob("*plot_beta*"))


def test_a_folder_that_no_build_has_made_is_kept_aside(book: Book) -> None:
    book.site.mkdir(parents=True)
    (book.site / "thesis.tex").write_text("years of work", encoding="utf-8")
    assert "was not made by this build: what was there is in" in book.build()
    [kept] = book.site.parent.glob("site.kept-*/thesis.tex")
    assert kept.read_text(encoding="utf-8") == "years of work"
    assert not (book.site / "thesis.tex").exists()


def test_a_script_that_raises_publishes_nothing_and_no_page_is_read(book: Book) -> None:
    book.build()
    before = book.pages()
    book.edit(book.script("beta"), "value = ", "value = 1 / 0 + ")
    printed = book.build(passes=False)
    assert "ZeroDivisionError" in printed
    assert "plot_beta.py did not run to its end with a figure" in printed
    assert "error: the warnings above would fail this build at its end; it stops now" in printed
    assert "is as it was" in printed
    assert "reading sources" not in printed
    assert book.pages() == before
    book.edit(book.script("beta"), "value = 1 / 0 + ", "value = 0 + ")
    assert ran(book.build()).startswith("1 of 2 scripts run: plot_beta")


def test_a_warning_at_the_start_fails_a_build_before_the_scripts_run(book: Book) -> None:
    book.append(book.root / "conf" / "conf.py", 'html_static_path += ["no such folder"]\n')
    printed = book.build(passes=False)
    assert "no such folder" in printed
    assert "it stops now" in printed
    assert "scripts run" not in printed


def test_a_chapter_cell_that_raises_publishes_nothing(book: Book) -> None:
    book.compute("1 / 0")
    printed = book.build(passes=False)
    assert "ZeroDivisionError" in printed
    assert "mini" in printed
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
            "{example-figure} plot_beta\n",
            "{example-figure} plot_beta\n:plays-once:\n",
            "'plot_beta' does not move, so it cannot play once",
        ),
        (
            "The second figure, of",
            "**b** The second figure, of",
            "the figure has no panel b: its letters are ''",
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
    book.edit(book.chapter, right, wrong)
    for _ in range(2):
        printed = book.build(passes=False)
        assert "mini.md" in printed
        assert message in printed
    assert not book.site.exists()


def test_orphans_fail_the_build(book: Book) -> None:
    text = book.chapter.read_text(encoding="utf-8")
    book.chapter.write_text(text[: text.index("```{example-figure} plot_beta")], encoding="utf-8")
    printed = book.build(passes=False)
    assert "the figure of plot_beta.py is embedded by no chapter" in printed
    assert "plot_beta.py records beta.value, which no chapter cites" in printed


def test_a_killed_build_leaves_no_half(book: Book) -> None:
    book.edit(book.script("beta"), "value = ", "import time\ntime.sleep(60)\nvalue = ")
    words, environment = book.command()
    running = subprocess.Popen(
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not (book.gallery / "plot_alpha.zip").exists():
        assert time.monotonic() < deadline, "the first script never finished"
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert not book.site.exists()
    book.edit(book.script("beta"), "import time\ntime.sleep(60)\n", "")
    # What was finished before the kill is kept, the rest runs.
    assert ran(book.build()) == "1 of 2 scripts run: plot_beta (changed)"


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
    assert done.stderr == f"error: cannot write in {gallery}: File too large\n"
    assert done.stdout == ""


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="needs to mount a folder")
def test_a_checkout_that_is_read_only_is_named(book: Book) -> None:
    mount = subprocess.run(["mount", "--bind", str(book.root), str(book.root)], check=False)
    if mount.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(book.root)], check=True)
        printed = book.build(passes=False)
    finally:
        subprocess.run(["umount", str(book.root)], check=True)
    gallery = book.root / "book" / "gallery"
    assert printed == f"error: cannot write in {gallery}: Read-only file system\n"


def test_a_swap_that_was_killed_is_undone(book: Book) -> None:
    book.build()
    book.site.rename(book.site.with_name(".site.old"))
    book.append(book.script("alpha"), "\n1 / 0\n")
    book.build(passes=False)
    assert (book.site / "index.html").exists()


def test_a_folder_without_a_book_is_refused(book: Book) -> None:
    (book.root / "conf" / "conf.py").unlink()
    printed = book.build(passes=False)
    assert "is not a checkout of the book: it has no conf/conf.py" in printed


def test_a_site_among_the_sources_or_on_a_file_is_refused(book: Book) -> None:
    printed = book.build("--site", "book/site", passes=False)
    assert "lies among the sources: choose a folder outside" in printed
    printed = book.build("--site", "conf/conf.py", passes=False)
    assert "conf.py is a file: choose a folder to publish in" in printed


def test_a_build_for_a_gpu_is_refused_where_there_is_none(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert "error: TensorFlow finds no GPU" in book.build("--device", "gpu", passes=False)
    assert not book.site.exists()


def test_a_chapter_that_is_cached_is_not_executed_again(book: Book) -> None:
    book.compute('print("computed")')
    assert "Executing notebook" in book.build()
    book.append(book.chapter, "\nMore.\n")
    printed = book.build()
    assert "Executing notebook" not in printed
    assert "computed" in book.page()
    # A kill between its note in the database and its file leaves a cache that is not whole.
    [executed] = (book.root / "build" / "notebooks").glob("*/executed/*/base.ipynb")
    executed.unlink()
    book.append(book.chapter, "\nEven more.\n")
    printed = book.build()
    assert "the notebook cache is damaged; the chapters run again" in printed
    assert "Executing notebook" in printed


def test_a_script_s_page_has_a_sidebar_without_scripts(book: Book) -> None:
    book.build()

    def sidebar(page: str) -> str:
        return book.page(page).split('"sidebar-tree"')[1].split("</aside>")[0]

    for page in ("mini", "gallery/mini/plot_alpha"):
        assert "gallery/mini/index" in sidebar(page) or 'href="index.html"' in sidebar(page)
        assert "plot_" not in sidebar(page)
    # The next page is the topic's next script.
    assert 'href="plot_beta.html"' in book.page("gallery/mini/plot_alpha")
