"""Ink that odd objects of a PDF carry is seen on the page that is read, or the page goes to a person.

`make test-long` reads every eighth kind of `lab.odd_pdf`, `make nightly` all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from klausur.base.geometry import Box
from klausur.scan import second_look
from klausur.scan.decode import DecodeError, decode
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import Placed
from klausur.scan.place import place
from lab.odd_pdf import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.scan.conftest import Look, Printer

    from klausur.scan.model import Pixels
    from lab.odd_pdf import OddPdf

POINTS = (595.28, 841.89)
MM = 72 / 25.4
BOXES = tuple(Box(x, y, 4, 4) for x, y in ((25, 33), (85, 105), (145, 189), (55, 261)))
"""Printed boxes of the tests' page, far from each other."""

CLEAR = 0.05
"""The part of a box's middle that is dark where a cross is seen: a fifth of what the cross covers there."""


def crosses() -> list[list[tuple[float, float]]]:
    return [
        [((box.x + x) * MM, POINTS[1] - (box.y + y) * MM) for x, y in stroke]
        for box in BOXES
        for stroke in (((0.6, 0.6), (2, 2), (3.4, 3.4)), ((0.6, 3.4), (2, 2), (3.4, 0.6)))
    ]


def inked(pixels: Pixels) -> list[float]:
    """The part of each box's middle that is dark."""
    scale = len(pixels) / 297
    parts = []
    for box in BOXES:
        left, top, right, bottom = (
            round(v * scale) for v in (box.x + 1, box.y + 1, box.right - 1, box.bottom - 1)
        )
        parts.append(float((pixels[top:bottom, left:right].min(axis=2) < 170).mean()))
    return parts


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a file: the page as it is read and whether it was placed, or why a person is asked."""

    pixels: Pixels | None
    placed: bool
    why: str = ""


def ended(path: Path, printer: Printer) -> Ended:
    scan = open_scan(path)
    if not isinstance(scan, Scan):
        return Ended(None, placed=False, why=scan.message)
    with scan:
        (image,) = scan.pages()
    try:
        pixels = decode(image)
    except DecodeError as error:
        return Ended(None, placed=False, why=str(error))
    (result,) = place(image, printer.layout, printer.key)
    return Ended(pixels, placed=isinstance(result, Placed))


def drawn(data: bytes) -> dict[str, list[float]]:
    """The ink in each box as two renderers show it, each of them given the whole file."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    seen = {"PDFium": inked(document[0].render(scale=150 / 72, rev_byteorder=True).to_numpy()[:, :, :3])}
    document.close()
    try:
        seen["hayro"] = inked(second_look.render(data, 150))
    except DecodeError:
        seen["hayro"] = [0.0] * len(BOXES)
    return seen


def faults(kinds: Sequence[OddPdf], folder: Path, printer: Printer, page: Pixels) -> tuple[list[str], int]:
    """What went wrong, and how many of the kinds went to a person."""
    found, asked = [], 0
    for kind in kinds:
        data = kind.made(page, POINTS, crosses())
        (folder / "odd.pdf").write_bytes(data)
        became = ended(folder / "odd.pdf", printer)
        if became.pixels is None:
            asked += 1
            if kind.sound:
                found.append(f"{kind.name}: nothing is wrong with it, but a person is asked: {became.why}")
            if not became.why or "Error" in became.why:
                found.append(f"{kind.name}: a person is asked, and not told why: {became.why!r}")
            continue
        seen = inked(became.pixels)
        if not became.placed and kind.sound:
            found.append(f"{kind.name}: nothing is wrong with it, but it is not placed")
        if kind.visible and min(seen) < CLEAR:
            found.append(f"{kind.name}: ink is lost, {seen}")
        if not kind.visible and max(seen) >= CLEAR:
            found.append(f"{kind.name}: ink is read that no viewer shows, {seen}")
        found += [
            f"{kind.name}: {who} shows ink that is lost, {others}"
            for who, others in drawn(data).items()
            if any(other >= CLEAR > here for other, here in zip(others, seen, strict=True))
        ]
    return found, asked


@pytest.fixture(scope="session")
def unwritten(printer: Printer, look: type[Look]) -> Pixels:
    return printer.scanned(printer.printed(booklet=2, page=1), look(dpi=150, noise=0))[0]


@pytest.mark.long
def test_ink_of_odd_objects_is_seen_or_a_person_is_asked(
    tmp_path: Path, printer: Printer, unwritten: Pixels
) -> None:
    kinds = catalogue()[::8]
    found, asked = faults(kinds, tmp_path, printer, unwritten)
    assert found == []
    assert 0 < asked < len(kinds), "some are read, and some are not"


@pytest.mark.nightly
def test_ink_of_all_odd_objects_is_seen_or_a_person_is_asked(
    tmp_path: Path, printer: Printer, unwritten: Pixels
) -> None:
    kinds = catalogue()
    assert len({kind.name for kind in kinds}) == len(kinds) > 200
    found, asked = faults(kinds, tmp_path, printer, unwritten)
    assert found == []
    assert 0 < asked < len(kinds)


def test_without_ink_the_boxes_are_white(tmp_path: Path, printer: Printer, unwritten: Pixels) -> None:
    """Otherwise the frames would pass for ink above."""
    (tmp_path / "odd.pdf").write_bytes(catalogue()[0].made(unwritten, POINTS, []))
    became = ended(tmp_path / "odd.pdf", printer)
    assert became.pixels is not None
    assert max(inked(became.pixels)) < CLEAR / 5
