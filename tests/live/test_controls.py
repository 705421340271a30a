"""What the live figures read, colour and convert, without a page."""

import re

import numpy as np
import pytest
from matplotlib import colormaps
from skimage.color import rgb2lab

from convbook import data, plotting
from tests.live.conftest import LIVE, Node, Refused

ENGINE = ("engine.js", "network.js", "drawing.js", "controls.js")


@pytest.fixture
def scripts(page: Node) -> Node:
    """The scripts that all live figures share, on a light page."""
    page.scripts = [LIVE / name for name in ENGINE]
    page.call("() => { globalThis.document = { body: { dataset: { theme: 'light' } } } }")
    return page


READ = {
    "0.5": 0.5, "0,5": 0.5, " -1 ": -1, "−1,25": -1.25, ".5": 0.5, "3.": 3, "1e-3": 0.001, "+2": 2,
}  # fmt: skip
REFUSED = {
    "": "The field is empty",
    "  ": "The field is empty",
    "abc": "“abc” is not a number",
    "1.000,5": "is not a number",
    "1 2": "is not a number",
    "0x10": "is not a number",
    "Infinity": "is not a number",
    "NaN": "is not a number",
    "--1": "is not a number",
    "1e400": "1e400 is larger than any number",
    "1e39": "1e39 is larger than any number",
}


def test_numbers_are_read_as_readers_write_them(scripts: Node) -> None:
    for text in (*READ, *REFUSED):
        scripts.call("ConvbookLive.controls.parsed", text)
    answers = scripts.run()[1:]
    assert answers[: len(READ)] == list(READ.values())
    for (text, words), answer in zip(REFUSED.items(), answers[len(READ) :], strict=True):
        assert isinstance(answer, Refused), text
        assert re.search(words, str(answer)), (text, answer)


def test_numbers_have_limits(scripts: Node) -> None:
    scripts.call("ConvbookLive.controls.parsed", "2.5", {"whole": True})
    scripts.call("ConvbookLive.controls.parsed", "12", {"min": 1, "max": 9})
    scripts.call("ConvbookLive.controls.parsed", "9", {"min": 1, "max": 9, "whole": True})
    _, fraction, large, right = scripts.run()
    assert str(fraction) == "2.5 is not a whole number."
    assert str(large) == "12 is not between 1 and 9."
    assert right == 9


def test_numbers_are_shown_with_a_true_minus(scripts: Node) -> None:
    shown = "ConvbookLive.drawing.shown"
    for values in ((-0.5,), (2 / 3,), (1234.5,), (-0.0001, 2), (3, 1), (0,)):
        scripts.call(shown, *values)
    numbers = np.array([-0.375, 2 / 3, 12.34, -123.4, 88209, -0.001])
    scripts.call("(all) => [...all.data, NaN].map(ConvbookLive.drawing.brief)", numbers)
    *answers, short = scripts.run()[1:]
    assert answers == ["−0.5", "0.667", "1230", "0.00", "3.0", "0"]
    assert short == ["−0.38", "0.67", "12.3", "−123", "88209", "0", ""]


def test_signed_colours_are_those_of_the_figures(scripts: Node) -> None:
    scripts.call("() => [...ConvbookLive.drawing.signedColours()]")
    scripts.call("() => { document.body.dataset.theme = 'dark' }")
    scripts.call("() => [...ConvbookLive.drawing.signedColours()]")
    _, light, _, dark = scripts.run()
    book = colormaps[plotting.SIGNED_COLOURS](np.arange(256), bytes=True)[:, :3]
    np.testing.assert_allclose(np.reshape(light, (256, 3)), book, rtol=0, atol=1)
    # On a dark page zero is dark as the page is, and both signs grow lighter away from it.
    lightness = rgb2lab(np.reshape(dark, (256, 3)) / 255)[:, 0]
    assert lightness[127:129].max() < 10
    assert (np.diff(lightness[128:]) > -0.1).all()
    assert (np.diff(lightness[:128]) < 0.1).all()


def test_text_is_read_on_every_signed_colour(scripts: Node) -> None:
    levels = (
        "Array.from({ length: 256 }, (_, i) => ConvbookLive.drawing.signedColour(i - 127.5, 128))"
    )
    scripts.call(f"() => {levels}")
    scripts.call("() => { document.body.dataset.theme = 'dark' }")
    scripts.call(f"() => {levels}")
    _, light, _, dark = scripts.run()
    for colour in light + dark:
        rgb = np.array([int(part) for part in colour["ground"][4:-1].split()]) / 255
        linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
        luminance = linear @ [0.2126, 0.7152, 0.0722]
        contrast = {"#000": (luminance + 0.05) / 0.05, "#fff": 1.05 / (luminance + 0.05)}
        assert contrast[colour["ink"]] >= 4.5, colour


def test_grey_is_that_of_the_package(scripts: Node) -> None:
    colour = data.to_float(data.chelsea()[data.GREY_CROP])
    scripts.call("ConvbookLive.drawing.grey", colour[np.newaxis])
    grey = scripts.run()[1]
    np.testing.assert_array_equal(grey[0, ..., 0], data.chelsea_grey())


def test_an_exported_picture_is_the_package_s(scripts: Node) -> None:
    from bookbuild.live import export

    file = scripts.folder / "picture.js"
    file.write_text(export.script("pictures/chelsea_face"), "ascii")
    scripts.scripts.append(file)
    scripts.call("() => ConvbookLive.pictures.chelsea_face")
    picture = scripts.run()[1]
    np.testing.assert_array_equal(picture[0], data.to_float(data.chelsea()[data.GREY_CROP]))
