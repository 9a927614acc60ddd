"""What a form says of a question's key, or of the exam's scheme."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from django.http import QueryDict
from django.utils.translation import gettext as _

from klausur.actions.mend_key import KeyNow, Mend
from klausur.base.credits import parse_credits
from klausur.base.errors import NotFoundError, UsageError
from klausur.exam import accepted
from klausur.exam.differences import DifferenceKind
from klausur.exam.differences.parts import Item
from klausur.exam.model import Question, QuestionKind, Scheme, SchemeKind, Strike
from klausur.web.key import grades

GRADES = "grades"
"""What a form says that is about the grade key."""

_LONGEST = 2000

SCHEMES: Mapping[QuestionKind, tuple[SchemeKind, ...]] = {
    QuestionKind.CHOICE: (
        *(SchemeKind.ALL_OR_NOTHING, SchemeKind.PER_CHOICE, SchemeKind.RIGHT_MINUS_WRONG),
        *(SchemeKind.PARTIAL, SchemeKind.FORMULA),
    ),
    QuestionKind.SINGLE: (SchemeKind.ALL_OR_NOTHING, SchemeKind.RIGHT_MINUS_WRONG, SchemeKind.FORMULA),
    QuestionKind.TABLE: (
        *(SchemeKind.PER_ROW, SchemeKind.KPRIM),
        *(SchemeKind.ALL_OR_NOTHING, SchemeKind.RIGHT_MINUS_WRONG),
    ),
}
"""The schemes that may be chosen for a kind of question; the exam's is for the first kind."""


def as_well(question: Question) -> tuple[str, ...] | None:
    """The letters that may stand beside the right ones, or in their place; None if that says it not all."""
    right = tuple(choice.id for choice in question.choices if choice.right)
    maybe = tuple(choice.id for choice in question.choices if choice.id in question.right_as_well)
    made = accepted.sets(right, maybe, single=question.kind is QuestionKind.SINGLE)
    return maybe if len(maybe) <= accepted.MOST and set(made) == set(question.accepted) else None


def question_of(now: KeyNow, name: str) -> Question:
    """A question of the exam.

    Raises:
        NotFoundError: there is none.
    """
    found = next((q for q in now.exam.questions if q.id == name), None)
    if found is None:
        raise NotFoundError(_("There is no such question."), _("Choose one of the list."))
    return found


def mends(now: KeyNow, given: QueryDict) -> tuple[Mend, ...]:
    """What a form changes of the key: of a question, the grade key, or the exam's scheme if it names neither.

    Raises:
        NotFoundError: there is no such question.
        UsageError: it cannot be understood.
    """
    if given.get("of") == GRADES:
        return (Mend(Item(DifferenceKind.GRADES), grades.key_of(now, given)),)
    name = given.get("question", "")
    if not name:
        return (Mend(Item(DifferenceKind.SCHEME), _scheme(given) or now.exam.scheme),)
    return tuple(_mends(now, question_of(now, name), given))


def _mends(now: KeyNow, question: Question, given: QueryDict) -> Iterator[Mend]:
    yield Mend(Item(DifferenceKind.STRUCK, question.id), _strike(given.get("strike", "")))
    if not question.kind.chosen:
        return
    right = tuple(choice.id for choice in question.choices if _says(given, choice.id) == "right")
    of_key = {
        DifferenceKind.RIGHT: right,
        DifferenceKind.ACCEPTED: tuple(_accepted(question, right, given)),
        DifferenceKind.SCHEME: _scheme(given),
    }
    for kind, value in of_key.items():
        item = Item(kind, question.id)
        if item not in now.varies:
            yield Mend(item, value)


def _says(given: QueryDict, letter: str) -> str:
    return given.get(f"choice-{letter}", "")


def _accepted(question: Question, right: tuple[str, ...], given: QueryDict) -> Iterator[tuple[str, ...]]:
    letters = [choice.id for choice in question.choices]
    maybe = tuple(letter for letter in letters if _says(given, letter) == "either")
    if len(maybe) > accepted.MOST:
        what = _("%(n)s choices that may be crossed or not make more keys than anybody can look through.")
        raise UsageError(what % {"n": len(maybe)}, _("Say it of at most %(most)s.") % {"most": accepted.MOST})
    made = dict.fromkeys(accepted.sets(right, maybe, single=question.kind is QuestionKind.SINGLE))
    for line in given.get("sets", "")[:_LONGEST].splitlines():
        if line.strip():
            said = set(re.split(r"[\s,;]+", line.strip().lower())) - {"", "-"}
            unknown = said - set(letters)
            if unknown:
                what = _("There is no choice %(letter)s.") % {"letter": min(unknown)}
                raise UsageError(what, _("Write letters, such as a, c; or - for no choice."))
            made[tuple(letter for letter in letters if letter in said)] = None
    yield from (some for some in made if some != right)


def _scheme(given: QueryDict) -> Scheme | None:
    kind = given.get("scheme", "")
    if not kind:
        return None
    if kind not in set(SchemeKind):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    formula = given.get("formula", "").strip()[:_LONGEST] if kind == SchemeKind.FORMULA else ""
    if kind == SchemeKind.FORMULA and not formula:
        raise UsageError(_("There is no formula."), _("Write one, or choose another scheme."))
    floor = given.get("floor", "").strip() if kind == SchemeKind.RIGHT_MINUS_WRONG else ""
    try:
        return Scheme(SchemeKind(kind), parse_credits(floor) if floor else Fraction(0), formula)
    except ValueError as error:
        raise UsageError(_("%(text)s are no credits") % {"text": floor}, _("Write a number.")) from error


def _strike(text: str) -> Strike | None:
    if text and text not in set(Strike):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return Strike(text) if text else None
