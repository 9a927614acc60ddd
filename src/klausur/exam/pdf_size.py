"""How much a PDF's page asks a renderer to draw: a few parts of it can draw each other for ever."""

import re
import zlib
from collections.abc import Iterator
from itertools import islice

import pikepdf

MOST_DRAWN = 300_000
"""Lines, areas and texts, once all copies are made. A scatter plot of 50,000 points has 100,000."""

_MOST_BYTES = 40_000_000
"""Of drawing commands in one stream."""

_DEEPEST = 40
"""Parts inside of one another: renderers stop sooner."""

_MOST_PACKED = 100_000
"""Bytes of a stream that is packed otherwise than usual, and may be a thousand times as large."""

_PAINTS = re.compile(rb"(?<=\s)(?:[fFBbSs]\*?|Tj|TJ|Do|sh|EI|'|\")(?=\s|$)")
"""Commands that draw something."""

_WORDS = re.compile(rb"\(((?:\\.|[^\\()])*)\)")


class _TooMuchError(Exception):
    """More is drawn than may be."""


def fault(document: pikepdf.Pdf, number: int = 0) -> str | None:
    """What is too much on a page (from 0), in words for a diagnostic; None if it can be drawn."""
    page = document.pages[number].obj
    try:
        content = b"\n".join(_unpacked(stream) for stream in _streams(page.get("/Contents")))
        _drawn(content, page.get("/Resources"), {}, 0)
    except _TooMuchError:
        return f"it draws more than {MOST_DRAWN:,} lines, areas and texts, counting copies"
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError) as error:
        return f"it is no PDF that can be read: {error}"
    return None


def _streams(contents: object) -> Iterator[pikepdf.Stream]:
    if isinstance(contents, pikepdf.Array):
        yield from (part for part in contents if isinstance(part, pikepdf.Stream))
    elif isinstance(contents, pikepdf.Stream):
        yield contents


def _unpacked(stream: pikepdf.Stream) -> bytes:
    """The commands of a stream; raises `_TooMuchError` before it takes too much memory."""
    filters = stream.get("/Filter")
    if filters is None or filters == pikepdf.Name.FlateDecode:
        raw = stream.read_raw_bytes()
        data = raw if filters is None else zlib.decompressobj().decompress(raw, _MOST_BYTES + 1)
    else:
        if len(stream.read_raw_bytes()) > _MOST_PACKED:
            raise _TooMuchError
        data = stream.read_bytes()
    if len(data) > _MOST_BYTES:
        raise _TooMuchError
    return data


def _drawn(content: bytes, resources: object, known: dict[tuple[int, int], int], depth: int) -> int:
    """What is drawn by some commands and by all parts that they name, as often as they do."""
    if depth > _DEEPEST:
        raise _TooMuchError
    total = 1 + sum(1 for _ in _PAINTS.finditer(content))
    for name, verb, part in _parts(resources):
        if uses := len(re.findall(re.escape(name) + rb"(?:\s+-?[\d.]+)*\s+" + verb + rb"(?!\S)", content)):
            if verb == b"Tf":
                uses = sum(map(len, _WORDS.findall(content)))
            total += uses * _weight(part, known, depth)
        if total > MOST_DRAWN:
            raise _TooMuchError
    return total


def _weight(part: pikepdf.Stream, known: dict[tuple[int, int], int], depth: int) -> int:
    at = part.objgen
    if at not in known or at == (0, 0):
        known[at] = 0  # what names itself is drawn by nobody
        known[at] = _drawn(_unpacked(part), part.get("/Resources"), known, depth + 1)
    return known[at]


def _parts(resources: object) -> Iterator[tuple[bytes, bytes, pikepdf.Stream]]:
    """What commands can name: its name, the command that draws it, and what is drawn."""
    if not isinstance(resources, pikepdf.Dictionary):
        return
    for kind, verb in (("/XObject", b"Do"), ("/Pattern", b"(?:scn|SCN)")):
        for name, found in _listed(resources, kind):
            if isinstance(found, pikepdf.Stream) and found.get("/Subtype") != "/Image":
                yield name, verb, found
    for name, found in _listed(resources, "/ExtGState"):
        mask = found.get("/SMask")
        group = mask.get("/G") if isinstance(mask, pikepdf.Dictionary) else None
        if isinstance(group, pikepdf.Stream):
            yield name, b"gs", group
    for name, found in _listed(resources, "/Font"):
        if found.get("/Subtype") == "/Type3":  # each of its letters is a drawing
            glyphs = [glyph for _, glyph in _listed(found, "/CharProcs") if isinstance(glyph, pikepdf.Stream)]
            if glyphs:
                yield name, b"Tf", max(glyphs, key=lambda glyph: len(glyph.read_raw_bytes()))


def _listed(holder: pikepdf.Object, kind: str) -> Iterator[tuple[bytes, pikepdf.Object]]:
    table = holder.get(kind)
    if isinstance(table, pikepdf.Dictionary):
        yield from ((name.encode(), found) for name, found in islice(table.items(), 10_000))
