"""Copies of a finished paper that bear no codes: filled in by many hands and scanned, with the truth beside.

Pens, dirt and scanners are those of rehearsals; the squares are those of the paper.
"""

import io
from pathlib import Path

import pikepdf

from klausur.base.geometry import Size
from klausur.exam.model import Exam
from klausur.exam.own_paper import PDF, Region
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.rehearse.candidates import Behaviour
from klausur.rehearse.level import Level
from klausur.rehearse.run import Rehearsal, rehearse
from klausur.rehearse.scanner import Wear


def bare_copies(
    exam: Exam,
    copies: int,
    out: Path,
    seed: int,
    *,
    level: Level | Wear = Level.DEFAULT,
    behaviour: Behaviour | None = None,
) -> Rehearsal:
    """Write scanned files of copies, numbered from 1 on, into a folder.

    Args:
        exam: on its own paper, out of its folder.
        copies: how many.
        out: the folder.
        seed: all chance comes from it.
        level: how badly the pages are treated.
        behaviour: how often people do what.
    """
    own = exam.own_paper
    if own is None:
        raise ValueError("the exam is not on its own paper")
    with pikepdf.open(exam.folder / PDF) as paper, pikepdf.Pdf.new() as document:
        for _ in range(copies):
            document.pages.extend(paper.pages)
        pdf = io.BytesIO()
        document.save(pdf)
    out.mkdir(parents=True, exist_ok=True)
    printed = out.parent / f"{out.name}-copies.pdf"
    printed.write_bytes(pdf.getvalue())
    pages = tuple(PageLayout(page.page, tuple(_fields(exam, page.page))) for page in own.pages)
    layout = Layout(
        exam_number=1,
        exam="bare",
        source_digest="",
        paper=exam.paper,
        size=Size(own.pages[0].w, own.pages[0].h),
        pages=pages,
        booklets=tuple(BookletLayout(n, tuple(range(len(pages)))) for n in range(1, copies + 1)),
    )
    return rehearse(printed, layout, exam, out, seed, level=level, behaviour=behaviour)


def _fields(exam: Exam, page: int) -> list[Field]:
    """The squares and spaces of a page, as Fields with the ids that they have in the adopted exam."""
    places = {} if exam.own_paper is None else {place.id: place for place in exam.own_paper.questions}

    def here(regions: tuple[Region, ...]) -> list[tuple[int, Region]]:
        return [(at, region) for at, region in enumerate(regions) if region.page == page]

    found = []
    for question in exam.questions:
        place = places[question.id]
        for at, region in here(place.squares):
            letter = chr(ord("a") + at)
            found.append(
                Field(
                    f"{question.id}/choice/{letter}",
                    FieldKind.CHOICE_BOX,
                    region.box,
                    question=question.id,
                    choice=letter,
                )
            )
        for at, region in here(place.answers):
            name = f"{question.id}/answer" + (f"/{at + 1}" if at else "")
            found.append(Field(name, FieldKind.ANSWER_AREA, region.box, question=question.id))
    return found
