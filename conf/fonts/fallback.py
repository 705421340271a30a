"""Print what makes a local font as wide and as high as one of the book's, for conf/css.

    python conf/fonts/fallback.py conf/static/fonts/convbook-serif.woff2 LOCAL_FONT ...

A font's width is the mean advance of the characters in the chapters' prose, each weighted by how
often it stands there. size-adjust is the quotient of two widths; a browser scales the other three
by it as well, so that each is the metric of the book's font divided by it.

Measured for the sheet: Gelasio, which has the widths of Georgia, Noto Serif and Roboto from the npm
packages @fontsource/gelasio, noto-serif and roboto; Liberation, which has those of Times, Arial and
Courier, and DejaVu, also for Menlo, from Debian's fonts-liberation and fonts-dejavu.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from fontTools.ttLib import TTFont

BOOK = Path(__file__).parents[2] / "book"


def prose() -> Counter:
    """How often each letter, space, comma and full stop stands in the chapters' paragraphs."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(BOOK.glob("*.md")))
    text = re.sub(r"(?s)^(`{3,}).*?^\1$|\$[^$]*\$|\{[a-z:]+\}|`[^`]*`", "", text, flags=re.M)
    return Counter(re.findall(r"[A-Za-z ,.]", re.sub(r"\s+", " ", text)))


def width(font: TTFont, counts: Counter) -> float:
    """The mean advance in ems."""
    names, advances = font.getBestCmap(), font["hmtx"]
    total = sum(advances[names[ord(letter)]][0] * n for letter, n in counts.items())
    return total / counts.total() / font["head"].unitsPerEm


def main(target: str, *fallbacks: str) -> None:
    """Print the four descriptors for each fallback."""
    counts, font = prose(), TTFont(target)
    em, hhea = font["head"].unitsPerEm, font["hhea"]
    print(f"{target}: {width(font, counts):.4f} em")
    for path in fallbacks:
        local = width(TTFont(path), counts)
        adjust = width(font, counts) / local
        heights = [hhea.ascent / em, -hhea.descent / em, hhea.lineGap / em]
        ascent, descent, gap = (f"{height / adjust:.2%}" for height in heights)
        print(f"{path}: {local:.4f} em; size-adjust {adjust:.2%}, ascent {ascent}, ", end="")
        print(f"descent {descent}, line gap {gap}")


if __name__ == "__main__":
    main(*sys.argv[1:])
