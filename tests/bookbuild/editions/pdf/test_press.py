"""Typst and qpdf make a PDF of what was translated, or say what is wrong with it."""

import io
import shutil
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw
from pypdfium2 import PdfDocument

from bookbuild.editions.pdf import press
from bookbuild.editions.pdf.builder import TEMPLATE
from bookbuild.editions.pdf.pictures import smaller
from tests.conftest import ROOT

BOOK = """#import "/book.typ": *
#show: book.with(title: "A book", author: "Somebody", description: "Of two pages.")
#head(1, "", [A part])
#head(2, "1", [A chapter])#label("page")
#include "page.typ"
"""
PAGE = '#import "/book.typ": *\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(TEMPLATE, tmp_path)
    press.unpack_fonts(ROOT / "conf/static/fonts", tmp_path / "fonts")
    (tmp_path / "main.typ").write_text(BOOK, encoding="utf-8")
    return tmp_path


def pdf_of(folder: Path, page: str) -> bytes:
    (folder / "page.typ").write_text(PAGE + page, encoding="utf-8")
    return press.compiled(folder, folder / "fonts")


def test_a_formula_that_does_not_compile_is_named_with_its_page(folder: Path) -> None:
    with pytest.raises(press.Refused) as refused:
        pdf_of(folder, r'Words and #formula("\\strange{x}", $strange(x)$).')
    message = str(refused.value)
    assert r"the page page, at the formula \\strange{x}" in message
    assert "unknown variable: strange" in message


def test_what_breaks_elsewhere_is_named_with_its_page(folder: Path) -> None:
    with pytest.raises(press.Refused, match=r"the page page: error: label `<nowhere>` does not"):
        pdf_of(folder, "#link(<nowhere>)[there]")


def test_a_picture_without_words_for_it_is_refused(folder: Path) -> None:
    Image.new("RGB", (4, 4)).save(folder / "a.png")
    with pytest.raises(press.Refused, match="PDF/UA-1 error: missing alt text"):
        pdf_of(folder, '#image("a.png")')


def test_packing_changes_no_pixel_and_no_word(folder: Path) -> None:
    drawing = Image.new("RGB", (300, 200), "white")
    for place in range(40):
        ImageDraw.Draw(drawing).line((0, 5 * place, 299, 0), fill=(6 * place, 90, 200), width=2)
    drawing.save(folder / "a.png")
    raw = pdf_of(folder, 'The words. #picture("/a.png", "Lines.", 640, 420)')
    packed = press.packed(raw)
    assert len(packed) < len(raw)
    assert press.packed(raw) == packed
    before, after = (PdfDocument(data) for data in (raw, packed))
    assert len(before) == len(after) == 4
    for old, new in zip(before, after, strict=True):
        assert old.get_textpage().get_text_range() == new.get_textpage().get_text_range()
        assert old.render().to_pil().tobytes() == new.render().to_pil().tobytes()
    with pikepdf.open(io.BytesIO(packed)) as document:
        streams = [item for item in document.objects if isinstance(item, pikepdf.Stream)]
        [picture] = [stream for stream in streams if stream.get("/Subtype") == "/Image"]
        assert picture.ColorSpace[0] == "/Indexed"


def test_a_drawing_has_a_palette_and_a_photograph_is_jpeg(tmp_path: Path) -> None:
    drawing = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(drawing).ellipse((20, 20, 180, 180), fill="navy")
    photograph = Image.effect_noise((200, 200), 80).convert("RGB")
    photograph.putdata([(r, 255 - r, (7 * i) % 256) for i, (r, _, _) in
                        enumerate(photograph.getdata())])  # fmt: skip
    for image, suffix in ((drawing, ".png"), (photograph, ".jpg")):
        file = tmp_path / "a.webp"
        image.save(file, lossless=True)
        found, content = smaller(file)
        assert found == suffix
        with Image.open(io.BytesIO(content)) as copy:
            assert copy.size == image.size
            if suffix == ".png":  # whose ground is as white as the paper
                assert copy.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
