"""Attributes of headings: reading their values, and what to say of those that cannot be read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from klausur.base.credits import Credits, parse_credits, show_credits
from klausur.exam import formula
from klausur.exam.model import STEPS
from klausur.exam.source.pieces import Source

T = TypeVar("T")
Kind = TypeVar("Kind", bound=StrEnum)

FIXED = "fixed"
"""The class of what keeps its place when variants are shuffled."""

NONE = "none"
"""What stands for no letter at all."""

MOST_CREDITS = 200
"""More than this for one question is a slip of the finger."""

_FINEST = 60
"""All parts into which people divide a credit are multiples of a sixtieth."""

_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)(mm|cm)", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_ID = 40
_RESERVED = frozenset({"cover", "page"})
"""Field ids of a page itself begin so."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """The id and key-values of one heading, and the file and line that it stands in."""

    source: Source
    line: int
    id: str
    pairs: tuple[tuple[str, str], ...]

    def report(self, code: str, message: str, hint: str) -> None:
        """Add a finding about this heading."""
        self.source.report(code, message, self.line, hint)

    def has(self, key: str) -> bool:
        """Whether the attribute is given."""
        return any(k == key for k, _ in self.pairs)

    def is_given(self, key: str, value: str) -> bool:
        """Whether the attribute is given with this value."""
        return (key, value) in self.pairs

    def value(self, key: str, read: Callable[[str], T], default: T) -> T:
        """What ``read`` makes of the attribute; the default if it is absent or ``read`` finds it bad.

        ``read`` raises a ValueError whose message says how the value is written.
        """
        for k, text in self.pairs:
            if k == key:
                try:
                    return read(text)
                except formula.FormulaError as error:
                    self.report("formula-syntax", f"the formula {text!r} cannot be used", str(error))
                except ValueError as error:
                    self.report("attribute-value", f"{key}={text} cannot be used", str(error))
        return default

    def refuse_unknown(self, known: Sequence[str], what: str) -> None:
        """Report attributes that ``what`` does not take, and those given twice."""
        seen: set[str] = set()
        for key, _ in self.pairs:
            if key not in known:
                takes = ", ".join(known) if known else "no attributes"
                self.report("attribute-unknown", f"{what} has no attribute {key!r}", f"{what} takes {takes}")
            elif key in seen:
                self.report("attribute-value", f"{key} is given twice", f"keep one {key}=…")
            seen.add(key)


def credits_value(text: str) -> Credits:
    """Credits of a question or problem: more than 0."""
    value = part_of_credits(text)
    if not 0 < value <= MOST_CREDITS:
        raise ValueError(f"credits lie above 0 and up to {MOST_CREDITS}")
    return value


def part_of_credits(text: str) -> Credits:
    """A number of credits of either sign, as fine as people divide a credit: thirds, quarters, tenths …."""
    value = parse_credits(text)
    if (value * _FINEST).denominator != 1:
        raise ValueError(
            "credits are given in halves, thirds, quarters, fifths, sixths or tenths, such as 0.5 or 1/3; "
            f"not {show_credits(value)}"
        )
    return value


def step_value(text: str) -> Credits:
    """The distance between two credit boxes."""
    value = parse_credits(text)
    if value not in STEPS:
        raise ValueError("step is one of " + ", ".join(map(show_credits, STEPS)))
    return value


def columns_value(text: str) -> int | None:
    """How many columns the choices of a question stand in."""
    if text not in {"1", "2"}:
        raise ValueError("columns is 1 or 2")
    return int(text)


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader for a whole number from ``least`` to ``most``."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"it is a whole number from {least} to {most}")
        return int(text)

    return read


def problem_columns_value(text: str) -> int:
    """How many columns the questions of a problem stand in."""
    if text not in {"1", "2", "3"}:
        raise ValueError("columns is 1, 2 or 3")
    return int(text)


def accepted_value(text: str) -> tuple[tuple[str, ...], ...]:
    """Sets of choices that are right as well: letters with blanks between, sets with bars between."""
    found: list[tuple[str, ...]] = []
    for part in text.split("|"):
        letters = tuple(sorted(re.split(r"[\s,]+", part.strip())))
        if letters != (NONE,) and not all(re.fullmatch("[a-z][1-9]?", letter) for letter in letters):
            raise ValueError('write letters of choices, and bars between sets: accept="b", accept="b | a c"')
        found.append(() if letters == (NONE,) else tuple(dict.fromkeys(letters)))
    return tuple(dict.fromkeys(found))


def yes_or_no(text: str) -> bool:
    """Whether something is so."""
    if text not in {"yes", "no"}:
        raise ValueError("it is yes or no")
    return text == "yes"


def formula_value(text: str) -> str:
    """A formula for the crosses of a question."""
    formula.check(text)
    return text


def length_mm(text: str) -> float:
    """The height of an answer space in mm."""
    match = _LENGTH.fullmatch(text.strip())
    if not match:
        raise ValueError("a height is written with its unit, as 40mm or 4cm")
    value = float(match[1]) * (10 if match[2] == "cm" else 1)
    if not 5 <= value <= 250:
        raise ValueError("a height lies between 5mm and 250mm")
    return value


_SPACE = re.compile(r"(?P<rest>rest)?\+?(?:(?P<pages>\d{1,2})pages?)?", re.ASCII)
LEAST = 30.0
"""Height in mm that the rest of a page must have to be an answer space."""
_MOST_PAGES = 20


def space_value(text: str) -> tuple[float, bool, int] | None:
    """The height of an answer space in mm, whether it takes the rest of its page, and whole pages more.

    None if the text itself, with a table or figure, has room for the answer.
    """
    if text.strip() == "none":
        return None
    match = _SPACE.fullmatch(text.strip())
    if not match or not (match["rest"] or match["pages"]):
        try:
            return length_mm(text), False, 0
        except ValueError as error:
            raise ValueError(f"{error}; or space=rest, space=2pages, space=rest+1page, space=none") from None
    pages = int(match["pages"] or 0)
    if match["pages"] and not 1 <= pages <= _MOST_PAGES:
        raise ValueError(f"1 to {_MOST_PAGES} pages")
    return (LEAST if match["rest"] else 0.0), bool(match["rest"]), pages


def new_page(text: str) -> bool:
    """Whether a question or problem begins on a new page."""
    if text != "before":
        raise ValueError("it is break=before, or left out")
    return True


def one_of(kinds: type[Kind]) -> Callable[[str], Kind]:
    """A reader for one of the words of an enumeration."""

    def read(text: str) -> Kind:
        try:
            return kinds(text)
        except ValueError:
            raise ValueError("it is one of " + ", ".join(kinds)) from None

    return read


def check_id(attributes: Attributes, title: str) -> str:
    """The question's id; a missing or malformed one is reported and given as an empty text."""
    found = attributes.id
    example = slug(title)[:_LONGEST_ID].strip("-") or "some-name"
    if not found:
        hint = f"add a short id that never changes, such as {{#{example} …}}"
        attributes.report("attribute-missing", "the question has no id", hint)
        return ""
    if not _ID.fullmatch(found) or len(found) > _LONGEST_ID or found in _RESERVED:
        reserved = found in _RESERVED
        why = (
            "is taken by Klausur"
            if reserved
            else f"is no id: a letter, then letters, digits, -; at most {_LONGEST_ID}"
        )
        hint = f"choose another, such as #{example if not reserved else found + '-1'}"
        attributes.report("attribute-value", f"#{found} {why}", hint)
        return ""
    return found


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, as ids and folder names are written; may be empty."""
    for letters, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.lower().replace(letters, plain)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")
