"""The cover: what it says first fits a phone, and it leads to every chapter."""

import re

from playwright.sync_api import Browser

from tests.browser.markup import CHAPTERS, SCRIPTS, SITE, read
from tests.browser.test_pages import LAPTOP, PHONE
from tests.conftest import ROOT

TALL = 740  # CSS pixels of a phone's window
HEAVIEST = 10_000  # bytes of a small picture, in the mean of a theme
FIRST = ("h1", "h1 + p", ".begin", ".stage video:visible")  # what the first window shows


def test_the_first_window_of_a_phone_shows_title_deck_button_and_picture(
    server: str, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": PHONE, "height": TALL})
    page.goto(f"{server}/index.html")
    boxes = [page.locator(part).first.bounding_box() for part in FIRST]
    ends = [box["y"] + box["height"] for box in boxes if box is not None]
    assert len(ends) == len(FIRST)
    assert ends == sorted(ends)
    assert ends[-1] <= TALL, dict(zip(FIRST, ends, strict=True))
    page.close()


def test_the_title_has_two_lines_of_68_pixels(server: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": LAPTOP, "height": 900})
    page.goto(f"{server}/index.html")
    title = page.locator("h1")
    assert title.evaluate("node => getComputedStyle(node).fontSize") == "68px"
    assert title.evaluate("node => node.offsetHeight") < 2.2 * 68
    range_of = "node => { const all = new Range(); all.selectNodeContents(node.firstChild);"
    lines = f"{range_of} return new Set([...all.getClientRects()].map(line => line.top)).size; }}"
    assert title.evaluate(lines) == 2
    page.close()


def test_each_chapter_has_a_card_in_its_place(server: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": PHONE, "height": TALL})
    page.goto(f"{server}/index.html")
    cards = page.locator(".cards a")
    assert cards.evaluate_all("links => links.map(link => link.getAttribute('href'))") == CHAPTERS
    numbers = page.locator(".card-number").all_inner_texts()
    assert numbers == [str(number) for number in range(1, len(CHAPTERS) + 1)]
    assert {len(words.split()) for words in page.locator(".card-words").all_inner_texts()} == {6}
    page.close()


def test_its_small_pictures_are_light_and_load_late() -> None:
    small = [image for image in read("index.html").images if "_thumb." in (image.get("src") or "")]
    assert len(small) == 2 * (len(CHAPTERS) + 6)  # a card for each chapter, six kernels; two themes
    assert {image["loading"] for image in small} == {"lazy"}
    sources = {image["src"] or "" for image in small}
    dark = {source for source in sources if ".dark." in source}
    for theme in (dark, sources - dark):
        sizes = [(SITE / source).stat().st_size for source in theme]
        assert 0 < sum(sizes) / len(sizes) < HEAVIEST


def test_it_counts_what_the_pages_have() -> None:
    text = re.sub(r"<[^>]+>", "", (SITE / "index.html").read_text(encoding="utf-8"))
    pages = "".join((SITE / name).read_text(encoding="utf-8") for name in CHAPTERS)
    exercises = len(re.findall(r'<div class="exercise[ "]', pages))
    traps = len(re.findall(r'<p class="admonition-title">Trap', pages))
    sources = sorted((ROOT / "examples").glob("*/plot_*.py"))
    assert len(sources) == len(SCRIPTS)
    assert (
        f"{len(CHAPTERS)} chapters, {len(sources)} scripts, {exercises} exercises, {traps} traps"
    ) in text
