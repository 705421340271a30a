"""Pictures as a PDF holds them: with a palette what is drawn, as JPEG what is photographed."""

import io
from pathlib import Path

from PIL import Image

COLOURS = 256  # of a palette
DRAWN = 2048  # colours that a drawing has at most in a sixteenth of its pixels
QUALITY = 80


def smaller(file: Path) -> tuple[str, bytes]:
    """Return the suffix and the bytes of a picture, as PNG or JPEG, whichever is smaller.

    Smooth colours of a photograph would show the steps of a palette: it is JPEG always.
    """
    with Image.open(file) as picture:
        image = picture.convert("RGB")
    jpeg = _encoded(image, "JPEG", quality=QUALITY, optimize=True)
    sample = image.resize((image.width // 4 or 1, image.height // 4 or 1), Image.Resampling.NEAREST)
    if sample.getcolors(DRAWN) is None:
        return ".jpg", jpeg
    png = _encoded(_with_palette(image), "PNG")
    return (".png", png) if len(png) <= len(jpeg) else (".jpg", jpeg)


def _with_palette(image: Image.Image) -> Image.Image:
    """Return a picture in few colours, of which the ground, at its corner, keeps its own."""
    reduced = image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    colours, corner = reduced.getpalette() or [], (0, 0)
    ground, exact = reduced.getpixel(corner), image.getpixel(corner)
    assert isinstance(ground, int)
    assert isinstance(exact, tuple)
    colours[3 * ground : 3 * ground + 3] = map(int, exact)
    reduced.putpalette(colours)
    return reduced


def _encoded(image: Image.Image, kind: str, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
