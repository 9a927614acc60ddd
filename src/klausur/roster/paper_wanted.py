"""Which paper a candidate wants by the list: in large print, enlarged to A3, in another language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from babel import Locale

from klausur.roster.columns import plain
from klausur.roster.known_headings import Column


class PrintSize(StrEnum):
    """How large a candidate's booklet is printed."""

    USUAL = "usual"
    LARGE = "16 pt"
    """Set in 16 points, on more pages."""
    A3 = "A3"
    """As usual, and enlarged to A3 by the printer."""


_SIZES: Mapping[PrintSize, tuple[str, ...]] = {
    PrintSize.USUAL: ("", "no", "nein", "normal", "usual", "-"),
    PrintSize.LARGE: (
        "16", "16 pt", "16 point", "16 points", "16 Punkt", "large", "large print", "groß", "gross",
        "Großdruck", "yes", "ja", "x",
    ),
    PrintSize.A3: ("A3", "DIN A3", "11x17", "tabloid", "ledger"),
}  # fmt: skip
SIZES = {plain(word): size for size, words in _SIZES.items() for word in words}
"""What a cell says, compared as headings are."""

BOTH = ("both", "beide", "all", "alle")
"""Words for the paper that has all languages."""


@dataclass(frozen=True, slots=True)
class PaperWanted:
    """How one candidate's paper is set; ``language`` is one of the exam's, empty for the usual one."""

    size: PrintSize = PrintSize.USUAL
    language: str = ""


class PaperCellError(Exception):
    """A cell that says no paper: what it says, and how to write it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def paper_wanted(cells: Mapping[Column, str], languages: Sequence[str]) -> PaperWanted:
    """What a row says. Where the exam has one language, a column of languages is about something else.

    Args:
        cells: those of the row.
        languages: the papers that the exam has, such as ``en``, ``de`` and ``en+de``.

    Raises:
        PaperCellError: a cell is not understood.
    """
    printed = cells.get(Column.PRINT, "")
    size = SIZES.get(plain(printed))
    if size is None:
        raise PaperCellError(
            f"{printed!r} as print", "write 16 pt or large for a paper set in 16 points, A3, or nothing"
        )
    written = cells.get(Column.LANGUAGE, "")
    if len(languages) < 2 or not written:
        return PaperWanted(size)
    language = _names(languages).get(_folded(written))
    if language is None:
        raise PaperCellError(
            f"{written!r} as language", f"the exam has papers in {', '.join(languages)}: write one of these"
        )
    return PaperWanted(size, language)


def _names(languages: Sequence[str]) -> Mapping[str, str]:
    """What people call the papers, by code or by name in any of the languages."""
    found: dict[str, str] = {}
    for paper in languages:
        parts = paper.split("+")
        found[_folded(paper)] = paper
        if len(parts) > 1:
            found |= {_folded("+".join(reversed(parts))): paper, **dict.fromkeys(map(_folded, BOTH), paper)}
            continue
        for told_in in {"en", *(one for one in languages if "+" not in one)}:
            found[_folded(Locale.parse(paper).get_display_name(told_in) or paper)] = paper
    return found


def _folded(word: str) -> str:
    return "".join(word.casefold().split())
