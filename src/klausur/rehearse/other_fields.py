"""What goes onto pages beside marks and answers: digits in rows, stickers, signatures; and what they say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from klausur.base.geometry import Size
from klausur.exam.model import Exam
from klausur.paper.fields import NO_NUMBER, NUMBERS, Field, FieldKind
from klausur.paper.layout import Layout
from klausur.read.cells import split
from klausur.read.model import Signed
from klausur.rehearse import blanks, numbers, stuck_labels, written_credits
from klausur.rehearse.day import Day, Sitting, Taken, signer
from klausur.rehearse.hands import Hand
from klausur.rehearse.numerals import row
from klausur.rehearse.pen import ink
from klausur.rehearse.prints import origin
from klausur.rehearse.signing import dash, signature
from klausur.rehearse.stuck_labels import PrintedStickers, StuckSticker
from klausur.rehearse.truth import FOR_PEOPLE
from klausur.scan.model import Pixels

REGISTRATION, SPOT = "cover/registration", "cover/sticker"
EXTRA_BOOKLET, EXTRA_REGISTRATION = "extra/booklet", "extra/registration"

DASH = "dash"
"""The note of a field that has one."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One thing on a page: the Field it is for, what it says, and how it was done.

    ``value`` is as a Reading has it: digits, the number of a sticker, a `Signed`. ``hand`` draws it, if
    anybody does.
    """

    page: int
    field: Field
    value: str
    note: str
    hand: Hand | None = None
    sticker: StuckSticker | None = None


def on_booklet(
    layout: Layout,
    sitting: Sitting,
    hand: Hand,
    stickers: PrintedStickers | None,
    *,
    named: bool,
    rng: np.random.Generator,
) -> tuple[Beside, ...]:
    """What a candidate puts on a booklet's cover; nothing in the digits' boxes of a ``named`` one."""
    found: list[Beside] = []
    for page, field in layout.fields(sitting.booklet):
        if field.id == REGISTRATION and not named:
            found.append(Beside(page, field, sitting.written, "written" if sitting.written else "", hand))
        elif field.id == SPOT and stickers is not None:
            for number, way in sitting.stickers:
                sticker = stuck_labels.stick(stickers, number, field.box, layout.size, way, rng)
                found.append(Beside(page, field, str(number), way, sticker=sticker))
            if not sitting.stickers:
                found.append(Beside(page, field, "", ""))
    return tuple(found)


def on_questions(
    exam: Exam, layout: Layout, booklet: int, hand: Hand, rng: np.random.Generator
) -> tuple[Beside, ...]:
    """The numbers that a candidate writes into a booklet as answers, and the words in blanks of texts."""
    asked = {question.id: question for question in exam.questions}
    skill = float(rng.beta(3.0, 2.0))
    found = []
    for page, field in layout.fields(booklet):
        if field.kind in NUMBERS:
            value = numbers.answer(asked.get(field.question or ""), field, skill, rng)
            found.append(Beside(page, field, value, "" if value == NO_NUMBER else "written", hand))
        elif field.kind is FieldKind.BLANK:
            found.append(Beside(page, field, blanks.answer(rng), FOR_PEOPLE, hand))
    return tuple(found)


def by_corrector(
    layout: Layout, booklet: int, hand: Hand, rng: np.random.Generator, *, forgotten: float
) -> tuple[Beside, ...]:
    """The credits that a corrector writes into a booklet, where they are no crosses; some are forgotten."""
    skill = float(rng.beta(3.0, 2.0))
    found = []
    for page, field in layout.fields(booklet):
        if field.kind is FieldKind.CREDIT_NUMBER:
            value, note = written_credits.given(field, skill, forgotten, rng)
            found.append(Beside(page, field, value, note, hand))
    return tuple(found)


def on_extra(fields: Iterable[tuple[int, Field]], taken: Taken, hand: Hand) -> tuple[Beside, ...]:
    """The numbers on an extra sheet."""
    said = {EXTRA_BOOKLET: taken.digits, EXTRA_REGISTRATION: taken.registration}
    return tuple(
        Beside(page, field, said[field.id], "written" if said[field.id] else "", hand)
        for page, field in fields
        if field.id in said
    )


def on_list(fields: Iterable[tuple[int, Field]], day: Day, seed: int) -> tuple[Beside, ...]:
    """The signatures on a room's sheets: the candidates', and what supervisors sign."""
    found = []
    for page, field in fields:
        if field.kind is not FieldKind.SIGNATURE:
            continue
        who, registration, _ = ("", "", "") if field.id.count("/") != 2 else field.id.split("/")
        hand = signer(seed, field.id)
        signed = who != "candidate" or registration in day.signed
        note = DASH if registration in day.dashed else ""
        found.append(Beside(page, field, Signed.YES if signed else Signed.NO, note, hand))
    return tuple(found)


def put(sheet: Pixels, size: Size, things: Iterable[Beside], rng: np.random.Generator) -> None:
    """Draw things on a page's pixels, grey or RGB, one after the other."""
    scale = sheet.shape[1] / size.w
    for thing in things:
        box, hand = thing.field.box, thing.hand
        corner = origin(sheet, size, box)
        if thing.sticker is not None:
            stuck_labels.lay_on(sheet, size, thing.sticker, rng)
        elif hand is None:
            continue
        elif thing.field.kind is FieldKind.DIGIT_ROW:
            cells = split(box, thing.field.cells or 1)
            ink(sheet, row(thing.value, cells, hand, rng), scale, corner, hand, rng)
        elif thing.field.kind in NUMBERS:
            numbers.draw(sheet, size, thing.field, thing.value, hand, rng)
        elif thing.field.kind is FieldKind.CREDIT_NUMBER:
            written_credits.draw(sheet, size, thing.field, thing.value, thing.note, hand, rng)
        elif thing.value == blanks.WRITTEN:
            blanks.draw(sheet, size, thing.field, hand, rng)
        elif thing.value == Signed.YES:
            ink(sheet, signature(box, hand, rng), scale, corner, hand, rng)
        elif thing.note == DASH:
            ink(sheet, dash(box, hand, rng), scale, corner, hand, rng)


def truths(things: Iterable[Beside]) -> Mapping[str, tuple[int, str, str]]:
    """For each Field its page, what a person reads there, and how it was done."""
    by_field: dict[str, list[Beside]] = defaultdict(list)
    for thing in things:
        by_field[thing.field.id].append(thing)
    return {
        name: (
            of[0].page,
            "+".join(sorted((t.value for t in of), key=lambda v: (len(v), v))),
            " ".join(t.note for t in of if t.note),
        )
        for name, of in by_field.items()
    }
