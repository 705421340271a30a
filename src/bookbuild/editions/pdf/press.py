"""From files of Typst to a PDF: fonts, Typst itself, qpdf. No other module needs their wheels."""

import io
import os
import re
import time
import zlib
from pathlib import Path

import brotli  # noqa: F401 - fontTools unpacks the site's fonts with it
import numpy as np
import pikepdf
import typst
from fontTools.ttLib import TTFont

from bookbuild.editions.pdf.pictures import COLOURS


class Refused(Exception):
    """Why there is no PDF."""


def unpack_fonts(source: Path, folder: Path) -> None:
    """Write the site's fonts as Typst reads them: it knows no WOFF."""
    folder.mkdir(exist_ok=True)
    for file in sorted(source.glob("*.woff2")):
        font = TTFont(file, recalcTimestamp=False)
        font.flavor = None
        font.save(folder / f"{file.stem}.ttf")


def compiled(folder: Path, fonts: Path) -> bytes:
    """Return the PDF of ``main.typ`` in a folder, tagged as PDF/UA-1 asks for.

    Its date is that of ``SOURCE_DATE_EPOCH``, or now.

    Raises
    ------
    Refused
        If Typst cannot set it; says where, and which formula it is if it is a formula.
    """
    compiler = typst.Compiler(
        folder / "main.typ",
        root=folder,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
        ignore_system_fonts=True,
    )
    try:
        pdf = compiler.compile(
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(os.environ.get("SOURCE_DATE_EPOCH", time.time())),
        )
    except typst.TypstError as error:
        raise Refused(explained(error.diagnostic, folder)) from None
    assert isinstance(pdf, bytes)
    return pdf


def packed(pdf: bytes) -> bytes:
    """Return a PDF in fewer bytes, when qpdf has found nothing wrong in it.

    Typst writes each object in plain text, and three bytes for each pixel.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if problems := document.check_pdf_syntax():
            raise Refused(f"qpdf finds in the PDF: {'; '.join(problems)}")
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
                _index_colours(item)
        buffer = io.BytesIO()
        streams = pikepdf.ObjectStreamMode.generate
        document.save(
            buffer, object_stream_mode=streams, deterministic_id=True, fix_metadata_version=False
        )
    return buffer.getvalue()


def _index_colours(picture: pikepdf.Stream) -> None:
    """Give a picture of up to 256 colours a palette, as the file had that Typst has read."""
    if picture.get("/Filter") != "/FlateDecode" or picture.get("/BitsPerComponent") != 8:
        return
    size = int(picture.Width) * int(picture.Height)
    values = np.frombuffer(picture.read_bytes(), np.uint8)
    if len(values) != 3 * size:  # not red, green and blue
        return
    codes = values.reshape(-1, 3).astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)
    table = np.zeros(1 << 24, np.uint8)
    table[codes] = 1
    colours = np.flatnonzero(table)
    if len(colours) <= COLOURS:
        table[colours] = np.arange(len(colours))
        palette = b"".join(int(colour).to_bytes(3, "big") for colour in colours)
        picture.ColorSpace = pikepdf.Array(
            [pikepdf.Name.Indexed, picture.ColorSpace, len(colours) - 1, pikepdf.String(palette)]
        )
        data = zlib.compress(table[codes].tobytes())
        picture.write(data, filter=pikepdf.Name.FlateDecode)


def explained(diagnostic: str, folder: Path) -> str:
    """Return what Typst says, with the page and the formula where it is about one."""
    error = diagnostic[max(0, diagnostic.find("error:")) :]
    place = re.search(rf"{re.escape(folder.name)}/([\w/]+)\.typ:(\d+):(\d+)", error)
    if place is None:
        return f"Typst refuses the book: {error}"
    page, line, column = place[1], int(place[2]), int(place[3])
    text = (folder / f"{page}.typ").read_text(encoding="utf-8").splitlines()[line - 1]
    before = re.findall(r'#(?:formula|equation)\("((?:[^"\\]|\\.)*)"', text[: column + 1])
    formula = f", at the formula {before[-1]}" if before else ""
    return f"Typst refuses the page {page}{formula}: {error}"
