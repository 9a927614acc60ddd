"""A glance at an exam: pages, booklets, questions and people, by a few queries however large it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from klausur.actions import up_to_date
from klausur.store import glance as counted
from klausur.store import looks, pages, refused_files
from klausur.store.folder import opened
from klausur.store.glance import PersonCount, QuestionCount

FEWEST = 5
"""Settlements and judgements from which a pace is told; fewer say nothing."""


@dataclass(frozen=True, slots=True)
class Glance:
    """Where an exam stands.

    Attributes:
        title: what was printed.
        booklets: how many were printed, and ``used``: how many of them anything is known of.
        pages_found: pages of used booklets that are there; ``pages_missing``: those that are not.
        waiting: images that somebody must look at.
        refused: files that could not be used.
        untied: booklets of which a person must say whose they are; ``loose``: extra sheets likewise.
        open: answers that a person must read; ``unjudged``: those that a corrector must judge.
        lacking: booklets with a page that is missing.
        candidates: who is on the list and may take the exam; ``absent`` of them have no booklet yet.
        final: booklets whose total is known and whose owner is.
        questions: each with its counts; ``numbers``: those that they have in the exam, by their ids.
        people: who decided how much.
        left: how long the open ones take at today's pace; None if nobody decided enough today.
    """

    title: str
    booklets: int
    used: int
    pages_found: int
    pages_missing: int
    waiting: int
    refused: int
    untied: int
    loose: int
    open: int
    unjudged: int
    lacking: int
    candidates: int
    absent: int
    final: int
    questions: tuple[QuestionCount, ...]
    numbers: Mapping[str, str]
    people: tuple[PersonCount, ...]
    left: timedelta | None


def glance(folder: Path, now: datetime | None = None) -> Glance:
    """Look at an exam.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        found = looks.look()
        used = [b for b in found.booklets if b.used]
        owned = found.booklet_of
        may = counted.registered()
        known = {b.number for b in used if b.credits is not None}
        questions = counted.questions()
        exam = frame.exams.first
        corrected = {question.id for question in exam.questions if question.kind.corrected}
        unjudged = sum(q.open for q in questions if q.question in corrected)
        open_ = sum(q.open for q in questions)
        return Glance(
            title=counted.title(),
            booklets=len(found.booklets),
            used=len(used),
            pages_found=sum(len(b.found) for b in used),
            pages_missing=sum(len(b.missing) for b in used),
            waiting=pages.count_to_look_at(),
            refused=len(refused_files.all_()),
            untied=sum(tie.open for tie in found.ties),
            loose=sum(extra.open for extra in found.extras),
            open=open_ - unjudged,
            unjudged=unjudged,
            lacking=sum(bool(b.missing) for b in used),
            candidates=len(may),
            absent=sum(registration not in owned for registration in may),
            final=sum(number in known for number in owned.values()),
            questions=questions,
            numbers={one.id: one.number for one in exam.questions},
            people=counted.people(),
            left=_left(open_, now or datetime.now(UTC)),
        )


def _left(open_: int, now: datetime) -> timedelta | None:
    """How long the open ones take, if people go on as they did since this morning."""
    pace = counted.pace(now - timedelta(hours=12))
    if not open_ or pace.decisions < FEWEST or pace.first is None or pace.last is None:
        return None
    return (pace.last - pace.first) / (pace.decisions - 1) * open_
