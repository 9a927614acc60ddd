"""What a form says of a rubric: its lines as JSON, made by the page of its rows."""

from fractions import Fraction
from typing import Any

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _

from klausur.base.credits import Credits, parse_credits, show_credits
from klausur.base.errors import UsageError
from klausur.exam.rubric_lines import RubricLine

_BYTES = 400_000


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    """A row of the page, as it was typed."""

    id: str = ""
    depth: int = 0
    group: bool = False
    credits: str = ""
    each: bool = False
    full: str = ""
    cap: str = ""
    either: bool = False
    text: str = ""


def lines_of(given: QueryDict) -> tuple[RubricLine, ...]:
    """The lines that a form says.

    Raises:
        UsageError: they cannot be understood.
    """
    text = given.get("lines", "")
    try:
        rows = msgspec.json.decode(text if len(text) <= _BYTES else "", type=list[_Row])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UsageError(_("This request cannot be understood."), _("Load the page again.")) from error
    return tuple(_line(number, row) for number, row in enumerate(rows, start=1))


def _line(number: int, row: _Row) -> RubricLine:
    text = plain(row.text)
    if row.group:
        cap = _credits(number, row.cap) if row.cap.strip() else None
        return RubricLine(row.id[:40], row.depth, cap=cap, either=row.either, text=text)
    if not text:
        raise UsageError(
            _("Line %(number)s says nothing.") % {"number": number}, _("Write what it is for, or remove it.")
        )
    full = _credits(number, row.full) if row.full.strip() else None
    credits_ = _credits(number, row.credits)
    return RubricLine(row.id[:40], row.depth, credits_, row.each, text=text, full=full)


def plain(text: str) -> str:
    """Words on one line, without what nobody types."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _credits(number: int, text: str) -> Credits:
    try:
        return parse_credits(text) if text.strip() else Fraction(0)
    except ValueError as error:
        what = _("Line %(number)s: %(text)s are no credits.") % {"number": number, "text": text}
        raise UsageError(what, _("Write a number.")) from error


def json_of(lines: tuple[RubricLine, ...]) -> str:
    """Lines as the page sends them."""
    return msgspec.json.encode([_row(line) for line in lines]).decode()


def _row(line: RubricLine) -> dict[str, Any]:
    row: dict[str, Any] = {"id": line.id, "depth": line.depth, "text": line.text}
    if line.credits is None:
        cap = "" if line.cap is None else show_credits(line.cap)
        return row | {"group": True, "cap": cap, "either": line.either}
    full = "" if line.full is None else show_credits(line.full)
    return row | {"credits": show_credits(line.credits), "each": line.each, "full": full}
