"""``exam.toml``: what the cover says, how crosses are graded, the grade key, and the order of problems.

Whether the values make sense together is `klausur.exam.check`'s business.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from klausur.base import words
from klausur.base.geometry import PAPERS
from klausur.base.toml import Places, find
from klausur.exam.header import Declared, Header
from klausur.exam.model import GradeKey, Scheme, SchemeKind
from klausur.exam.source.attributes import one_of, slug
from klausur.exam.source.pieces import Source

T = TypeVar("T")

LANGUAGES = words.languages()
"""Of the words that papers say."""
MOST_EXTRA_PAGES = 20
FEW_AND_MANY_DIGITS = 4, 12
"""Of a registration number that is written into boxes."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

KEYS: dict[str, tuple[str, ...]] = {
    "": (
        "title", "module", "kind", "date", "start", "end", "minutes", "examiner", "instructions", "id",
        "paper", "language", "order", "extra_pages", "registration_digits", "choice", "grades", "declared",
        "candidates",
    ),
    "choice": ("scheme", "floor"),
    "grades": ("unit", "thresholds", "fail"),
    "declared": ("credits", "problems", "pages"),
    "candidates": ("registration", "name", "room", "seat", "extra_minutes", "note"),
}  # fmt: skip
"""Every key that exam.toml may hold, by table."""

GERMAN = GradeKey(
    tuple(
        (grade, Fraction(percent))
        for grade, percent in (
            ("1.0", 95), ("1.3", 90), ("1.7", 85), ("2.0", 80), ("2.3", 75),
            ("2.7", 70), ("3.0", 65), ("3.3", 60), ("3.7", 55), ("4.0", 50),
        )
    ),
    "5.0",
    percent=True,
)  # fmt: skip
"""The grade key of an exam that gives none."""


def read(source: Source, text: str) -> Header | None:
    """The header, or None if the text is no TOML."""
    try:
        plain = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"at line (\d+)", str(error))
        message = f"exam.toml is no valid TOML: {error}"
        hint = 'texts stand in quotes (title = "Optics"), dates without (date = 2026-02-10)'
        source.report("toml-syntax", message, int(at[1]) if at else 0, hint)
        return None
    except (ValueError, ArithmeticError) as error:  # 2026-02-31, or a number of 5,000 digits
        source.report(
            "toml-syntax", f"exam.toml holds an impossible value: {error}", 0, "correct the date or number"
        )
        return None
    keys = _Keys(source, find(text), plain)
    keys.refuse_unknown()
    return _header(keys)


def _header(keys: "_Keys") -> Header:
    floor = keys.number("choice.floor") or Fraction(0)
    scheme = keys.word("choice.scheme", SchemeKind.ALL_OR_NOTHING)
    instructions = keys.texts("instructions") or ()
    return Header(
        lines=keys.places.lines,
        title=keys.text("title", must=True),
        module=keys.text("module") or "",
        kind=keys.text("kind") or "",
        date=keys.day("date"),
        start=keys.clock("start", must=True),
        end=keys.clock("end"),
        minutes=keys.whole("minutes", 1, 24 * 60),
        examiner=keys.text("examiner") or "",
        instructions=instructions,
        instruction_lines=tuple(max(keys.places.line_of_item("instructions", t), 1) for t in instructions),
        slug=keys.name("id"),
        paper=keys.either("paper", tuple(PAPERS), "a4"),
        language=keys.either("language", LANGUAGES, "en"),
        scheme=Scheme(scheme, floor),
        grades=_grades(keys),
        order=keys.texts("order"),
        registration_digits=_digits(keys),
        extra_pages=_or(keys.whole("extra_pages", 0, MOST_EXTRA_PAGES), 2),
        declared=Declared(
            keys.number("declared.credits"),
            keys.whole("declared.problems", 1, 99),
            keys.whole("declared.pages", 1, 255),
        ),
        candidate_columns=_candidate_columns(keys),
    )


def _candidate_columns(keys: "_Keys") -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The headings of the list of candidates that the exam names, by what stands under them."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for name in KEYS["candidates"]:
        key = f"candidates.{name}"
        value = keys.get(key)
        if value is None:
            continue
        headings = value if isinstance(value, list) else [value]
        if not headings or not all(isinstance(h, str) and any(map(str.isalnum, h)) for h in headings):
            keys.wrong(key, f'write the heading in quotes, {name} = "…", or several in a list, ["…", "…"]')
            continue
        doubled = [h for h in headings if h in seen]
        if doubled or len(set(headings)) < len(headings):
            keys.wrong(key, "each heading stands for one thing; name it once")
            continue
        seen.update(headings)
        found[name] = tuple(headings)
    return tuple(found.items())


