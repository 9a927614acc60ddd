"""The results table: a row per Booklet and per absent Candidate, as values, and its summary.

What a Booklet earned is decided in `klausur.score`, whose it is above; nothing is decided here but the grade
of a Booklet whose total and Candidate are known. The modules beside this one write the table to files.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from klausur.base import regions
from klausur.base.credits import Credits
from klausur.exam.model import BonusFor, Exam, GradeKey, Rounding, Strike
from klausur.report.open_points import OpenKind, OpenPoint
from klausur.roster.model import Candidate
from klausur.score import curve
from klausur.score.key import grade
from klausur.score.model import BookletScore, Score
from klausur.score.total import reachable, worth


class Status(StrEnum):
    """How far a Booklet is."""

    FINAL = "final"
    """Every Question has its credits; total and grade stand."""
    OPEN = "open"
    """A person must still decide something: there is no total and no grade."""
    MISSING = "missing"
    """A Candidate of whom no Booklet was found."""
    UNGRADED = "ungraded"
    """A Candidate who is withdrawn, absent, ill or excluded: credits may be known, there is no grade."""


@dataclass(frozen=True, slots=True)
class BookletOutcome:
    """What is known of one Booklet, or of a Candidate without one.

    Attributes:
        booklet: its number; None for a Candidate for whom none was printed and none found.
        candidate: whose it is; None while that is open.
        score: what it earned; None if no page of it was scanned.
        pages_missing: the numbers (from 1) of the pages that were not found, for a Booklet with a score.
        pages_waived: those of the pages that were not found without which it counts; not ``pages_missing``.
        remarks: why nobody knows whose it is, or which booklets may be an absent Candidate's.
        variant: which variant of the exam it is; None for a Candidate without one.
        printed: the numbers of its questions as its paper has them, by the questions' ids.
        edition: of the exam (from 1); its place among those that the table is made of.
        standing: in words why the Candidate does not simply take the exam: ``ill``, ``excluded: notes``.
        apart: its total cannot stand beside the others, as its edition asked something else.
    """

    booklet: int | None
    candidate: Candidate | None
    score: BookletScore | None
    pages_missing: tuple[int, ...] = ()
    pages_waived: tuple[int, ...] = ()
    remarks: tuple[OpenPoint, ...] = ()
    variant: int | None = None
    printed: tuple[tuple[str, str], ...] = ()
    edition: int = 1
    standing: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class QuestionColumn:
    """A column of the table: one Question, what it is worth, and how it counts.

    Where only the ``best`` of its problem's questions count, that is how many.
    """

    number: str
    problem: int
    credits: Credits
    bonus: bool = False
    struck: Strike | None = None
    best: int | None = None

    @property
    def dropped(self) -> bool:
        """Whether it counts for nobody."""
        return self.struck is Strike.DROPPED


@dataclass(frozen=True, slots=True)
class ResultRow:
    """The results of one Booklet or absent Candidate. What is not known is None, or empty if it is text.

    ``of`` is what they were made from. ``questions`` and ``problems`` stand in the order of the table's
    headings; ``open`` says what a person must still look at. A dropped question has no credits
    either. ``worth`` is the credits that its percentage is of; ``dropped`` says which questions do not count
    for it alone.
    """

    of: BookletOutcome
    questions: tuple[Credits | None, ...]
    problems: tuple[Credits | None, ...]
    total: Credits | None
    grade: str
    status: Status
    open: tuple[OpenPoint, ...]
    worth: Credits = Fraction(0)
    dropped: tuple[bool, ...] = ()

    @property
    def booklet(self) -> int | None:
        """The Booklet's number."""
        return self.of.booklet

    @property
    def registration(self) -> str:
        """The Candidate's registration number."""
        return self.of.candidate.registration if self.of.candidate else ""

    @property
    def name(self) -> str:
        """The Candidate's name."""
        return self.of.candidate.name if self.of.candidate else ""

    @property
    def homework(self) -> Credits | None:
        """The credits that the Candidate brings along; None where no Booklet was found."""
        return None if self.of.score is None else self.of.score.homework

    @property
    def variant(self) -> int | None:
        """Which variant of the exam it is; None where there is one alone."""
        return self.of.variant

    @property
    def standing(self) -> str:
        """In words why the Candidate does not simply take the exam."""
        return self.of.standing


