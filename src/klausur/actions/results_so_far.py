"""Results so far: the table as it stands, out of State's rows, for a look that recomputes nothing.

Totals stand in State. Where a rule of the exam makes them depend on more than a booklet's own answers, such
as credits from homework, the whole table is computed as `klausur.actions.grade` does, once for each state of
the records.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.grade import Graded, computed, homework, said_of
from klausur.base.credits import Credits
from klausur.exam.every_question import draws
from klausur.exam.model import BonusFor, Exam, Strike
from klausur.report.results import (
    BookletOutcome,
    ResultRow,
    Results,
    Status,
    Summary,
    regraded,
    summarise,
    tabulate,
)
from klausur.score.model import BookletScore
from klausur.state.facts import Role
from klausur.store import audit, results
from klausur.store.folder import opened
from klausur.store.frame import Frame
from klausur.store.results import StoredTotal

_MOST = 4
"""Computed tables that are kept in memory, of as many exams."""

_kept: dict[Path, tuple[str, Graded]] = {}
"""By folder: the digest of the newest event of the records, and the table that follows from it."""

_BESIDE = (
    *("set-publication", "publish", "revoke-publication", "sign-grades", "make-links", "revoke-links"),
    *("object", "answer-objection"),
    *("note-place", "set-retention"),
    *("ask-mail", "begin-mail", "send-mail", "send-mails", "mail-returned", "send-grades"),
)
"""Events after which all results are as before."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """The table as it stands and its summary; its rows name no credits of single questions.

    ``questions`` are the ids of its columns. By booklet, ``open`` says how many questions a person must
    settle, ``missing`` which pages were not found, and ``waived`` without which of them it counts.
    """

    results: Results
    summary: Summary
    questions: tuple[str, ...]
    open: Mapping[int, int]
    missing: Mapping[int, tuple[int, ...]]
    waived: Mapping[int, tuple[int, ...]]


def so_far(folder: Path) -> SoFar:
    """The results of an exam folder as they stand.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: an older Klausur printed, which did not keep the exam.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        stored = results.totals()
        table = _of_state(frame, stored) if _stands_alone(frame) else _computed(folder, frame).results
        exam = frame.exams.first
    return SoFar(
        table,
        summarise(table),
        tuple(question.id for question in exam.questions),
        {one.booklet: one.open for one in stored if one.open},
        {one.booklet: one.missing for one in stored if one.missing},
        {one.booklet: one.waived for one in stored if one.waived},
    )


def credits_of(
    folder: Path, booklets: Iterable[int], *, role: Role = Role.EXAMINER
) -> dict[int, dict[str, Credits | None]]:
    """What the questions of these booklets earned, by booklet and by the question's id; None while open.

    A corrector is not told what counts for a question of which a second person may have to judge answers
    blind, as soon as a booklet's grade is known.
    """
    with opened(folder) as records:
        found = results.credits_of(booklets)
        if role is Role.CORRECTOR:
            rules = up_to_date.frame(records).arrangements.rules
            hidden = {
                q for q, rule in rules.items() if rule.second and rule.second.blind and rule.second.grades
            }
            found = {b: {q: None if q in hidden else c for q, c in of.items()} for b, of in found.items()}
        return found


def whole(folder: Path) -> tuple[Graded, Exam]:
    """The whole table as `klausur.actions.grade` computes it, and the exam; errors as above."""
    with opened(folder) as records:
        frame = up_to_date.look(records)
        return _computed(folder, frame), frame.exams.first


def followed() -> str:
    """The digest of the newest event by which results may have changed, of the exam that is open."""
    head = audit.written(_BESIDE)
    return "" if head is None else head.digest


def _computed(folder: Path, frame: Frame) -> Graded:
    digest = followed()
    known = _kept.pop(folder, None)
    if known is None or known[0] != digest:
        known = digest, computed(folder, frame)
    _kept[folder] = known
    for other in list(_kept)[:-_MOST]:
        _kept.pop(other, None)
    return known[1]


def _stands_alone(frame: Frame) -> bool:
    """Whether a booklet's total is that in State, whatever else is known."""
    exams = frame.exams.editions
    return len(exams) == 1 and not homework(frame) and not _depends(exams[0])


def _depends(exam: Exam) -> bool:
    grading = exam.grading
    struck = draws(exam) and bool(
        exam.grading.struck
    )  # whose booklet asks it is worth less, if it is dropped
    better = struck or any(grading.strike(question.id) is Strike.BETTER for question in exam.questions)
    return better or (grading.bonus_for is BonusFor.PASSED and any(q.bonus for q in exam.questions))


def _of_state(frame: Frame, stored: Iterable[StoredTotal]) -> Results:
    exam = frame.exams.first
    empty = tabulate(exam, ())
    return regraded(replace(empty, rows=tuple(_rows(empty, stored))), exam.grades)


def _rows(table: Results, stored: Iterable[StoredTotal]) -> Iterator[ResultRow]:
    nothing: tuple[Credits | None, ...] = (None,) * len(table.asked)
    for one in stored:
        standing = "" if one.owner is None else said_of(one.owner)
        total = None if one.owner is None or standing else one.total
        known = Fraction(0) if one.total is None else one.total
        yield ResultRow(
            BookletOutcome(
                one.booklet,
                None if one.owner is None else one.owner.candidate,
                BookletScore((), (), known, table.of, known, Fraction(0)),
                one.missing,
                one.waived,
                standing=standing,
            ),
            nothing,
            (),
            total,
            "",
            Status.UNGRADED if standing else Status.OPEN if total is None else Status.FINAL,
            (),
            table.of,
        )
    for person in results.without_booklet():
        standing = said_of(person)
        status = Status.UNGRADED if standing else Status.MISSING
        outcome = BookletOutcome(None, person.candidate, None, standing=standing)
        yield ResultRow(outcome, nothing, (), None, "", status, (), table.of)
