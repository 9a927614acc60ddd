"""Mend the key in the records: right choices, what is accepted as well, schemes, struck questions, grades.

The exam's source stays as it is, and is behind then; `klausur.actions.write_back_key` brings it in line. Who
mends is shown first whose credits and grades change, by the functions that grade.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.actions import grade, up_to_date
from klausur.actions.compare_key import Recorded, recall
from klausur.actions.key_effects import Effect, effects
from klausur.actions.roles import Verb, allow
from klausur.actions.take_over_key import see_that_nothing_is_newer
from klausur.base.diagnostics import errors, stop_at_errors
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.exam import check, formula
from klausur.exam.differences import Difference, DifferenceKind, key_differences
from klausur.exam.differences.parts import OF_EXAM, OF_QUESTION, Item, Value, strike, value, value_of
from klausur.exam.frozen import Frozen, freeze
from klausur.exam.model import Exam, Question
from klausur.state.facts import Author
from klausur.store import audit, exams, put_off
from klausur.store.exams import StoredKey
from klausur.store.folder import Records, opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class Mend:
    """An item of the key, and what it shall be."""

    item: Item
    value: Value


@dataclass(frozen=True, slots=True)
class KeyChange:
    """An item of the key as it counts, and as it would."""

    item: Item
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class KeyNow:
    """The key of an edition as it counts.

    Attributes:
        edition: its number.
        exam: its lowest variant by that key, with texts.
        decided: a number that grows with each decision about it.
        decisions: all of them, the newest last.
        editions: the numbers of all editions.
        varies: the items that are not the same in all variants.
    """

    edition: int
    exam: Exam
    decided: int
    decisions: tuple[StoredKey, ...]
    editions: tuple[int, ...]
    varies: frozenset[Item]


@dataclass(frozen=True, slots=True)
class MendedKey:
    """What is mended, or would be: ``recorded`` says which. ``effects`` is whose credits or grades change."""

    edition: int
    changes: tuple[KeyChange, ...]
    differences: tuple[Difference, ...]
    effects: tuple[Effect, ...]
    recorded: bool


class KeyMeanwhileError(MeanwhileError):
    """Somebody else has decided about the key since whoever mends it looked; ``last`` is what they did."""

    def __init__(self, last: StoredKey) -> None:
        self.last = last
        super().__init__(f"{last.who} decided about the key meanwhile", "look at it again, and choose")


MENDED = frozenset(
    {
        *(DifferenceKind.RIGHT, DifferenceKind.ACCEPTED, DifferenceKind.SCHEME, DifferenceKind.STRUCK),
        DifferenceKind.GRADES,
    }
)
"""The kinds of items that are mended here. Others are mended in the source, and taken over."""


def key_now(folder: Path, *, edition: int | None = None) -> KeyNow:
    """The key of an edition as it counts, the newest if None.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such edition.
        RefusedError: an older Klausur printed, which did not keep the exam.
    """
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        recorded = recall(frame, edition)
        counts = _counts(recorded)
        return KeyNow(
            recorded.edition,
            counts.whole,
            recorded.decided,
            tuple(each for each in exams.decisions() if each.edition == recorded.edition),
            tuple(sorted({p.edition for p in frame.papers.finished})),
            frozenset(_varying(counts)),
        )


def mend_key(
    folder: Path,
    mends: Sequence[Mend],
    author: Author,
    *,
    edition: int | None = None,
    looked: int | None = None,
    dry_run: bool = False,
) -> MendedKey:
    """Let other items of the key count from now on.

    Args:
        folder: the exam folder.
        mends: the items; those that are so already change nothing.
        author: who decides, and why.
        edition: the edition's number; the newest if None.
        looked: the decision about the key that they have seen, 0 for none; None to have the last word.
        dry_run: record nothing.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such edition or question.
        UsageError: there is no reason for what is recorded, nothing is changed, or a value is impossible.
        RefusedError: their role does not include it, or an item is not the same in all variants.
        KeyMeanwhileError: somebody else has decided since they looked.
        KlausurError: with that key the exam would have errors.
    """
    allow(author.actor, Verb.TAKE_OVER_KEY)
    if not (dry_run or author.why.strip()):
        raise UsageError("a key is not mended without a reason", "say why")
    with opened(folder) as records:
        frame = up_to_date.look(records)
        recorded = recall(frame, edition)
        if looked is not None and looked < recorded.decided:
            raise KeyMeanwhileError([e for e in exams.decisions() if e.edition == recorded.edition][-1])
        counts = _counts(recorded)
        for mend in mends:
            _see_that_it_is_possible(counts, mend)
        made = _mended(counts, {mend.item: mend.value for mend in mends})
        return _decide(records, frame, recorded, made, author, "mend-key", dry_run=dry_run)


def undo_key(folder: Path, decision: int, author: Author, *, dry_run: bool = False) -> MendedKey:
    """Take the newest decision about a key back: its items are as they were before it.

    Args:
        folder: the exam folder.
        decision: its number.
        author: who takes it back, and why.
        dry_run: record nothing.

    Raises:
        NotFoundError: there is no such decision.
        RefusedError: it is not the newest of its edition, or changed no item of the key.
    """
    allow(author.actor, Verb.TAKE_OVER_KEY)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        found = next((each for each in exams.decisions() if each.id == decision), None)
        if found is None:
            raise NotFoundError(f"there is no decision {decision} about a key", "look at the key")
        recorded = recall(frame, found.edition)
        if recorded.decided != decision:
            raise RefusedError("somebody decided about the key since", "take that back first")
        before, base, digest = exams.before(found.edition, decision, frame.folder)
        items = {Item(d.kind, d.question) for d in key_differences(before, _counts(recorded))}
        back = {item: _value(before.whole, item) for item in items}
        if not back:
            raise RefusedError("this decision changed no item of the key", "it is changed as it was made")
        again = replace(recorded, base=base, digests=(digest,))
        made = _mended(_counts(recorded), back, variants=before)
        why = author.why or "taken back"
        return _decide(records, frame, again, made, Author(author.actor, why), "undo-key", dry_run=dry_run)


def _decide(
    records: Records,
    frame: Frame,
    recorded: Recorded,
    made: Frozen,
    author: Author,
    verb: str,
    *,
    dry_run: bool,
) -> MendedKey:
    counts, base = _counts(recorded), recorded.base
    differences = key_differences(counts, made)
    if not differences:
        raise UsageError("nothing of the key is changed", "change something first")
    before = {d for known in counts.exams for d in check.whole(known)}
    after = dict.fromkeys(d for one in made.exams for d in check.whole(one))
    stop_at_errors(
        errors(d for d in after if d not in before), "with that key the exam would have errors", "mend them"
    )
    other = frame.under(exams.printed(frame.papers.printings, frame.folder, {recorded.edition: made}))
    folder = records.exam
    found = effects(grade.computed(folder, frame).results, grade.tried(folder, other).results)
    items = dict.fromkeys(Item(d.kind, d.question) for d in differences)
    changes = tuple(KeyChange(i, _value(counts.whole, i), _value(made.whole, i)) for i in items)
    if not dry_run and base is not None:
        exam, source = freeze(made), freeze(base)
        what = tuple(d.text for d in differences)
        with writing():
            # Somebody else may have decided, or printed another variant, since it was looked at.
            see_that_nothing_is_newer(recorded)
            exams.decide(recorded.edition, exam, source, recorded.digests[0], what, author)
            put_off.put_off(n for p in recorded.printings for n in p.booklets)
            audit.append(
                verb,
                author.actor,
                {
                    "edition": recorded.edition,
                    "what": list(what),
                    "why": author.why,
                    "booklets": [e.booklet for e in found],
                },
            )
        up_to_date.look(records)
    return MendedKey(recorded.edition, changes, differences, found, not dry_run)


def _counts(recorded: Recorded) -> Frozen:
    if recorded.counts is None or recorded.base is None:
        raise exams.not_kept()
    return recorded.counts


def _value(exam: Exam, item: Item) -> Value:
    if item.question is None or item.kind is DifferenceKind.STRUCK:
        return value(item, exam)
    return value_of(item, _question(exam, item.question))


def _question(exam: Exam, name: str) -> Question:
    found = next((q for q in exam.questions if q.id == name), None)
    if found is None:
        raise NotFoundError(f"there is no question {name!r}", "choose one of the list")
    return found


def _varying(counts: Frozen) -> Iterator[Item]:
    """The items that are not the same in all variants."""
    first = counts.whole
    for question in first.questions:
        for kind in MENDED & OF_QUESTION.keys():
            item = Item(kind, question.id)
            if any(_value(exam, item) != _value(first, item) for exam in _asking(counts, question.id)):
                yield item


def _asking(counts: Frozen, question: str | None) -> Iterator[Exam]:
    """The variants that ask a question; all of them for what is about no question."""
    return (exam for exam in counts.exams if question is None or _asks(exam, question))


def _asks(exam: Exam, question: str) -> bool:
    return any(asked.id == question for asked in exam.questions)


def _see_that_it_is_possible(counts: Frozen, mend: Mend) -> None:
    item, first = mend.item, counts.whole
    if item.kind not in MENDED:
        raise UsageError(f"{item.what} is not mended here", "mend the source, and take it over")
    if item.kind is DifferenceKind.SCHEME and mend.value is not None and mend.value.formula:
        try:
            formula.check(mend.value.formula)
        except ValueError as error:
            raise UsageError(f"the formula cannot be used: {error}", "write another one") from error
    if item.question is None:
        return
    question = _question(first, item.question)
    if any(_value(exam, item) != _value(first, item) for exam in _asking(counts, item.question)):
        raise RefusedError(
            f"{item.what} is not the same in all variants", "mend the source, and take it over"
        )
    letters: Collection[str] = ()
    if item.kind is DifferenceKind.RIGHT:
        letters = mend.value
    elif item.kind is DifferenceKind.ACCEPTED:
        letters = [letter for some in mend.value for letter in some]
    wrong = set(letters) - {choice.id for choice in question.choices}
    if wrong:
        raise UsageError(
            f"question {question.number} has no choice {min(wrong)}",
            f"its choices are {', '.join(choice.id for choice in question.choices)}",
        )


def _mended(counts: Frozen, values: Mapping[Item, Value], *, variants: Frozen | None = None) -> Frozen:
    """The exam with other values of these items; with those that each variant has, if they are at hand."""
    others = {} if variants is None else {exam.variant: exam for exam in variants.exams}
    files = {} if variants is None else variants.files
    return Frozen(
        tuple(_with(exam, values, others.get(exam.variant)) for exam in counts.exams),
        {**files, **counts.files},
    )


def _with(exam: Exam, values: Mapping[Item, Value], other: Exam | None) -> Exam:
    def of(item: Item) -> Value:
        return values[item] if other is None else _value(other, item)

    of_questions: dict[str, list[Item]] = {}
    for item in values:
        if item.question is None:
            exam = OF_EXAM[item.kind].put(exam, of(item))
        elif item.kind is DifferenceKind.STRUCK and not _asks(exam, item.question):
            continue
        elif item.kind is DifferenceKind.STRUCK:
            exam = replace(exam, grading=strike(exam.grading, item.question, of(item)))
        else:
            of_questions.setdefault(item.question, []).append(item)

    def asked(questions: Iterable[Question]) -> Iterator[Question]:
        for question in questions:
            made = question
            for item in of_questions.get(question.id, ()):
                made = OF_QUESTION[item.kind].put(made, of(item))
            yield made

    problems = tuple(
        replace(problem, questions=tuple(asked(problem.questions)))
        if any(q.id in of_questions for q in problem.questions)
        else problem
        for problem in exam.problems
    )
    return replace(exam, problems=problems)
