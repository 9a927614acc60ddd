"""GIFT out of an exam: questions as plain text for Moodle, those with figures left out by name."""

import html
import re
from fractions import Fraction

from klausur.convert import leaving
from klausur.convert.leaving import Exported, Leaving
from klausur.convert.to_moodle import shares, told
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question, QuestionKind, SchemeKind

_SIGNS = re.compile(r"([~=#{}:\\])")


def export(exam: Exam) -> Exported:
    """The exam as one file of GIFT."""
    made = Leaving(exam, "GIFT")
    blocks: list[str] = []
    number = 0
    for problem in exam.problems:
        blocks.append(f"$CATEGORY: {problem.title.replace('/', '-') or 'Questions'}")
        for question in problem.questions:
            if question.bonus:
                made.say(question, leaving.BONUS)
            texts = [leaving.with_tex(content) for content in leaving.before(problem, question)]
            answers = _answers(question, made)
            figures = any(map(leaving.figures_of, (*texts, leaving.with_tex(question.content))))
            if figures and answers is not None:
                made.say(question, "figures, which GIFT has none of; left out")
            if answers is None or figures:
                continue
            blocks += [f"[html]{_escaped(text)}" for text in texts]
            blocks.append(f"::{_escaped(leaving.name(question))}::[html]{_asked(question)} {{{answers}}}")
            number += 1
            if question.credits != 1:
                made.say(question, "its credits, which GIFT does not say")
    return Exported({"questions.gift": ("\n\n".join(blocks) + "\n").encode()}, number, tuple(made.said))


def _asked(question: Question) -> str:
    return _escaped(leaving.with_tex(question.content))


def _escaped(words: str) -> str:
    return _SIGNS.sub(r"\\\1", " ".join(words.split()))


def _html(content: Content) -> str:
    return f"[html]{_escaped(leaving.with_tex(content))}"


def _answers(question: Question, made: Leaving) -> str | None:
    """What stands in the braces; None if GIFT cannot say it, which is named."""
    solution = "" if question.solution is None else f"####{_escaped(leaving.with_tex(question.solution))}"
    if question.rubric is not None:
        made.say(question, "its rubric, which GIFT has no place for")
    if question.kind in {QuestionKind.TEXT, QuestionKind.SHORT}:
        if question.kind is QuestionKind.SHORT:
            made.say(question, "a short answer that people grade: an essay there")
        return solution
    if question.kind is QuestionKind.NUMBER:
        return _number(question, made, solution)
    if question.kind is QuestionKind.TABLE:
        return _matching(question, made, solution)
    if question.kind in {QuestionKind.CHOICE, QuestionKind.SINGLE}:
        return _choices(question, made, solution)
    made.say(question, "blanks in its text, which GIFT has one of at most; left out")
    return None


def _number(question: Question, made: Leaving, solution: str) -> str | None:
    shares = [told(one.credits / question.credits) for one in question.expected]
    if any(share is None for share in shares):
        made.say(question, "credits of a number that Moodle has no share for; left out")
        return None
    lines = [
        f"={'' if share == '100' else f'%{share}%'}{_decimal(one.value)}:{_decimal(one.within)}"
        for one, share in zip(question.expected, shares, strict=True)
    ]
    return f"#{' '.join(lines)} {solution}".rstrip()


def _decimal(value: Fraction) -> str:
    return f"{float(value):.9f}".rstrip("0").rstrip(".")


def _matching(question: Question, made: Leaving, solution: str) -> str | None:
    if any(sum(box.right for box in row) != 1 for row in question.rows):
        made.say(question, "a row with several right boxes, or none; left out")
        return None
    if question.counted_by(made.exam.scheme).kind is not SchemeKind.PER_ROW:
        made.say(question, "its scheme: each row counts on its own there")
    pairs = []
    for row in question.rows:
        at = next(number for number, box in enumerate(row) if box.right)
        head = _escaped(html.escape(question.heads[at].text, quote=False))
        pairs.append(f"={_html(row[0].content)} -> {head}")
    return f"{' '.join(pairs)} {solution}".rstrip()


def _choices(question: Question, made: Leaving, solution: str) -> str | None:
    scheme = question.counted_by(made.exam.scheme)
    if question.kind is QuestionKind.SINGLE and scheme.kind is not SchemeKind.WEIGHTS:
        lines = [f"{'=' if choice.right else '~'}{_html(choice.content)}" for choice in question.choices]
        return f"{' '.join(lines)} {solution}".rstrip()
    texts = shares(question, made)
    if texts is None:
        return None
    lines = [
        f"~%{text}%{_html(choice.content)}" for choice, text in zip(question.choices, texts, strict=True)
    ]
    return f"{' '.join(lines)} {solution}".rstrip()
