r"""What every export needs: texts as HTML with their TeX, figures, rubrics, and what is to be said.

A `Content` holds its formulas as MathML for browsers and as TeX for those who listen; other systems want the
TeX, between ``\(`` and ``\)``.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from klausur.base.credits import show_credits
from klausur.convert import formulas
from klausur.convert.model import Markup
from klausur.exam.content import Content
from klausur.exam.model import Exam, Problem, Question, QuestionKind, Scheme, SchemeKind
from klausur.exam.rubric import RubricGroup, RubricItem

_MATHS = re.compile(r"<math\b(?P<attributes>[^>]*)>.*?</math>", re.DOTALL)
_TEX = re.compile(r'#set math\.equation\(alt: "((?:[^"\\]|\\.)*)"\);')
_FIGURE = re.compile(r'<img\b[^>]*\bsrc="(?P<src>[^"]*)"[^>]*>')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_BLANK = re.compile(r'<span class="blank">(.*?)</span>', re.DOTALL)


BONUS = "a bonus: it counts towards the total there"
"""What is said of a bonus question where the target has no word for it."""


@dataclass(slots=True)
class Leaving:
    """An export as it is made: what was said of what the target cannot carry, by question, and files."""

    exam: Exam
    target: str
    said: list[tuple[str, str]] = field(default_factory=list)

    def say(self, question: Question, what: str) -> None:
        """The target cannot carry something of a question as it is."""
        line = (f"{question.number} {question.title}".strip(), what)
        if line not in self.said:
            self.said.append(line)


@dataclass(frozen=True, slots=True)
class Exported:
    """The files of an export, by path, how many questions are in them, and what is not as it was."""

    files: dict[str, bytes]
    questions: int
    said: tuple[tuple[str, str], ...]


def with_tex(content: Content, *, blanks: str = "") -> str:
    r"""A text as HTML with ``\(…\)`` and ``\[…\]`` for its formulas.

    Args:
        content: the text.
        blanks: what stands in place of a blank; empty to leave what belongs there, as HTML.

    Raises:
        ValueError: it has other formulas than it tells; that is a bug.
    """
    tex = [_unescaped(one) for one in _TEX.findall(content.typst)]
    numbers = iter(tex)

    def back(match: re.Match[str]) -> str:
        one = html.escape(next(numbers, ""), quote=False)
        return rf"\[{one}\]" if "display" in match["attributes"] else rf"\({one}\)"

    if len(_MATHS.findall(content.html)) != len(tex):
        raise ValueError(
            f"{content.place}: {len(tex)} formulas told, {len(_MATHS.findall(content.html))} shown"
        )
    found = _MATHS.sub(back, content.html)
    if [one.tex for one in formulas.taken_out(found, Markup.HTML)[1]] != [
        " ".join(one.split()) for one in tex
    ]:
        numbers = iter(tex)
        found = _MATHS.sub(back, _apart(content.html))
    return _BLANK.sub(blanks or r"\1", found) if "blank" in found else found


def _apart(words: str) -> str:
    """HTML in which what is no formula is not taken for one; its formulas are left as they are."""
    pieces, at = [], 0
    for match in _MATHS.finditer(words):
        pieces += [formulas.kept_literal(words[at : match.start()]), match[0]]
        at = match.end()
    return "".join((*pieces, formulas.kept_literal(words[at:])))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text)


def with_other_tex(typst: str, change: Callable[[str], str]) -> str:
    """A text as it is typeset with other TeX told of its formulas."""

    def changed(match: re.Match[str]) -> str:
        told = change(_unescaped(match[1]))
        return match[0].replace(match[1], "".join(_ESCAPED.get(letter, letter) for letter in told), 1)

    return _TEX.sub(changed, typst)


def blanks_of(content: Content) -> tuple[str, ...]:
    """What belongs into the blanks of a text, in plain words."""
    return tuple(html.unescape(re.sub(r"<[^>]*>", "", one)) for one in _BLANK.findall(content.html))


def figures_of(text: str) -> tuple[str, ...]:
    """The figures that a text names, as paths in the exam's folder."""
    return tuple(dict.fromkeys(html.unescape(one) for one in _FIGURE.findall(text)))


def picture(folder: Path, path: str) -> bytes:
    """A figure's bytes; nothing if it is not there."""
    file = folder / path
    return file.read_bytes() if file.is_file() else b""


def before(problem: Problem, question: Question) -> Iterator[Content]:
    """The texts that stand ahead of a question: that of its problem ahead of the first, and shared ones."""
    if problem.content is not None and problem.questions[0] is question:
        yield problem.content
    if question.before is not None:
        yield question.before


def name(question: Question) -> str:
    """What a question is called where it must have a name."""
    return question.title or f"Question {question.number}"


def rubric_html(question: Question, tell: Callable[[Content], str] = with_tex) -> str:
    """A rubric as a list of HTML, its lines as an author writes them, groups with theirs below.

    ``tell`` makes HTML of what a line says.
    """
    if question.rubric is None:
        return ""
    notes = "".join(f"<li>[note] {tell(note)}</li>" for note in question.rubric.notes)
    return f"<ul>{''.join(_line(member, tell) for member in question.rubric.root.members)}{notes}</ul>"


def _line(member: RubricItem | RubricGroup, tell: Callable[[Content], str]) -> str:
    if isinstance(member, RubricItem):
        return f"<li>[{_credits(member)}] {tell(member.content)}</li>"
    words = "either" if member.either else ""
    if member.cap is not None:
        words = f"{words} max {show_credits(member.cap)}".strip()
    heading = "" if member.content is None else tell(member.content)
    below = "".join(_line(inner, tell) for inner in member.members)
    return f"<li>[{words or 'all'}] {heading}<ul>{below}</ul></li>"


def _credits(item: RubricItem) -> str:
    told = ("+" if item.credits > 0 else "") + show_credits(item.credits)
    told += " each" if item.each else ""
    return told if item.full is None else f"{told} from {show_credits(item.full)}"


def fractions(question: Question, scheme: Scheme) -> tuple[Fraction, ...] | None:
    """What a cross on each choice gives of the credits, if what is crossed adds up; else None."""
    right = sum(choice.right for choice in question.choices)
    wrong = len(question.choices) - right
    if question.kind is QuestionKind.SINGLE and scheme.kind is not SchemeKind.WEIGHTS:
        return tuple(Fraction(choice.right) for choice in question.choices)
    if scheme.floor and scheme.kind in {SchemeKind.RIGHT_MINUS_WRONG, SchemeKind.WEIGHTS}:
        return None
    if scheme.kind is SchemeKind.WEIGHTS:
        return tuple((choice.weight or Fraction(0)) / question.credits for choice in question.choices)
    if not right:
        return None
    if scheme.kind is SchemeKind.PARTIAL:
        off = Fraction(-1, wrong) if wrong else Fraction(0)
    elif scheme.kind is SchemeKind.RIGHT_MINUS_WRONG:
        off = Fraction(-1, right)
    else:
        return None
    return tuple(Fraction(1, right) if choice.right else off for choice in question.choices)
