"""Every picture says what it shows and how large it is, and loads soon."""

from pathlib import Path

import pytest

from tests.browser.conftest import SITE
from tests.browser.test_links import PAGES, read

SHORTEST = 40  # characters that say something about a figure
HEAVIEST = 150_000  # bytes of a figure


def test_there_are_pictures_to_check() -> None:
    assert sum(len(read(page).images) for page in PAGES) > len(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(SITE).as_posix())
def test_images_have_text_and_size(page: Path) -> None:
    for image in read(page).images:
        shown = image.get("src") or image.get("poster") or ""
        assert int(image.get("width") or 0) > 0, shown
        assert int(image.get("height") or 0) > 0, shown
        text = image.get("alt", image.get("aria-label"))
        if shown.endswith("_thumb.webp"):  # in a link that has the figure's title
            assert text == ""
        else:
            assert len(text or "") >= SHORTEST, shown


def test_figures_are_light() -> None:
    sizes = {file.name: file.stat().st_size for file in SITE.glob("_images/*")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > HEAVIEST} == {}
