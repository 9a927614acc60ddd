"""When an exam at home goes on: as it was printed, or as an examiner set it since, which is recorded."""

from datetime import datetime, timedelta
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.exam.model import Exam
from klausur.state import hand_ins as rules
from klausur.state.facts import Author
from klausur.state.hand_ins import HomeTimes, TimesFault
from klausur.store import audit, hand_ins
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame


def printed(exam: Exam) -> HomeTimes | None:
    """The times that the exam itself says, by the clock of this machine; None if it is taken in a room."""
    home, release = exam.home, exam.release
    if home is None or release is None:
        return None
    return HomeTimes(
        release.astimezone(),
        home.questions.astimezone(),
        home.until.astimezone(),
        timedelta(minutes=home.grace),
    )


def maybe(frame: Frame) -> HomeTimes | None:
    """The times that hold; None if the exam is not taken at home. For an open folder."""
    own = printed(frame.exams.first)
    return None if own is None else hand_ins.times() or own


def holding(frame: Frame) -> HomeTimes:
    """The times that hold. For an open folder.

    Raises:
        NotFoundError: the exam is not taken at home.
    """
    found = maybe(frame)
    if found is None:
        raise NotFoundError(
            "this exam is not taken at home", "say so in exam.toml, by [home], before it is printed"
        )
    return found


def times(folder: Path) -> HomeTimes | None:
    """The times that hold; None if the exam is not taken at home, or nothing was printed yet."""
    with opened(folder) as records:
        frame = Frame(records.exam)
        try:
            return maybe(frame) if frame.begun else None
        except RefusedError:  # an older Klausur printed, which kept no exam and knew of none at home
            return None


def set_times(
    folder: Path,
    author: Author,
    *,
    release: datetime | None = None,
    questions: datetime | None = None,
    until: datetime | None = None,
    grace: timedelta | None = None,
) -> HomeTimes:
    """Have other times hold from now on; those that are not named stay.

    Args:
        folder: the exam folder.
        author: who says so, and why.
        release: when booklets are released.
        questions: when question papers are.
        until: until when answers are handed in.
        grace: how much later still is in time.

    Raises:
        NotFoundError: nothing was printed yet, or the exam is not taken at home.
        UsageError: the times cannot be.
    """
    allow(author.actor, Verb.SET_HOME_TIMES)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        _ = frame.exams
        with writing():
            before = holding(frame)
            now = HomeTimes(
                release or before.release,
                questions or before.questions,
                until or before.until,
                before.grace if grace is None else grace,
            )
            wrong = rules.fault(now)
            if wrong is not None:
                raise _wrong(wrong)
            if now != before:
                hand_ins.set_times(now, author)
                audit.append("set-home-times", author.actor, {**plain(now), "why": author.why})
    return now


def _wrong(fault: TimesFault) -> UsageError:
    match fault:
        case TimesFault.QUESTIONS:
            return UsageError(
                "the question paper would be released before the booklet",
                "name times that follow one another",
            )
        case TimesFault.UNTIL:
            return UsageError(
                "answers would have to be handed in before the question paper is released",
                "name times that follow one another",
            )
        case TimesFault.GRACE:
            return UsageError("a grace is 0 to 180 minutes", "name fewer")


def plain(of: HomeTimes) -> dict[str, object]:
    """Times as plain JSON."""
    return {
        "release": of.release.isoformat(),
        "questions": of.questions.isoformat(),
        "until": of.until.isoformat(),
        "grace": int(of.grace.total_seconds() // 60),
    }
