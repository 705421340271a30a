"""Every picture says what it shows and how large it is, and loads soon."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.markup import CHAPTERS, PAGES, SITE, Attributes, read

SHORTEST = 40  # characters that say something about a figure
HEAVIEST = 150_000  # bytes of a figure


def faults(image: Attributes) -> Iterator[str]:
    shown = image.get("src") or image.get("poster") or ""
    if not (int(image.get("width") or 0) > 0 and int(image.get("height") or 0) > 0):
        yield f"{shown}: no size"
    text = image.get("alt", image.get("aria-label"))
    if text == "":
        if "_thumb." not in shown:  # which stands by a link that says what it is
            yield f"{shown}: does not say what it shows"
    elif len(text or "") < SHORTEST:
        yield f"{shown}: does not say what it shows"


def test_images_have_text_and_size() -> None:
    assert sum(len(read(page).images) for page in PAGES) > len(PAGES)
    found = [(page, fault) for page in PAGES for image in read(page).images for fault in
             faults(image)]  # fmt: skip
    assert found == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_are_sharp_and_lazy_and_name_their_script(name: str) -> None:
    folder = (SITE / name).parent
    assert len(read(name).figures) > 3
    for figure in read(name).figures:
        assert [around.split()[-1] for around, _ in figure.pictures] == ["only-light", "only-dark"]
        for _, picture in figure.pictures:
            lazy = picture.get("loading") == "lazy" or picture.get("preload") == "none"
            assert lazy, picture
            with Image.open(folder / (picture.get("src") or picture.get("poster") or "")) as image:
                image.load()
                # Two image pixels for one of CSS, for screens of double density.
                assert image.width == 2 * int(picture["width"] or 0), picture
        assert len(figure.provenance) == 1
        assert Path(folder, figure.provenance[0]).is_file()


def test_figures_are_light() -> None:
    sizes = {file.name: file.stat().st_size for file in SITE.glob("_images/*")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > HEAVIEST} == {}
