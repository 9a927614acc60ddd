"""What the records of each booklet amount to: pages found, Answers resolved. Nothing is written here."""

from collections.abc import Iterator
from dataclasses import dataclass

from klausur.exam.model import Exam
from klausur.paper.fields import MARKED, Field
from klausur.paper.layout import Layout
from klausur.paper.run import Booklet
from klausur.read.model import Answer, Doubt
from klausur.read.resolve import resolve
from klausur.store import pages
from klausur.store.facts import StoredReading, StoredRun, StoredSettlement
from klausur.store.readings import readings, settlements


@dataclass(frozen=True, slots=True)
class BookletAnswers:
    """One booklet: which of its pages count as found, and its Answers in the exam's order.

    Questions of the exam's source that were not printed have no Answer here.
    """

    booklet: Booklet
    found: tuple[int, ...]
    missing: tuple[int, ...]
    answers: tuple[Answer, ...]

    @property
    def open(self) -> tuple[Answer, ...]:
        """The Answers that a person must settle, without those whose page is merely not scanned yet."""
        return tuple(a for a in self.answers if set(a.doubts) - {Doubt.PAGE_MISSING})


def booklets(exam: Exam, run: StoredRun, layout: Layout) -> Iterator[BookletAnswers]:
    """All booklets of a print run, by number; an exam folder must be open."""
    found: dict[int, list[int]] = {}
    for image in pages.images():
        if image.spot is not None:
            found.setdefault(image.spot.booklet, []).append(image.spot.page)
    seen: dict[int, list[StoredReading]] = {}
    for reading in readings():
        seen.setdefault(reading.spot.booklet, []).append(reading)
    decided: dict[int, list[StoredSettlement]] = {}
    for settlement in settlements():
        decided.setdefault(settlement.booklet, []).append(settlement)
    printed = {b.number: len(b.pages) for b in layout.booklets}
    for booklet in run.run.booklets:
        number = booklet.number
        here = frozenset(found.get(number, ()))
        yield BookletAnswers(
            booklet,
            tuple(sorted(here)),
            tuple(page for page in range(1, printed[number] + 1) if page not in here),
            tuple(_answers(exam, layout, number, seen.get(number, ()), decided.get(number, ()))),
        )


def _answers(
    exam: Exam,
    layout: Layout,
    booklet: int,
    seen: "list[StoredReading] | tuple[()]",
    decided: "list[StoredSettlement] | tuple[()]",
) -> Iterator[Answer]:
    boxes: dict[str, list[Field]] = {}
    for _, field in layout.fields(booklet):
        if field.kind in MARKED and field.question is not None:
            boxes.setdefault(field.question, []).append(field)
    by_field = {r.reading.field: r.reading for r in seen}
    settled = {s.field: s.mark for s in decided if s.mark is not None}
    for question in exam.questions:
        if question.id in boxes:
            yield resolve(question, boxes[question.id], by_field, settled)
