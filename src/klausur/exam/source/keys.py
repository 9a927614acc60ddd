"""Values of exam.toml by full name, such as ``grades.fail``: one of the wrong kind is a finding.

Which keys there are and what they mean is the business of `exam_toml` and `grading`.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from klausur.base.toml import Places
from klausur.exam.model import SchemeKind
from klausur.exam.source.attributes import one_of, slug
from klausur.exam.source.pieces import Source

T = TypeVar("T")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def default_to(value: T | None, default: T) -> T:
    """The value, or the default for None."""
    return default if value is None else value


def _is_short(value: Decimal) -> bool:
    """Whether a number is of a size that people write; arithmetic with others may never end."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -4 and value.adjusted() < 6


@dataclass(frozen=True, slots=True)
class Keys:
    """The values of exam.toml by full name, each read with a finding if it is of the wrong kind."""

    source: Source
    places: Places
    plain: Mapping[str, Any]

    def report(self, code: str, key: str, message: str, hint: str) -> None:
        """Add a finding about a key."""
        self.source.report(code, message, self.places.line(key), hint)

    def refuse_unknown(self, known_ones: Mapping[str, tuple[str, ...]]) -> None:
        """Report keys that are not among these, by table."""
        for table, known in known_ones.items():
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
        """The plain value; None if it is not given."""
        table, _, name = key.rpartition(".")
        values = self.plain if not table else self.plain.get(table)
        return values.get(name) if isinstance(values, dict) else None

    def wrong(self, key: str, how: str) -> None:
        """Report a value that cannot be used, and how it is written."""
        self.report("attribute-value", key, f"{key} cannot be used", how)

    def missing(self, key: str, example: str) -> None:
        """Report a key that must be given, and an example of it."""
        self.report("attribute-missing", key, f"exam.toml lacks {key}", f"add {example}")

    def text(self, key: str, *, must: bool = False) -> str | None:
        """A text of one line."""
        value = self.get(key)
        if isinstance(value, str) and (value.strip() or not must) and not _CONTROL.search(value):
            return value.strip()
        if value is None and must:
            self.missing(key, f'{key.rpartition(".")[2]} = "…"')
        elif value is not None:
            self.wrong(key, "write one line of text in quotes")
        return None

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts."""
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.wrong(key, f'write a list of texts: {key} = ["…", "…"]')
            return None
        return tuple(value)

    def name(self, key: str) -> str | None:
        """A short name such as ids are."""
        value = self.text(key)
        if value is not None and (not value or value != slug(value)):
            self.wrong(key, f"lower-case letters, digits and hyphens, as {slug(value) or 'optics-2026'!r}")
            return None
        return value

    def either(self, key: str, known: tuple[str, ...], default: str) -> str:
        """One of some words."""
        value = self.get(key)
        if value is None:
            return default
        if value not in known:
            self.wrong(key, "it is one of " + ", ".join(f'"{k}"' for k in known))
            return default
        return str(value)

    def word(self, key: str, default: SchemeKind) -> SchemeKind:
        """A scheme for crosses."""
        value = self.get(key)
        if value is None:
            return default
        try:
            return one_of(SchemeKind)(str(value))
        except ValueError as error:
            self.wrong(key, str(error))
            return default

    def whole(self, key: str, least: int, most: int) -> int | None:
        """A whole number between two others."""
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(key, f"it is a whole number from {least} to {most}")
            return None
        return value

    def number(self, key: str, value: object = None) -> Fraction | None:
        """A number, of the key or of what stands below it."""
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
        """A date."""
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

    def moment(self, key: str) -> datetime | None:
        """A day with a time of day, of which there may be none."""
        value = self.get(key)
        if isinstance(value, str) and re.fullmatch(r"\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d\s*", value, re.ASCII):
            with suppress(ValueError):
                return datetime.fromisoformat(value.strip())
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.replace(second=0, microsecond=0)
        if value is not None:
            self.wrong(key, f'write it as {key.rpartition(".")[2]} = "2026-02-08 15:00"')
        return None

    def clock(self, key: str, *, must: bool = False) -> time | None:
        """A time of day."""
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
