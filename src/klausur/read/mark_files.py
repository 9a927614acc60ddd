"""Windows of marks as files, each with what a person says it is: what readers learn from and are judged by.

A folder holds `MARKS`, a table with a row for each window; the windows themselves, as PNG files of 80 × 80
pixels as `klausur.read.crop` cuts them out, before anything is prepared; and `MANIFEST`, written last, with
the table's digest. Who wrote a mark is told by a hash alone.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from PIL import Image

from klausur.base.errors import NotFoundError, ToolError
from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.paper.fields import FieldKind, Mark
from klausur.paper.layout import Layout
from klausur.read.crop import SIDE, rgb, windows
from klausur.scan import tones
from klausur.scan.model import PageImage, Pixels, Placed
from klausur.scan.place import place_as
from klausur.scan.tones import ScanKind

SCHEMA: Final = "klausur-marks/1"
MARKS, MANIFEST, WINDOWS = "marks.csv", "manifest.json", "windows"


@dataclass(frozen=True, slots=True)
class MarkFile:
    """A row of the table.

    Attributes:
        file: the window's file in the folder, empty until it is written.
        sha256: of that file.
        hand: who made the mark, as a hash: all marks of one booklet have the same.
        state: what a person says it is.
        read: what was read, with the reader's ``confidence``; whether it was ``flagged``.
        reader: the reader and its ``version``.
        scan: the kind of scan.
        dpi: how fine it is.
    """

    file: str
    sha256: str
    hand: str
    state: Mark
    read: Mark
    confidence: float
    flagged: bool
    reader: str
    version: str
    scan: ScanKind
    dpi: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The windows of one page as PNG files, in the order asked for; its kind of scan, and its dpi."""

    files: tuple[bytes, ...]
    scan: ScanKind
    dpi: float


def cut(
    image: PageImage,
    layout: Layout,
    code: PageCode,
    part: int,
    boxes: Sequence[Box],
    turned: int | None = None,
) -> Cut | str:
    """The windows round boxes of a page, for a process that an image may end; or why there are none."""
    placed = place_as(image, layout, code, part, turned)
    if not isinstance(placed, Placed):
        return f"the page cannot be found in the image any more: {placed.reason}"
    page = layout.at(code)
    fields = () if page is None else page.fields
    fiducials = tuple(field.box for field in fields if field.kind is FieldKind.FIDUCIAL)
    kind = tones.kind(placed, fiducials)
    return Cut(tuple(map(_png, windows(placed, boxes))), kind, round(placed.quality.dpi, 1))


def write(folder: Path, marks: Iterable[tuple[MarkFile, bytes]], software: str) -> int:
    """Write a folder of marks; how many there are.

    Args:
        folder: new, or empty.
        marks: rows, each with its window's file.
        software: what writes it.

    Raises:
        ToolError: it cannot be written.
    """
    try:
        (folder / WINDOWS).mkdir(parents=True, exist_ok=True)
        rows = []
        for number, (mark, data) in enumerate(marks, start=1):
            name = f"{WINDOWS}/{mark.hand}-{number:06d}.png"
            (folder / name).write_bytes(data)
            rows.append(replace(mark, file=name, sha256=hashlib.sha256(data).hexdigest()))
        table = _table(rows)
        (folder / MARKS).write_bytes(table)
        said = {
            "schema": SCHEMA,
            "software": software,
            "marks": len(rows),
            "hands": len({row.hand for row in rows}),
            "table": MARKS,
            "sha256": hashlib.sha256(table).hexdigest(),
        }
        (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n")
    except OSError as error:
        raise ToolError(f"{folder} cannot be written: {error.strerror}", "name another folder") from error
    return len(rows)


def read(folder: Path) -> tuple[tuple[MarkFile, ...], Pixels]:
    """The rows of a folder, and their windows, (n, 80, 80, 3), in the same order.

    Raises:
        NotFoundError: there is no such folder, or none that was written to its end.
        ToolError: something in it is not as it was written.
    """
    hint = "export it again: 'klausur readings --settled FOLDER'"
    try:
        said = msgspec.json.decode((folder / MANIFEST).read_bytes())
        table = (folder / MARKS).read_bytes()
    except OSError as error:
        raise NotFoundError(f"{folder} holds no marks: {error.strerror}", hint) from error
    except msgspec.DecodeError as error:
        raise ToolError(f"{folder / MANIFEST} is damaged: {error}", hint) from error
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise ToolError(f"{folder / MANIFEST} is not of the schema {SCHEMA}", hint)
    if hashlib.sha256(table).hexdigest() != said.get("sha256"):
        raise ToolError(f"{folder / MARKS} is not the table that was written", hint)
    rows = tuple(map(_row, csv.DictReader(io.StringIO(table.decode("utf-8")))))
    seen = np.empty((len(rows), SIDE, SIDE, 3), np.uint8)
    for room, row in zip(seen, rows, strict=True):
        try:
            data = (folder / row.file).read_bytes()
            room[:] = _pixels(data)
        except (OSError, ValueError) as error:
            raise ToolError(f"{folder / row.file} cannot be read: {error}", hint) from error
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise ToolError(f"{folder / row.file} is not the window that was written", hint)
    return rows, seen


def _table(rows: Iterable[MarkFile]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, [field.name for field in fields(MarkFile)], lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(row) for row in rows)
    return out.getvalue().encode("utf-8")


def _row(row: dict[str, str]) -> MarkFile:
    known = {name: row[name] for name in ("file", "sha256", "hand", "reader", "version")}
    return MarkFile(
        state=Mark(row["state"]),
        read=Mark(row["read"]),
        confidence=float(row["confidence"]),
        flagged=row["flagged"] == "True",
        scan=ScanKind(row["scan"]),
        dpi=float(row["dpi"]),
        **known,
    )


def _png(window: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(window[..., 0] if window.shape[2] == 1 else window).save(out, "PNG")
    return out.getvalue()


def _pixels(data: bytes) -> Pixels:
    """A window, (80, 80, 3)."""
    with Image.open(io.BytesIO(data)) as found:
        pixels = np.asarray(found.convert("L") if found.mode == "L" else found.convert("RGB"))
    if pixels.shape[:2] != (SIDE, SIDE):
        raise ValueError(f"it has {pixels.shape[1]} × {pixels.shape[0]} pixels, not {SIDE} × {SIDE}")
    seen: Pixels = rgb(pixels.reshape(1, SIDE, SIDE, -1))[0]
    return seen
