"""A Booklet's credits out of what was answered: per Question, per Problem, in total.

Anything that cannot be scored leaves its Question open; nothing here guesses, and nothing is dropped.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from klausur.base.credits import Credits
from klausur.exam import number
from klausur.exam.model import BonusFor, Exam, Problem, Question, QuestionKind, RoundAt, Scheme, Strike
from klausur.paper.answers import Answer, Chosen, Decided, Given, Open, Waived, Worth, Written, WrittenBlanks
from klausur.score import better
from klausur.score.model import BookletScore, Mismatch, ProblemScore, Score
from klausur.score.rounding import rounded
from klausur.score.scheme import score

Known = dict[tuple[str, Given | None], Score]
"""What questions of one exam earn by what was given, as far as that was asked before."""


def total(
    exam: Exam, answers: Iterable[Answer], known: Known | None = None, homework: Credits = Fraction(0)
) -> BookletScore:
    """The credits of one Booklet.

    Args:
        exam: whose questions are scored, each by its own scheme or else the exam's, struck and rounded as
            the exam says.
        answers: one for each question. A question left out is open, never 0; those to questions that the
            exam does not have are not looked at.
        known: of the same exam, kept by who scores many Booklets: what was given many times is scored once.
        homework: credits that the Candidate brings along; a bonus.
    """
    given = {answer.question: answer.given for answer in answers}
    scores: list[Score] = []
    for problem in exam.problems:
        found = [_scored(exam, q, given.get(q.id), known) for q in problem.questions]
        scores.extend(found)
    scores = _dropped_where_better(exam, scores, homework)
    by_id = {score.question: score for score in scores}
    problems = [_problem(problem, [by_id[q.id] for q in problem.questions]) for problem in exam.problems]
    earned = sum((p.partial for p in problems), Fraction(0))
    bonus = sum((by_id[q.id].credits or Fraction(0) for q in exam.questions if q.bonus), Fraction(0))
    partial, base = earned + homework, earned - bonus
    rule = exam.grading.rounding
    if rule is not None and rule.at is RoundAt.TOTAL and not any(s.open for s in scores):
        partial = rounded(partial, rule, reachable(exam) + homework)
        base = rounded(base, rule, worth(exam))
    dropped = {score.question for score in scores if score.struck is Strike.DROPPED}
    of = sum((_worth(problem, dropped) for problem in exam.problems), Fraction(0))
    return BookletScore(tuple(scores), tuple(problems), partial, of, base, homework)


def worth(exam: Exam) -> Credits:
    """The credits that percentages are of: those of all questions but bonus and dropped ones.

    Those of one Booklet may be less, where a question counts only for whom it is better.
    """
    dropped = {q.id for q in exam.questions if exam.grading.strike(q.id) is Strike.DROPPED}
    return sum((_worth(problem, dropped) for problem in exam.problems), Fraction(0))


def reachable(exam: Exam) -> Credits:
    """The most credits that a Booklet can have: `worth`, and bonus questions."""
    bonus = (q.credits for q in exam.questions if q.bonus and exam.grading.strike(q.id) is not Strike.DROPPED)
    return worth(exam) + sum(bonus, Fraction(0))


def _worth(problem: Problem, dropped: AbstractSet[str]) -> Credits:
    """What a problem is worth without its bonus and its dropped questions."""
    counting = [q.credits for q in problem.questions if not q.bonus and q.id not in dropped]
    return sum(counting[: problem.best], Fraction(0))  # where some of them count, all are worth the same


def _problem(problem: Problem, scores: list[Score]) -> ProblemScore:
    decided = sorted((s.credits for s in scores if s.credits is not None), reverse=True)
    return ProblemScore(problem.id, sum(decided[: problem.best], Fraction(0)), any(s.open for s in scores))


def _dropped_where_better(exam: Exam, scores: list[Score], homework: Credits) -> list[Score]:
    """The same scores; questions that count where that is better are dropped where it is not.

    Where a bonus counts for those alone who pass without it, the result without bonus must be best.
    """
    asked = {q.id: q for q in exam.questions}
    maybe = [
        (asked[s.question], s.credits) for s in scores if s.struck is Strike.BETTER and s.credits is not None
    ]
    if not maybe or any(s.open for s in scores):
        return scores  # what is better is not known yet
    ids = {q.id for q, _ in maybe}
    everybodys = exam.grading.bonus_for is BonusFor.ALL
    counting = [s for s in scores if s.question not in ids and (everybodys or not asked[s.question].bonus)]
    by_problem = (
        _problem(problem, [s for s in counting if any(q.id == s.question for q in problem.questions)])
        for problem in exam.problems
    )
    others = (problem.partial for problem in by_problem)
    rule = exam.grading.rounding
    at_total = rule if rule is not None and rule.at is RoundAt.TOTAL else None
    counts = better.counting(
        sum(others, homework if everybodys else Fraction(0)),
        worth(exam) - sum((q.credits for q, _ in maybe if not q.bonus), Fraction(0)),
        [(q, c) for q, c in maybe if everybodys or not q.bonus],
        percent=exam.grades.percent,
        rounded=lambda total: (
            total if at_total is None else rounded(total, at_total, reachable(exam) + homework)
        ),
    )
    counts |= {q.id for q, c in maybe if q.bonus and c > 0}
    return [
        Score(s.question, None, struck=Strike.DROPPED) if s.question in ids - counts else s for s in scores
    ]


def _scored(exam: Exam, question: Question, given: Given | None, known: Known | None) -> Score:
    if known is None:
        return _question(exam, question, given)
    found = known.get((question.id, given))
    if found is None:
        found = known[question.id, given] = _question(exam, question, given)
    return found


def _question(exam: Exam, question: Question, given: Given | None) -> Score:
    strike = exam.grading.strike(question.id)
    if strike in {Strike.FULL, Strike.DROPPED}:
        return Score(question.id, question.credits if strike is Strike.FULL else None, struck=strike)
    found = replace(_answered(question, given, question.counted_by(exam.scheme)), struck=strike)
    rule = exam.grading.rounding
    if rule is None or rule.at is not RoundAt.QUESTION or found.credits is None:
        return found
    return replace(found, credits=rounded(found.credits, rule, question.credits))


def _answered(question: Question, given: Given | None, scheme: Scheme) -> Score:
    if isinstance(given, Open):
        return Score(question.id, None, given.doubts)
    found = _earned(question, given, scheme)
    if isinstance(found, Mismatch):
        return Score(question.id, None, (found,))
    return Score(question.id, found)


def _earned(question: Question, given: Decided | None, scheme: Scheme) -> Credits | Mismatch:
    match given:
        case Chosen(letters) if question.kind.chosen:
            # the source may have changed since the booklet was printed: a person's matter, no crash
            known = letters <= {choice.id for choice in question.choices}
            return score(question, letters, scheme) if known else Mismatch.CHOICE_UNKNOWN
        case Worth(credits) if question.kind.corrected:
            return credits if 0 <= credits <= question.credits else Mismatch.CREDITS_IMPOSSIBLE
        case Written(value) if question.kind is QuestionKind.NUMBER:
            return number.earned(question.expected, value)
        case WrittenBlanks(values) if len(values) == len(question.blanks):
            of_each = zip(question.blanks, values, strict=True)
            return sum((number.earned(blank.expected, value) for blank, value in of_each), Fraction(0))
        case Waived():
            return Fraction(0)  # whatever its scheme gives an empty row of boxes: nobody has seen it
        case None | Chosen() | Worth() | Written() | WrittenBlanks():
            return Mismatch.NOT_GIVEN
        case _:
            assert_never(given)
