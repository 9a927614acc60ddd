"""The font in which browsers show mathematics: that of print, cut to what formulas need.

It comes out of the installed `typst`, which carries the font as a whole file inside of its compiler. Run this
after a newer version of that package::

    python -m lab.maths_font
"""

import io
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import typst
from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

FILE = Path(__file__).parents[1] / "src/klausur/web/maths/klausur-maths.woff"
ORIGIN = "NewCMMath-Regular"
NAME = "Klausur Maths"

_MARK = b"OTTO"
_BLOCKS = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x237, 0x237),
    (0x2B0, 0x3FF),
    (0x2000, 0x23FF),
    (0x2460, 0x26FF),
    (0x27C0, 0x2BFF),
    (0x3008, 0x301B),
    (0xFE00, 0xFE01),
    (0x1D400, 0x1D7FF),
)
"""Latin, Greek, accents, arrows, operators, the alphabets of mathematics, and how script is told apart."""


def fonts() -> Iterator[TTFont]:
    """The OpenType fonts inside of Typst."""
    (library,) = Path(typst.__file__).parent.glob("_typst*.*")
    data = library.read_bytes()
    at = data.find(_MARK)
    while at >= 0:
        tables = struct.unpack_from(">H", data, at + 4)[0]
        if 8 <= tables <= 40:
            rows = [struct.unpack_from(">4sIII", data, at + 12 + 16 * n) for n in range(tables)]
            end = max(offset + length for _, _, offset, length in rows)
            if all(tag.isascii() for tag, *_ in rows) and end < 1 << 23:
                with suppress(TTLibError):  # the four letters stood there by chance
                    yield TTFont(io.BytesIO(data[at : at + end]))
        at = data.find(_MARK, at + 4)


def cut() -> TTFont:
    """The font of formulas with the characters of mathematics alone; under another name, as its licence asks.

    Raises:
        LookupError: Typst carries it no more.
    """
    font = next((f for f in fonts() if f["name"].getDebugName(6) == ORIGIN), None)
    if font is None:
        raise LookupError(f"{ORIGIN} is not in this version of typst")
    whole = f"{font['name'].getDebugName(4)} {font['name'].getDebugName(5)}"
    wanted = subset.Options(
        layout_features=["ssty", "dtls"], name_IDs=["*"], hinting=False, notdef_outline=True
    )
    wanted.drop_tables += ["FFTM", "PfEd"]
    cutter = subset.Subsetter(wanted)
    cutter.populate(unicodes=[c for first, last in _BLOCKS for c in range(first, last + 1)])
    cutter.subset(font)
    _stretch_accents(font)
    names = font["name"]
    said = f"A changed copy of {whole}, made by Klausur: fewer characters, no hints, wide accents, renamed."
    for number, text in {1: NAME, 4: NAME, 6: "KlausurMaths-Regular", 10: said, 16: NAME}.items():
        names.removeNames(nameID=number)
        names.setName(text, number, 3, 1, 0x409)
    font.flavor = "woff"
    return font


def _stretch_accents(font: TTFont) -> None:
    """Give tilde and caron, which browsers stretch, the widths of the combining ones, which they do not."""
    letters, variants = font.getBestCmap(), font["MATH"].table.MathVariants
    wide = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    for stretched, combining in ((0x2DC, 0x303), (0x2C7, 0x30C)):
        wide[letters[stretched]] = wide[letters[combining]]
    ordered = sorted(wide, key=font.getGlyphID)
    variants.HorizGlyphCoverage.glyphs = ordered
    variants.HorizGlyphConstruction = [wide[name] for name in ordered]
    variants.HorizGlyphCount = len(ordered)


if __name__ == "__main__":
    cut().save(FILE)
