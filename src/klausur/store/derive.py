"""State out of the records: by the rules of `klausur.state`, for what an event touches or for everything.

Each action that writes records calls `refresh` in its own transaction with what it touched; `verify` computes
everything from nothing and says where State differs. Both go through the same functions.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet

from klausur.exam.model import Strike
from klausur.paper.code import Sheet
from klausur.paper.fields import ANSWERING, SPACES
from klausur.scan.result import Reason
from klausur.state import RULES, answers, booklets
from klausur.state.answers import BookletRecords
from klausur.state.facts import Spot, StoredReading, StoredSettlement
from klausur.state.judgements import StoredJudgement
from klausur.store import (
    counting_rows,
    judgements,
    legible_rows,
    models,
    owner_rows,
    pages,
    state_json,
    waivers,
)
from klausur.store.compiled import Compiled
from klausur.store.frame import Frame, Mark, is_stale, newest, newest_rows
from klausur.store.rows import ALL, Rows, compared, portions, replaced, upsert, write


@dataclass(frozen=True, slots=True)
class Touched:
    """What an event may have changed. ``ALL`` (None) means everything of its kind.

    ``answers``: a question of a booklet each, and nothing else of that booklet. ``covers``: what stands
    on the covers of these booklets. ``ties``: what else says whose these are, and where `refresh` sees
    that a booklet is used now that was not. ``owners``: whose all booklets are must be decided anew.
    ``sheets``: what is written on these extra sheets. ``extras``: which booklets these belong to, and
    those that `refresh` finds to name somebody whose booklet is another now. ``later``: whose anything is
    may wait until somebody looks or the scan has ended.
    """

    booklets: AbstractSet[int] | None = frozenset()
    answers: AbstractSet[tuple[int, str]] = frozenset()
    covers: AbstractSet[int] = frozenset()
    ties: AbstractSet[int] = frozenset()
    owners: bool = False
    sheets: AbstractSet[int] | None = frozenset()
    extras: AbstractSet[int] | None = frozenset()
    candidates: bool = False
    later: bool = False

    def __or__(self, other: "Touched") -> "Touched":
        """What either has touched."""
        return Touched(
            _both(self.booklets, other.booklets),
            answers=self.answers | other.answers,
            covers=self.covers | other.covers,
            ties=self.ties | other.ties,
            owners=self.owners or other.owners,
            sheets=_both(self.sheets, other.sheets),
            extras=_both(self.extras, other.extras),
            candidates=self.candidates or other.candidates,
            later=self.later or other.later,
        )


def _both(some: AbstractSet[int] | None, more: AbstractSet[int] | None) -> AbstractSet[int] | None:
    return ALL if some is ALL or more is ALL else some | more


EVERYTHING = Touched(ALL, owners=True, sheets=ALL, extras=ALL, candidates=True)


def about(images: AbstractSet[int], moved: Iterable[Spot | None] = ()) -> Touched:
    """What is touched where these images have come to count as something, or as something else.

    Args:
        images: their numbers.
        moved: pages that some of them counted as before.
    """
    return pages_touched({at for at in (*moved, *_spots(images)) if at is not None} | _disputed_by(images))


def printed(booklets: AbstractSet[int]) -> Touched:
    """What is touched where these booklets were printed: written numbers are held against theirs, too."""
    return Touched(booklets, owners=True, candidates=True)


def pages_touched(spots: AbstractSet[Spot]) -> Touched:
    """What is touched where other images count as these pages, or contest them."""
    sheets = frozenset(spot.booklet for spot in spots if spot.sheet is Sheet.EXTRA)
    return Touched(
        booklets=frozenset(spot.booklet for spot in spots if spot.sheet is Sheet.BOOKLET),
        covers=frozenset(s.booklet for s in spots if (s.sheet, s.page) == (Sheet.BOOKLET, 1)),
        sheets=sheets,
        extras=sheets,
    )


def refresh(
    frame: Frame,
    touched: Touched,
    judged: Mapping[tuple[int, str], Sequence[StoredJudgement]] = MappingProxyType({}),
) -> None:
    """Rewrite the State rows of what was touched. For a transaction of `writing`.

    Args:
        frame: all that was printed.
        touched: that.
        judged: by booklet and question, all Judgements of an Answer, where they were looked up within it.

    Raises:
        django.db.IntegrityError: what must hold does not: two images count as one page, two booklets are one
            candidate's by people's word, two candidates have one registration number.
    """
    mark = frame.keep_up()
    if mark is None or mark.rules != RULES:
        pages.recount(ALL)
        touched = EVERYTHING
    if touched.answers:
        anew = {
            number
            for number, question in sorted(touched.answers)
            if mark is None
            or mark.booklets_from is not None
            or not _write_answer(frame, number, question, judged.get((number, question)))
        }
        touched |= Touched(booklets=frozenset(anew))
    if touched.candidates:
        replaced(models.CandidateState, "candidate_id", _candidates(frame), ALL)
        touched |= Touched(owners=True, sheets=ALL, extras=ALL)
    if touched.booklets is ALL or touched.booklets:
        used = set(_used(touched.booklets))
        local, answered = _booklets(frame, touched.booklets)
        upsert(models.BookletState, "number", local)
        _replace_answers(answered, set(local))
        now = {number for number, row in local.items() if row["used"] and isinstance(number, int)}
        touched |= Touched(ties=used ^ now)
    legible_rows.write(frame, Sheet.BOOKLET, ALL if touched.candidates else touched.covers)
    legible_rows.write(frame, Sheet.EXTRA, touched.sheets)
    stale = mark is not None and mark.owners_stale
    near = touched.covers | touched.ties
    if touched.later and (touched.owners or near):
        stale = True
    elif touched.owners or near:
        whole = touched.owners or stale
        moved = owner_rows.write_owners(owner_rows.owners(frame) if whole else owner_rows.owners_near(near))
        stale = False
        touched |= Touched(extras=ALL if whole else owner_rows.sheets_naming(moved))
    if not stale and (touched.extras is ALL or touched.extras):
        replaced(models.ExtraState, "number", owner_rows.extras(touched.extras), touched.extras)
    later = None if mark is None or touched.booklets is ALL else mark.booklets_from
    if mark is None or (mark.rules, mark.owners_stale, mark.booklets_from) != (RULES, stale, later):
        row = models.Mark(pk=1, rules=RULES, owners_stale=stale, booklets_from=later)
        write(models.Mark, ("id",), Mark._fields, [row])


def ahead(frame: Frame, number: int, question: str) -> None:
    """Ask ahead (`klausur.store.compiled.together`) what `refresh` asks where this Answer alone is touched.

    But for its Judgements, which the event has just written.
    """
    fields = frame.papers_of(frozenset({number})).fields(number)
    newest_rows.ahead()
    _answers_of.ahead(number)
    _placed_of.ahead(number)
    counting_rows.ahead(number, question, _KINDS, [box.id for _, box in fields if box.question == question])
    waivers.ahead(number)


def rebuild(frame: Frame) -> None:
    """Make all State rows again from nothing. For a transaction of `writing`; raises what `refresh` does."""
    for model in (
        models.AnswerState,
        models.BookletState,
        models.ExtraState,
        models.LegibleState,
        models.CandidateState,
        models.ImageState,
        models.Mark,
    ):
        model.objects.all().delete()
    refresh(frame, EVERYTHING)


def amounts(frame: Frame) -> tuple[tuple[booklets.Amounted, ...], tuple[booklets.Answered, ...]]:
    """What all booklets and their questions amount to, from nothing: `Frame.under` tries another key."""
    found = list(_amounts(frame, ALL))
    return tuple(amounted for amounted, _ in found), tuple(one for _, each in found for one in each)


def stale() -> bool:
    """Whether State must be brought up to date before anybody looks at it."""
    return is_stale(newest()[1])


def verify(frame: Frame) -> Iterator[str]:
    """Where State differs from what the records amount to, in words; nothing if all is well."""
    if stale():
        yield "State is not up to date"
        return
    local, answered = _booklets(frame, ALL)
    yield from compared(models.ImageState, "image_id", pages.counting(ALL))
    yield from compared(models.BookletState, "number", local)
    yield from compared(models.AnswerState, ("booklet", "question"), answered)
    for sheet in legible_rows.SHEETS:
        seen: Rows = dict(legible_rows.rows(frame, sheet, ALL).items())
        yield from compared(models.LegibleState, ("sheet", "number"), seen, sheet=sheet)
    yield from compared(models.BookletState, "number", owner_rows.owners(frame))
    yield from compared(models.ExtraState, "number", owner_rows.extras(ALL))
    yield from compared(models.CandidateState, "candidate_id", _candidates(frame))


# What the rows ought to be.


def _candidates(frame: Frame) -> Rows:
    return {
        e.id: {
            "registration": e.candidate.registration,
            "standing": e.standing.value,
            "value": state_json.text(e),
        }
        for e in frame.papers.enrolled
    }


def _booklets(frame: Frame, numbers: AbstractSet[int] | None) -> tuple[Rows, Rows]:
    """The rows of booklets without their owners, and those of their answers."""
    local: Rows = {}
    answered: Rows = {}
    for amounted, each in _amounts(frame, numbers):
        local[amounted.number] = _booklet_row(amounted)
        for one in each:
            answered[amounted.number, one.question] = _answer_row(one)
    return local, answered


def _answer_row(one: booklets.Answered) -> dict[str, object]:
    return {
        "at": one.at,
        "shown": one.shown,
        "page": one.page,
        "open": one.open,
        "credits": state_json.credits_text(one.credits),
        "boxes": one.boxes,
        "sure": one.sure,
        "alike": one.alike,
        "awaits": one.awaits or "",
        "judges": state_json.text(one.judges) if one.judges else "",
        "value": state_json.answer_text(one.answer),
    }


def _amounts(
    frame: Frame, numbers: AbstractSet[int] | None
) -> Iterator[tuple[booklets.Amounted, tuple[booklets.Answered, ...]]]:
    layout = frame.papers_of(numbers)
    printed = {b.number: len(b.pages) for b in layout.booklets}
    wanted = set(printed) if numbers is ALL else numbers & set(printed)
    seen = _seen(wanted if numbers is not ALL else ALL)
    for number in sorted(wanted):
        here = seen.get(number, BookletRecords())
        if not (here.pages or here.settlements or here.waived or here.judgements):
            blank = booklets.Amounted(number, missing=tuple(range(1, printed[number] + 1)))
            yield blank, ()
            continue
        exam = frame.exams.of(number)
        fields = tuple(layout.fields(number))
        found = answers.booklet(number, exam, fields, printed[number], here, frame.arrangements.rules)
        numbers_ = frame.exams.numbers(number)
        yield booklets.amount(exam, numbers_, found, known=frame.exams.earned(number))


def _placed() -> QuerySet[models.ImageState, tuple[Any, ...]]:
    rows = models.ImageState.objects.filter(sheet=Sheet.BOOKLET.value)
    return rows.values_list("image_id", "number", "page", "decision_id", "decision__verdict")


_placed_of = Compiled(lambda *numbers: _placed().filter(number__in=numbers))


def _booklet_row(found: booklets.Amounted) -> dict[str, object]:
    return {
        "used": found.used,
        "open": found.open,
        "credits": state_json.credits_text(found.credits),
        "value": state_json.text(found),
    }


_KINDS = ANSWERING | SPACES
"""What is read of booklets' answers."""


