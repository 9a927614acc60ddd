"""The trial sheet: typeset to be printed, and again to be read: where its boxes lie is kept nowhere."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from klausur.base.errors import ToolError
from klausur.base.geometry import PAPERS, Box
from klausur.paper import code as codec
from klausur.paper.code import PageCode
from klausur.paper.fields import FieldKind, Mark
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.trial import (
    DIGITS,
    EDGES,
    EXAM,
    HANDS,
    KEY,
    MOST_SIDES,
    ROWS,
    TICKS,
    TrialMarks,
    TrialSheet,
)
from klausur.typeset import engine, reported, slices, wording
from klausur.typeset.engine import Typeset
from klausur.typeset.for_printer import for_printer
from klausur.typeset.loose_sheets import SIDES, drawn
from klausur.typeset.page_frame import measures


def printed(paper: str, language: str, sides: int) -> bytes:
    """The PDF of a trial sheet with so many sides, which differ by their page codes alone.

    Raises:
        ToolError: Typst fails.
    """
    return for_printer(_typeset(paper, language, sides).pdf, both=sides > 1)


def sheets() -> tuple[TrialSheet, ...]:
    """Every trial sheet that can be printed.

    Raises:
        ToolError: Typst fails.
    """
    return tuple(sheet(paper, mirrored=mirrored) for paper in PAPERS for mirrored in (False, True))


def sheet(paper: str, *, mirrored: bool = False) -> TrialSheet:
    """Where everything lies on a trial sheet: of its language only the direction counts.

    Raises:
        ToolError: Typst fails.
    """
    made = _typeset(paper, "he" if mirrored else "en", 1, ask=True)
    page = PageLayout(1, reported.fields(made.facts)[1])
    layout = Layout(
        exam_number=EXAM,
        exam="trial",
        source_digest="",
        paper=paper,
        size=PAPERS[paper],
        pages=(page, _as_before(page)),
        booklets=tuple(
            BookletLayout(_booklet(paper, sides, mirrored=mirrored), (0,) * sides)
            for sides in range(1, MOST_SIDES + 1)
        ),
    )
    return TrialSheet(layout, _marks(made.facts))


_CODE_BEFORE = 17.0
"""Where earlier versions had the page code, in mm from the left: their sheets may be read now."""


def _as_before(page: PageLayout) -> PageLayout:
    """The page as it was: no sheet names it, but where its code lies a code is sought."""
    return PageLayout(
        page.number,
        tuple(
            replace(f, box=replace(f.box, x=_CODE_BEFORE)) if f.kind is FieldKind.PAGE_CODE else f
            for f in page.fields
        ),
    )


def sides_of(code: PageCode) -> int:
    """How many sides were printed together with the one that has this code."""
    return code.booklet % _PAPER


_PAPER = 1000
"""What is added to the number of sides for each paper after the first, and for all of them once more if the
sheet is mirrored."""


def _booklet(paper: str, sides: int, *, mirrored: bool) -> int:
    return (list(PAPERS).index(paper) + len(PAPERS) * mirrored) * _PAPER + sides


def _typeset(paper: str, language: str, sides: int, *, ask: bool = False) -> Typeset:
    number = _booklet(paper, sides, mirrored=wording.from_right_to_left(language))
    codes = (PageCode(EXAM, number, side) for side in range(1, sides + 1))
    made = slices.typeset(
        engine.template(*SIDES, "boxes", "digits", "trial"),
        _data(paper, language),
        ([_side(code, sides)] for code in codes),
        root=Path(__file__).parent,
        ask=ask,
    )
    if isinstance(made, engine.TypstFault):
        raise ToolError(f"Typst refuses the trial sheet: {made.message}", "install the pinned package typst")
    return made


def _side(code: PageCode, sides: int) -> dict[str, Any]:
    return {"number": code.page, "count": sides, "code": codec.show(code), "symbol": drawn(code, KEY)}


def _data(paper: str, language: str) -> dict[str, Any]:
    say = wording.say(language)
    return {
        **measures(),
        "form": "exam",
        "language": language,
        "mirrored": wording.from_right_to_left(language),
        "say": say,
        "plurals": wording.plurals(language),
        "w": PAPERS[paper].w,
        "h": PAPERS[paper].h,
        "title": say["trial"]["title"]["words"],
        "subtitle": "",
        "examiner": "",
        "date": {"year": 2000, "month": 1, "day": 1},
        "trial": {
            "rows": [
                {"name": row.name, "boxes": row.boxes, "beside": row.meant is Mark.OTHER} for row in ROWS
            ],
            "hands": HANDS,
            "digits": len(DIGITS),
            "ticks": TICKS,
            "edges": EDGES,
        },
    }


def _marks(facts: Iterable[Mapping[str, Any]]) -> TrialMarks:
    """The bands, rules and bars, by the names that the template gives them."""
    slots = [(fact["id"].split("/"), reported.box(fact)) for fact in facts if fact["what"] == "slot"]

    def of(*begin: str) -> tuple[Box, ...]:
        return tuple(box for name, box in slots if tuple(name[: len(begin)]) == begin)

    ticks = tuple((name[1], int(name[2]), box) for name, box in slots if name[0] == "tick")
    return TrialMarks(of("band", "across"), of("band", "down"), of("rule"), ticks)
