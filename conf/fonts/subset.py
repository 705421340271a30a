"""Make the text fonts of the site, conf/static/fonts/convbook-*.woff2, from Adobe's packages.

    npm pack source-serif@4.5.1 source-sans@3.52.0 source-code-pro@2.42.0
    pip install fonttools==4.68.0 brotli==1.2.1
    python conf/fonts/subset.py FOLDER_OF_THE_TARBALLS

The same tarballs and releases give the same bytes. What each font has stands in contents.json
beside this file, since reading a woff2 needs Brotli, which the book does not need otherwise.
"""

import base64
import hashlib
import io
import json
import re
import sys
import tarfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
FONTS = HERE.parent / "static" / "fonts"

# Of each tarball the integrity that the registry states.
README = (FONTS / "README.md").read_text(encoding="utf-8")
TARBALLS = dict(re.findall(r"`([\w.-]+\.tgz)` \| `sha512-(.+?)`", README))

# An optical size of 14 points is 18.7 px: the text's. No page has bold italics.
SERIF, SANS, CODE = TARBALLS  # in the order of README.md
WEIGHTS = (400, 700)
FACES = {
    "convbook-serif": (SERIF, "VAR/SourceSerif4Variable-Roman.ttf", {"wght": WEIGHTS, "opsz": 14}),
    "convbook-serif-italic": (
        SERIF,
        "VAR/SourceSerif4Variable-Italic.ttf",
        {"wght": 400, "opsz": 14},
    ),
    "convbook-sans": (SANS, "VF/SourceSans3VF-Upright.ttf", {"wght": WEIGHTS}),
    "convbook-code": (CODE, "VF/SourceCodeVF-Upright.ttf", {"wght": WEIGHTS}),
}

# ASCII, Latin-1, names of authors, punctuation, powers and indices, arrows, relations, Greek.
CHARACTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])) + (
    "ĆćČčğıŁłńőŒœřŚśŞşŠšŽž"
    "\u2009\u2011\u202f–—‘’‚“”„†‡•…′″‹›"
    "⁰⁴⁵⁶⁷⁸⁹⁺⁻ⁿ₀₁₂₃₄₅₆₇₈₉←↑→↓−√∞∂∑≈≠≤≥"
    "αβεθλμπρσ"
)
# Two characters that the serif and the code face have only as alternates of others. The serif's
# raised hyphen is half as wide as a minus.
ALIASES = {"\u2011": "hyphen", "⁻": "hyphen.sups"}


def make(data: bytes, name: str, axes: dict) -> TTFont:
    """A font with the characters and weights of the book, under a name that is not reserved."""
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    for table in font["cmap"].tables:
        if table.isUnicode():
            for character, glyph in ALIASES.items():
                table.cmap.setdefault(ord(character), glyph)
    del font["STAT"], font["BASE"]
    font["fvar"].instances.clear()
    options = subset.Options(layout_features=["kern", "liga"], hinting=False)
    options.name_IDs = [0, 7, 13, 14]  # copyright, trademark, licence and its address
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    if "serif" in name:
        widen(font, ALIASES["⁻"], 1.5)
    font = instancer.instantiateVariableFont(font, axes)
    _, face, *style = name.title().split("-")
    family, style = f"Convbook {face}", " ".join(style) or "Regular"
    postscript = f"Convbook{face}-{style}"
    full = f"{family} {style}".removesuffix(" Regular")
    for identifier, text in {1: family, 2: style, 3: postscript, 4: full, 6: postscript}.items():
        font["name"].setName(text, identifier, 3, 1, 0x409)
    font.flavor = "woff2"
    return font


def widen(font: TTFont, glyph: str, factor: float) -> None:
    """Stretch a glyph, and how it varies, sideways."""
    outline, stretch = font["glyf"][glyph], (factor, 1)
    outline.coordinates.scale(stretch)
    outline.recalcBounds(font["glyf"])
    advance, _ = font["hmtx"][glyph]
    font["hmtx"][glyph] = (round(factor * advance), outline.xMin)
    for variation in font["gvar"].variations[glyph]:
        variation.coordinates = [p and (factor * p[0], p[1]) for p in variation.coordinates]


def main(tarballs: Path) -> None:
    """Check the tarballs, write the fonts and what they contain."""
    for tarball, integrity in TARBALLS.items():
        digest = hashlib.sha512((tarballs / tarball).read_bytes()).digest()
        if base64.b64encode(digest).decode() != integrity:
            raise ValueError(f"{tarball} is not the file of the registry")
    contents = {}
    for name, (tarball, member, axes) in FACES.items():
        with tarfile.open(tarballs / tarball) as archive:
            data = archive.extractfile(f"package/{member}").read()
        font = make(data, name, axes)
        file = FONTS / f"{name}.woff2"
        font.save(file)
        contents[file.name] = {
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "characters": "".join(map(chr, sorted(font.getBestCmap()))),
        }
        print(f"{file.name}: {file.stat().st_size:,} bytes")
    text = json.dumps(contents, ensure_ascii=False, indent=2)
    (HERE / "contents.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