def _seen(
    numbers: AbstractSet[int] | None,
    question: str | None = None,
    boxes: Collection[str] | None = None,
    known: Sequence[StoredJudgement] | None = None,
) -> dict[int, BookletRecords]:
    """What the records hold of each of these booklets of which they hold anything.

    Of one booklet it may be asked what they hold of its pages and of one ``question`` with these ``boxes``;
    its Judgements may be ``known``.
    """
    found: dict[int, BookletRecords] = {}
    for part in portions(numbers):
        there: dict[int, dict[int, int]] = {}
        spots: dict[int, Spot] = {}
        placements: dict[int, int | None] = {}
        for image, number, page, decision, verdict in _placed() if part is ALL else _placed_of(*part):
            if number is None or page is None:
                continue
            there.setdefault(number, {})[page] = image
            spots[image] = Spot(number, page)
            placements[image] = counting_rows.placement(decision, verdict)
        disputed: dict[int, set[int]] = {}
        for spot in counting_rows.contested(part):
            if spot.sheet is Sheet.BOOKLET:
                disputed.setdefault(spot.booklet, set()).add(spot.page)
        read: dict[int, list[StoredReading]] = {}
        answers_ = {(number, question) for number in part or () if question is not None}
        for one in counting_rows.readings(
            spots, placements, _KINDS, everything=part is ALL, answer=next(iter(answers_), None)
        ):
            read.setdefault(one.spot.booklet, []).append(one)
        settled: dict[int, list[StoredSettlement]] = {}
        for settlement in counting_rows.settlements(part, boxes):
            settled.setdefault(settlement.booklet, []).append(settlement)
        waived = waivers.waived(part)
        if known is None:
            judged = judgements.by_booklet(part, question)
        else:
            judged = {number: list(known) for number in part or () if known}
        for number in {*there, *disputed, *settled, *waived, *judged}:
            found[number] = BookletRecords(
                there.get(number, {}),
                frozenset(disputed.get(number, ())),
                tuple(read.get(number, ())),
                tuple(settled.get(number, ())),
                frozenset(waived.get(number, ())),
                tuple(judged.get(number, ())),
            )
    return found


