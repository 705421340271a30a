"""A panel cut out of a figure fills a small picture."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from PIL import Image, ImageDraw

from bookbuild.gallery import catalogue, panels
from bookbuild.gallery.catalogue import Output, Panel
from tests.conftest import ROOT

GREY, BLUE, WHITE, DARK = (99, 99, 99), (0, 0, 250), (255, 255, 255), (19, 20, 22)
LEFT, RIGHT, BELOW = (0, 100, 500, 600), (600, 100, 1100, 600), (0, 700, 1200, 800)


def drawn(*kinds: str) -> list[Panel]:
    boxes = (LEFT, RIGHT, BELOW)
    return [Panel(box, box, kind) for box, kind in zip(boxes, kinds, strict=False)]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A folder with a figure: grey on the left, half blue on the right, a line below."""
    images = tmp_path / "gallery" / "mini" / "images"
    images.mkdir(parents=True)
    for name, ground in (("a.webp", WHITE), ("a.dark.webp", DARK)):
        figure = Image.new("RGB", (1200, 900), ground)
        draw = ImageDraw.Draw(figure)
        draw.rectangle(LEFT, GREY)
        draw.rectangle(RIGHT, GREY)
        draw.rectangle((850, 100, 1100, 600), BLUE)
        draw.rectangle(BELOW, GREY)
        figure.save(images / name, lossless=True)
    return tmp_path


def output(*kinds: str) -> Output:
    return Output(
        page="gallery/mini/plot_a", image=PurePosixPath("/gallery/mini/images/a.webp"),
        moves=False, alt="", letters="", width=600, height=450, panels=drawn(*kinds), results={},
        fingerprint="", machine="", device="", file=Path(),
    )  # fmt: skip


def cut(book: Path, output: Output, number: int) -> tuple[Image.Image, Image.Image]:
    place = panels.cut(book, output, number, panels.CARD)
    both = [Image.open(book / file.relative_to("/")) for file in (place, catalogue.dark(place))]
    return both[0].convert("RGB"), both[1].convert("RGB")


def close(colour: object, other: tuple[int, ...]) -> bool:
    return colour == pytest.approx(other, abs=8)


def test_a_picture_is_filled_by_the_middle_of_its_panel(book: Path) -> None:
    for picture in cut(book, output("picture", "picture"), 2):
        assert picture.size == (464, 348)
        # Half grey, half blue: nothing of the ground around the panel.
        assert close(picture.getpixel((2, 2)), GREY)
        assert close(picture.getpixel((461, 345)), BLUE)


def test_the_best_panel_has_colour_and_is_a_picture_before_a_grid(book: Path) -> None:
    for kinds, corner in (
        (("picture", "picture", "drawing"), BLUE),
        (("picture", "grid", "drawing"), GREY),
    ):
        light, _ = cut(book, output(*kinds), panels.BEST)
        assert close(light.getpixel((461, 345)), corner), kinds
        for file in book.glob("gallery/mini/images/panels/*"):
            file.unlink()


def test_a_drawing_is_laid_in_whole_on_the_ground_of_its_figure(book: Path) -> None:
    light, dark = cut(book, output("drawing"), 1)
    assert close(light.getpixel((2, 174)), WHITE)
    assert close(dark.getpixel((2, 174)), DARK)
    assert close(light.getpixel((232, 2)), GREY)


def test_a_drawing_that_is_too_flat_gives_way_to_the_whole_figure(book: Path) -> None:
    light, _ = cut(book, output("picture", "picture", "drawing"), 3)
    assert close(light.getpixel((375, 150)), BLUE)


def test_a_grid_is_laid_in_whole(book: Path) -> None:
    light, dark = cut(book, output("drawing", "grid", "drawing"), panels.BEST)
    assert close(light.getpixel((2, 174)), WHITE)
    assert close(dark.getpixel((2, 174)), DARK)
    assert close(light.getpixel((62, 174)), GREY)
    assert close(light.getpixel((401, 174)), BLUE)


def test_a_panel_far_too_small_gives_way_to_the_whole_figure(book: Path) -> None:
    small = replace(output(), panels=[Panel((0, 100, 100, 175), (0, 100, 100, 175), "picture")])
    light, _ = cut(book, small, 1)
    assert close(light.getpixel((375, 150)), BLUE)
    assert close(light.getpixel((5, 5)), WHITE)


def test_a_panel_chosen_by_hand_is_of_a_script_of_the_book() -> None:
    scripts = {file.stem for file in (ROOT / "examples").glob("*/plot_*.py")}
    assert panels.CHOSEN.keys() <= scripts


def test_a_picture_is_cut_once(book: Path) -> None:
    place = book / panels.cut(book, output("picture"), 1, panels.CARD).relative_to("/")
    place.write_bytes(b"as it was")
    panels.cut(book, output("picture"), 1, panels.CARD)
    assert place.read_bytes() == b"as it was"


def test_a_panel_that_is_not_there_is_named(book: Path) -> None:
    with pytest.raises(ValueError, match="plot_a has panels 1 to 2, not 3"):
        panels.cut(book, output("picture", "picture"), 3, panels.CARD)
