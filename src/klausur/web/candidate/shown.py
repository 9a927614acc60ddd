"""What a candidate's page shows of their results, in the reader's language."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.actions.own_results import OwnQuestion, OwnResults
from klausur.exam.model import Strike
from klausur.state.judgements import GivenItem, Judged
from klausur.state.objections import About, Outcome, StoredObjection
from klausur.state.publication import Part
from klausur.web.numbers import show_credits, show_grade, signed_credits

ABOUTS = {
    About.QUESTION: gettext_lazy("A question"),
    About.PAGE_MISSING: gettext_lazy("A page of mine is missing"),
    About.NOT_MINE: gettext_lazy("This is not my script"),
    About.OTHER: gettext_lazy("Something else is wrong with my papers"),
}
"""What is objected to."""

OUTCOMES = {
    Outcome.STANDS: gettext_lazy("stays as it was"),
    Outcome.CHANGED: gettext_lazy("changed"),
    Outcome.DONE: gettext_lazy("looked into"),
}
"""What came of an objection."""

PARTS = {
    Part.TOTAL: gettext_lazy("Total and grade"),
    Part.QUESTIONS: gettext_lazy("What each question earned, and what was read of crosses and numbers"),
    Part.ITEMS: gettext_lazy("Rubric items and comments"),
    Part.SCRIPT: gettext_lazy("The own script, with what was drawn on it"),
    Part.SOLUTION: gettext_lazy("Right choices and sample solutions"),
    Part.STATISTICS: gettext_lazy("Mean, and how many have which grade"),
}
"""What candidates may be shown."""

_STRUCK = {
    Strike.DROPPED: gettext_lazy("does not count"),
    Strike.FULL: gettext_lazy("everybody gets its credits"),
    Strike.BETTER: gettext_lazy("counts where that is better"),
}


@dataclass(frozen=True, slots=True)
class ItemShown:
    """What was given, and for what."""

    credits: str
    text: str
    minus: bool = False


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question: what it earned, why, and what its candidate has objected to. ``share`` is in percent."""

    of: OwnQuestion
    credits: str
    most: str
    share: int
    struck: str
    items: tuple[ItemShown, ...]
    written: str
    expected: str
    objections: tuple[StoredObjection, ...]


@dataclass(frozen=True, slots=True)
class GradeShown:
    """How many have a grade; ``own`` is whether the candidate does."""

    grade: str
    many: int
    own: bool


def questions(found: OwnResults, raised: Sequence[StoredObjection]) -> tuple[QuestionShown, ...]:
    """All questions of a candidate."""
    return tuple(question(each, raised) for each in found.questions)


def question(each: OwnQuestion, raised: Sequence[StoredObjection]) -> QuestionShown:
    """One of them."""
    return QuestionShown(
        each,
        "" if each.credits is None else show_credits(each.credits),
        show_credits(each.of),
        round(100 * max(Fraction(0), each.credits or Fraction(0)) / each.of) if each.of else 0,
        "" if each.struck is None else str(_STRUCK[each.struck]),
        () if each.judged is None else tuple(items(each.judged)),
        _numbers(each.written),
        "; ".join(_alternatives(each.expected)),
        tuple(one for one in raised if one.question == each.id),
    )


def grades(found: OwnResults) -> tuple[GradeShown, ...]:
    """How many have which grade."""
    told = found.statistics
    if told is None:
        return ()
    return tuple(GradeShown(show_grade(g), many, g == found.grade) for g, many in told.grades)


def items(judged: Judged) -> Iterator[ItemShown]:
    """What was given, and for what."""
    for item in judged.items:
        yield ItemShown(_gave(item), item.text + _times(item.count), item.credits < 0)
    if judged.adjustment and (judged.items or judged.reason):
        yield ItemShown(signed_credits(judged.adjustment), judged.reason, judged.adjustment < 0)


def _gave(item: GivenItem) -> str:
    gave = signed_credits(item.credits * item.count)
    if item.full is None:
        return gave
    return _("%(gave)s from %(full)s") % {"gave": gave, "full": show_credits(item.full)}


def _times(count: int) -> str:
    return f" × {count}" if count > 1 else ""


def _numbers(some: Iterable[Fraction | None]) -> str:
    return "; ".join(_("nothing") if each is None else show_credits(each) for each in some)


def _alternatives(expected: Iterable[Sequence[Fraction]]) -> Iterator[str]:
    for some in expected:
        yield _(" or ").join(map(show_credits, some))