# What is written.


def _write_answer(frame: Frame, number: int, question: str, judged: Sequence[StoredJudgement] | None) -> bool:
    """Write the rows of an Answer and of its booklet; not where its other Answers must be looked at anew."""
    rows = {name: columns for _, name, *columns in _answers_of(number)}
    exam = frame.exams.of(number)
    if question not in rows or any(strike is Strike.BETTER for _, strike in exam.grading.struck):
        return False  # nothing was known of it, or what it earns decides which others count
    rules = frame.arrangements.rules
    if any(rule.second is not None and rule.second.grades for rule in rules.values()):
        return False  # what it earns may decide which others are judged again
    layout = frame.papers_of(frozenset({number}))
    (pages_,) = (len(b.pages) for b in layout.booklets if b.number == number)
    fields = [at for at in layout.fields(number) if at[1].question == question]
    here = _seen(frozenset({number}), question, [box.id for _, box in fields], judged)
    found = answers.booklet(number, exam, fields, pages_, here.get(number, BookletRecords()), rules)
    if not (found.found or found.waived) or len(found.answers) != 1:
        return False  # whether anything is known of the booklet depends on its other Answers
    others = [state_json.answer_of(name, str(of[-1])) for name, of in rows.items() if name != question]
    known = frame.exams.earned(number)
    amounted, (one,) = booklets.amount(exam, frame.exams.numbers(number), found, others, known)
    upsert(models.BookletState, "number", {number: _booklet_row(amounted)})
    _write_answers({(number, question): _answer_row(one)}, {(number, question): rows[question]})
    return True


