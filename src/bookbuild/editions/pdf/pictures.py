"""Pictures as a PDF holds them, losslessly or as JPEG, whichever is smaller."""

import io
from pathlib import Path

from PIL import Image

COLOURS = 256  # with as many, a palette has them all
QUALITY = 85


def smaller(file: Path) -> tuple[str, bytes]:
    """Return the suffix and the bytes of a picture, as PNG or JPEG."""
    with Image.open(file) as picture:
        image = picture.convert("RGB")
    found = image.getcolors(COLOURS)
    png = _encoded(image.quantize(COLOURS) if found else image, "PNG", optimize=True)
    jpeg = _encoded(image, "JPEG", quality=QUALITY, optimize=True, subsampling=0)
    return (".png", png) if len(png) <= len(jpeg) else (".jpg", jpeg)


def _encoded(image: Image.Image, kind: str, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
