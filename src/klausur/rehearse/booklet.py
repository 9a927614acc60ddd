"""One booklet's way through a rehearsal, decided before it is drawn: pile, dirt and tasks of its pages."""

from dataclasses import dataclass, replace
from pathlib import Path

from klausur.base.errors import UsageError
from klausur.paper.fields import FieldKind
from klausur.paper.layout import Layout
from klausur.rehearse.candidates import POPULATION, Deed, Script
from klausur.rehearse.dirt import Dirt, befall, punched
from klausur.rehearse.hands import stream
from klausur.rehearse.page import PageTask
from klausur.rehearse.pile import Side, pile
from klausur.rehearse.prints import count, shared
from klausur.rehearse.scanner import Wear, plan

_PILE, _PAGE = 3, 4
"""Names of random streams below a booklet's own; `klausur.rehearse.candidates` has 1 and 2."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One booklet's plan: what people do with it, and its tasks by page number."""

    script: Script
    sides: tuple[Side, ...]
    tasks: dict[int, PageTask]


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF of printed booklets: where each booklet begins, and for each page the first that is like it."""

    pdf: Path
    starts: dict[int, int]
    like: tuple[int, ...]


def printed(pdf: Path, layout: Layout) -> Printed:
    """Look through a PDF of printed booklets.

    Raises:
        UsageError: the PDF and the layout do not belong together.
    """
    starts, at = {}, 0
    for booklet in layout.booklets:
        starts[booklet.number] = at
        at += len(booklet.pages)
    found = count(pdf)
    if found != at:
        raise UsageError(
            f"{pdf} has {found} pages, the layout has {at}",
            "give the PDF and the layout of one print run",
        )
    return Printed(pdf, starts, shared(pdf))


def plan_booklet(printed: Printed, layout: Layout, script: Script, wear: Wear, seed: int) -> Planned:
    """Plan all pages of one booklet.

    Args:
        printed: the printed booklets.
        layout: where everything lies.
        script: what people do with the booklet.
        wear: how badly its pages are treated.
        seed: all chance comes from it and the booklet's number.
    """
    number = script.booklet
    pages = next(b.pages for b in layout.booklets if b.number == number)
    rng = stream(POPULATION, seed, number, _PILE)
    sides = pile(len(pages), wear, rng)
    stapled = bool(rng.random() < wear.staple)
    holes = punched(layout.size, rng) if rng.random() < wear.holes else ()
    tasks, deeds = {}, []
    for page, index in enumerate(pages, start=1):
        below = (number, _PAGE, page)
        rng = stream(POPULATION, seed, *below)
        dirt = befall(wear, layout.size, rng, stapled=stapled, holes=holes, back=page % 2 == 0)
        here = [_under(deed, dirt) for deed in script.deeds if deed.page == page]
        deeds += here
        fields = layout.pages[index].fields
        own = [side for side in sides if side.page == page and not side.lost]
        own.sort(key=lambda side: side.copy)
        tasks[page] = PageTask(
            pdf=printed.pdf,
            index=printed.starts[number] + page - 1,
            like=printed.like[printed.starts[number] + page - 1],
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
        )
    return Planned(replace(script, deeds=tuple(deeds)), sides, tasks)


def _under(deed: Deed, dirt: Dirt) -> Deed:
    """A box that was punched away cannot be read by anybody but a person."""
    return replace(deed, gone=any(hole.overlaps(deed.field.box.grown(0.5)) for hole in dirt.holes))
