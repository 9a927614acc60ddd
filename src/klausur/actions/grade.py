"""Grade: answers to credits, totals and grades, in ``results.csv``, ``results.xlsx`` and ``results.json``."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from klausur.actions import current
from klausur.actions.answers import BookletAnswers
from klausur.actions.day import Day, day
from klausur.actions.ties import Tie
from klausur.base.credits import show_credits
from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.errors import RefusedError
from klausur.exam.model import Exam, GradeKey, QuestionKind
from klausur.exam.variants import Exams
from klausur.paper.asked import Change, Changed, asked, changes
from klausur.paper.fields import MARKED
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun
from klausur.report.results import Outcome, Results, Summary, summarise, tabulate
from klausur.report.text import write_csv
from klausur.report.workbook import write_xlsx
from klausur.score.model import Given
from klausur.score.total import total
from klausur.store import audit, runs
from klausur.store.facts import StoredRun
from klausur.store.folder import opened, writing

CSV = "results.csv"
XLSX = "results.xlsx"
JSON = "results.json"


@dataclass(frozen=True, slots=True)
class Graded:
    """The table, its summary, the files it was written to.

    ``source_changed``: the exam's source is no longer the one that was printed; ``key_changed`` names the
    questions of which other choices are right now than when they were printed. ``extras_open`` counts extra
    sheets of which nobody knows the booklet.
    """

    exam: str
    results: Results
    summary: Summary
    files: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]
    source_changed: bool
    key_changed: tuple[Changed, ...] = ()
    extras_open: int = 0


def grade(folder: Path, *, who: str) -> Graded:
    """Grade all booklets of which pages are scanned.

    Raises:
        NotFoundError: nothing was printed yet.
        KlausurError: the exam's source has errors.
        RefusedError: choices were exchanged in the source since they were printed.
    """
    with opened(folder):
        run = current.run()
        exams = current.exams(folder, run)
        exam = exams.first
        graded = computed(folder, exams, run)
        made = tuple(path.with_name(f"{path.name}.new") for path in graded.files)
        csv, xlsx, json = made
        write_csv(graded.results, csv)
        write_xlsx(graded.results, xlsx, exam.date)
        _write_json(graded, json)
        with writing():
            audit.append(
                "grade",
                who,
                {
                    "run": run.id,
                    "source": exam.digest,
                    "final": graded.summary.final,
                    "open": graded.summary.open,
                    "key": {c.question: c.letters for c in graded.key_changed},
                    "struck": {number: str(strike) for number, strike in graded.results.struck},
                },
            )
        for new, path in zip(made, graded.files, strict=True):
            new.replace(path)
    return graded


def computed(folder: Path, exams: Exams, run: StoredRun) -> Graded:
    """Grade the booklets of a folder that is open, and write nothing.

    Raises:
        RefusedError: choices were exchanged in the source since they were printed.
    """
    layout, exam = runs.layout(run), exams.first
    changed = changes(run.asked, asked(*exams.known)) if run.asked else ()
    _refuse_exchanged(exam, changed)
    found = day(exams, run, layout)
    results = tabulate(exam, _outcomes(exams, run.run, found))
    return Graded(
        exam=run.exam,
        results=results,
        summary=summarise(results),
        files=(folder / CSV, folder / XLSX, folder / JSON),
        diagnostics=(*_gone(exam, layout), *_reworded(exam, changed)),
        source_changed=exam.digest != run.source_digest,
        key_changed=tuple(c for c in changed if c.change is Change.KEY),
        extras_open=sum(extra.open for extra in found.extras),
    )


def _outcomes(exams: Exams, run: PrintRun, found: Day) -> Iterator[Outcome]:
    """What every booklet earned that was used, and every candidate of whom none is known."""
    printed = {b.candidate.registration: b.number for b in run.booklets if b.candidate is not None}
    booklet_of, maybe = found.booklet_of, found.maybe
    for booklet, tie in zip(found.booklets, found.ties, strict=True):
        if tie.booklet in found.used and not tie.nobody:
            yield _outcome(exams, booklet, tie)
    for person in run.candidates:
        registration = person.registration
        if registration not in booklet_of:
            number = printed.get(registration)
            remarks = tuple(f"booklet {n} may be theirs" for n in maybe.get(registration, ()))
            yield Outcome(None if number in found.used else number, person, None, remarks=remarks)


def _outcome(exams: Exams, found: BookletAnswers, tie: Tie) -> Outcome:
    number = found.booklet.number
    exam = exams.of(number)
    given = {a.question: Given(a.question, a.chosen, a.credits, a.doubts) for a in found.answers}
    remarks = tuple(str(doubt) for doubt in tie.doubts)
    return Outcome(
        number,
        tie.candidate,
        total(exam, given),
        found.missing,
        remarks,
        variant=exam.variant,
        printed=tuple(exams.numbers(number).items()),
    )


def _refuse_exchanged(exam: Exam, changed: Iterable[Changed]) -> None:
    """Refuse choices that changed places: crosses would count for other texts than candidates read."""
    wrong = [c for c in changed if c.change is Change.EXCHANGED]
    if not wrong:
        return
    places = {q.id: q.place for q in exam.questions}
    said = "; ".join(f"{places[c.question]}: {c.question}, {' and '.join(c.letters)}" for c in wrong)
    raise RefusedError(
        f"choices changed places since they were printed, and crosses would count wrongly: {said}",
        "put them back in the printed order; to mend the key, move the x and leave the texts where they are",
    )


def _reworded(exam: Exam, changed: Iterable[Changed]) -> Iterator[Diagnostic]:
    """Choices whose text was not printed so: a mended misprint is fine, another choice is not."""
    for found in changed:
        if found.change is Change.REWORDED:
            question = next(q for q in exam.questions if q.id == found.question)
            for choice in question.choices:
                if choice.id in found.letters:
                    yield Diagnostic(
                        "choice-reworded",
                        f"choice {choice.id} of question {question.id} reads otherwise than it was printed",
                        choice.content.place,
                        "crosses count for what was printed: see that it still says the same",
                    )


def _gone(exam: Exam, layout: Layout) -> Iterable[Diagnostic]:
    """Printed boxes that the exam's source no longer accounts for: their marks would be lost silently."""
    questions = {q.id: q for q in exam.questions}
    printed = dict.fromkeys(
        (field.question, field.choice)
        for page in layout.pages
        for field in page.fields
        if field.kind in MARKED and field.question is not None
    )
    for name, letter in printed:
        question = questions.get(name or "")
        if question is None:
            what = f"question {name} was printed, but the source has it no longer"
        elif (letter is None) is (question.kind is QuestionKind.CHOICE):
            what = f"question {name} was printed as another kind of question"
        elif letter is not None and letter not in {choice.id for choice in question.choices}:
            what = f"choice {letter} of question {name} was printed, but the source has it no longer"
        else:
            continue
        yield Diagnostic(
            "question-gone",
            what,
            Place(str(exam.folder)),
            "put it back as it was printed; keys, credits and rubrics may change after printing, ids may not",
        )


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
                "mean": summary.mean,
                "lowest": summary.lowest,
                "highest": summary.highest,
                "grades": dict(summary.grades),
            },
            "source_changed": graded.source_changed,
            "key_changed": {c.question: c.letters for c in graded.key_changed},
            "extras_open": graded.extras_open,
            "rows": results.rows,
        },
        enc_hook=show_credits,
    )
