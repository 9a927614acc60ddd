"""Grade: answers to credits, totals and grades, in ``results.csv``, ``results.xlsx`` and ``results.json``."""

import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.credits import Credits, show_credits
from klausur.base.errors import NotFoundError
from klausur.exam import source
from klausur.exam.model import Exam, GradeKey
from klausur.exam.setting import drawn
from klausur.paper.answers import Doubt
from klausur.report.columns import records
from klausur.report.open_points import OpenKind, OpenPoint
from klausur.report.results import BookletOutcome, Results, Summary, summarise, tabulate
from klausur.report.text import write_csv
from klausur.report.workbook import write_xlsx
from klausur.score.model import BookletScore
from klausur.score.total import Known, total
from klausur.state.booklets import Amounted, Answered
from klausur.state.facts import Actor, Enrolled, Standing
from klausur.state.head import Head
from klausur.state.owners import Tie
from klausur.store import audit, derive, exams, jobs, looks
from klausur.store.folder import Records, opened, writing
from klausur.store.frame import Frame
from klausur.store.looks import Look

CSV = "results.csv"
XLSX = "results.xlsx"
JSON = "results.json"

_ASIDE = "grading-"


@dataclass(frozen=True, slots=True)
class Graded:
    """The table, its summary, the files it was written to.

    ``source_changed``: the exam's source is no longer the one whose key counts. ``extras_open`` counts extra
    sheets of which nobody knows the booklet. ``head``: the newest event of the records that they follow from.
    ``asked`` counts the questions of the booklets that were found, ``waiting`` those that are open, and
    ``doubts`` why. ``homework_of_nobody``: registration numbers with credits that no candidate has.
    """

    exam: str
    results: Results
    summary: Summary
    files: tuple[Path, ...]
    source_changed: bool
    extras_open: int
    head: Head | None
    asked: int
    waiting: int
    doubts: tuple[tuple[Doubt, int], ...]
    homework_of_nobody: tuple[str, ...]


def grade(folder: Path, *, actor: Actor, edition: int | None = None) -> Graded:
    """Grade all booklets of which pages are scanned, by the key that counts.

    Args:
        folder: the exam folder.
        actor: who grades.
        edition: only the booklets of this one, in a table of its own questions; None: all of them, in a
            table of the newest.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such edition.
        RefusedError: an older Klausur printed, which did not keep the exam.
    """
    allow(actor, Verb.GRADE)
    with opened(folder) as records, _tables(records, edition) as graded, writing():
        jobs.effect({**plain(graded), "homework_of_nobody": []})
        audit.append(
            "grade",
            actor,
            {
                "final": graded.summary.final,
                "open": graded.summary.open,
                "source_changed": graded.source_changed,
                "struck": {number: str(strike) for number, strike in graded.results.struck},
            },
        )
    return graded


def tables(folder: Path, *, actor: Actor, edition: int | None = None) -> Graded:
    """Write the tables anew without recording it: for who takes over from one who was stopped after that."""
    allow(actor, Verb.GRADE)
    with opened(folder) as records, _tables(records, edition) as graded:
        return graded


@contextmanager
def _tables(records: Records, edition: int | None) -> Iterator[Graded]:
    """The tables, written aside, where nobody else writes; they replace those that are there at the end."""
    frame = up_to_date.look(records)
    graded = computed(records.exam, frame, edition)
    _clear(records)
    with TemporaryDirectory(prefix=_ASIDE, dir=records.root, ignore_cleanup_errors=True) as aside:
        made = tuple(Path(aside, path.name) for path in graded.files)
        csv, xlsx, json = made
        write_csv(graded.results, csv)
        write_xlsx(graded.results, xlsx, _exam(frame, edition).date, records=_records(graded.head))
        _write_json(graded, json)
        yield graded
        for new, path in zip(made, graded.files, strict=True):
            new.replace(path)


def _clear(records: Records) -> None:
    """Clear away what somebody left aside who was killed; nobody writes tables for an hour."""
    for left in records.root.glob(f"{_ASIDE}*"):
        with suppress(FileNotFoundError):  # whoever wrote there is done
            if left.stat().st_mtime < time.time() - 3600:
                shutil.rmtree(left, ignore_errors=True)


