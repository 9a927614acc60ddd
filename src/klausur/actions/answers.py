"""What the records of each booklet amount to: pages found, Answers resolved. Nothing is written here."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from klausur.exam.model import Exam
from klausur.exam.variants import Exams, as_printed
from klausur.paper.answers import Answer, Doubt, Open
from klausur.paper.code import Sheet
from klausur.paper.fields import ANSWERING, Field
from klausur.paper.layout import Layout
from klausur.paper.run import Booklet
from klausur.read.resolve import resolve
from klausur.scan.model import Reason
from klausur.store import pages
from klausur.store.facts import Spot, StoredImage, StoredReading, StoredRun, StoredSettlement
from klausur.store.readings import readings, settlements


@dataclass(frozen=True, slots=True)
class BookletAnswers:
    """One booklet: which of its pages count as found, and its Answers in the order of its paper.

    ``disputed`` are pages of which a second image shows other content. Questions of the exam's source that
    were not printed have no Answer here.
    """

    booklet: Booklet
    found: tuple[int, ...]
    missing: tuple[int, ...]
    answers: tuple[Answer, ...]
    disputed: tuple[int, ...] = ()

    @property
    def open(self) -> tuple[Answer, ...]:
        """The Answers that a person must settle, without those whose page is merely not scanned yet."""
        return tuple(a for a in self.answers if set(a.doubts) - {Doubt.PAGE_MISSING})

    @property
    def used(self) -> bool:
        """Whether anything is known of it: a page was found, or a person settled a question."""
        return bool(self.found) or any(not answer.open for answer in self.answers)


def booklets(
    exams: Exams, run: StoredRun, layout: Layout, images: Sequence[StoredImage] | None = None
) -> Iterator[BookletAnswers]:
    """All booklets of a print run, by number; an exam folder must be open.

    Args:
        exams: its variants as their source says them now.
        run: the current print run.
        layout: its Layout.
        images: what `pages.images` has just said, so that it need not be asked again.
    """
    images = pages.images() if images is None else images
    found = pages_found(images)
    twice = disputed(images)
    seen: dict[int, list[StoredReading]] = {}
    for reading in readings(kinds=ANSWERING, images=images):
        seen.setdefault(reading.spot.booklet, []).append(reading)
    decided: dict[int, list[StoredSettlement]] = {}
    for settlement in settlements():
        if settlement.sheet is Sheet.BOOKLET:
            decided.setdefault(settlement.booklet, []).append(settlement)
    printed = {b.number: len(b.pages) for b in layout.booklets}
    for booklet in run.run.booklets:
        number = booklet.number
        here = found.get(number, frozenset())
        contested = {spot.page for spot in twice if (spot.sheet, spot.booklet) == (Sheet.BOOKLET, number)}
        answers = _answers(
            as_printed(exams.of(number)), layout, number, seen.get(number, ()), decided.get(number, ())
        )
        yield BookletAnswers(
            booklet,
            tuple(sorted(here)),
            tuple(page for page in range(1, printed[number] + 1) if page not in here),
            tuple(_doubted(layout, number, contested, answers, decided.get(number, ()))),
            tuple(sorted(contested)),
        )


def pages_found(images: Sequence[StoredImage]) -> Mapping[int, frozenset[int]]:
    """The pages that are there, by booklet."""
    found: dict[int, set[int]] = {}
    for image in images:
        if image.spot is not None and image.spot.sheet is Sheet.BOOKLET:
            found.setdefault(image.spot.booklet, set()).add(image.spot.page)
    return {booklet: frozenset(numbers) for booklet, numbers in found.items()}


def disputed(images: Sequence[StoredImage]) -> AbstractSet[Spot]:
    """The pages of which a second image waits that shows something else."""
    return {
        Spot.of(i.unplaced.code)
        for i in images
        if i.waiting
        and i.unplaced is not None
        and i.unplaced.reason is Reason.TWICE
        and i.unplaced.code is not None
    }


def _answers(
    exam: Exam,
    layout: Layout,
    booklet: int,
    seen: Sequence[StoredReading],
    decided: Sequence[StoredSettlement],
) -> Iterator[Answer]:
    boxes: dict[str, list[Field]] = {}
    for _, field in layout.fields(booklet):
        if field.kind in ANSWERING and field.question is not None:
            boxes.setdefault(field.question, []).append(field)
    by_field = {r.reading.field: r.reading for r in seen}
    settled = {s.field: s.value for s in decided if s.value is not None}
    for question in exam.questions:
        if question.id in boxes:
            yield resolve(question.id, boxes[question.id], by_field, settled)


def _doubted(
    layout: Layout,
    booklet: int,
    contested: AbstractSet[int],
    answers: Iterator[Answer],
    decided: Sequence[StoredSettlement],
) -> Iterator[Answer]:
    """The Answers, open where a page is there with two contents and nobody has said what holds."""
    if not contested:
        yield from answers
        return
    settled = {s.field for s in decided if s.value is not None}
    unsure: dict[str, list[str]] = {}
    for page, field in layout.fields(booklet):
        if page in contested and field.kind in ANSWERING and field.question and field.id not in settled:
            unsure.setdefault(field.question, []).append(field.id)
    for answer in answers:
        if answer.question in unsure:
            fields = dict.fromkeys((*answer.fields, *unsure[answer.question]))
            yield Answer(answer.question, Open((*answer.doubts, Doubt.PAGE_TWICE), tuple(fields)))
        else:
            yield answer
