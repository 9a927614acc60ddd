"""The list of which page of which booklet scanned images without codes are: a CSV that people correct.

One line is one image. What a person confirms is a booklet of it; lines that still say what to look at are not
confirmed with it, and lines without booklet and page are left out.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from klausur.base.errors import KlausurError, NotFoundError, ToolError

_WORD = "sha256:"
"""Ahead of a digest, so that no spreadsheet takes one for a number."""

_LONGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class Placement:
    """An image, and what page it is said to be.

    Attributes:
        booklet: its number; 0 if the image is left out.
        page: of the paper, from 1; 0 likewise.
        look: what a person must look at before it is confirmed.
        registration: of the candidate, on any line of a booklet; empty if nobody has said whose it is.
        file: its name below the folder of the scans, with slashes.
        image: its place in the file, from 1.
        turned: degrees by which it must be turned clockwise to be upright.
        why: why it is left out.
        sha256: of the file.
    """

    booklet: int
    page: int
    look: str
    registration: str
    file: str
    image: int
    seen: int
    turned: int
    why: str
    sha256: str = field(default="")


_HEADS = tuple(each.name for each in fields(Placement))


def written(placements: Sequence[Placement]) -> bytes:
    """The list as CSV in UTF-8, as spreadsheet programs open it."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(_HEADS)
    for each in placements:
        rows.writerow(
            (
                each.booklet or "",
                each.page or "",
                each.look,
                each.registration,
                _harmless(each.file),
                each.image,
                each.seen,
                each.turned,
                each.why,
                _WORD + each.sha256,
            )
        )
    return out.getvalue().encode("utf-8-sig")


def _harmless(name: str) -> str:
    """A file's name that no spreadsheet takes for a formula."""
    return f"./{name}" if name[:1] in set("=+-@\t\r") else name


def read(path: Path) -> tuple[Placement, ...]:
    """The list out of its file.

    Raises:
        NotFoundError: it cannot be read.
        KlausurError: it is no such list; which line, and what is wrong.
    """
    try:
        if path.stat().st_size > _LONGEST:
            raise KlausurError(
                f"{path} is too long for such a list", "name the list of 'klausur adopt --scans'"
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror}", "check the name") from error
    except UnicodeDecodeError as error:
        raise KlausurError(f"{path.name} is not in UTF-8", "save it so") from error
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=between))
    heads = [head.strip() for head in rows[0]] if rows else []
    lacking = [head for head in _HEADS if head not in heads]
    if lacking:
        raise KlausurError(
            f"{path.name} has no column {lacking[0]!r}", "name the list that 'klausur adopt --scans' wrote"
        )
    return tuple(_lines(path.name, heads, rows[1:]))


def _lines(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Placement]:
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(heads, [cell.strip() for cell in row], strict=False))
        try:
            found = _placement(cells)
        except ValueError as error:
            raise KlausurError(f"{name}:{number}: {error}", "correct that line") from error
        yield found


def _placement(cells: dict[str, str]) -> Placement:
    numbers = {}
    for head in ("booklet", "page", "image", "seen", "turned"):
        text = cells.get(head, "")
        if text and not (text.isascii() and text.isdigit() and len(text) <= 8):
            raise ValueError(f"{text!r} is no {head}")
        numbers[head] = int(text or 0)
    if bool(numbers["booklet"]) != bool(numbers["page"]):
        raise ValueError("a line has booklet and page, or neither")
    digest = cells.get("sha256", "").removeprefix(_WORD)
    if len(digest) != 64 or not numbers["image"]:
        raise ValueError("file, image and sha256 must stay as they were")
    return Placement(
        look=cells.get("look", ""),
        registration=cells.get("registration", ""),
        file=cells.get("file", "").removeprefix("./"),
        why=cells.get("why", ""),
        sha256=digest,
        **numbers,
    )


def put(path: Path, data: bytes) -> None:
    """Write a file of the list.

    Raises:
        ToolError: it cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ToolError(
            f"{path} cannot be written: {error.strerror}", "name another file with --out"
        ) from error
