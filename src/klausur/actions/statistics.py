"""Statistics of an exam: item analysis over the booklets whose results are final, and all answers as rows.

It looks, and records nothing. A question that is struck is left out of the figures, and so is a booklet that
was not asked one of the others.
"""

import csv
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from klausur.actions import results_so_far
from klausur.actions.drawn_items import DrawnProblem, drawn_problems, item
from klausur.actions.grade import Graded
from klausur.actions.judging_figures import judging_figures
from klausur.base.credits import Credits, show_credits
from klausur.base.errors import RefusedError, UsageError
from klausur.exam.model import Exam, Question
from klausur.paper.answers import Chosen, Given, Waived, Written, WrittenBlanks
from klausur.report.analysis_document import CorrectorLine, Reported, compile_report, letters
from klausur.report.copying import Copying, Sitter, hints
from klausur.report.item_analysis import Analysis, Asked, Item, Table, analyse
from klausur.report.results import ResultRow, Results, Status, summarise
from klausur.report.text import guarded
from klausur.score.curve import reached
from klausur.state.booklets import Answered
from klausur.store import looks
from klausur.store.folder import key, opened

ROOM, VARIANT = "room", "variant"
"""By what people are grouped where differences are looked for."""

COLUMNS = (
    "person", "variant", "room", "total", "grade",
    "question", "number", "kind", "of", "credits",
    "choice", "right", "crossed", "written",
)  # fmt: skip
"""Of the rows that are exported."""

NAMED = ("booklet", "registration", "name")
"""Ahead of these, where people shall be named."""


_MOST = 8
"""Figures of exams that are kept in memory."""

T = TypeVar("T")

_kept: dict[tuple[Path, Callable[..., Any]], tuple[str, Any]] = {}
"""By folder and what computes them: the digest of the newest event, and the figures that follow from it."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures, and what they leave out.

    ``struck`` are the numbers of questions that are struck; ``incomplete`` counts final booklets that were
    not asked all others, ``open`` booklets that are not final yet.
    """

    analysis: Analysis
    results: Results
    struck: tuple[str, ...]
    incomplete: int
    open: int


def statistics(folder: Path) -> Statistics:
    """The statistics of an exam folder as its results stand.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    return _as_it_stands(folder, _computed)


def _as_it_stands(folder: Path, compute: Callable[[Graded, Exam, Sequence[Answered]], T]) -> T:
    """Figures of an exam: computed once for what the records hold."""
    with opened(folder):
        graded, exam = results_so_far.whole(folder)
        digest = "" if graded.head is None else graded.head.digest
        found = _kept.pop((folder, compute), None)
        if found is None or found[0] != digest:
            found = digest, compute(graded, exam, looks.answers())
    _kept[folder, compute] = found
    for other in list(_kept)[:-_MOST]:
        _kept.pop(other, None)
    known: T = found[1]
    return known


def _computed(graded: Graded, exam: Exam, answers: Sequence[Answered]) -> Statistics:
    results, letters = graded.results, _letters(answers)
    questions = _counted(results, exam)
    final = [row for row in results.rows if row.status is Status.FINAL]
    drawn = drawn_problems(exam, final, [n for n, _ in questions])
    same = _same_for_all(questions, drawn)
    whole = [row for row in final if all(row.questions[n] is not None for n, _ in same)]
    asked = [_asked(results, n, question) for n, question in same]
    crossed = [[letters.get((row.booklet, q.id)) for _, q in same] for row in whole]
    earned = _earned(whole, [n for n, _ in same])
    if drawn:
        asked += [one.asked(results, whole) for one in drawn]
        crossed = [[*of, *([None] * len(drawn))] for of in crossed]
        problems = np.array([[one.earned(row) for one in drawn] for row in whole], np.float64)
        earned = np.hstack([earned, problems.reshape(len(whole), len(drawn))])
    found = analyse(asked, earned, crossed=crossed, groups=_groups(whole))
    items = [
        made
        for at, one in enumerate(drawn, start=len(same))
        for n, question in questions
        if n in one.columns
        and (made := _drawn_item(results, (n, question), at, whole, earned, letters, asked)) is not None
    ]
    return Statistics(
        replace(found, items=(*found.items, *items)),
        results,
        tuple(number for number, _ in results.struck),
        len(final) - len(whole),
        graded.summary.open,
    )


def _same_for_all(
    questions: Sequence[tuple[int, Question]], drawn: Sequence[DrawnProblem]
) -> list[tuple[int, Question]]:
    """The questions that everybody was asked."""
    unlike = {n for one in drawn for n in one.columns}
    return [(n, question) for n, question in questions if n not in unlike]


def _drawn_item(
    results: Results,
    of: tuple[int, Question],
    at: int,
    rows: Sequence[ResultRow],
    earned: Table,
    letters: Mapping[tuple[int | None, str], frozenset[str]],
    asked: Sequence[Asked],
) -> Item | None:
    """The figures of one question of a drawn problem, whose column among the items is ``at``."""
    n, question = of
    beside, own = earned.copy(), float(results.asked[n].credits)
    beside[:, at] -= np.array([float(row.questions[n] or 0) for row in rows], np.float64)
    most = [each.credits - (own if k == at else 0.0) for k, each in enumerate(asked)]
    crossed = [letters.get((row.booklet, question.id)) for row in rows]
    return item(_asked(results, n, question), n, rows, beside, crossed, most)


def copying(folder: Path) -> Copying:
    """Which neighbours' answers are alike more often than chance has it, over the final booklets.

    An answer is what was crossed or written; where a corrector judged it, the credits that it earned.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    return _as_it_stands(folder, _compared)


