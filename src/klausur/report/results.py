"""The results table: a row per Booklet and per absent Candidate, as values and as CSV, and its summary.

docs/guide/grading.md describes the columns. What a Booklet earned is decided in `klausur.score`, whose it is
above; nothing is decided here but the grade of a Booklet whose total and Candidate are known.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from klausur.base.credits import Credits, show_credits
from klausur.exam.model import Exam
from klausur.roster.model import Candidate
from klausur.score.key import grade
from klausur.score.model import BookletScore, Score


class Status(StrEnum):
    """How far a Booklet is."""

    FINAL = "final"
    """Every Question has its credits; total and grade stand."""
    OPEN = "open"
    """A person must still decide something: there is no total and no grade."""
    MISSING = "missing"
    """A Candidate of whom no Booklet was found."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of one Booklet, or of a Candidate without one.

    Attributes:
        booklet: its number; None for a Candidate for whom none was printed and none found.
        candidate: whose it is; None while that is open.
        score: what it earned; None if no page of it was scanned.
        pages_missing: the numbers (from 1) of the pages that were not found, for a Booklet with a score.
        remarks: in words why nobody knows whose it is, or which booklets may be an absent Candidate's.
    """

    booklet: int | None
    candidate: Candidate | None
    score: BookletScore | None
    pages_missing: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The results of one Booklet or absent Candidate. What is not known is None, or empty if it is text.

    ``questions`` and ``problems`` stand in the order of the table's headings; ``open`` says in words what
    a person must still look at.
    """

    booklet: int | None
    registration: str
    name: str
    questions: tuple[Credits | None, ...]
    problems: tuple[Credits | None, ...]
    total: Credits | None
    grade: str
    status: Status
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The whole table, by Booklet number, then by registration number.

    ``questions`` and ``problems`` are the numbers in the headings.
    ``of`` is what the exam gives, ``grades`` the names of the grades from best to worst.
    """

    questions: tuple[str, ...]
    problems: tuple[int, ...]
    of: Credits
    grades: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures over a table: how many Booklets are how far, and over the final ones the totals and grades.

    ``grades`` counts each grade of the key from best to worst, also those that nobody got. Without a
    final Booklet ``mean``, ``lowest`` and ``highest`` are None.
    """

    final: int
    open: int
    missing: int
    of: Credits
    mean: Credits | None
    lowest: Credits | None
    highest: Credits | None
    grades: tuple[tuple[str, int], ...]


def tabulate(exam: Exam, outcomes: Iterable[Outcome]) -> Results:
    """The table of these Booklets and Candidates, whatever order they come in.

    Raises:
        ValueError: two outcomes for one Booklet, or one for nothing.
    """
    ordered = sorted(outcomes, key=_place)
    for one, other in pairwise(ordered):
        if one.booklet is not None and one.booklet == other.booklet:
            raise ValueError(f"booklet {one.booklet} has two outcomes")
    if any(o.score is None and o.candidate is None for o in ordered):
        raise ValueError("an outcome has neither score nor candidate")
    return Results(
        questions=tuple(question.number for question in exam.questions),
        problems=tuple(problem.number for problem in exam.problems),
        of=exam.credits,
        grades=tuple(dict.fromkeys((*(name for name, _ in exam.grades.thresholds), exam.grades.fail))),
        rows=tuple(_row(exam, outcome) for outcome in ordered),
    )


def summarise(results: Results) -> Summary:
    """The summary figures of a table."""
    status = Counter(row.status for row in results.rows)
    totals = [row.total for row in results.rows if row.total is not None]
    grades = Counter(row.grade for row in results.rows if row.status is Status.FINAL)
    return Summary(
        final=status[Status.FINAL],
        open=status[Status.OPEN],
        missing=status[Status.MISSING],
        of=results.of,
        mean=sum(totals, Fraction(0)) / len(totals) if totals else None,
        lowest=min(totals, default=None),
        highest=max(totals, default=None),
        grades=tuple((name, grades[name]) for name in results.grades),
    )


def header(results: Results) -> tuple[str, ...]:
    """The headings of the table, one per cell of `cells`."""
    problems = (f"problem {number}" for number in results.problems)
    return (
        *("booklet", "registration", "name"),
        *results.questions,
        *problems,
        *("total", "grade", "status", "open"),
    )


def cells(row: Row) -> tuple[str, ...]:
    """A row as text; credits that are not known are empty."""
    return (
        "" if row.booklet is None else str(row.booklet),
        row.registration,
        row.name,
        *(_show(c) for c in (*row.questions, *row.problems, row.total)),
        row.grade,
        str(row.status),
        "; ".join(row.open),
    )


def to_csv(results: Results) -> str:
    """The text of ``results.csv``: RFC 4180 (commas, CRLF, quotes where needed).

    A name, registration number or grade that a spreadsheet would run as a formula gets an apostrophe in
    front (CWE-1236).
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    headings = header(results)
    words = {headings.index(heading) for heading in ("registration", "name", "grade")}
    writer.writerow(headings)
    for row in results.rows:
        writer.writerow(_guard(cell) if n in words else cell for n, cell in enumerate(cells(row)))
    return text.getvalue()


def write_csv(results: Results, path: Path) -> None:
    """Write ``results.csv`` in UTF-8: the new table whole or, if the program is killed, the old one."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(to_csv(results), encoding="utf-8", newline="")
    part.replace(path)


def _place(outcome: Outcome) -> tuple[bool, int, str]:
    registration = outcome.candidate.registration if outcome.candidate else ""
    return outcome.booklet is None, outcome.booklet or 0, registration


def _row(exam: Exam, outcome: Outcome) -> Row:
    score, candidate, number = outcome.score, outcome.candidate, outcome.booklet
    registration, name = (candidate.registration, candidate.name) if candidate else ("", "")
    if score is None:
        questions = (None,) * len(tuple(exam.questions))
        problems = (None,) * len(exam.problems)
        said = ("no page scanned" if number is not None else "no booklet found", *outcome.remarks)
        return Row(number, registration, name, questions, problems, None, "", Status.MISSING, said)
    numbers = {question.id: question.number for question in exam.questions}
    doubts = (f"{numbers[s.question]} {_why(s)}" for s in score.open)
    pages = (f"page {page} missing" for page in sorted(outcome.pages_missing))
    # Without a candidate the credits of the questions stand, but nothing that could pass for a result.
    total = score.total if candidate is not None else None
    return Row(
        booklet=number,
        registration=registration,
        name=name,
        questions=tuple(s.credits for s in score.scores),
        problems=tuple(p.credits for p in score.problems),
        total=total,
        grade="" if total is None else grade(exam.grades, total, exam.credits),
        status=Status.OPEN if total is None else Status.FINAL,
        open=(*(("no candidate", *outcome.remarks) if candidate is None else ()), *doubts, *pages),
    )


def _why(score: Score) -> str:
    return ", ".join(score.doubts)


def _show(credits: Credits | None) -> str:
    """Credits in a cell. A third is written ``0 1/3``, since spreadsheets take ``1/3`` for a date."""
    if credits is None:
        return ""
    plain = show_credits(credits)
    if "/" not in plain:
        return plain
    whole, rest = divmod(abs(credits.numerator), credits.denominator)
    return f"{'-' if credits < 0 else ''}{whole} {rest}/{credits.denominator}"


def _guard(text: str) -> str:
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") else text
