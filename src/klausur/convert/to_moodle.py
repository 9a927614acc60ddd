"""Moodle's XML out of an exam: a category for each problem, pictures inside, rubrics for graders."""

import base64
import html
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import PurePosixPath

from lxml import etree
from lxml.builder import E

from klausur.convert import leaving
from klausur.convert.leaving import Exported, Leaving
from klausur.exam.content import Content
from klausur.exam.model import Choice, Exam, Question, QuestionKind, SchemeKind

FRACTIONS = (
    "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20",
    "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0",
)  # fmt: skip
"""The shares in percent that Moodle's choices may have, with either sign."""

_LEAST_LINES, _LINE = 2, 8.0
"""Lines of an answer that is short, and the height in mm that a line stands for."""


def told(share: Fraction) -> str | None:
    """A share as Moodle writes it; None if it knows none that is this one."""
    for text in FRACTIONS:
        if abs(Fraction(text) / 100 - abs(share)) < Fraction(1, 10**6):
            return f"-{text}" if share < 0 else text
    return None


def export(exam: Exam) -> Exported:
    """The exam as one file for Moodle's question bank."""
    made = Leaving(exam, "Moodle")
    root = E.quiz()
    number = 0
    for problem in exam.problems:
        root.append(
            E.question(
                E.category(E.text(f"$course$/{exam.title}/{_category(problem.title)}")), type="category"
            )
        )
        for question in problem.questions:
            for content in leaving.before(problem, question):
                root.append(_described(content, question, made))
            element = _question(question, made)
            if element is not None:
                root.append(element)
                number += 1
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return Exported({"moodle.xml": data}, number, tuple(made.said))


def _category(title: str) -> str:
    return title.replace("/", "//") or "Questions"


def _described(content: Content, question: Question, made: Leaving) -> etree._Element:
    element = E.question(E.name(E.text(f"Before {leaving.name(question)}")), type="description")
    element.append(_text("questiontext", leaving.with_tex(content), made))
    element.append(E.defaultgrade("0"))
    return element


def _question(question: Question, made: Leaving) -> etree._Element | None:
    kinds = {
        QuestionKind.CHOICE: _choice, QuestionKind.SINGLE: _choice, QuestionKind.TABLE: _matching,
        QuestionKind.NUMBER: _number, QuestionKind.TEXT: _essay, QuestionKind.SHORT: _essay,
        QuestionKind.BLANKS: _blanks,
    }  # fmt: skip
    make = kinds.get(question.kind)
    if make is None:
        made.say(question, "numbers in blanks, which Moodle's gaps take in another form: left out")
        return None
    if question.bonus:
        made.say(question, leaving.BONUS)
    return make(question, made)


def _begun(kind: str, question: Question, made: Leaving, text: str | None = None) -> etree._Element:
    element = E.question(E.name(E.text(leaving.name(question))), type=kind)
    element.append(_text("questiontext", leaving.with_tex(question.content) if text is None else text, made))
    solution = "" if question.solution is None else leaving.with_tex(question.solution)
    element.append(_text("generalfeedback", solution, made))
    element.append(E.defaultgrade(_number_told(question.credits)))
    element.append(E.hidden("0"))
    return element


def _number_told(value: Fraction) -> str:
    return f"{float(value):.7f}"


def _text(tag: str, words: str, made: Leaving) -> etree._Element:
    """A text with the pictures that it names."""
    files = []
    for path in leaving.figures_of(words):
        name = PurePosixPath(path).name
        words = words.replace(f'src="{html.escape(path)}"', f'src="@@PLUGINFILE@@/{name}"')
        data = leaving.picture(made.exam.folder, path)
        files.append(E.file(base64.b64encode(data).decode(), name=name, path="/", encoding="base64"))
    words = re.sub(r'style="width:\s*([\d.]+%)"', r'width="\1"', words)
    element = E(tag, E.text(etree.CDATA(words) if words else ""), format="html")
    element.extend(files)
    return element


def shares(question: Question, made: Leaving) -> tuple[str, ...] | None:
    """Which percentage each choice of a question gives, as Moodle writes it; None where it has none such."""
    scheme = question.counted_by(made.exam.scheme)
    fractions = leaving.fractions(question, scheme)
    if fractions is None:
        right = sum(choice.right for choice in question.choices)
        if not right:
            made.say(question, "no choice is right: Moodle's choices have one at least; left out")
            return None
        made.say(
            question,
            f"the scheme {scheme.kind}: right choices share the credits there, a wrong one takes all",
        )
        fractions = tuple(Fraction(1, right) if choice.right else Fraction(-1) for choice in question.choices)
    texts = [text for text in map(told, fractions) if text is not None]
    if len(texts) < len(fractions):
        made.say(question, f"shares of {scheme.kind} that Moodle has none of; left out")
        return None
    return tuple(texts)