def _compared(graded: Graded, exam: Exam, answers: Sequence[Answered]) -> Copying:
    given = _given(answers)
    final = [row for row in graded.results.rows if row.status is Status.FINAL and row.booklet is not None]
    counted = _counted(graded.results, exam)
    drawn = drawn_problems(exam, final, [n for n, _ in counted])
    counted = _same_for_all(counted, drawn)
    whole = [row for row in final if all(row.questions[n] is not None for n, _ in counted)]
    sitters = [
        Sitter(
            row.booklet or 0,
            _room(row),
            row.of.candidate.seat if row.of.candidate else "",
            tuple(_said(given.get((row.booklet, q.id)), row.questions[n]) for n, q in counted),
        )
        for row in whole
    ]
    most = np.array([float(graded.results.asked[n].credits) for n, _ in counted], np.float64)
    return hints(sitters, _earned(whole, [n for n, _ in counted]), most)


def write_report(folder: Path, file: Path) -> int:
    """Write the statistics as a PDF that a committee reads; correctors stand in it by letters.

    Returns:
        how many final booklets they are about.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: no booklet is final.
        ToolError: it cannot be typeset.
    """
    found = statistics(folder)
    if not found.analysis.people:
        raise RefusedError("no booklet is final yet, so there are no statistics", "settle what is open first")
    with opened(folder):
        exam = results_so_far.whole(folder)[1]
    results, summary = found.results, summarise(found.results)
    final = [row for row in results.rows if row.status is Status.FINAL]
    reached_ = [reached(results.key, row.total, row.worth) for row in final if row.total is not None]
    passed = sum(row.grade in results.key.passing for row in final) if results.key.thresholds else None
    said = Reported(
        found.analysis,
        results.key,
        reached_,
        Fraction(100) if results.key.percent else results.of,
        summary.grades if results.key.thresholds else (),
        len(final),
        passed,
        _correctors(folder),
        found.struck,
        found.open + found.incomplete,
    )
    file.write_bytes(compile_report(exam, folder, said, datetime.now().astimezone()))
    return found.analysis.people


def _correctors(folder: Path) -> list[CorrectorLine]:
    figures = judging_figures(folder)
    letter = letters(each.who for each in figures.figures)
    return [
        CorrectorLine(
            figures.numbers.get(each.question, each.question),
            letter[each.who],
            each.judged,
            None if each.mean is None else float(each.mean),
            each.spread,
            None if each.drift is None else each.drift.by,
            each.drift is not None and each.drift.told,
        )
        for each in figures.figures
    ]


