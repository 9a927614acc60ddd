"""What the forms of who judges what and how say, in the words of the core."""

from collections.abc import Iterable
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from klausur.base.credits import Credits, parse_credits
from klausur.base.errors import UsageError
from klausur.state.arrangements import (
    Assigned,
    Counts,
    JudgingRules,
    Part,
    Repeats,
    SecondCorrection,
    Stretch,
)
from klausur.state.judgements import Round

_MOST = 10**6


def assigned(given: QueryDict, people: Iterable[str]) -> list[Assigned]:
    """What is assigned to whom: all to one, or an equal part to each of several.

    Args:
        given: the form.
        people: the names of those who may be chosen.

    Raises:
        UsageError: nobody is chosen, or it cannot be understood.
    """
    known = set(people)
    chosen = [name for name in dict.fromkeys(given.getlist("to")) if name in known]
    if not chosen:
        raise UsageError(_("Nobody is chosen."), _("Choose who judges it."))
    first, last = _number(given, "first"), _number(given, "last")
    if (first or last) and len(chosen) > 1:
        raise UsageError(
            _("A stretch of answers goes to one person."), _("Choose one, or leave the numbers out.")
        )
    stretch = Stretch(first or 1, last or _MOST) if first or last else None
    round_, due, note = _round(given), _day(given.get("due", "")), given.get("note", "")
    return [
        Assigned(name, Part(at, len(chosen)), stretch, round_, due, note)
        for at, name in enumerate(chosen, start=1)
    ]


def rules(given: QueryDict) -> JudgingRules:
    """How a question is judged.

    Raises:
        UsageError: it cannot be understood.
    """
    percent, every = _number(given, "percent"), _number(given, "every")
    second = None
    if percent:
        second = SecondCorrection(
            given.get("blind", "yes") == "yes",
            percent,
            0,
            tuple(given.getlist("grades")),
            _credits(given.get("tolerance", "")),
            next((each for each in Counts if each == given.get("counts")), Counts.MEAN),
        )
    return JudgingRules(
        second,
        Repeats(every, _number(given, "after")) if every else None,
        _booklets(given.get("seeds", "")),
        given.get("only_named") == "yes",
    )


def _round(given: QueryDict) -> Round:
    wanted = given.get("round", Round.FIRST)
    return Round(wanted) if wanted in {Round.FIRST, Round.SECOND, Round.THIRD} else Round.FIRST


def _number(given: QueryDict, name: str) -> int:
    text = given.get(name, "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise UsageError(_("%(text)s is no number") % {"text": text}, _("Write a number."))
    return int(text)


def _booklets(text: str) -> tuple[int, ...]:
    parts = text.replace(",", " ").replace(";", " ").split()
    for part in parts:
        if not (part.isascii() and part.isdecimal() and len(part) < 7):
            raise UsageError(_("%(text)s is no number") % {"text": part}, _("Write numbers of booklets."))
    return tuple(sorted({int(part) for part in parts}))


def _credits(text: str) -> Credits:
    try:
        return parse_credits(text) if text.strip() else Credits(0)
    except ValueError as error:
        raise UsageError(_("%(text)s are no credits") % {"text": text}, _("Write a number.")) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError as error:
        raise UsageError(_("%(text)s is no day") % {"text": text}, _("Choose a day.")) from error
