"""Differences that would be another paper: what was crossed or written answers what was printed."""

from collections.abc import Iterator

from klausur.base.diagnostics import Place
from klausur.exam.differences import head, words
from klausur.exam.differences.by_variant import DifferencesByVariant
from klausur.exam.differences.model import Difference, DifferenceKind
from klausur.exam.differences.one_question import ComparedQuestion
from klausur.exam.differences.question_states import Sides
from klausur.exam.differences.texts import Texts
from klausur.exam.frozen.model import Frozen
from klausur.exam.header import NAME
from klausur.exam.model import Exam, Problem, Question
from klausur.exam.variants import as_printed


def paper_differences(printed: Frozen, disk: Frozen) -> tuple[Difference, ...]:
    """How the paper would differ if the exam on disk were printed: first the whole, then by question.

    Text is compared as it is typeset, pictures by their bytes. Where a problem's Markdown is the same, its
    texts are: what another release of Klausur makes of them is no difference.

    Raises:
        LookupError: ``disk`` lacks a variant of ``printed``.
    """
    sides, found = Sides(printed, disk), DifferencesByVariant()
    for difference in (*head.fonts(printed, disk), *head.own_pdf(printed, disk)):
        found.add(difference, printed.numbers)
    for number, (old, new) in sides.rows:
        for difference in (
            *head.settings(old, new),
            *head.instructions(sides.looks[0], sides.looks[1], old, new),
            *_problems(sides, old, new),
            *_order(old, new),
        ):
            found.add(difference, (number,))
    for question in dict.fromkeys(q.id for _, exams in sides.rows for exam in exams for q in exam.questions):
        for group in sides.groups(question):
            for difference in ComparedQuestion(question, sides.looks[0], sides.looks[1], group).differences():
                found.add(difference, group.variants)
    return found.all


def _problems(sides: Sides, old: Exam, new: Exam) -> Iterator[Difference]:
    """The problems' own texts, and what was drawn for them. Of one that is gone the questions tell."""
    for problem in old.problems:
        now = _same_problem(problem, new)
        if now is None:
            continue
        same = problem.source == now.source != ""
        name, texts = f"problem {problem.id}", Texts(sides.looks[0], sides.looks[1], same)
        if problem.title != now.title:
            told = words.parted(problem.title, now.title)
            yield Difference(DifferenceKind.PROBLEM_TEXT, None, f"the title of {name}", *told, now.place)
        if problem.columns != now.columns:
            told = str(problem.columns), str(now.columns)
            yield Difference(DifferenceKind.COLUMNS, None, f"the columns of {name}", *told, now.place)
        if problem.best != now.best:
            before, after = (f"the best {n} count" if n else "all count" for n in (problem.best, now.best))
            what = f"how many questions of {name} count"
            yield Difference(DifferenceKind.PARAMETERS, None, what, before, after, now.place)
        found = texts.difference(
            DifferenceKind.PROBLEM_TEXT, None, f"the text of {name}", problem.content, now.content
        )
        if found is not None:
            yield found
        values = dict(now.values)
        other = [(key, value, values.get(key, "none")) for key, value in problem.values]
        drawn = [(key, value, is_) for key, value, is_ in other if value != is_]
        if drawn:
            before, after = (", ".join(f"{row[0]} = {row[side]}" for row in drawn) for side in (1, 2))
            told = words.parted(before, after)
            yield Difference(DifferenceKind.PARAMETERS, None, f"what was drawn for {name}", *told, now.place)


def _same_problem(problem: Problem, exam: Exam) -> Problem | None:
    """The problem of this id, or else one that asks questions of the same ids: its file was renamed."""
    by_id = next((p for p in exam.problems if p.id == problem.id), None)
    ids = {q.id for q in problem.questions}
    return by_id or next((p for p in exam.problems if {q.id for q in p.questions} == ids), None)


def _order(old: Exam, new: Exam) -> Iterator[Difference]:
    """Questions, then choices, in another order as they are printed; what is on both sides is looked at."""
    before, after = as_printed(old), as_printed(new)
    both = {q.id for q in old.questions} & {q.id for q in new.questions}
    orders = [[[q.id for q in p.questions if q.id in both] for p in e.problems] for e in (before, after)]
    if _full(orders[0]) != _full(orders[1]):
        shown = ("; ".join(", ".join(ids) for ids in _full(order)) for order in orders)
        told = words.parted(*shown)
        yield Difference(DifferenceKind.ORDER, None, "the order of questions", *told, Place(NAME))
    printed = {q.id: q for q in before.questions}
    for question in after.questions:
        if question.id in both:
            yield from _choice_order(printed[question.id], question)


def _full(order: list[list[str]]) -> list[list[str]]:
    """Without problems of which nothing is on both sides."""
    return [ids for ids in order if ids]


def _choice_order(old: Question, new: Question) -> Iterator[Difference]:
    before, after = ([c.id for c in q.choices] for q in (old, new))
    if before != after and sorted(before) == sorted(after):
        told, what = (", ".join(before), ", ".join(after)), f"the order of choices of question {new.id}"
        yield Difference(DifferenceKind.ORDER, new.id, what, *told, new.place, tuple(after))
