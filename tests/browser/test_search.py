"""Search finds a term by all its names, explanations first, shows where it stands and marks it."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.markup import CHAPTERS, SITE
from tests.browser.test_pages import LAPTOP, PHONE, Visit, travelling

LIGHT = 150_000  # bytes that the search page loads before the first keystroke
# What a reader types, and the chapter that explains it.
EXPLAINED = {
    "dilation": "sizes",
    "atrous convolution": "sizes",
    "atrous": "sizes",
    "stride": "sizes",
    "padding": "sizes",
    "receptive field": "sizes",
    "deconvolution": "variants",
    "transposed convolution": "variants",
    "1x1 convolution": "inception",
    "sobel": "kernels",
    "max pooling": "pooling",
    "dropout": "lenet",
    "batch normalization": "training",
    "grad-cam": "explaining",
    "heat map": "pictures_out",
    "skip connection": "deeper_architectures",
    "softmax temperature": "thousand_probabilities",
    "iou": "pictures_out",
}


@pytest.mark.parametrize(
    ("width", "start", "field"),
    [
        (LAPTOP, "convolution.html", ".sidebar-search"),
        (LAPTOP, "index.html", ".search-field input"),  # the cover has no sidebar
        (PHONE, "search.html", ".search-field input"),
    ],
)
def test_search_finds_a_term_and_shows_where(
    width: int, start: str, field: str, server: str, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    visit = Visit(page, f"{server}/{start}")
    page.locator(field).fill("dilation")
    page.locator(field).press("Enter")
    result = page.locator("ul.search > li", has=page.locator("p.context")).first
    result.wait_for()
    excerpt = result.locator("p.context")
    assert "dilation" in excerpt.inner_text().lower()
    assert excerpt.locator(".highlighted").count() >= 1
    with page.expect_navigation():
        result.locator("a").first.click()
    marked = page.locator("article .highlighted")
    marked.first.wait_for()
    assert {text.lower() for text in marked.all_text_contents()} == {"dilation"}
    assert visit.problems == []
    page.close()


def results(page: Page, address: str, words: str) -> list[str]:
    """Return the pages that a search finds, as far as the site's address goes before them."""
    page.goto(f"{address}/search.html?q={words}")
    expect(page.locator(".search-summary")).to_contain_text("Search finished")
    links = page.locator("ul.search > li > a")
    pages: list[str] = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return [urlsplit(link).path for link in pages]


@pytest.mark.parametrize("words", EXPLAINED)
def test_a_chapter_that_explains_comes_first(words: str, page: Page) -> None:
    # From disk, where no excerpts are fetched.
    found = results(page, SITE.as_uri(), words)
    assert found[0] == f"{EXPLAINED[words]}.html"
    kinds = [place in CHAPTERS for place in found if place in CHAPTERS or "/plot_" in place]
    assert kinds == sorted(kinds, reverse=True), "a script comes before a chapter"


def test_a_script_is_found_by_its_title(root: str, page: Page) -> None:
    found = results(page, root, "convolutions in a row")
    assert "gallery/sizes/plot_repeated_convolution.html" in found


def test_the_search_is_light_before_the_first_keystroke(
    server: str, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = Visit(page, f"{server}/search.html")
    page.wait_for_load_state("networkidle")
    files = [urlsplit(response.url).path.rpartition("/")[2] for response in visit.responses]
    assert not {"searchindex.js", "searchtools.js", "language_data.js"} & {*files}
    paths = [urlsplit(r.url.removeprefix(f"{server}/")).path for r in visit.responses]
    weight = sum(travelling(SITE / path) for path in paths)
    with capsys.disabled():
        whole = sum((SITE / path).stat().st_size for path in paths)
        fonts = sum((SITE / path).stat().st_size for path in paths if path.endswith("woff2"))
        print(f"\nbefore the first keystroke the search page loads {weight:,} bytes, compressed as "
              f"hosts do; {whole - fonts:,} and {fonts:,} of fonts if they do not")  # fmt: skip
    assert weight < LIGHT
    assert whole - fonts < LIGHT
    assert visit.problems == []


def test_without_scripts_the_search_page_says_where_to_look(server: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/search.html?q=dilation")
    article = page.locator("article")
    assert "this browser runs none" in article.inner_text()
    for name in ("index", "glossary", "gallery"):
        with page.expect_navigation():
            article.get_by_role("link", name=name).click()
        page.go_back()
    context.close()
