"""Whether JBIG2 data, as PDF has it, is all there: the segments that it is a chain of (ITU-T T.88, 7.2).

What a segment holds is its decoder's.
"""

import struct

_PAGE_OF_FOUR, _LONG_COUNT, _UNKNOWN = 0x40, 7, 0xFFFFFFFF
_KINDS = frozenset({0, *range(4, 8), 16, *range(20, 24), 36, *range(38, 44), 48, 49, 50, 51, 52, 53, 62})
_PICTURES = frozenset({6, 7, 22, 23, 38, 39, 42, 43})
"""Kinds of segments that put something on the page at once."""

_HEAD = 6
"""Bytes of a segment's head before what it refers to."""


def complaint(data: bytes, *, picture: bool = True) -> str:
    """What is wrong with a chain of segments, or nothing.

    Args:
        data: the segments, without a file's header.
        picture: whether something must be drawn: what several images share draws nothing.
    """
    at, drawn = 0, False
    while at < len(data):
        try:
            kind, length, start = _head(data, at)
        except (struct.error, IndexError):
            return "a segment is cut off"
        if kind not in _KINDS:
            return f"a segment of kind {kind}, which there is not"
        drawn = drawn or kind in _PICTURES
        if length == _UNKNOWN:  # its decoder finds the end
            return ""
        if start + length > len(data):
            return "a segment is cut off"
        at = start + length
    return "" if drawn or not picture else "it draws nothing"


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Of the segment at a place: its kind, the length of its data and where that begins."""
    number, flags, count = struct.unpack_from(">IBB", data, at)
    at += _HEAD
    referred = count >> 5
    if referred == _LONG_COUNT:
        (long,) = struct.unpack_from(">I", data, at - 1)
        referred = long & 0x1FFFFFFF
        at += 3 + (referred + 8) // 8
    at += referred * (1 if number <= 256 else 2 if number <= 65536 else 4)
    at += 4 if flags & _PAGE_OF_FOUR else 1
    (length,) = struct.unpack_from(">I", data, at)
    return flags & 0x3F, length, at + 4
