"""All that the variants of an exam ask, as one exam: for what is about the whole of it, as a table's columns.

Variants ask the same, unless each draws from a bank: then a problem holds here what any of them asks, and as
many of its questions count as each of them has. No paper looks like it, and no answers are scored by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from klausur.exam.draw import FOLDER
from klausur.exam.model import Exam, Problem, Question, Strike


def draws(exam: Exam) -> bool:
    """Whether some of its questions are out of a bank, so that another variant may ask others."""
    return any(map(is_drawn, exam.problems))


def is_drawn(problem: Problem) -> bool:
    """Whether its questions are out of a bank."""
    return problem.place.file.startswith(f"{FOLDER}/")


def with_every_question(exams: Sequence[Exam]) -> Exam:
    """The first of these variants, with the questions of all; the same if they ask the same.

    Args:
        exams: at least one, in the order of the source; they have the same problems.
    """
    first = exams[0]
    if len(exams) == 1 or not draws(first):
        return first
    known: dict[str, dict[str, Question]] = {problem.id: {} for problem in first.problems}
    struck: dict[str, Strike] = {}
    for exam in exams:
        struck |= dict(exam.grading.struck)
        for problem in exam.problems:
            held = known.setdefault(problem.id, {})
            for question in problem.questions:
                held.setdefault(question.id, question)
    problems = tuple(_whole(problem, known[problem.id].values()) for problem in first.problems)
    return replace(first, problems=problems, grading=replace(first.grading, struck=tuple(struck.items())))


def _whole(problem: Problem, questions: Iterable[Question]) -> Problem:
    """A problem with the questions of all variants, in the order of its file."""
    asked = sorted(questions, key=lambda question: question.place.line)
    if len(asked) == len(problem.questions):
        return problem
    numbered = (replace(q, number=f"{problem.number}.{at}") for at, q in enumerate(asked, start=1))
    return replace(problem, questions=tuple(numbered), best=problem.best or len(problem.questions))