def plain(graded: Graded) -> dict[str, object]:
    """The outcome in plain JSON, without the table itself."""
    summary, head = graded.summary, graded.head
    return {
        "final": summary.final,
        "open": summary.open,
        "missing": summary.missing,
        "ungraded": summary.ungraded,
        "files": [path.name for path in graded.files],
        "source_changed": graded.source_changed,
        "extras_open": graded.extras_open,
        "homework_of_nobody": list(graded.homework_of_nobody),
        "head": None if head is None else {"event": head.number, "digest": head.digest},
    }


def computed(folder: Path, frame: Frame, edition: int | None = None) -> Graded:
    """Grade the booklets of a folder that is open, and write nothing. Arguments and errors as for `grade`."""
    head = audit.written()  # before anything is looked up: whatever comes meanwhile is not vouched for
    return _graded(folder, frame, looks.look(), looks.answers(), head, edition)


def tried(folder: Path, frame: Frame) -> Graded:
    """The same by keys that do not count yet: ``frame`` is one of `Frame.under`."""
    amounted, answered = derive.amounts(frame)
    return _graded(folder, frame, replace(looks.look(), booklets=amounted), answered, None)


def _graded(
    folder: Path,
    frame: Frame,
    found: Look,
    answered: Sequence[Answered],
    head: Head | None,
    edition: int | None = None,
) -> Graded:
    exam = _exam(frame, edition)
    outcomes = _outcomes(frame, found, answered)
    if edition is None:
        outcomes = _beside(frame, exam, outcomes)
    else:
        outcomes = (o for o in outcomes if o.score is not None and o.edition == edition)
    results = tabulate(exam, outcomes)
    there = {row.booklet for row in results.rows}
    asked = [a.answer for a in answered if a.booklet in there]
    enrolled = {person.candidate.registration for person in frame.papers.enrolled}
    doubts = Counter(doubt for answer in asked for doubt in answer.doubts)
    return Graded(
        exam=frame.papers.exam,
        results=results,
        summary=summarise(results),
        files=tuple(folder / _named(name, edition) for name in (CSV, XLSX, JSON)),
        source_changed=source.digest(folder) not in _looked_at(frame),
        extras_open=sum(extra.open for extra in found.extras),
        head=head,
        asked=len(asked),
        waiting=sum(bool(answer.doubts) for answer in asked),
        doubts=tuple((doubt, doubts[doubt]) for doubt in Doubt if doubts[doubt]),
        homework_of_nobody=tuple(sorted(homework(frame).keys() - enrolled)),
    )


def _exam(frame: Frame, edition: int | None) -> Exam:
    """The exam whose questions are the columns of the table."""
    if edition is None:
        return frame.exams.first
    found = frame.exams.by_edition
    if edition not in found:
        raise NotFoundError(
            f"there is no edition {edition}", f"there are {', '.join(map(str, sorted(found)))}"
        )
    return found[edition]


def _beside(frame: Frame, exam: Exam, outcomes: Iterable[BookletOutcome]) -> Iterator[BookletOutcome]:
    """The outcomes; of editions that asked something else no total can stand in this table."""
    asked = {number: _asked(one) for number, one in frame.exams.by_edition.items()}
    for outcome in outcomes:
        if outcome.score is None or asked[outcome.edition] == _asked(exam):
            yield outcome
        else:
            yield replace(outcome, apart=True)


def _asked(exam: Exam) -> tuple[object, ...]:
    """What the columns of a table rest on: questions, their credits, and how they count."""
    return tuple((q.id, q.credits, q.bonus, exam.grading.strike(q.id)) for q in exam.questions)


def _named(file: str, edition: int | None) -> str:
    """The name of a file of results, of all editions or of one."""
    stem, _, suffix = file.rpartition(".")
    return file if edition is None else f"{stem}-edition-{edition}.{suffix}"


def _looked_at(frame: Frame) -> set[str]:
    """The digests of sources that need no look: whose keys were taken over last, or what was printed."""
    taken = {key.edition: key.source_digest for key in exams.decisions()}
    newest = frame.papers.edition
    return {taken.setdefault(newest.number, newest.source_digest), *taken.values()}


