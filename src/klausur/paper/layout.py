"""The Layout: the Fields of every page of a print run, and its file ``layout.json``.

Made by printing, consumed by reading, never edited. Equal pages are written once: ``pages`` holds each
distinct page, ``booklets[].pages`` names them by index, in page order. docs/reference/layout.md is the
schema for other programs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from klausur.base.credits import Credits, parse_credits, show_credits
from klausur.base.errors import NotFoundError, ToolError
from klausur.base.geometry import Box, Size
from klausur.paper.fields import Field, FieldKind

SCHEMA = "klausur-layout/1"


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One distinct page: its number in the booklet (from 1) and its Fields."""

    number: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class BookletLayout:
    """One booklet: its serial number, and for each of its pages the index into ``Layout.pages``."""

    number: int
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies in a print run. ``exam_number`` is the number in the page codes."""

    exam_number: int
    exam: str
    source_digest: str
    paper: str
    size: Size
    pages: tuple[PageLayout, ...]
    booklets: tuple[BookletLayout, ...]

    def page(self, booklet: int, number: int) -> PageLayout | None:
        """The page ``number`` (from 1) of a booklet, or None if this print run has no such page."""
        found = _by_number(self).get(booklet)
        if found is None or not 1 <= number <= len(found.pages):
            return None
        return self.pages[found.pages[number - 1]]

    def fields(self, booklet: int) -> Iterator[tuple[int, Field]]:
        """All Fields of a booklet, each with its page number."""
        found = _by_number(self).get(booklet)
        for number, index in enumerate(found.pages if found else (), start=1):
            for field in self.pages[index].fields:
                yield number, field


_index: dict[int, tuple[Layout, dict[int, BookletLayout]]] = {}


def _by_number(layout: Layout) -> dict[int, BookletLayout]:
    """Booklets by number, computed once per Layout object (frozen, so it cannot go stale)."""
    known = _index.get(id(layout))
    if known is None or known[0] is not layout:
        _index.clear()
        known = _index[id(layout)] = (layout, {b.number: b for b in layout.booklets})
    return known[1]


def to_json(layout: Layout) -> bytes:
    """The bytes of ``layout.json``; lengths in mm rounded to a thousandth."""
    return msgspec.json.format(msgspec.json.encode(_plain(layout)), indent=1)


def write(layout: Layout, path: Path) -> None:
    """Write ``layout.json``."""
    path.write_bytes(to_json(layout))


def read(path: Path) -> Layout:
    """Read ``layout.json``.

    Raises:
        NotFoundError: there is no such file.
        ToolError: the file is damaged or of another version.
    """
    try:
        return from_json(path.read_bytes())
    except FileNotFoundError:
        raise NotFoundError(f"{path} is not there", "run 'klausur print' first") from None
    except (msgspec.DecodeError, msgspec.ValidationError, KeyError, TypeError, ValueError) as error:
        raise ToolError(
            f"{path} cannot be used: {error}", "restore it from a backup, or print again"
        ) from error


def from_json(data: bytes) -> Layout:
    """The Layout in the bytes of ``layout.json``."""
    plain = msgspec.json.decode(data)
    if plain.get("schema") != SCHEMA:
        raise ValueError(f"schema is {plain.get('schema')!r}, this Klausur reads {SCHEMA!r}")
    return Layout(
        exam_number=plain["exam"]["number"],
        exam=plain["exam"]["id"],
        source_digest=plain["exam"]["source"],
        paper=plain["paper"]["name"],
        size=Size(plain["paper"]["w"], plain["paper"]["h"]),
        pages=tuple(
            PageLayout(page["number"], tuple(_field(f) for f in page["fields"])) for page in plain["pages"]
        ),
        booklets=tuple(BookletLayout(b["number"], tuple(b["pages"])) for b in plain["booklets"]),
    )


def _plain(layout: Layout) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "exam": {"id": layout.exam, "number": layout.exam_number, "source": layout.source_digest},
        "paper": {"name": layout.paper, "w": layout.size.w, "h": layout.size.h, "unit": "mm"},
        "pages": [
            {"number": page.number, "fields": [_plain_field(f) for f in page.fields]} for page in layout.pages
        ],
        "booklets": [{"number": b.number, "pages": list(b.pages)} for b in layout.booklets],
    }


def _plain_field(field: Field) -> dict[str, Any]:
    plain: dict[str, Any] = {"id": field.id, "kind": str(field.kind)}
    if field.question is not None:
        plain["question"] = field.question
    if field.choice is not None:
        plain["choice"] = field.choice
    if field.credits is not None:
        plain["credits"] = show_credits(field.credits)
    for name in ("x", "y", "w", "h"):
        plain[name] = round(getattr(field.box, name), 3)
    return plain


def _field(plain: dict[str, Any]) -> Field:
    worth: Credits | None = parse_credits(plain["credits"]) if "credits" in plain else None
    return Field(
        id=plain["id"],
        kind=FieldKind(plain["kind"]),
        box=Box(*(float(plain[name]) for name in ("x", "y", "w", "h"))),
        question=plain.get("question"),
        choice=plain.get("choice"),
        credits=None if worth is None else Fraction(worth),
    )
