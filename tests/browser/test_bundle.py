"""The site as a zip, unpacked and read from disk."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bookbuild.archive import zipped_folder
from tests.browser.markup import SITE
from tests.browser.test_pages import Visit


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zip")
    (folder / "site.zip").write_bytes(zipped_folder(SITE, "book"))
    with zipfile.ZipFile(folder / "site.zip") as archive:
        archive.extractall(folder)
    return folder / "book"


def test_pages_read_from_disk(unpacked: Path, chromium: Browser) -> None:
    gallery = next((unpacked / "gallery").glob("convolution/plot_*.html"))
    for name in ("index.html", "convolution.html", gallery.relative_to(unpacked).as_posix()):
        page = chromium.new_page()
        visit = Visit(page, (unpacked / name).as_uri())
        assert visit.problems == []
        elsewhere = [r.url for r in visit.responses if not r.url.startswith(("file:", "data:"))]
        assert elsewhere == []
        page.close()


def test_mathematics_and_fonts_are_shown_from_disk(unpacked: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto((unpacked / "convolution.html").as_uri())
    formulas = page.locator(".math-block math")
    assert formulas.count() > 3
    for formula in formulas.all():
        box = formula.bounding_box()
        assert box is not None
        assert box["height"] > 10
    page.evaluate("document.fonts.ready")
    fonts = "[...document.fonts].map(font => `${font.family} ${font.status}`.replaceAll('\"', ''))"
    loaded = page.evaluate(fonts)
    assert {f"Convbook {face} loaded" for face in ("Serif", "Sans", "Code", "Math")} <= set(loaded)
    page.close()


def test_search_finds_a_term_from_disk(unpacked: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    visit = Visit(page, f"{(unpacked / 'search.html').as_uri()}?q=dilation")
    result = page.locator("ul.search li a").first
    result.wait_for()
    with page.expect_navigation():
        result.click()
    assert "dilation" in page.locator("article").inner_text().lower()
    assert visit.problems == []
    page.close()
