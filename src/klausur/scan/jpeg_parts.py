"""What a JPEG file is made of: its height, its end, and pictures behind it; and what may be mended of these.

JPEG (ITU-T T.81) allows a height that is told only after the lines (DNL), and devices leave out the end or
state a height that no page has, because they did not know it when they began. Telephones put further
pictures behind the first. Viewers show such files; nothing is decoded here.
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass

_START, END = b"\xff\xd8", b"\xff\xd9"
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SCAN, _LINES, _LAST = 0xDA, 0xDC, 0xD9
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
"""A marker among coded lines, where a byte of 255 is followed by a zero, and restarts say nothing."""

_LIKE_A_PAGE = 0.5
"""Part of the first picture's sides from which on a further one is no preview, but may be a page."""


Bytes = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture says how large it is: the place of the height's two bytes, and the measures in px.

    ``rows`` are the lines that are coded together.
    """

    at: int
    width: int
    height: int
    rows: int


def lines_start(data: Bytes, at: int = 0) -> int | None:
    """Where the coded lines of the picture at ``at`` begin; thumbnails lie before, and have ends."""
    return next((place for kind, place in _segments(data, at) if kind == _SCAN), None)


def frame(data: bytes, at: int = 0) -> Frame | None:
    """How large the picture at ``at`` says that it is; None if it is damaged before that."""
    place = next((place for kind, place in _segments(data, at) if kind in _FRAMES), None)
    if place is None or len(data) < place + 10:
        return None
    count = data[place + 9]
    sampling = [data[n] & 0x0F for n in range(place + 11, min(place + 11 + 3 * count, len(data)), 3)]
    height, width = (int.from_bytes(data[n : n + 2]) for n in (place + 5, place + 7))
    return Frame(place + 5, width, height, 8 * max(sampling, default=1))


def end(data: bytes, at: int = 0) -> int | None:
    """Where the picture at ``at`` has ended; None where its end is missing."""
    place = lines_start(data, at)
    while place is not None:
        found = _MARKER.search(data, place + 2)
        if found is None:
            return None
        if found[1][0] == _LAST:
            return found.end()
        place = found.end() - 2
    return None


def has_end(data: bytes) -> bool:
    """Whether a file has the end of a picture behind lines: these hold no such bytes themselves."""
    start = lines_start(data)
    return start is not None and data.rfind(END, start) >= 0


def pictures(data: bytes) -> list[bytes]:
    """The pictures in a file that may be pages: the first, and those behind it that are about as large."""
    start, first = lines_start(data), frame(data)
    if start is None or first is None or data.find(_START + b"\xff", start) < 0:
        return [data]
    ends = end(data)
    if ends is None:
        return [data]
    found = [data[:ends]]
    at = data.find(_START + b"\xff", ends)
    while at >= 0:
        ends, more = end(data, at), frame(data, at)
        if more is not None and _as_large(more, first):
            found.append(data[at:ends])
        at = data.find(_START + b"\xff", at + 2 if ends is None else ends)
    return found


def first(data: bytes) -> bytes:
    """The first picture in a file, without what follows it."""
    return data[: end(data)]


def mended(data: bytes) -> bytes:
    """The same picture with an end, and with its height where that stands behind its lines."""
    start = lines_start(data)
    if start is None:
        return data
    if not has_end(data):
        data += END
    known = frame(data)
    if known is None or known.height:
        return data
    markers = _MARKER.finditer(data, start)
    told = next((found for found in markers if found[1][0] == _LINES), None)
    if told is None:
        return data
    height = data[told.end() + 2 : told.end() + 4]
    before, behind = data[: told.end() - 2], data[told.end() + 4 :]
    return before[: known.at] + height + before[known.at + 2 :] + behind


def with_height(data: bytes, known: Frame, height: int) -> bytes:
    """The same picture with another height."""
    return data[: known.at] + height.to_bytes(2) + data[known.at + 2 :]


def _segments(data: Bytes, at: int) -> Iterator[tuple[int, int]]:
    """The markers before a picture's lines, and that of its first lines, each with its place."""
    at += 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # a fill byte
            at += 1
        elif kind in _ALONE:
            at += 2
        else:
            yield kind, at
            if kind == _SCAN:
                return
            at += 2 + int.from_bytes(data[at + 2 : at + 4])


def _as_large(one: Frame, first: Frame) -> bool:
    sides, others = sorted((one.width, one.height)), sorted((first.width, first.height))
    return all(side >= _LIKE_A_PAGE * other for side, other in zip(sides, others, strict=True))
