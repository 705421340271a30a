"""Single panels cut out of figures: a small picture shows more of one than of all of them."""

from __future__ import annotations

import io
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageOps

from bookbuild.gallery import catalogue
from bookbuild.gallery.catalogue import Output, Panel
from convbook._files import write

FOLDER = "panels"  # beside the figures
CARD, SQUARE = (232, 174), (104, 104)  # CSS pixels
DENSITY = 2  # image pixels for one CSS pixel, as in the figures
SMALLEST = 0.5  # of the size, for a panel to be magnified until it fills it
FLATTEST = 1.7  # times the size's ratio of width to height; a flatter drawing gives way to all
WHOLE = 1.1  # times that ratio, from which on a grid is laid in whole: no cell is cut in two
QUALITY = 55
BEST = 0  # in the place of a number, whichever panel has most to see
# The best where that looks as other scripts' do, or has next to nothing to see.
CHOSEN = {
    "plot_autoscaling": 5,
    "plot_cat_blur_and_crop": 2,
    "plot_dividing_by_255": 1,
    "plot_emboss": 5,
    "plot_fft_wraparound": 1,
    "plot_gaussian_blur": 8,
    "plot_gaussian_gain": 3,
    "plot_layouts": 2,
    "plot_padding": 3,
    "plot_pooling_compared": 6,
    "plot_separable_kernels": 4,
    "plot_sharpen": 6,
    "plot_symmetry": 3,
    "plot_upsampling": 3,
}

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
    number = number or CHOSEN.get(name, BEST)
    if not 0 <= number <= len(output.panels):
        raise ValueError(f"{name} has panels 1 to {len(output.panels)}, not {number}")
    target = output.image.parent / FOLDER / f"{name}_{number}_{size[0]}x{size[1]}_thumb.webp"
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
    """Fill the size with the middle of a picture; lay anything else into it as a whole.

    A panel that is much smaller or flatter than the size gives way to the whole figure: around it
    stand only pieces of its neighbours.
    """
    width, height = (DENSITY * length for length in size)
    part = figure.crop(panel.whole if panel.kind == "drawing" else panel.frame)
    flat = (part.width / part.height) / (width / height)
    fit = min(width / part.width, height / part.height)
    fill = max(width / part.width, height / part.height)
    filling = panel.kind == "picture" or (panel.kind == "grid" and 1 / WHOLE < flat < WHOLE)
    if filling and fill * SMALLEST <= 1:
        return ImageOps.fit(part, (width, height), Image.Resampling.LANCZOS)
    if not 1 / FLATTEST < flat < FLATTEST or fit * SMALLEST > 1:
        part = figure
        fit = min(width / part.width, height / part.height)
    scale = min(1, fit) if panel.kind == "drawing" else fit
    shape = (round(scale * part.width), round(scale * part.height))
    laid = Image.new(figure.mode, (width, height), figure.getpixel((0, 0)))
    laid.paste(
        part.resize(shape, Image.Resampling.LANCZOS),
        ((width - shape[0]) // 2, (height - shape[1]) // 2),
    )
    return laid


def _encoded(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format="WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()
