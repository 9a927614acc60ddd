"""Whether all that was in a foreign file is in the exam, or was refused by name: counts that must agree.

of the file itself, by its format's simple count    = what its questions account for + what was kept beside
what the writer says it wrote                       = what a parse of the written folder holds
"""

from dataclasses import replace

from klausur.convert.model import Counts, Found
from klausur.exam.content import Content
from klausur.exam.model import Exam, QuestionKind


def accounted(found: Found) -> Counts:
    """What questions and refusals account for of a file, figures aside."""
    total = Counts()
    for question in found.questions:
        total += question.counted
    for kept in found.kept:
        total += kept.counted
    return total


def unaccounted(found: Found) -> tuple[str, ...]:
    """What the file's own count has and nothing accounts for, in words; nothing if all agree."""
    return found.counted.differences(replace(accounted(found), figures=found.counted.figures))


def of_exam(exam: Exam) -> Counts:
    """What a parsed exam holds."""
    total = Counts()
    for problem in exam.problems:
        total += Counts(figures=_figures(problem.content))
        for question in problem.questions:
            contents = (
                question.content,
                question.before,
                question.solution,
                *(row[0].content for row in question.rows if question.kind is QuestionKind.TABLE),
                *(choice.content for choice in question.choices if question.kind is not QuestionKind.TABLE),
                *question.heads,
            )
            total += Counts(
                questions=1,
                choices=len(question.choices),
                right=sum(choice.right for choice in question.choices),
                solutions=int(question.solution is not None),
                figures=sum(map(_figures, contents)),
                credits=question.credits,
            )
    return total


def _figures(content: Content | None) -> int:
    return 0 if content is None else len(content.figures)
