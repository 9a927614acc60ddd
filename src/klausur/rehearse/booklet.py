"""One booklet's way through a rehearsal, decided before it is drawn: pile, dirt and tasks of its pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.base.errors import UsageError
from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.layout import Layout, SheetLayout
from klausur.rehearse.candidates import POPULATION, Deed, Script
from klausur.rehearse.dirt import Dirt, befall, punched
from klausur.rehearse.hands import stream
from klausur.rehearse.other_fields import Beside
from klausur.rehearse.page import PageTask
from klausur.rehearse.prints import count, shared
from klausur.rehearse.scan_order import ScannedSide, pile
from klausur.rehearse.scanner import Wear, plan

_PILE, _PAGE, _SHEET = 3, 4, 7
"""Names of random streams below a booklet's own; `klausur.rehearse.candidates` has 1 and 2."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One booklet's plan, or another sheet's: what people do with it, and its tasks by page number."""

    sheet: Sheet
    script: Script
    sides: tuple[ScannedSide, ...]
    tasks: dict[int, PageTask]
    beside: tuple[Beside, ...] = ()

    @property
    def number(self) -> int:
        """Its number among its kind."""
        return self.script.booklet


@dataclass(frozen=True, slots=True)
class PrintedBooklets:
    """A PDF of printed booklets: where each booklet begins, and for each page the first that is like it."""

    pdf: Path
    starts: dict[int, int]
    like: tuple[int, ...]


def printed(pdf: Path, layout: Layout) -> PrintedBooklets:
    """Look through a PDF of printed booklets.

    Raises:
        UsageError: the PDF and the layout do not belong together.
    """
    return _printed(pdf, [(b.number, len(b.pages)) for b in layout.booklets])


def printed_sheets(pdf: Path, layout: Layout, kinds: Collection[Sheet]) -> dict[Sheet, PrintedBooklets]:
    """Look through a PDF of sheets of these kinds, which lie in it in the order of the layout.

    Raises:
        UsageError: the PDF and the layout do not belong together.
    """
    there = [s for s in layout.sheets if s.sheet in kinds]
    whole = _printed(pdf, [(n, len(s.pages)) for n, s in enumerate(there)])
    return {
        kind: replace(
            whole, starts={s.number: whole.starts[n] for n, s in enumerate(there) if s.sheet is kind}
        )
        for kind in kinds
    }


def _printed(pdf: Path, papers: Sequence[tuple[int, int]]) -> PrintedBooklets:
    """Papers, as (number, pages), one after the other in a PDF."""
    starts, at = {}, 0
    for number, pages in papers:
        starts[number] = at
        at += pages
    found = count(pdf)
    if found != at:
        raise UsageError(
            f"{pdf} has {found} pages, the layout has {at}",
            "give the PDF and the layout of one print run",
        )
    return PrintedBooklets(pdf, starts, shared(pdf))


def plan_booklet(
    printed: PrintedBooklets,
    layout: Layout,
    script: Script,
    wear: Wear,
    seed: int,
    beside: tuple[Beside, ...] = (),
) -> Planned:
    """Plan all pages of one booklet.

    Args:
        printed: the printed booklets.
        layout: where everything lies.
        script: what people do with the booklet.
        wear: how badly its pages are treated.
        seed: all chance comes from it and the booklet's number.
        beside: what is on its pages beside marks and answers.
    """
    pages = next(b.pages for b in layout.booklets if b.number == script.booklet)
    piece = _Piece(Sheet.BOOKLET, script, pages, printed, printed.starts[script.booklet], beside)
    return _plan(piece, layout, wear, seed, (script.booklet,))


def plan_sheet(
    printed: PrintedBooklets,
    layout: Layout,
    sheet: SheetLayout,
    script: Script,
    wear: Wear,
    seed: int,
    beside: tuple[Beside, ...],
) -> Planned:
    """Plan all sides of a sheet that is no booklet; ``printed.starts`` counts the sheets of its kind."""
    piece = _Piece(sheet.sheet, script, sheet.pages, printed, printed.starts[sheet.number], beside)
    return _plan(piece, layout, wear, seed, (sheet.number, _SHEET, list(Sheet).index(sheet.sheet)))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A booklet or sheet of paper before its fate is known; its first page is the PDF's ``first``."""

    sheet: Sheet
    script: Script
    pages: tuple[int, ...]
    printed: PrintedBooklets
    first: int
    beside: tuple[Beside, ...]


def _plan(piece: _Piece, layout: Layout, wear: Wear, seed: int, path: tuple[int, ...]) -> Planned:
    script = piece.script
    rng = stream(POPULATION, seed, *path, _PILE)
    sides = pile(len(piece.pages), wear, rng)
    stapled = bool(rng.random() < wear.staple) and piece.sheet is Sheet.BOOKLET
    holes = punched(layout.size, rng) if rng.random() < wear.holes else ()
    tasks, deeds = {}, []
    for page, index in enumerate(piece.pages, start=1):
        below = (*path, _PAGE, page)
        rng = stream(POPULATION, seed, *below)
        dirt = befall(wear, layout.size, rng, stapled=stapled, holes=holes, back=page % 2 == 0)
        here = [_under(deed, dirt) for deed in script.deeds if deed.page == page]
        deeds += here
        fields = layout.pages[index].fields
        own = [side for side in sides if side.page == page and not side.lost]
        own.sort(key=lambda side: side.copy)
        at = piece.first + page - 1
        tasks[page] = PageTask(
            pdf=piece.printed.pdf,
            index=at,
            like=piece.printed.like[at],
            size=layout.size,
            dpi=wear.dpi,
            colour=wear.colour,
            stream=(seed, *below),
            candidate=script.candidate,
            corrector=script.corrector,
            deeds=tuple(here),
            essays=tuple(essay for essay in script.essays if essay.page == page),
            code=next((f.box for f in fields if f.kind is FieldKind.PAGE_CODE), None),
            fiducials=tuple(f.box for f in fields if f.kind is FieldKind.FIDUCIAL),
            dirt=dirt,
            scans=tuple(plan(wear, rng, upside_down=side.upside_down) for side in own),
            vocabulary=wear.vocabulary,
            beside=tuple(thing for thing in piece.beside if thing.page == page),
        )
    return Planned(piece.sheet, replace(script, deeds=tuple(deeds)), sides, tasks, piece.beside)


def _under(deed: Deed, dirt: Dirt) -> Deed:
    """A box that was punched away cannot be read by anybody but a person."""
    return replace(deed, gone=any(hole.overlaps(deed.field.box.grown(0.5)) for hole in dirt.holes))
