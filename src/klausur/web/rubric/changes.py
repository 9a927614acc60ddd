"""How changes of a rubric are said to people."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.exam.rubric_lines import LineChange, RubricLine
from klausur.state.rubric_changes import NewLook
from klausur.web.numbers import show_credits, signed_credits

LOOKS: Mapping[NewLook, Promise | str] = {
    NewLook.GONE: gettext_lazy("An item that was ticked is gone."),
    NewLook.NEW: gettext_lazy("There is an item that was not there yet."),
    NewLook.CAP: gettext_lazy("What a group gives is cut now."),
    NewLook.ONCE: gettext_lazy("An item was ticked several times, and counts once now."),
    NewLook.OUTSIDE: gettext_lazy("With its adjustment it is below 0, or above what the question is worth."),
}
"""Why an answer that is judged wants a new look."""


@dataclass(frozen=True, slots=True)
class Said:
    """A change of a line: its words as they ``was`` and are ``now``, what it ``gave`` and ``gives``."""

    added: bool
    removed: bool
    moved: bool
    was: str
    now: str
    gave: str
    gives: str


def said(change: LineChange) -> Said:
    """A change in the reader's language."""
    was, now = change.html
    return Said(
        change.old is None,
        change.new is None,
        change.moved,
        was if change.reworded or change.new is None else "",
        now,
        gives(change.old) if change.revalued or change.new is None else "",
        gives(change.new),
    )


def gives(line: RubricLine | None) -> str:
    """What a line gives."""
    if line is None:
        return ""
    if line.credits is not None:
        each = _("each") if line.each else ""
        full = "" if line.full is None else _("from %(full)s") % {"full": show_credits(line.full)}
        return " ".join(part for part in (signed_credits(line.credits), each, full) if part)
    parts = [_("one of these")] if line.either else []
    if line.cap is not None:
        parts.append(_("at most %(cap)s") % {"cap": show_credits(line.cap)})
    return ", ".join(parts) or _("group")
