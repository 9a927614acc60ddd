"""What a booklet's pages, readings and settlements amount to: which pages are found, and its Answers.

Everything here is about one booklet and follows from what is known of it alone; whose it is depends on the
others, and stands in `klausur.state.owners`.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction

from klausur.exam.model import Exam
from klausur.paper.answers import Answer, Doubt, Open, Waived, Worth
from klausur.paper.code import Sheet
from klausur.paper.fields import ANSWERING, SPACES, Field, empty
from klausur.read.model import Reading
from klausur.read.resolve import resolve
from klausur.scan.result import Reason
from klausur.score import key
from klausur.score.total import total
from klausur.state import rounds
from klausur.state.alike import alike
from klausur.state.arrangements import JudgingRules, SecondCorrection
from klausur.state.facts import Spot, StoredImage, StoredReading, StoredSettlement
from klausur.state.judgements import Round, StoredJudgement, by_answer, judged_elsewhere
from klausur.state.rounds import Counted


@dataclass(frozen=True, slots=True)
class BookletRecords:
    """What the records hold of one booklet.

    Attributes:
        pages: the pages that an image counts as, by number, each with its image's number.
        disputed: those of which a second image waits that shows something else.
        readings: of its marked Fields and its spaces, those that count now.
        settlements: the newest decision about each Field that has one; one taken back has no value.
        waived: the pages that the booklet is to count without, found or not.
        judgements: all about its Answers.
    """

    pages: Mapping[int, int] = field(default_factory=dict)
    disputed: AbstractSet[int] = frozenset()
    readings: Sequence[StoredReading] = ()
    settlements: Sequence[StoredSettlement] = ()
    waived: AbstractSet[int] = frozenset()
    judgements: Sequence[StoredJudgement] = ()


@dataclass(frozen=True, slots=True)
class BookletAnswers:
    """One booklet: which of its pages count as found, and its Answers in the order of its paper.

    ``disputed`` are pages of which a second image shows other content; ``pages`` says on which page each
    box stands, and each question's first box, by their ids. ``waived`` are pages that were not found and that
    it counts without, which are not ``missing``; ``returned`` are those that were found all the same, and
    count as any page does. ``sure`` is how sure the reader is of each box that an Answer is
    open for, 0 where it has no say. ``alike`` says of an open Answer, by its question, what it has in common
    with those of other booklets that may be judged with it: see `klausur.state.alike`. ``counted`` is what
    the judgements of each question amount to, by its id.
    """

    number: int
    found: tuple[int, ...]
    missing: tuple[int, ...]
    answers: tuple[Answer, ...]
    disputed: tuple[int, ...] = ()
    pages: Mapping[str, int] = field(default_factory=dict)
    waived: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    sure: Mapping[str, float] = field(default_factory=dict)
    alike: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[str, Counted] = field(default_factory=dict)

    @property
    def open(self) -> tuple[Answer, ...]:
        """The Answers that a person must settle, without those whose page is merely not scanned yet."""
        return tuple(filter(needs_people, self.answers))

    @property
    def used(self) -> bool:
        """Whether anything is known of it: a page was found or waived, or a person settled a question."""
        return bool(self.found or self.waived) or any(not answer.open for answer in self.answers)


def booklet(
    number: int,
    exam: Exam,
    fields: Sequence[tuple[int, Field]],
    pages: int,
    seen: BookletRecords,
    rules: Mapping[str, JudgingRules] | None = None,
) -> BookletAnswers:
    """What one booklet amounts to.

    Args:
        number: the booklet's.
        exam: its variant, as printed and by the key that counts.
        fields: all its Fields, each with its page number.
        pages: how many it has.
        seen: what the records hold of it.
        rules: how its questions are judged, by their ids; the others are judged once.
    """
    seconds = {name: rule.second for name, rule in (rules or {}).items() if rule.second is not None}
    grade = None
    if seen.judgements and any(second.grades for second in seconds.values()):
        scored = total(exam, _booklet(number, exam, fields, pages, seen, {}).answers)
        grade = None if scored.total is None else key.grade(exam.grades, scored.total, scored.worth)
    due = {q: second for q, second in seconds.items() if rounds.due(second, q, number, grade)}
    return _booklet(number, exam, fields, pages, seen, due)


def _booklet(
    number: int,
    exam: Exam,
    fields: Sequence[tuple[int, Field]],
    pages: int,
    seen: BookletRecords,
    seconds: Mapping[str, SecondCorrection],
) -> BookletAnswers:
    boxes: dict[str, list[tuple[int, Field]]] = {}
    around: dict[str, set[int]] = {}
    printed: dict[str, list[Field]] = {}
    for page, box in fields:
        if box.question is not None:
            around.setdefault(box.question, set()).add(page)
            printed.setdefault(box.question, []).append(box)
            if box.kind in ANSWERING:
                boxes.setdefault(box.question, []).append((page, box))
    judged = by_answer(seen.judgements)
    by_field = {r.reading.field: r for r in seen.readings}
    settled = {s.field: s for s in seen.settlements}
    read = {name: r.reading for name, r in by_field.items()}
    said = {s.field: s.value for s in seen.settlements if s.value is not None}
    waived = seen.waived - seen.pages.keys()
    common: dict[str, str] = {}
    answers = []
    amounts: dict[str, Counted] = {}
    for question in exam.questions:
        if question.id in boxes:
            here = [box for _, box in boxes[question.id]]
            gone = [(page, box) for page, box in boxes[question.id] if page in waived and box.id not in said]
            about = judged.get((number, question.id), ())
            stale = _stale(about, around[question.id], seen.pages)
            found_of = rounds.counted(about, seconds.get(question.id), question.step, stale)
            amounts[question.id] = found_of
            if found_of.by:
                disputed = bool(around[question.id] & seen.disputed)
                answer = _judged(question.id, found_of, stale, [box.id for box in here], disputed=disputed)
                if not (answer.open and len(gone) == len(here)):
                    answers.append(answer)
                    continue
            if len(gone) == len(here):
                answers.append(Answer(question.id, Waived(gone[0][0])))
                continue
            answer = resolve(
                question.id, here, read, {**said, **{box.id: empty(box.kind) for _, box in gone}}
            )
            unsure = [
                box.id for page, box in boxes[question.id] if page in seen.disputed and box.id not in said
            ]
            answer = _doubted(answer, Doubt.PAGE_TWICE, unsure)
            old = [box.id for box in here if outdated(settled.get(box.id), by_field.get(box.id))]
            answer = _doubted(answer, Doubt.SETTLED_BEFORE, old)
            answers.append(answer)
            if answer.open and question.kind.corrected and not said.keys() & {box.id for box in here}:
                common[question.id] = alike(answer, printed[question.id], read)
    found = sorted(seen.pages)
    return BookletAnswers(
        number,
        tuple(found),
        tuple(page for page in range(1, pages + 1) if page not in seen.pages.keys() | waived),
        tuple(answers),
        tuple(sorted(seen.disputed)),
        {box.id: page for where in boxes.values() for page, box in where}
        | {question: where[0][0] for question, where in boxes.items()},
        tuple(sorted(waived)),
        tuple(sorted(seen.waived & seen.pages.keys())),
        {box: sureness(read.get(box)) for answer in answers for box in answer.fields},
        common,
        amounts,
    )


def needs_people(answer: Answer) -> bool:
    """Whether a person must settle it, and not only because its page is missing."""
    return any(doubt is not Doubt.PAGE_MISSING for doubt in answer.doubts)


def sureness(read: Reading | None) -> float:
    """How sure the reader is of a box that is left to people; 0 where it has no say."""
    return read.confidence if read is not None and read.flagged else 0.0


def outdated(settled: StoredSettlement | None, read: StoredReading | None) -> bool:
    """Whether a decision was made beside another image, and the one that counts does not bear it out.

    A decision keeps the reading that its maker saw. Where another reading counts now, the page came again, or
    came at all; then the decision stands only if the new reading plainly says the same.
    """
    if settled is None or settled.value is None or read is None or settled.reading == read.id:
        return False
    return read.reading.flagged or read.reading.value != settled.value


def pages_found(images: Iterable[StoredImage]) -> Mapping[int, frozenset[int]]:
    """The pages that are there, by booklet."""
    found: dict[int, set[int]] = {}
    for image in images:
        if image.spot is not None and image.spot.sheet is Sheet.BOOKLET:
            found.setdefault(image.spot.booklet, set()).add(image.spot.page)
    return {number: frozenset(numbers) for number, numbers in found.items()}


def disputed(images: Iterable[StoredImage]) -> AbstractSet[Spot]:
    """The pages of which a second image waits that shows something else."""
    return {spot for image in images if (spot := contested(image)) is not None}


def contested(image: StoredImage) -> Spot | None:
    """The page that a waiting image shows otherwise than the one that counts as it; else None."""
    why = image.unplaced
    if image.waiting and why is not None and why.reason is Reason.TWICE and why.code is not None:
        return Spot.of(why.code)
    return None


def differing(one: Iterable[Reading], other: Iterable[Reading]) -> tuple[str, ...]:
    """The Fields in which two images of a page differ: any mark or doubt that one has alone.

    What is written in a space is no matter of a measure: images are compared for that.
    """
    before = {r.field: (r.value, r.flagged) for r in one}
    return tuple(
        r.field
        for r in other
        if r.kind not in SPACES and before.get(r.field, (r.value, r.flagged)) != (r.value, r.flagged)
    )


def _stale(
    judgements: Sequence[StoredJudgement], around: AbstractSet[int], pages: Mapping[int, int]
) -> AbstractSet[int]:
    """The judgements, by their numbers, that were made beside other images than count as these pages now."""
    images = [pages[page] for page in around if page in pages]
    return {each.id for each in judgements if judged_elsewhere(each, images)}


_AWAITS = {Round.SECOND: Doubt.AWAITS_SECOND, Round.THIRD: Doubt.AWAITS_THIRD}


def _judged(
    question: str, found: Counted, stale: AbstractSet[int], fields: Sequence[str], *, disputed: bool
) -> Answer:
    """The Answer as it was judged, whatever is crossed on the paper; open if its pages came anew."""
    answer = Answer(question, Worth(found.credits or Fraction(0)))
    answer = _doubted(answer, Doubt.PAGE_TWICE, fields if disputed else ())
    answer = _doubted(answer, Doubt.JUDGED_BEFORE, fields if any(j.id in stale for j in found.by) else ())
    answer = _doubted(answer, Doubt.RUBRIC_CHANGED, fields if any(j.again for j in found.by) else ())
    awaits = None if answer.open else _AWAITS.get(found.awaits or Round.FIRST)
    return answer if awaits is None else Answer(question, Open((awaits,)))


def _doubted(answer: Answer, doubt: Doubt, fields: Sequence[str]) -> Answer:
    """The Answer, open for these fields too, if there are any."""
    if not fields:
        return answer
    return Answer(
        answer.question, Open((*answer.doubts, doubt), tuple(dict.fromkeys((*answer.fields, *fields))))
    )
