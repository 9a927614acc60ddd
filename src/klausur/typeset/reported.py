"""What Typst reports after layout, as Fields in mm."""

from collections.abc import Mapping, Sequence
from typing import Any

from klausur.base.credits import parse_credits
from klausur.base.geometry import Box
from klausur.paper.fields import Field, FieldKind


def fields(facts: Sequence[Mapping[str, Any]]) -> dict[int, tuple[Field, ...]]:
    """The Fields of each page of a PDF (from 1): as they are read, and last what stands on every page."""
    found: dict[int, list[Field]] = {}
    for fact in facts:
        if fact["what"] == "field":
            found.setdefault(fact["page"], []).append(_field(fact))
    return {number: tuple(sorted(found[number], key=_on_page)) for number in sorted(found)}


def box(fact: Mapping[str, Any]) -> Box:
    """Where something lies, rounded to a micrometre: Typst counts in points."""
    return Box(*(round(fact[name], 3) for name in ("x", "y", "w", "h")))


def _field(fact: Mapping[str, Any]) -> Field:
    worth = fact.get("credits")
    return Field(
        id=fact["id"],
        kind=FieldKind(fact["kind"]),
        box=box(fact),
        question=fact.get("question"),
        choice=fact.get("choice"),
        credits=None if worth is None else parse_credits(worth),
        cells=fact.get("cells"),
    )


def _on_page(field: Field) -> tuple[bool, float, float, str]:
    return field.kind.row.everywhere, field.box.y, field.box.x, field.id