def _outcomes(frame: Frame, found: Look, given: Sequence[Answered]) -> Iterator[BookletOutcome]:
    """What every booklet earned that was used, and every candidate of whom none is known."""
    papers = frame.papers
    printed = {b.candidate.registration: b.number for b in papers.booklets if b.candidate is not None}
    booklet_of, maybe, used = found.booklet_of, found.maybe, found.used
    standing = {e.candidate.registration: e for e in papers.enrolled}
    answers: dict[int, list[Answered]] = {}
    for answered in given:
        answers.setdefault(answered.booklet, []).append(answered)
    known: dict[tuple[int, int], Known] = {}
    brought = homework(frame)
    for booklet, tie in zip(found.booklets, found.ties, strict=True):
        if booklet.used and not tie.nobody:
            at = frame.exams.at(booklet.number)
            each = answers.get(booklet.number, ())
            earned = total(
                frame.exams.known[at],
                (a.answer for a in each),
                known.setdefault(at, {}),
                Fraction(0)
                if tie.candidate is None
                else brought.get(tie.candidate.registration, Fraction(0)),
            )
            person = None if tie.candidate is None else standing.get(tie.candidate.registration)
            yield _outcome(at, earned, booklet, tie, each, person)
    for person in papers.enrolled:
        registration = person.candidate.registration
        if registration not in booklet_of:
            number = printed.get(registration)
            remarks = tuple(OpenPoint(OpenKind.MAY_BE_THEIRS, n) for n in maybe.get(registration, ()))
            yield BookletOutcome(
                None if number in used else number,
                person.candidate,
                None,
                remarks=remarks,
                standing=said_of(person),
            )


def homework(frame: Frame) -> dict[str, Credits]:
    """The credits that candidates bring along, by registration number.

    They are decided for all editions that there are; a later one knows nothing of them.
    """
    editions = sorted(frame.exams.known.items(), key=lambda item: item[0], reverse=True)
    return next((dict(exam.grading.homework) for _, exam in editions if exam.grading.homework), {})


def _outcome(
    at: tuple[int, int],
    earned: BookletScore,
    found: Amounted,
    tie: Tie,
    answers: Sequence[Answered],
    person: Enrolled | None,
) -> BookletOutcome:
    edition, variant = at
    return BookletOutcome(
        found.number,
        tie.candidate,
        earned,
        found.missing,
        found.waived,
        tuple(OpenPoint(OpenKind.TIE, doubts=(str(doubt),)) for doubt in tie.doubts),
        variant=drawn(variant),
        printed=tuple((a.question, a.shown) for a in answers),
        edition=edition,
        standing="" if person is None else said_of(person),
    )


def said_of(person: Enrolled) -> str:
    """The standing of a candidate who does not simply take the exam, with its reason."""
    if person.standing is Standing.REGISTERED:
        return ""
    return f"{person.standing}: {person.why}" if person.why else str(person.standing)


def _records(head: Head | None) -> str:
    """What a table says of the records that it follows from."""
    return "" if head is None else f"records: event {head.number}:{head.digest}"


def _write_json(graded: Graded, path: Path) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(msgspec.json.format(to_json(graded), indent=1))
    part.replace(path)


def key_to_json(key: GradeKey) -> dict[str, object]:
    """A grade key with its thresholds as they were used."""
    return {
        "unit": "percent" if key.percent else "credits",
        "thresholds": {grade: show_credits(at) for grade, at in key.thresholds},
        "fail": key.fail,
        "passing": key.passing,
    }


def to_json(graded: Graded) -> bytes:
    """The table as one JSON object; credits are text, since they are exact: ``"1.5"``, ``"1/3"``."""
    results, summary = graded.results, graded.summary
    return msgspec.json.encode(
        {
            "exam": graded.exam,
            "of": results.of,
            "questions": results.questions,
            "problems": results.problems,
            "struck": {number: str(strike) for number, strike in results.struck},
            "bonus": [column.number for column in results.asked if column.bonus],
            "key": key_to_json(results.key),
            "summary": {
                "final": summary.final,
                "open": summary.open,
                "missing": summary.missing,
                "ungraded": summary.ungraded,
                "mean": summary.mean,
                "lowest": summary.lowest,
                "highest": summary.highest,
                "grades": dict(summary.grades),
            },
            "source_changed": graded.source_changed,
            "extras_open": graded.extras_open,
            "homework_of_nobody": graded.homework_of_nobody,
            "records": None
            if graded.head is None
            else {"event": graded.head.number, "digest": graded.head.digest},
            "rows": list(records(results)),
        },
        enc_hook=show_credits,
    )