def write_rows(folder: Path, file: Path, *, named: bool = False) -> int:
    """Write every answer of the final booklets as rows: one for each choice, or one for a question without.

    People have pseudonyms, the same in each file of this exam; nobody gets from them to people without the
    exam's key. ``file`` ends in ``.csv``, or in ``.jsonl`` for JSON Lines; credits are decimal numbers.

    Args:
        folder: the exam folder.
        file: written anew if it is there.
        named: booklet, registration number and name stand beside the pseudonym.

    Returns:
        how many rows there are.

    Raises:
        NotFoundError: nothing was printed yet.
        UsageError: the file's name ends in something else.
    """
    if file.suffix not in {".csv", ".jsonl"}:
        raise UsageError(f"rows cannot be written as {file.name}", "let its name end in .csv or .jsonl")
    with opened(folder) as records:
        graded, exam = results_so_far.whole(folder)
        given = _given(looks.answers())
        secret = key(records)
    rows = list(_rows(graded.results, exam, given, secret, named=named))
    with file.open("w", encoding="utf-8", newline="") as to:
        if file.suffix == ".csv":
            table = csv.DictWriter(to, (*NAMED, *COLUMNS) if named else COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(
                {name: guarded(text) if isinstance(text, str) else text for name, text in row.items()}
                for row in rows
            )
        else:
            to.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return len(rows)


def plain(found: Statistics) -> dict[str, object]:
    """The figures in plain JSON."""
    said = asdict(found.analysis)
    for one, difference in zip(said["differences"], found.analysis.differences, strict=True):
        one["size"] = difference.size.value
    return {**said, "struck": list(found.struck), "incomplete": found.incomplete, "open": found.open}


def _counted(results: Results, exam: Exam) -> list[tuple[int, Question]]:
    """The questions that are not struck, with their columns."""
    return [
        (n, question)
        for n, (column, question) in enumerate(zip(results.asked, exam.questions, strict=True))
        if column.struck is None
    ]


def _said(given: Given | None, credits: Credits | None) -> str | None:
    """An answer in words that are equal if two answers are."""
    match given:
        case Chosen():
            return " ".join(sorted(given.letters))
        case Written():
            return str(given.number)
        case WrittenBlanks():
            return " ".join(map(str, given.numbers))
        case Waived():
            return None
        case _:
            return None if credits is None else f"{credits} credits"


def _asked(results: Results, n: int, question: Question) -> Asked:
    return Asked(
        question.id,
        results.asked[n].number,
        float(results.asked[n].credits),
        tuple(choice.id for choice in question.choices),
        frozenset(choice.id for choice in question.choices if choice.right),
    )


def _given(answered: Sequence[Answered]) -> dict[tuple[int | None, str], Given]:
    """What is known of each answer, by booklet and question."""
    return {(one.booklet, one.question): one.answer.given for one in answered}


def _letters(answered: Sequence[Answered]) -> dict[tuple[int | None, str], frozenset[str]]:
    """What was crossed, by booklet and question, where that is known."""
    return {
        (one.booklet, one.question): one.answer.given.letters
        for one in answered
        if isinstance(one.answer.given, Chosen)
    }


def _earned(rows: Sequence[ResultRow], columns: Sequence[int]) -> Table:
    known = [[float(row.questions[n] or 0) for n in columns] for row in rows]
    return np.array(known, np.float64).reshape(len(rows), len(columns))


def _groups(rows: Sequence[ResultRow]) -> dict[str, Sequence[str]]:
    return {ROOM: [_room(row) for row in rows], VARIANT: [_variant(row) for row in rows]}


def _room(row: ResultRow) -> str:
    return row.of.candidate.room if row.of.candidate else ""


def _variant(row: ResultRow) -> str:
    return "" if row.variant is None else str(row.variant)


def _rows(
    results: Results,
    exam: Exam,
    given: Mapping[tuple[int | None, str], Given],
    secret: bytes,
    *,
    named: bool,
) -> Iterator[dict[str, object]]:
    for row in results.rows:
        if row.status is not Status.FINAL or row.total is None:
            continue
        who = {"booklet": row.booklet, "registration": row.registration, "name": row.name} if named else {}
        of = {
            **who,
            "person": _pseudonym(secret, row),
            "variant": _variant(row),
            "room": _room(row),
            "total": float(row.total),
            "grade": row.grade,
        }
        for column, question, credits in zip(results.asked, exam.questions, row.questions, strict=True):
            if credits is None:
                continue
            about = {"question": question.id, "number": column.number, "kind": str(question.kind)}
            here = {**of, **about, "of": float(column.credits), "credits": float(credits)}
            answer = given.get((row.booklet, question.id))
            if not isinstance(answer, Chosen):
                yield {**here, "choice": "", "right": "", "crossed": "", "written": _number(answer)}
                continue
            for choice in question.choices:
                yield {
                    **here,
                    "choice": choice.id,
                    "right": int(choice.right),
                    "crossed": int(choice.id in answer.letters),
                    "written": "",
                }


def _pseudonym(secret: bytes, row: ResultRow) -> str:
    """Ten digits to the base of 16: two of 10,000 people have the same once in 20,000 exams."""
    return hmac.new(secret, f"rows {row.registration}".encode(), "sha256").hexdigest()[:10]


def _number(answer: Given | None) -> str:
    """The numbers that were read, with blanks between them; a dash where nothing stands."""
    match answer:
        case Written(number):
            numbers: tuple[Fraction | None, ...] = (number,)
        case WrittenBlanks(several):
            numbers = several
        case _:
            return ""
    return " ".join("-" if number is None else show_credits(number) for number in numbers)
