"""The fonts that every paper is set with: those inside the `typst` package, and Noto's for other scripts.

Only these and the ones in the exam's own folder are used, so that a page looks the same on every machine.
"""

from functools import cache
from importlib import resources
from pathlib import Path

import typst

PACKS = (
    "justmytype_intl_rtl",  # Arabic, Hebrew
    "justmytype_intl_cjk",  # Chinese, Japanese, Korean
    "justmytype_intl_south_asia",  # Devanagari, Bengali, Tamil, Telugu
    "justmytype_intl_sea",  # Thai, Lao, Khmer, Burmese
)
"""Packages that hold nothing but fonts. Which of them a text is set in is said in template/fonts.typ."""


def fonts(own: Path | None = None) -> typst.Fonts:
    """All of them, and those in an exam's own folder, which may change."""
    return _shipped() if own is None else _found(str(own))


@cache
def _shipped() -> typst.Fonts:
    return _found()


def _found(*more: str) -> typst.Fonts:
    folders = [str(resources.files(pack) / "fonts") for pack in PACKS]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[*more, *folders])
