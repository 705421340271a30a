"""The colophon tells what a build was made of; no page shows what no script has made."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from bookbuild.embed import colophon
from bookbuild.gallery import catalogue
from bookbuild.pages import memory, reproducible, verify
from convbook import pretrained
from tests.bookbuild.conftest import ROOT, Book

PAGE = "appendix_g_colophon"
EPOCH = "1479772800"  # 22 November 2016
HEAVIEST = 1_000_000  # megabytes: a peak beyond it is in another unit


@pytest.fixture
def colophon_book(book: Book) -> Book:
    """Make a book with a colophon."""
    shutil.copy(ROOT / "book" / f"{PAGE}.md", book.chapter.parent)
    index = book.chapter.with_name("index.md")
    index.write_text(index.read_text("utf-8").replace("01_mini\n", f"01_mini\n{PAGE}\n"), "utf-8")
    return book


def git(folder: Path, *words: str) -> str:
    """Let git do something in a folder, as nobody in particular."""
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org")
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


def commit_all(folder: Path) -> str:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All of it")
    return git(folder, "rev-parse", "HEAD")


def text_of(page: Path) -> str:
    """Return the text of a page in one line."""
    return " ".join(re.sub("<[^>]*>", " ", page.read_text(encoding="utf-8")).split())


def test_it_tells_what_the_build_was_made_of(colophon_book: Book) -> None:
    book = colophon_book
    (book.root / ".gitignore").write_text("/build/\n/book/gallery/\n__pycache__/\n", "utf-8")
    commit = commit_all(book.root)
    book.build()
    page, data = book.site / f"{PAGE}.html", book.site / colophon.FILE
    facts = json.loads(data.read_text(encoding="utf-8"))
    assert list(facts) == ["build", "figures", "libraries", "pretrained", "studies"]
    assert facts["build"]["commit"] == commit
    assert facts["build"]["uncommitted_changes"] is False
    assert facts["build"]["scripts_run"] == 2
    assert facts["libraries"]["computing"]["numpy"] == np.__version__
    assert "sphinx" in facts["libraries"]["publishing"]
    assert facts["pretrained"] == {name: pretrained.missing(name) for name in pretrained.NAMES}
    assert facts["studies"]["cs20"]["seconds"] > 0
    alpha = facts["figures"]["plot_alpha"]
    seal = json.loads((book.gallery / "plot_alpha.seal.json").read_text(encoding="utf-8"))
    assert alpha["fingerprint"] == seal["fingerprint"]
    assert alpha["chapters"] == ["01_mini"]
    assert (book.root / alpha["script"]) == book.script("alpha")
    assert alpha["seconds"] > 0
    if memory.FORGET.exists():
        assert 10 < alpha["peak_memory_mb"] < HEAVIEST

    text = text_of(page)
    assert f"{commit[:12]} Date" in text
    assert "Figures : 2 made by this build, 0 verified by their seals" in text
    assert 'href="01_mini.html#plot-alpha">Fig. 1' in page.read_text(encoding="utf-8")
    assert 'href="gallery/01_mini/plot_alpha.html"' in page.read_text(encoding="utf-8")
    shown = re.search(rf"{seal['fingerprint'][:12]} ([\d.]+) (\d+|not measured) ", text)
    assert shown is not None
    assert float(shown[1]) == pytest.approx(alpha["seconds"], abs=0.11)
    assert shown[2] == str(alpha["peak_memory_mb"] or "not measured")
    assert 'href="colophon.json"' in page.read_text(encoding="utf-8")

    before = page.read_bytes(), data.read_bytes()
    assert "no targets are out of date" in book.build()
    assert (page.read_bytes(), data.read_bytes()) == before

    # Somebody changes what is published: the next build writes all anew.
    image = book.site / "_images" / "sphx_glr_plot_alpha_001.webp"
    whole = image.read_bytes()
    image.write_bytes(b"not what the script has drawn")
    (book.root / "note").touch()  # and the commit is no longer all that the build is made of
    book.build()
    assert image.read_bytes() == whole
    assert "with uncommitted changes" in text_of(page)
    assert "Figures : 0 made by this build, 2 verified by their seals" in text_of(page)

    Image.new("RGB", (8, 8)).save(book.chapter.with_name("photograph.png"))
    with book.chapter.open("a", encoding="utf-8") as chapter:
        chapter.write("\n![A grey square that nobody computed](photograph.png)\n")
    printed = book.build(passes=False)
    assert "01_mini.html shows _images/photograph.png, which no script of the book" in printed
    assert not (book.site / "_images" / "photograph.png").exists()


def test_reproducible_builds_make_the_same_site(
    colophon_book: Book, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = colophon_book
    second = Book(tmp_path_factory.mktemp("elsewhere") / "checkout")
    shutil.copytree(first.root, second.root)
    monkeypatch.setenv(reproducible.VARIABLE, EPOCH)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    first.build()
    monkeypatch.setenv("TZ", "America/Lima")
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path_factory.mktemp("cache")))
    second.build()

    sites = [
        {file.relative_to(one.site): file.read_bytes() for file in one.site.rglob("*.*")}
        for one in (first, second)
    ]
    assert sites[0].keys() == sites[1].keys()
    differing = [str(file) for file, content in sites[0].items() if sites[1][file] != content]
    assert [name for name in differing if PAGE not in name and name != colophon.FILE] == []
    # What the two caches hold is told, and they differ in it; nothing else may.
    facts = [json.loads(one[Path(colophon.FILE)]) for one in sites]
    for one in facts:
        del one["pretrained"]
    assert facts[0] == facts[1]

    assert facts[0]["build"]["date"] == "2016-11-22T00:00:00+00:00"
    assert facts[0]["build"]["commit"] is None
    assert not {"seconds", "peak_memory_mb"} & set(facts[0]["figures"]["plot_alpha"])
    text = text_of(first.site / f"{PAGE}.html")
    assert colophon.LEFT_OUT in text
    assert "unknown: the sources are no checkout of git" in text
    assert "22 November 2016, 00:00 UTC" in text
    assert "plot_alpha.py , which ran on a CPU" in text_of(first.site / "01_mini.html")
    script_page = text_of(first.site / "gallery" / "01_mini" / "plot_alpha.html")
    assert "A claim about" in script_page
    assert "running time" not in script_page


@pytest.mark.parametrize("given", ["yesterday", "", "1e9", str(10**30)])
def test_an_epoch_that_is_no_time_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(reproducible.VARIABLE, given)
    with pytest.raises(ValueError, match=f"seconds since 1970, got '{given}'"):
        reproducible.epoch()


def test_a_build_of_no_time_is_refused_in_one_line(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(reproducible.VARIABLE, "yesterday")
    printed = book.build(passes=False)
    assert printed == "error: SOURCE_DATE_EPOCH: expected seconds since 1970, got 'yesterday'\n"


def test_a_commit_is_told_of_a_checkout_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("1", encoding="utf-8")
    assert colophon.commit_of(tmp_path) is None
    commit = commit_all(tmp_path)
    assert colophon.commit_of(tmp_path) == (commit, False)
    (tmp_path / "folder").mkdir()
    assert colophon.commit_of(tmp_path / "folder") is None  # the checkout around it is another
    (tmp_path / "unknown").touch()
    assert colophon.commit_of(tmp_path) == (commit, True)


def test_without_git_the_commit_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert colophon.commit_of(ROOT) is None


@pytest.mark.skipif(not memory.FORGET.exists(), reason="only Linux tells the peak")
def test_the_peak_is_that_of_what_came_since() -> None:
    memory.forget_peak()
    before = memory.peak()
    array = np.ones(25_000_000)  # 200 MB
    del array
    after = memory.peak()
    assert before is not None
    assert after is not None
    assert after - before == pytest.approx(200, abs=50)
    memory.forget_peak()
    assert memory.peak() == pytest.approx(before, abs=50)


def test_a_peak_that_cannot_be_measured_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "FORGET", tmp_path / "no such folder" / "clear_refs")
    memory.forget_peak()
    assert memory.peak() is None


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Make a site of one page, and a gallery of one script with its seal; note the warnings."""
    target = tmp_path / "gallery" / "01_mini" / "plot_a.py"
    figure = target.parent / "images" / "sphx_glr_plot_a_001.webp"
    site = tmp_path / "site"
    for folder in (figure.parent, site / "_images", site / "pages"):
        folder.mkdir(parents=True)
    target.write_text("pass", encoding="utf-8")
    figure.write_bytes(b"a figure")
    shutil.copy(figure, site / "_images")
    digests = {file.name: verify._sha256(file) for file in catalogue.outputs(target)}
    seal = {"fingerprint": "now", "files": digests}
    target.with_suffix(".seal.json").write_text(json.dumps(seal), encoding="utf-8")
    warnings: list[str] = []
    monkeypatch.setattr(
        verify, "logger", SimpleNamespace(warning=lambda text, *of: warnings.append(text % of))
    )
    return SimpleNamespace(
        builder=SimpleNamespace(name="html"), outdir=site, convbook_scripts={target: "now"},
        target=target, figure=figure, warnings=warnings,
        copy=site / "_images" / figure.name, page=site / "pages" / "one.html",
    )  # fmt: skip


