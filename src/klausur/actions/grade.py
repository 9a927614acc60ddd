"""Grade: answers to credits, totals and grades, in ``results.csv`` and ``results.json``."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from klausur.actions import answers, current
from klausur.base.credits import show_credits
from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam.model import Exam, QuestionKind
from klausur.paper.fields import MARKED
from klausur.paper.layout import Layout
from klausur.report.results import Outcome, Results, Summary, summarise, tabulate, write_csv
from klausur.score.model import Given
from klausur.score.total import total
from klausur.store import audit, runs
from klausur.store.folder import opened, writing

CSV = "results.csv"
JSON = "results.json"


@dataclass(frozen=True, slots=True)
class Graded:
    """The table, its summary, the files it was written to.

    ``source_changed``: the exam's source is no longer the one that was printed (a key was mended, say).
    """

    exam: str
    results: Results
    summary: Summary
    files: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]
    source_changed: bool


def grade(folder: Path, *, who: str) -> Graded:
    """Grade all booklets of which pages are scanned.

    Raises:
        NotFoundError: nothing was printed yet.
        KlausurError: the exam's source has errors.
    """
    with opened(folder):
        run = current.run()
        exam = current.exam(folder)
        layout = runs.layout(run)
        outcomes = [_outcome(exam, found) for found in answers.booklets(exam, run, layout)]
        results = tabulate(exam, outcomes)
        graded = Graded(
            exam=run.exam,
            results=results,
            summary=summarise(results),
            files=(folder / CSV, folder / JSON),
            diagnostics=tuple(_gone(exam, layout)),
            source_changed=exam.digest != run.source_digest,
        )
        with writing():
            write_csv(results, folder / CSV)
            _write_json(graded, folder / JSON)
            audit.append(
                "grade",
                who,
                {
                    "run": run.id,
                    "source": exam.digest,
                    "final": graded.summary.final,
                    "open": graded.summary.open,
                },
            )
    return graded


def _outcome(exam: Exam, found: answers.BookletAnswers) -> Outcome:
    if not found.found and not any(not answer.open for answer in found.answers):
        return Outcome(found.booklet, None)
    given = {a.question: Given(a.question, a.chosen, a.credits, a.doubts) for a in found.answers}
    return Outcome(found.booklet, total(exam, given), found.missing)


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


def to_json(graded: Graded) -> bytes:
    """The table as one JSON object; credits are text, since they are exact: ``"1.5"``, ``"1/3"``."""
    results, summary = graded.results, graded.summary
    return msgspec.json.encode(
        {
            "exam": graded.exam,
            "of": results.of,
            "questions": results.questions,
            "problems": results.problems,
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
            "rows": results.rows,
        },
        enc_hook=show_credits,
    )