@dataclass(frozen=True, slots=True)
class Results:
    """The whole table, by Booklet number, then by registration number.

    Attributes:
        asked: the questions, in the order of their columns.
        problems: the numbers of the problems.
        of: the credits that percentages are of.
        reachable: the most credits that a Booklet can have.
        key: the grade key as it was used: fitted to the final Booklets, if it is to be.
        rounding: how credits were rounded.
        language: of the exam.
        rows: the Booklets and absent Candidates.
        bonus_for: whose bonus counts.
        paper: the size of the exam's paper, by its name.
        region: whose decimal sign numbers have, if the exam names one.
    """

    asked: tuple[QuestionColumn, ...]
    problems: tuple[int, ...]
    of: Credits
    reachable: Credits
    key: GradeKey
    rounding: Rounding | None
    language: str
    rows: tuple[ResultRow, ...]
    bonus_for: BonusFor = BonusFor.ALL
    paper: str = "a4"
    region: str = ""

    @property
    def locale(self) -> str:
        """The language as it is written in the exam's region."""
        return regions.locale(self.language, self.region)

    @property
    def questions(self) -> tuple[str, ...]:
        """The numbers of the questions."""
        return tuple(column.number for column in self.asked)

    @property
    def variants(self) -> bool:
        """Whether Booklets have different variants of the exam."""
        return any(row.variant is not None for row in self.rows)

    @property
    def standings(self) -> bool:
        """Whether anybody does not simply take the exam."""
        return any(row.standing for row in self.rows)

    @property
    def homework(self) -> bool:
        """Whether anybody brings credits along."""
        return any(row.homework for row in self.rows)

    @property
    def better(self) -> bool:
        """Whether questions count only for whom it is better."""
        return any(column.struck is Strike.BETTER for column in self.asked)

    @property
    def grades(self) -> tuple[str, ...]:
        """The names of the grades from best to worst."""
        return names(self.key)

    @property
    def totals(self) -> tuple[Credits, ...]:
        """The totals of the final Booklets."""
        return tuple(row.total for row in self.rows if row.total is not None)

    @property
    def struck(self) -> tuple[tuple[str, Strike], ...]:
        """The numbers of the questions that are struck, and what became of them."""
        return tuple((column.number, column.struck) for column in self.asked if column.struck is not None)


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures over a table: how many rows are how far, and over the final Booklets the totals and grades.

    ``grades`` counts each grade of the key from best to worst, also those that nobody got. Without a
    final Booklet ``mean``, ``lowest`` and ``highest`` are None.
    """

    final: int
    open: int
    missing: int
    ungraded: int
    of: Credits
    mean: Credits | None
    lowest: Credits | None
    highest: Credits | None
    grades: tuple[tuple[str, int], ...]


def names(key: GradeKey) -> tuple[str, ...]:
    """The grades of a key from best to worst, the failing one last."""
    return tuple(dict.fromkeys((*(name for name, _ in key.thresholds), key.fail)))


def tabulate(exam: Exam, outcomes: Iterable[BookletOutcome]) -> Results:
    """The table of these Booklets and Candidates, whatever order they come in.

    Args:
        exam: whose questions are the columns.
        outcomes: a question that a Booklet's edition did not ask is left empty in its row.

    Raises:
        ValueError: two outcomes for one Booklet, or one for nothing.
    """
    ordered = sorted(outcomes, key=_place)
    for one, other in pairwise(ordered):
        if one.booklet is not None and one.booklet == other.booklet:
            raise ValueError(f"booklet {one.booklet} has two outcomes")
    if any(o.score is None and o.candidate is None for o in ordered):
        raise ValueError("an outcome has neither score nor candidate")
    if not exam.variants.many:
        ordered = [replace(outcome, variant=None) for outcome in ordered]
    return regraded(
        Results(
            asked=tuple(
                QuestionColumn(
                    q.number, problem.number, q.credits, q.bonus, exam.grading.strike(q.id), problem.best
                )
                for problem in exam.problems
                for q in problem.questions
            ),
            problems=tuple(problem.number for problem in exam.problems),
            of=worth(exam),
            reachable=reachable(exam),
            key=exam.grades,
            rounding=exam.grading.rounding,
            language=exam.language,
            rows=tuple(_row(exam, outcome) for outcome in ordered),
            bonus_for=exam.grading.bonus_for,
            paper=exam.paper,
            region=exam.region,
        ),
        exam.grades,
    )


def regraded(results: Results, key: GradeKey) -> Results:
    """The table with grades by another key, which is fitted to its final Booklets if it is to be.

    Where a bonus counts for those alone who pass without it, the key is fitted to results without bonus.
    """
    most = Fraction(100) if key.percent else results.of
    final = [row for row in results.rows if row.total is not None]
    without = [_without_bonus(results, row) for row in final]
    fixed = curve.fit(
        key, [curve.reached(key, t, r.worth) for t, r in zip(without, final, strict=True)], most
    )
    rows = (row if row.total is None else _graded(results, fixed, row) for row in results.rows)
    return replace(results, key=fixed, rows=tuple(rows))


def _without_bonus(results: Results, row: ResultRow) -> Credits:
    """What decides whether somebody passes."""
    score = row.of.score
    if score is None:
        raise ValueError("a row without a score has no total")
    return score.base if results.bonus_for is BonusFor.PASSED else score.partial


def _graded(results: Results, key: GradeKey, row: ResultRow) -> ResultRow:
    """A final row with its total and its grade."""
    without, whole = _without_bonus(results, row), row.of.score.partial if row.of.score else Fraction(0)
    total = whole if grade(key, without, row.worth) in key.passing else without
    return replace(row, total=total, grade=grade(key, total, row.worth))


def summarise(results: Results) -> Summary:
    """The summary figures of a table."""
    status = Counter(row.status for row in results.rows)
    totals = results.totals
    grades = Counter(row.grade for row in results.rows if row.status is Status.FINAL)
    return Summary(
        final=status[Status.FINAL],
        open=status[Status.OPEN],
        missing=status[Status.MISSING],
        ungraded=status[Status.UNGRADED],
        of=results.of,
        mean=sum(totals, Fraction(0)) / len(totals) if totals else None,
        lowest=min(totals, default=None),
        highest=max(totals, default=None),
        grades=tuple((name, grades[name]) for name in results.grades),
    )


def _place(outcome: BookletOutcome) -> tuple[bool, int, str]:
    registration = outcome.candidate.registration if outcome.candidate else ""
    return outcome.booklet is None, outcome.booklet or 0, registration


def _row(exam: Exam, outcome: BookletOutcome) -> ResultRow:
    """A row without its grade."""
    score, candidate, number = outcome.score, outcome.candidate, outcome.booklet
    if score is None:
        nothing = (None,) * len(tuple(exam.questions)), (None,) * len(exam.problems)
        said = (OpenPoint(OpenKind.NO_PAGE if number is not None else OpenKind.NO_BOOKLET), *outcome.remarks)
        status = Status.UNGRADED if outcome.standing else Status.MISSING
        return ResultRow(outcome, *nothing, None, "", status, said, worth(exam))
    printed = dict(outcome.printed)
    gone = {s.question for s in score.scores if s.struck is Strike.DROPPED}
    earned = {s.question: s.credits for s in score.scores}
    of_problems = {p.problem: p.credits for p in score.problems}
    numbers = {q.id: q.number for q in exam.questions}
    doubts = (_of_question(s, numbers.get(s.question, s.question), printed) for s in score.open)
    pages = (OpenPoint(OpenKind.PAGE_MISSING, page) for page in sorted(outcome.pages_missing))
    waived = (OpenPoint(OpenKind.WITHOUT_PAGE, page) for page in sorted(outcome.pages_waived))
    # Without a candidate, or with one who is not graded, the credits of the questions stand, but nothing that
    # could pass for a result.
    total = score.total if candidate is not None and not (outcome.standing or outcome.apart) else None
    status = Status.UNGRADED if outcome.standing else Status.OPEN if total is None else Status.FINAL
    return ResultRow(
        of=outcome,
        questions=tuple(earned.get(q.id) for q in exam.questions),
        problems=tuple(of_problems.get(p.id) for p in exam.problems),
        total=total,
        grade="",
        status=status,
        open=(
            *((OpenPoint(OpenKind.NO_CANDIDATE), *outcome.remarks) if candidate is None else ()),
            *((OpenPoint(OpenKind.OTHER_EDITION, outcome.edition),) if outcome.apart else ()),
            *doubts,
            *pages,
            *waived,
        ),
        worth=score.worth,
        dropped=tuple(q.id in gone and exam.grading.strike(q.id) is Strike.BETTER for q in exam.questions),
    )


def _of_question(score: Score, number: str, printed: Mapping[str, str]) -> OpenPoint:
    """An open question by the number of its column and, if it is another one, by that on paper."""
    on_paper = printed.get(score.question, number)
    doubts = tuple(map(str, score.doubts))
    return OpenPoint(OpenKind.QUESTION, None, number, "" if on_paper == number else on_paper, doubts)
