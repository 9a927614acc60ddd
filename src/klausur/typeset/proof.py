"""A proof for the eye: what the printer gets, with the Fields drawn over it."""

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from klausur.base.errors import ToolError
from klausur.base.geometry import Size
from klausur.paper import number_row
from klausur.paper.fields import NUMBERS, Field
from klausur.paper.labels import LabelSheet
from klausur.typeset import engine, proof_labels, wording
from klausur.typeset.for_printer import ask_printer
from klausur.typeset.proof_labels import PlacedLabel

STICKER = "sticker"
"""Stands for a kind of Field where labels are outlined, which are none."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A place on a side: what it is called, its kind, and x, y, w, h in mm."""

    id: str
    kind: str
    x: float
    y: float
    w: float
    h: float
    cells: int = 1


@dataclass(frozen=True, slots=True)
class Proven:
    """A side to be shown: the page (from 0) of a PDF, its size, and what lies where on it."""

    pdf: Path
    page: int
    size: Size
    outlines: tuple[Outline, ...]


def outlines(fields: Sequence[Field]) -> tuple[Outline, ...]:
    """The Fields of a page."""
    return tuple(one for field in fields for one in _outlines(field))


def _outlines(field: Field) -> Iterator[Outline]:
    """One, or that of each box of a number."""
    boxes = (field.box,)
    if field.kind in NUMBERS:
        sign = number_row.sign_box(field)
        boxes = (*number_row.digit_cells(field), *(() if sign is None else (sign,)))
    for at, box in enumerate(boxes):
        cells = (field.cells or 1) if len(boxes) == 1 else 1
        yield Outline("" if at else field.id, str(field.kind), box.x, box.y, box.w, box.h, cells)


def label_outlines(sheet: LabelSheet) -> tuple[Outline, ...]:
    """The labels of a sheet, called by their positions from 1."""
    boxes = [sheet.box(position) for position in range(sheet.count)]
    return tuple(Outline(str(n), STICKER, b.x, b.y, b.w, b.h) for n, b in enumerate(boxes, start=1))


def write_proof(sides: Sequence[Proven], out: Path, *, language: str) -> None:
    """Write a PDF with these sides and their outlines.

    Raises:
        ToolError: Typst refuses them.
    """
    out.write_bytes(compile_proof(sides, language=language))


def compile_proof(sides: Sequence[Proven], *, language: str) -> bytes:
    """A PDF with these sides and their outlines.

    Raises:
        ToolError: Typst refuses them.
    """
    with ExitStack() as open_files:
        files = {pdf: open_files.enter_context(pikepdf.open(pdf)) for pdf in {side.pdf for side in sides}}
        drawn = open_files.enter_context(pikepdf.open(io.BytesIO(_drawn(sides, language))))
        proof = open_files.enter_context(pikepdf.new())
        for side, over in zip(sides, drawn.pages, strict=True):
            proof.pages.append(files[side.pdf].pages[side.page])
            proof.pages[-1].add_overlay(over, None)
        shown = str(files[sides[0].pdf].docinfo.get("/Title", "")) if sides else ""
        words = str(wording.say(language)["proof"]["words"])
        proof.docinfo["/Title"] = f"{shown} – {words}" if shown else words
        ask_printer(proof, both=False)
        out = io.BytesIO()
        proof.save(out, deterministic_id=True)
    return out.getvalue()


def _drawn(sides: Sequence[Proven], language: str) -> bytes:
    """The outlines alone, a transparent page for each side."""
    made = engine.typeset(
        engine.template("proof"),
        {"words": wording.say(language)["proof"]["words"]},
        root=Path(__file__).parent,
        rows=[_plain(side, labels) for side, labels in zip(sides, proof_labels.placed(sides), strict=True)],
    )
    if isinstance(made, engine.TypstFault):
        raise ToolError(f"Typst refuses the proof: {made.message}", "install the pinned package typst")
    return made.pdf


def _plain(side: Proven, labels: Sequence[PlacedLabel]) -> dict[str, Any]:
    return {
        "w": side.size.w,
        "h": side.size.h,
        "fields": [
            {"kind": o.kind, "x": o.x, "y": o.y, "w": o.w, "h": o.h, "cells": o.cells} for o in side.outlines
        ],
        "labels": [{"words": a.words, "kind": a.kind, "x": a.x, "y": a.y, "size": a.size} for a in labels],
    }
