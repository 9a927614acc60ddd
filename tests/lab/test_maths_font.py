"""The font of formulas in the browser: what its maker makes, and with all that formulas are made of."""

import html
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from klausur.base.maths import Formula, resolved, typeset
from lab import maths_font

FORMULAS = Path(__file__).parents[2] / "benchmarks" / "formulas"
LACKING = set("✓Ϟϟᴡᴏʀᴅ✠␣")
"""What the font of print lacks, too: browsers take these of another one."""


@pytest.fixture(scope="module")
def shipped() -> TTFont:
    return TTFont(maths_font.FILE)


def test_the_font_that_ships_is_the_one_in_print_cut_by_its_maker(shipped: TTFont) -> None:
    made = maths_font.cut()
    assert made.getGlyphOrder() == shipped.getGlyphOrder()
    assert made.getBestCmap() == shipped.getBestCmap()
    assert sorted(map(str, made["name"].names)) == sorted(map(str, shipped["name"].names))


def test_it_says_that_it_was_changed_and_whose_it_is(shipped: TTFont) -> None:
    names = shipped["name"]
    assert names.getDebugName(4) == names.getDebugName(1) == "Klausur Maths"
    assert "GUST Font License" in names.getDebugName(0)
    assert "changed copy of NewComputerModernMath" in names.getDebugName(10)
    assert "GUST Font License" in (maths_font.FILE.parent / "LICENSE").read_text("utf-8")


def test_it_has_brackets_of_all_sizes_and_accents_of_all_widths(shipped: TTFont) -> None:
    letters, variants = shipped.getBestCmap(), shipped["MATH"].table.MathVariants
    tall = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    wide = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    for bracket in "()[]{}|‖⌊⌋⌈⌉⟨⟩√":
        assert len(tall[letters[ord(bracket)]].MathGlyphVariantRecord) > 3, bracket
    for accent in "\u0302˜ˇ→⏞⏟":
        assert len(wide[letters[ord(accent)]].MathGlyphVariantRecord) > 1, accent


def test_it_tells_script_letters_from_calligraphic_ones(shipped: TTFont) -> None:
    (table,) = (table for table in shipped["cmap"].tables if table.format == 14)
    script = dict(table.uvsDict[0xFE01])
    assert script[0x2112] != shipped.getBestCmap()[0x2112]
    assert 0x1D49C in script


def test_it_has_the_characters_of_all_formulas_that_are_measured(shipped: TTFont) -> None:
    known = shipped.getBestCmap()
    used: dict[str, str] = {}
    for file in FORMULAS.glob("*.tsv"):
        for line in filter(None, file.read_text("utf-8").splitlines()):
            tex = line.split("\t")[-1]
            formula = typeset(resolved([tex])[0], display=True)
            if isinstance(formula, Formula):
                used |= dict.fromkeys(html.unescape(re.sub(r"<[^>]*>", "", formula.html)), tex)
    missing = {c: tex for c, tex in used.items() if ord(c) not in known and not 0xFE00 <= ord(c) <= 0xFE0F}
    assert len(used) > 600
    assert missing.keys() <= LACKING, missing
