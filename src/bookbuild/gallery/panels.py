"""Single panels cut out of figures: a small picture shows more of one than of all of them."""

from __future__ import annotations

import io
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from bookbuild.gallery import catalogue
from bookbuild.gallery.catalogue import Output, Panel
from convbook._files import write

FOLDER = "panels"  # beside the figures
CARD, SQUARE = (232, 174), (104, 104)  # CSS pixels
DENSITY = 2  # image pixels for one CSS pixel, as in the figures
SMALLEST = 0.5  # of the size, for a panel to be magnified until it fills it
FLATTEST = 1.7  # times the size's ratio of width to height; a flatter drawing gives way to all
QUALITY = 55
BEST = 0  # in the place of a number, whichever panel has most to see

Size = tuple[int, int]


def cut(book: Path, output: Output, number: int, size: Size) -> PurePosixPath:
    """Return where a panel's picture is, from the source folder on; cut it out if it is missing.

    Panels are counted from one, in the order in which the figure's script made them.
    `catalogue.dark` tells where the picture for dark pages is. Both are deleted with the figure,
    before its script runs anew.

    Raises
    ------
    ValueError
        If the figure has no such panel.
    """
    name = PurePosixPath(output.page).name
    if not 0 <= number <= len(output.panels):
        raise ValueError(f"{name} has panels 1 to {len(output.panels)}, not {number}")
    target = output.image.parent / FOLDER / f"{name}_{number}_{size[0]}_thumb.webp"
    files = [book / place.relative_to("/") for place in (target, catalogue.dark(target))]
    if not all(file.exists() for file in files):
        files[0].parent.mkdir(exist_ok=True)
        with Image.open(book / output.image.relative_to("/")) as light:
            panel = output.panels[number - 1] if number else _best(light, output.panels, size)
            write(files[0], _encoded(_cut(light, panel, size)))
        with Image.open(book / catalogue.dark(output.image).relative_to("/")) as dark:
            write(files[1], _encoded(_cut(dark, panel, size)))
    return target


def _best(figure: Image.Image, panels: list[Panel], size: Size) -> Panel:
    """Return the picture with the most contrast and colour, a grid of numbers, or a drawing."""
    for kind in ("picture", "grid"):
        if among := [panel for panel in panels if panel.kind == kind]:
            return max(among, key=lambda panel: _interest(figure, panel, size))
    return panels[0]


def _interest(figure: Image.Image, panel: Panel, size: Size) -> float:
    """Return the colourfulness of Hasler and Süsstrunk (2003) plus half the contrast.

    What is too small to fill the size has less.
    """
    picture = figure.crop(panel.frame).convert("RGB")
    red, green, blue = np.moveaxis(np.asarray(picture, float), -1, 0)
    first, second = red - green, (red + green) / 2 - blue
    colour = np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean())
    contrast = (red + green + blue).std() / 3
    filled = min(picture.width / size[0], picture.height / size[1], DENSITY) / DENSITY
    return float(filled * (colour + contrast / 2))


def _cut(figure: Image.Image, panel: Panel, size: Size) -> Image.Image:
    """Fill the size with the middle of a panel; lay a drawing, labels and all, into it."""
    width, height = (DENSITY * length for length in size)
    if panel.kind != "drawing":
        left, top, right, bottom = panel.frame
        scale = max(SMALLEST, min((right - left) / width, (bottom - top) / height))
        across, down = scale * width, scale * height
        x = np.clip((left + right - across) / 2, 0, figure.width - across)
        y = np.clip((top + bottom - down) / 2, 0, figure.height - down)
        box = (x, y, x + across, y + down)
        return figure.resize((width, height), Image.Resampling.LANCZOS, box=box)
    part = figure.crop(panel.whole)
    if not FLATTEST * width / height > part.width / part.height > width / height / FLATTEST:
        part = figure.copy()
    part.thumbnail((width, height), Image.Resampling.LANCZOS)
    laid = Image.new(figure.mode, (width, height), figure.getpixel((0, 0)))
    laid.paste(part, ((width - part.width) // 2, (height - part.height) // 2))
    return laid


def _encoded(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format="WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()
