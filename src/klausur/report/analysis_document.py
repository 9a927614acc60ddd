"""Statistics of an exam as a document that a committee reads: figures, a picture of all results, tables.

Figures come from `klausur.report.item_analysis`; here they are written as the exam's language has them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from klausur.base.decimals import with_comma
from klausur.base.errors import ToolError
from klausur.exam.model import Exam, GradeKey
from klausur.report.histogram import histogram
from klausur.report.item_analysis import Analysis, Choice, Class, Difference, Item
from klausur.typeset import engine, slices, wording
from klausur.typeset.for_printer import for_printer
from klausur.typeset.markup import STYLE, head

_BARS = 40
"""Of the picture, at most."""

_LITTLE = 0.2
"""The discrimination below which a question is marked."""


@dataclass(frozen=True, slots=True)
class CorrectorLine:
    """A corrector's figures on a question; ``who`` is a letter, ``drifted`` as in `klausur.state.figures`."""

    number: str
    who: str
    judged: int
    mean: float | None
    spread: float | None
    drift: float | None
    drifted: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """What the document tells.

    Attributes:
        analysis: the figures.
        key: the grade key as it was used.
        results: of the final booklets, in the key's unit.
        most: what can be reached, likewise.
        grades: each with how many have it, from best to worst.
        graded: how many have one.
        passed: how many passed; None where no grade fails.
        correctors: figures of those who judged.
        struck: numbers of questions that are left out.
        left_out: how many booklets are.
    """

    analysis: Analysis
    key: GradeKey
    results: Sequence[Fraction]
    most: Fraction
    grades: Sequence[tuple[str, int]]
    graded: int
    passed: int | None
    correctors: Sequence[CorrectorLine]
    struck: Sequence[str]
    left_out: int


def compile_report(exam: Exam, root: Path, said: Reported, made: datetime) -> bytes:
    """A PDF of the statistics, on the exam's paper and in its language.

    Args:
        exam: what they are of.
        root: the exam's folder, which may hold fonts.
        said: what is told.
        made: as of when it is right.

    Raises:
        ToolError: Typst refuses it.
    """
    when = {"day": wording.short_day(made.date(), exam.locale), "time": wording.clock(made, exam.locale)}
    typeset = slices.typeset(
        engine.template(*STYLE, "fitted", "plain-sheet", "analysis"),
        {**head(exam), "form": "exam", "made": when},
        [[_Words(exam.locale).all_of(said)]],
        root=root,
        day=exam.date,
    )
    if isinstance(typeset, engine.TypstFault):
        raise ToolError(
            f"Typst refuses the statistics: {typeset.message}", "see that rooms and grades hold plain text"
        )
    return for_printer(typeset.pdf, both=False)


class _Words:
    """Figures as a locale writes them."""

    def __init__(self, locale: str) -> None:
        self.comma = wording.decimal(locale) == ","

    def all_of(self, said: Reported) -> Mapping[str, Any]:
        """Everything, as plain data."""
        found = said.analysis
        passed = "" if said.passed is None else f"{said.passed} ({_share(said.passed / said.graded)})"
        return {
            "figures": {
                "booklets": str(found.people),
                "mean": f"{self.number(found.mean, 1)} / {self.plain(found.of)}",
                "median": self.number(found.median, 1),
                "spread": self.number(found.spread, 1),
                "alpha": self.number(found.alpha, 2),
                "error": self.number(found.error, 1),
                "passed": passed,
            },
            "picture": self.picture(said),
            "percent": said.key.percent,
            "grades": [[grade, many, _share(many / said.graded)] for grade, many in said.grades],
            "questions": [self.question(item) for item in found.items],
            "choices": [self.choice(item, one) for item in found.items for one in item.choices],
            "groups": [self.group(one) for one in found.differences if one.size is not Class.NONE],
            "grouped": bool(found.differences),
            "correctors": [self.corrector(line) for line in said.correctors],
            "struck": ", ".join(said.struck),
            "left-out": said.left_out,
        }

    def number(self, value: float | None, places: int) -> str:
        """A number with so many decimals; a dash where there is none."""
        if value is None:
            return "–"
        text = f"{value:.{places}f}".replace("-", "\N{MINUS SIGN}")
        return with_comma(text) if self.comma else text

    def plain(self, value: float) -> str:
        """A number without decimals that say nothing."""
        return with_comma(f"{value:g}") if self.comma else f"{value:g}"

    def picture(self, said: Reported) -> Mapping[str, Any]:
        """How many results lie where, and where each grade begins: places are shares of the axis."""
        found = histogram(said.results, said.most, _BARS)
        inner = [(name, at) for name, at in said.key.thresholds if found.start <= at <= found.end]
        return {
            "bars": found.bars,
            "ticks": [[self.plain(at), found.place(Fraction(at))] for at in found.ticks()],
            "thresholds": [[name, found.place(at)] for name, at in inner]
            if len(inner) < len(found.bars)
            else [],
        }

    def question(self, item: Item) -> list[Any]:
        """A row of the questions, the share for its bar, and whether it is marked."""
        r = item.discrimination
        return [
            item.number,
            self.plain(item.credits),
            self.number(item.mean, 2),
            _share(item.facility),
            self.number(r, 2),
            self.number(item.alpha_without, 2),
            *map(_share, item.by_part),
            item.facility,
            r is not None and r < _LITTLE,
        ]

    def choice(self, item: Item, choice: Choice) -> list[Any]:
        """A row of the choices, and whether it is right."""
        return [
            item.number,
            choice.letter,
            _share(choice.chosen),
            *map(_share, choice.by_part),
            self.number(choice.discrimination, 2),
            choice.right,
        ]

    def group(self, one: Difference) -> list[Any]:
        """A row of the groups that do otherwise, and what groups them."""
        by = self.number(one.by_sd, 2)
        return [
            one.number,
            one.group,
            str(one.many),
            by if one.by_sd < 0 else f"+{by}",
            self.number(one.p, 3),
            one.size.value,
            one.by,
        ]

    def corrector(self, line: CorrectorLine) -> list[Any]:
        """A row of the correctors, and whether their credits drifted."""
        drift = "" if line.drift is None else self.number(line.drift, 2)
        return [
            line.number,
            line.who,
            str(line.judged),
            self.number(line.mean, 2),
            self.number(line.spread, 2),
            f"+{drift}" if line.drift is not None and line.drift > 0 else drift,
            line.drifted,
        ]


def letters(people: Iterable[str]) -> dict[str, str]:
    """A letter for each of these people, A to Z, then AA: in the order of their names."""
    found = {}
    for n, who in enumerate(sorted(set(people))):
        rest, last = divmod(n, 26)
        found[who] = (chr(64 + rest) if rest else "") + chr(65 + last)
    return found


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f}\N{NO-BREAK SPACE}%"
