"""What Typst reports after layout, as Fields in mm."""

from collections.abc import Mapping, Sequence
from typing import Any

from klausur.base.credits import parse_credits
from klausur.base.geometry import Box
from klausur.exam.model import Marking
from klausur.paper.fields import ANSWERING, Field, FieldKind


def fields(facts: Sequence[Mapping[str, Any]]) -> dict[int, tuple[Field, ...]]:
    """The Fields of each page of a PDF (from 1): as they are read, and last what stands on every page.

    Raises:
        ValueError: the template reports Fields of several kinds for the answer of one question: nobody could
            tell what was answered once it is printed.
    """
    found: dict[int, list[Field]] = {}
    answered: dict[str | None, FieldKind] = {}
    for fact in facts:
        if fact["what"] == "field":
            field = _field(fact)
            found.setdefault(fact["page"], []).append(field)
            if field.kind in ANSWERING and answered.setdefault(field.question, field.kind) is not field.kind:
                raise ValueError(f"{field.id}: question {field.question} has {answered[field.question]} too")
    return {number: tuple(sorted(found[number], key=_on_page)) for number in sorted(found)}


def box(fact: Mapping[str, Any]) -> Box:
    """Where something lies, rounded to a micrometre: Typst counts in points."""
    return Box(*(round(fact[name], 3) for name in ("x", "y", "w", "h")))


def _field(fact: Mapping[str, Any]) -> Field:
    worth, step = fact.get("credits"), fact.get("step")
    return Field(
        id=fact["id"],
        kind=FieldKind(fact["kind"]),
        box=box(fact),
        question=fact.get("question"),
        choice=fact.get("choice"),
        credits=None if worth is None else parse_credits(worth),
        cells=fact.get("cells"),
        decimals=fact.get("decimals"),
        sign=fact.get("sign", False),
        blank=fact.get("blank"),
        step=None if step is None else parse_credits(step),
        rule=Marking(fact.get("rule", Marking.CROSS)),
    )


def _on_page(field: Field) -> tuple[bool, float, float, str]:
    return field.kind.row.everywhere, field.box.y, field.box.x, field.id
