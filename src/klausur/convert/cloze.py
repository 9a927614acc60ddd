"""Moodle's gaps in a text, ``{1:SHORTANSWER:=right#feedback~%50%nearly}``."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from klausur.convert.common import best_of, numbers_of, one_cross, short_solution
from klausur.convert.gift import percent
from klausur.convert.model import Counts, Fate, Markup, Option, Question, Remark, Text, blank
from klausur.exam.model import QuestionKind

_GAP = re.compile(
    r"\{(?P<weight>\d*(?:\.\d+)?):(?P<type>[A-Z_]+):(?P<inside>(?:\\.|[^\\{}])*(?:\{[^{}]*\}(?:\\.|[^\\{}])*)*)\}",
    re.DOTALL,
)
_CHOICES = re.compile(r"MULTICHOICE|MULTIRESPONSE|MC|MCV|MCH|MCS|MCVS|MCHS|MR|MRH|MRS|MRHS")
_NUMERICAL = re.compile(r"NUMERICAL|NM")


@dataclass(frozen=True, slots=True)
class _Answer:
    words: str
    share: Fraction
    feedback: str


@dataclass(frozen=True, slots=True)
class _Gap:
    weight: Fraction
    type: str
    answers: tuple[_Answer, ...]

    @property
    def chosen(self) -> bool:
        return _CHOICES.match(self.type) is not None


def count(text: str) -> list[tuple[str, int, int]]:
    """The simple count: for each gap its weight, the choices it offers, and how many of them are right."""
    found = []
    for match in _GAP.finditer(text):
        if not _CHOICES.match(match["type"]):
            found.append((match["weight"], 0, 0))
            continue
        parts = re.split(r"(?<!\\)~", match["inside"])
        parts = [part for part in parts if part.strip()]
        right = sum(
            part.startswith("=") or re.match(r"%[\d.]*[1-9][\d.]*%", part) is not None for part in parts
        )
        found.append((match["weight"], len(parts), right))
    return found


def questions(base: Question, remarks: list[Remark]) -> tuple[Question, ...]:
    """A text with gaps: blanks in a text if people write into all of them, else a question for each gap."""
    gaps = [_gap(match) for text in base.texts for match in _GAP.finditer(text.words)]
    if not gaps:
        return ()
    total = sum((gap.weight for gap in gaps), Fraction(0)) or Fraction(1)
    worth = total if base.credits is None else base.credits
    if not any(gap.chosen or _NUMERICAL.match(gap.type) for gap in gaps):
        return (_blanks(base, gaps, worth, remarks),)
    told = f"a text with {len(gaps)} gaps"
    remarks.append(Remark(Fate.CHANGED, base.line, told, "the text is shared, each gap is a question"))
    numbers = iter(range(1, len(gaps) + 1))
    stem = tuple(
        replace(t, words=_GAP.sub(lambda _: f" ({next(numbers)}) ……… ", t.words)) for t in base.texts
    )
    made = []
    for number, gap in enumerate(gaps, start=1):
        one = _of_gap(base, gap, number, worth * gap.weight / total)
        solution = (*one.solution, *(base.solution if number == len(gaps) else ()))
        counted = Counts(
            1, len(one.options), sum(a.share > 0 for a in gap.answers) if gap.chosen else 0,
            int(number == len(gaps) and bool(base.solution)), 0, worth * gap.weight / total,
        )  # fmt: skip
        made.append(replace(one, solution=solution, before=stem if number == 1 else (), origin=counted))
    return tuple(made)


def _gap(match: re.Match[str]) -> _Gap:
    return _Gap(Fraction(match["weight"] or 1), match["type"], tuple(_answers(match["inside"])))


def _answers(inside: str) -> Iterator[_Answer]:
    for part in re.split(r"(?<!\\)~", inside):
        if not part.strip():
            continue
        match = re.match(r"\s*(?:(?P<right>=)|%(?P<share>-?[\d.]+)%)?(?P<rest>.*)", part, re.DOTALL)
        if match is None:
            continue
        words, *feedback = re.split(r"(?<!\\)#", match["rest"], maxsplit=1)
        share = Fraction(1) if match["right"] else percent(match["share"]) if match["share"] else Fraction(0)
        yield _Answer(_plain(words), share, _plain(feedback[0]) if feedback else "")


def _plain(words: str) -> str:
    return re.sub(r"\\([~#{}\\=])", r"\1", words).strip()


def _blanks(base: Question, gaps: list[_Gap], worth: Fraction, remarks: list[Remark]) -> Question:
    keys = [" / ".join(a.words for a in gap.answers if a.share == 1) for gap in gaps]
    remarks.append(
        Remark(
            Fate.CHANGED, base.line, f"a text with {len(gaps)} gaps", "blanks in a text, which people grade"
        )
    )
    texts, first = [], 0
    for text in base.texts:
        numbers = iter(range(1, len(gaps) + 1))
        number = len(_GAP.findall(text.words))
        words = _GAP.sub(functools.partial(_next_blank, numbers), text.words)
        texts.append(replace(text, words=words, blanks=tuple(keys[first : first + number])))
        first += number
    partly = [a for gap in gaps for a in gap.answers if a.share not in (0, 1)]
    more = (short_solution([(a.words, a.share) for a in partly], base.line),) if partly else ()
    feedback = tuple(
        Text(a.feedback, Markup.HTML, base.line) for gap in gaps for a in gap.answers if a.feedback
    )
    return replace(
        base, kind=QuestionKind.BLANKS, texts=tuple(texts), credits=worth,
        solution=(*more, *feedback, *base.solution),
        origin=Counts(len(gaps), 0, 0, int(bool(base.solution)), 0, worth),
    )  # fmt: skip


def _next_blank(numbers: Iterator[int], _: re.Match[str]) -> str:
    return blank(next(numbers))


def _of_gap(base: Question, gap: _Gap, number: int, worth: Fraction) -> Question:
    asked = (Text(f"What belongs into gap ({number})?", Markup.PLAIN, base.line),)
    feedback = tuple(Text(a.feedback, Markup.HTML, base.line) for a in gap.answers if a.feedback)
    made = Question(
        base.line, f"{base.title} ({number})", QuestionKind.SHORT, asked, worth, solution=feedback
    )
    if gap.chosen:
        options = tuple(
            Option(Text(a.words, Markup.HTML, base.line), a.share > 0, a.share) for a in gap.answers
        )
        one = one_cross([a.share for a in gap.answers], worth) and not gap.type.startswith(("MULTIR", "MR"))
        chosen = replace(made, kind=QuestionKind.SINGLE if one else QuestionKind.CHOICE, options=options)
        return best_of(chosen) if one else chosen
    if _NUMERICAL.match(gap.type):
        numbers = tuple(n for a in gap.answers if a.share > 0 for n in numbers_of(a.words, a.share))
        if numbers:
            return replace(made, kind=QuestionKind.NUMBER, numbers=numbers)
    told = short_solution([(a.words, a.share) for a in gap.answers if a.share > 0], base.line)
    return replace(made, solution=(told, *feedback))