def _choice(question: Question, made: Leaving) -> etree._Element | None:
    single = question.kind is QuestionKind.SINGLE
    texts = shares(question, made)
    if texts is None:
        return None
    if question.accepted:
        made.say(question, "what is right as well: left out of its key")
    element = _begun("multichoice", question, made)
    element.append(E.single("true" if single else "false"))
    element.append(E.shuffleanswers("true" if question.shuffle else "false"))
    if any(choice.fixed for choice in question.choices):
        made.say(question, "choices that keep their place")
    element.append(E.answernumbering("abc"))
    for choice, text in zip(question.choices, texts, strict=True):
        element.append(_answer(leaving.with_tex(choice.content), text, made))
    return element


def _answer(words: str, share: str, made: Leaving) -> etree._Element:
    inner = _text("x", words, made)
    answer = E.answer(*inner, fraction=share, format="html")
    answer.append(E.feedback(E.text(""), format="html"))
    return answer


def _matching(question: Question, made: Leaving) -> etree._Element | None:
    scheme = question.counted_by(made.exam.scheme)
    if any(sum(box.right for box in row) != 1 for row in question.rows):
        made.say(question, "a row with several right boxes, or none; left out")
        return None
    if scheme.kind is not SchemeKind.PER_ROW:
        made.say(question, f"the scheme {scheme.kind}: each row counts on its own there")
    element = _begun("matching", question, made)
    element.append(E.shuffleanswers("true" if question.shuffle else "false"))
    used: set[int] = set()
    for row in question.rows:
        at = next(number for number, box in enumerate(row) if box.right)
        used.add(at)
        element.append(_pair(row[0], question.heads[at].text, made))
    for at, head in enumerate(question.heads):
        if at not in used:
            element.append(_pair(None, head.text, made))
    return element


def _pair(row: Choice | None, head: str, made: Leaving) -> etree._Element:
    text = _text("subquestion", "" if row is None else leaving.with_tex(row.content), made)
    text.append(E.answer(E.text(head)))
    return text


def _number(question: Question, made: Leaving) -> etree._Element | None:
    texts = [told(one.credits / question.credits) for one in question.expected]
    if any(text is None for text in texts):
        made.say(question, "credits of a number that Moodle has no share for; left out")
        return None
    if question.boxes is not None and question.boxes.unit:
        made.say(question, f"the unit {question.boxes.unit}: it is not asked for there")
    element = _begun("numerical", question, made)
    for one, text in zip(question.expected, texts, strict=True):
        answer = E.answer(E.text(_decimal(one.value)), fraction=text, format="moodle_auto_format")
        answer.append(E.feedback(E.text(""), format="html"))
        answer.append(E.tolerance(_decimal(one.within)))
        element.append(answer)
    return element


def _decimal(value: Fraction) -> str:
    return f"{float(value):.9f}".rstrip("0").rstrip(".")


def _essay(question: Question, made: Leaving) -> etree._Element:
    element = _begun("essay", question, made)
    short = question.kind is QuestionKind.SHORT
    height = 0.0 if question.space is None else question.space.height
    lines = _LEAST_LINES if short else max(3, round(height / _LINE))
    element.append(E.responseformat("editor"))
    element.append(E.responserequired("1"))
    element.append(E.responsefieldlines(str(lines)))
    element.append(E.attachments("0"))
    element.append(_text("graderinfo", leaving.rubric_html(question), made))
    element.append(E.responsetemplate(E.text(""), format="html"))
    if question.space is None and not short:
        made.say(question, "an answer that goes into the text itself, a table or a figure")
    return element


def _blanks(question: Question, made: Leaving) -> etree._Element:
    made.say(question, "blanks that people grade: Moodle compares what is written, letter by letter")
    keys = iter(leaving.blanks_of(question.content))
    marked = leaving.with_tex(question.content, blanks="\x00")
    words = "".join(_gaps(marked.split("\x00"), keys))
    return _begun("cloze", question, made, words)


def _gaps(parts: Sequence[str], keys: Iterator[str]) -> Iterator[str]:
    for number, part in enumerate(parts):
        if number:
            key = re.sub(r"([~=#{}\\])", r"\\\1", html.escape(next(keys, ""), quote=False))
            yield f"{{1:SHORTANSWER:={key}}}"
        yield part