SHOWN = '<p><img alt="a > b" src="../_images/sphx_glr_plot_a_001.webp"></p>'


def test_what_a_sealed_script_has_made_may_be_shown(published: SimpleNamespace) -> None:
    published.page.write_text(f"{SHOWN}<img src='../_static/favicon.svg'>", encoding="utf-8")
    verify.check_shown(published, None)
    assert published.warnings == []


@pytest.mark.parametrize(
    "shown",
    [
        "../_images/by_hand.png",
        "../_images/%73phx_glr_plot_b_001.webp",
        "https://example.org/sphx_glr_plot_a_001.webp",
        "//example.org/_static/a.png",
        "data:image/png;base64,AAAA",
        "../_static/../by_hand.png",
    ],
)
@pytest.mark.parametrize(
    "tag", ['<img src="{}">', "<video poster={}></video>", '<SOURCE SRC="{}">']
)
def test_what_no_script_has_made_is_refused(
    published: SimpleNamespace, tag: str, shown: str
) -> None:
    published.page.write_text(SHOWN + tag.format(shown), encoding="utf-8")
    verify.check_shown(published, None)
    assert published.warnings == [
        f"pages/one.html shows {shown}, which no script of the book has made in this build"
    ]


def test_a_published_file_that_is_not_the_sealed_one_is_refused(
    published: SimpleNamespace,
) -> None:
    published.copy.write_bytes(b"another")
    published.page.write_text(SHOWN, encoding="utf-8")
    verify.check_shown(published, None)
    assert len(published.warnings) == 1
    assert published.warnings[0].endswith("which is not the file that its script has made")


@pytest.mark.parametrize("how", ["another fingerprint", "another file", "no seal"])
def test_a_figure_whose_seal_does_not_hold_is_refused(published: SimpleNamespace, how: str) -> None:
    if how == "another fingerprint":
        published.convbook_scripts[published.target] = "later"
    elif how == "another file":
        published.figure.write_bytes(b"replaced after it was sealed")
    else:
        published.target.with_suffix(".seal.json").unlink()
    published.page.write_text(SHOWN, encoding="utf-8")
    verify.check_shown(published, None)
    assert len(published.warnings) == 1
    assert "which no script of the book has made in this build" in published.warnings[0]