def _is_short(value: Decimal) -> bool:
    """Whether a number is of a size that people write; arithmetic with others may never end."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -4 and value.adjusted() < 6


def _digits(keys: "_Keys") -> int:
    """Boxes for the digits of a registration number: none, or as many as schools use."""
    key = "registration_digits"
    value = _or(keys.whole(key, 0, FEW_AND_MANY_DIGITS[1]), 8)
    if 0 < value < FEW_AND_MANY_DIGITS[0]:
        keys.wrong(key, "it is 0, or a number from {} to {}".format(*FEW_AND_MANY_DIGITS))
        return 8
    return value


def _or(value: T | None, default: T) -> T:
    return default if value is None else value


def _grades(keys: "_Keys") -> GradeKey:
    if not isinstance(keys.get("grades"), dict):
        return GERMAN
    unit = keys.either("grades.unit", ("percent", "credits"), "percent")
    fail = keys.text("grades.fail", must=True) or ""
    table = keys.get("grades.thresholds")
    if not isinstance(table, dict) or not table:
        hint = 'list them from best to worst: thresholds = {"1.0" = 90, "4.0" = 50}'
        keys.report("attribute-missing", "grades.thresholds", "the grade key has no thresholds", hint)
        return GradeKey((), fail, percent=unit == "percent")
    thresholds = [(str(grade), keys.number(f"grades.thresholds.{grade}", table[grade])) for grade in table]
    read_ones = tuple((grade, value) for grade, value in thresholds if value is not None)
    return GradeKey(read_ones, fail, percent=unit == "percent")


@dataclass(frozen=True, slots=True)
class _Keys:
    """The values of exam.toml by full name, each read with a finding if it is of the wrong kind."""

    source: Source
    places: Places
    plain: Mapping[str, Any]

    def report(self, code: str, key: str, message: str, hint: str) -> None:
        self.source.report(code, message, self.places.line(key), hint)

    def refuse_unknown(self) -> None:
        for table, known in KEYS.items():
            values = self.plain if not table else self.plain.get(table)
            if values is None:
                continue
            if not isinstance(values, dict):
                self.report("attribute-value", table, f"{table} is no table", f"write it as [{table}]")
                continue
            for key in values:
                if key not in known:
                    name = f"{table}.{key}" if table else key
                    hint = f"{'[' + table + ']' if table else 'exam.toml'} takes {', '.join(known)}"
                    self.report("attribute-unknown", name, f"exam.toml has no key {name!r}", hint)

    def get(self, key: str) -> Any:  # noqa: ANN401 - TOML has many kinds of value
        table, _, name = key.rpartition(".")
        values = self.plain if not table else self.plain.get(table)
        return values.get(name) if isinstance(values, dict) else None

    def wrong(self, key: str, how: str) -> None:
        self.report("attribute-value", key, f"{key} cannot be used", how)

    def missing(self, key: str, example: str) -> None:
        self.report("attribute-missing", key, f"exam.toml lacks {key}", f"add {example}")

    def text(self, key: str, *, must: bool = False) -> str | None:
        value = self.get(key)
        if isinstance(value, str) and (value.strip() or not must) and not _CONTROL.search(value):
            return value.strip()
        if value is None and must:
            self.missing(key, f'{key.rpartition(".")[2]} = "…"')
        elif value is not None:
            self.wrong(key, "write one line of text in quotes")
        return None

    def texts(self, key: str) -> tuple[str, ...] | None:
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.wrong(key, f'write a list of texts: {key} = ["…", "…"]')
            return None
        return tuple(value)

    def name(self, key: str) -> str | None:
        value = self.text(key)
        if value is not None and (not value or value != slug(value)):
            self.wrong(key, f"lower-case letters, digits and hyphens, as {slug(value) or 'optics-2026'!r}")
            return None
        return value

    def either(self, key: str, known: tuple[str, ...], default: str) -> str:
        value = self.get(key)
        if value is None:
            return default
        if value not in known:
            self.wrong(key, "it is one of " + ", ".join(f'"{k}"' for k in known))
            return default
        return str(value)

    def word(self, key: str, default: SchemeKind) -> SchemeKind:
        value = self.get(key)
        if value is None:
            return default
        try:
            return one_of(SchemeKind)(str(value))
        except ValueError as error:
            self.wrong(key, str(error))
            return default

    def whole(self, key: str, least: int, most: int) -> int | None:
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(key, f"it is a whole number from {least} to {most}")
            return None
        return value

    def number(self, key: str, value: object = None) -> Fraction | None:
        value = self.get(key) if value is None else value
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.wrong(key, "it is a number, such as 12 or 0.5")
            return None
        if not _is_short(Decimal(value)):
            self.wrong(key, "it has at most six digits before the point and four behind it")
            return None
        return Fraction(value)

    def day(self, key: str) -> date | None:
        value = self.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                pass
        if value is None:
            self.missing(key, f"{key} = 2026-02-10")
        else:
            self.wrong(key, f"write it as {key} = 2026-02-10")
        return None

    def clock(self, key: str, *, must: bool = False) -> time | None:
        value = self.get(key)
        if isinstance(value, time) and value.tzinfo is None:
            return value
        if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,2}:[0-9]{2}\s*", value):
            hours, minutes = (int(part) for part in value.split(":"))
            if hours < 24 and minutes < 60:
                return time(hours, minutes)
        if value is None and must:
            self.missing(key, f'{key} = "10:00"')
        elif value is not None:
            self.wrong(key, f'write it as {key} = "10:00"')
        return None