def _used(numbers: AbstractSet[int] | None = ALL) -> Iterator[int]:
    for part in portions(numbers):
        rows = _of_used() if part is ALL else _used_of(*part)
        yield from (number for (number,) in rows)


def _of_used() -> QuerySet[models.BookletState, tuple[int]]:
    return models.BookletState.objects.filter(used=True).values_list("number")


_used_of = Compiled(lambda *numbers: _of_used().filter(number__in=numbers))


def _spots(images: AbstractSet[int] | None) -> list[Spot | None]:
    found: list[Spot | None] = []
    for part in portions(images):
        rows = models.ImageState.objects.filter(number__isnull=False)
        rows = rows if part is ALL else rows.filter(image_id__in=part)
        found += [
            Spot(number, page, Sheet(sheet))
            for sheet, number, page in rows.values_list("sheet", "number", "page")
            if number is not None and page is not None
        ]
    return found


def _disputed_by(images: AbstractSet[int] | None) -> set[Spot]:
    """The pages that these images show otherwise than the ones that count, whether they still wait or not."""
    found: set[Spot] = set()
    for part in portions(images):
        rows = models.PageImage.objects.filter(reason=Reason.TWICE.value, code_number__isnull=False)
        rows = rows if part is ALL else rows.filter(pk__in=part)
        found |= {
            Spot(number, page, Sheet(sheet))
            for sheet, number, page in rows.values_list("code_sheet", "code_number", "code_page")
            if number is not None and page is not None
        }
    return found


_ANSWER = ("at", "shown", "page", "open", "credits", "boxes", "sure", "alike", "awaits", "judges", "value")

_answers_of = Compiled(
    lambda *numbers: models.AnswerState.objects.filter(booklet__in=numbers).values_list(
        "booklet", "question", *_ANSWER
    )
)


def _replace_answers(rows: Mapping[object, Mapping[str, object]], numbers: AbstractSet[object]) -> None:
    there: dict[tuple[int, str], list[object]] = {}
    for part in portions({n for n in numbers if isinstance(n, int)}):
        there |= {(b, q): rest for b, q, *rest in _answers_of(*(part or ()))}
    gone = set(there) - set(rows)
    for booklet in {b for b, _ in gone}:
        names = [question for b, question in gone if b == booklet]
        models.AnswerState.objects.filter(booklet=booklet, question__in=names).delete()
    _write_answers(rows, there)


def _write_answers(
    rows: Mapping[object, Mapping[str, object]], there: Mapping[tuple[int, str], Sequence[object]]
) -> None:
    """Write those of these rows that are not there yet."""
    changed = [
        models.AnswerState(booklet=at[0], question=at[1], **row)
        for at, row in rows.items()
        if isinstance(at, tuple) and there.get(at) != [row[column] for column in _ANSWER]
    ]
    if changed:
        write(models.AnswerState, ("booklet", "question"), _ANSWER, changed)
