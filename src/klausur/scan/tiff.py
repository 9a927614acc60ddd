"""TIFF files of many pages to TIFF files of one page: the bytes of a page are copied, not decoded.

TIFF (Adobe, revision 6.0, and BigTIFF) is a chain of directories, each with the measures of a page and where
its pieces lie. What a page needs goes into a small file of its own, which a worker decodes: so the file is
taken apart as fast as it can be read, and the codecs work elsewhere. The same small file is built round fax
images out of PDFs. Pixels are made in `klausur.scan.decode`.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from klausur.scan.cut_short import BrokenError, size_of
from klausur.scan.limits import MEBIBYTE, Limits, way_out
from klausur.scan.model import SourceForm
from klausur.scan.raw_page import Leaf

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8, 17: 8, 18: 8}
"""Bytes of a value by its type."""

_SHORT, _LONG, _LONG8 = 3, 4, 16

_KIND, _BESIDE = 254, 0b101
"""The tag that says what an image is, and its bits for a smaller copy of another image, and a mask."""

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIPS, SAMPLES, STRIP_HEIGHT, STRIP_SIZES, T4_OPTIONS, T6_OPTIONS = 273, 277, 278, 279, 292, 293
_TILES, _TILE_SIZES, _OLD_JPEG, _OLD_JPEG_SIZE = 324, 325, 513, 514

_NEEDED = frozenset(
    (
        *(WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, STRIP_HEIGHT, T4_OPTIONS, T6_OPTIONS),
        *(266, 282, 283, 284, 296),  # order of bits; resolution; planes
        *(317, 320, 322, 323, 332, 336, 338, 339),  # predictor; palette; tiles; inks; samples
        *(347, 529, 530, 531, 532),  # tables of JPEG; colours
    )
)
"""What is copied, next to the image itself: all that says how it is decoded, and nothing that points
elsewhere. Left out is the orientation: the fiducials say which way is up."""

_MOST_ENTRIES = 4096
_MOST_VALUES = 1 << 20  # a palette has 768 values, and a page has fewer pieces than lines


@dataclass(frozen=True, slots=True)
class _Entry:
    """A directory's entry: the type of its values, how many they are, and their bytes."""

    kind: int
    count: int
    data: bytes


@dataclass(frozen=True, slots=True)
class TiffPages:
    """The pages of a TIFF file."""

    stream: BinaryIO
    limits: Limits

    def count(self) -> int:
        """How many pages there are.

        Raises:
            BrokenError: the chain of pages is broken, or has too many links.
        """
        return len(self._shown())

    def read(self, start: int) -> Iterator[Leaf]:
        """The pages from ``start`` on; a damaged one has no bytes."""
        for index, at in enumerate(self._shown()):
            if index >= start:
                try:
                    yield Leaf(SourceForm.IMAGE, self._page(at))
                except BrokenError as error:
                    yield Leaf(SourceForm.IMAGE, b"", str(error))

    def _shown(self) -> list[int]:
        """Where the directory of each page lies: all, but of those that say to be a thumbnail or a mask.

        Where all say so, all are pages.
        """
        every = list(self._directories())
        pages = [at for at in every if not self._kind(at) & _BESIDE]
        return pages or every

    def _kind(self, at: int) -> int:
        """What a directory says of its image: bits of the tag for kinds of images; 0 if it says nothing."""
        order, big = self._form()
        (number,) = self._unpack(order + ("Q" if big else "H"), at)
        if number > _MOST_ENTRIES:
            return 0
        form, first = ("HHQ", at + 8) if big else ("HHI", at + 2)
        size = 20 if big else 12
        for place in range(first, first + number * size, size):
            tag, kind, count = self._unpack(order + form, place)
            if tag == _KIND and count == 1 and kind in {_SHORT, _LONG}:
                value = self._unpack(
                    order + ("H" if kind == _SHORT else "I"), place + struct.calcsize("<" + form)
                )
                return value[0]
            if tag > _KIND:  # tags stand in their order
                return 0
        return 0

    def _directories(self) -> Iterator[int]:
        """Where each page's directory lies."""
        order, big = self._form()
        size = size_of(self.stream)
        word, entry, pointer = ("Q", 20, "Q") if big else ("H", 12, "I")
        (at,) = self._unpack(order + pointer, 8 if big else 4)
        seen: set[int] = set()
        while at:
            if at in seen or at >= size:
                raise BrokenError("the TIFF file is truncated or damaged: a page points to where none is")
            if len(seen) == self.limits.pages:
                raise too_many("TIFF", self.limits)
            seen.add(at)
            yield at
            (entries,) = self._unpack(order + word, at)
            (at,) = self._unpack(order + pointer, at + struct.calcsize(word) + entries * entry)
        if not seen:
            raise BrokenError("the TIFF file has no pages")

    def _form(self) -> tuple[str, bool]:
        """The order of bytes as `struct` has it, and whether this is BigTIFF."""
        self.stream.seek(0)
        head = self.stream.read(4)
        order = "<" if head.startswith(b"II") else ">"
        return order, head[2:4] in {b"+\0", b"\0+"}

    def _unpack(self, form: str, at: int) -> tuple[int, ...]:
        return struct.unpack(form, self._bytes(at, struct.calcsize(form)))

    def _bytes(self, at: int, count: int) -> bytes:
        if count > self.limits.page_size * MEBIBYTE:
            raise too_large(self.limits)
        self.stream.seek(min(at, 1 << 62))
        data = self.stream.read(count)
        if len(data) < count:
            raise BrokenError("the TIFF file is truncated: a part of the page is missing")
        return data

    def _page(self, at: int) -> bytes:
        order, _ = self._form()
        entries = self._entries(at)
        if entries.get(COMPRESSION) and _numbers(entries[COMPRESSION], order)[0] == 6:
            return self._old_jpeg(entries, order)
        pieces, sizes = (STRIPS, STRIP_SIZES) if STRIPS in entries else (_TILES, _TILE_SIZES)
        if pieces not in entries:
            raise BrokenError("the TIFF page has no image")
        offsets = _numbers(entries[pieces], order)
        if sizes in entries:
            lengths = _numbers(entries[sizes], order)
        else:  # old writers leave this out where the whole page is one piece
            lengths = (min(size_of(self.stream) - offsets[0], self.limits.page_size * MEBIBYTE),)
        if len(offsets) != len(lengths):
            raise BrokenError("the TIFF page is damaged: its pieces have no sizes")
        if sum(lengths) > self.limits.page_size * MEBIBYTE:
            raise too_large(self.limits)
        image = [self._bytes(*piece) for piece in zip(offsets, lengths, strict=True)]
        kept = {tag: entry for tag, entry in entries.items() if tag in _NEEDED}
        return _file(order, kept, image, pieces)

    def _entries(self, at: int) -> dict[int, _Entry]:
        """A directory's entries that are needed, by their tags."""
        order, big = self._form()
        (number,) = self._unpack(order + ("Q" if big else "H"), at)
        if number > _MOST_ENTRIES:
            raise BrokenError("the TIFF page is damaged: it has too many entries")
        at += 8 if big else 2
        form, room = ("HHQ8s", 8) if big else ("HHI4s", 4)
        size = struct.calcsize("<" + form)
        found: dict[int, _Entry] = {}
        for place in range(at, at + number * size, size):
            tag, kind, count, data = struct.unpack(order + form, self._bytes(place, size))
            if tag not in _NEEDED | {STRIPS, STRIP_SIZES, _TILES, _TILE_SIZES, _OLD_JPEG, _OLD_JPEG_SIZE}:
                continue
            length = _SIZES.get(kind, 0) * count
            if not length or count > _MOST_VALUES:
                raise BrokenError("the TIFF page is damaged: an entry has no or too many values")
            if length > room:
                (where,) = struct.unpack(order + ("Q" if big else "I"), data)
                data = self._bytes(where, length)
            found[tag] = _classic(_Entry(kind, count, data[:length]), order)
        return found

    def _old_jpeg(self, entries: Mapping[int, _Entry], order: str) -> bytes:
        """The JPEG that a page of the first TIFF 6.0 way is: mostly a whole one, and else nobody reads it."""
        if _OLD_JPEG in entries and _OLD_JPEG_SIZE in entries:
            (at, *_), (count, *_) = (_numbers(entries[tag], order) for tag in (_OLD_JPEG, _OLD_JPEG_SIZE))
            data = self._bytes(at, count)
            if data.startswith(b"\xff\xd8"):
                return data
        raise BrokenError("the TIFF page has a JPEG of a kind that was given up in 1995")


def fax_page(width: int, height: int, data: bytes, options: Mapping[int, int]) -> bytes:
    """A TIFF file round a fax-coded image.

    Args:
        width: pixels in a line.
        height: lines.
        data: the coded image, one piece.
        options: the values of COMPRESSION, PHOTOMETRIC and, if need be, T4_OPTIONS.
    """
    values = {WIDTH: width, HEIGHT: height, BITS: 1, SAMPLES: 1, STRIP_HEIGHT: height, **options}
    entries = {tag: _Entry(_LONG, 1, struct.pack("<I", value)) for tag, value in values.items()}
    return _file("<", entries, [data], STRIPS)


def too_many(kind: str, limits: Limits) -> BrokenError:
    """What is said of a file with more pages than there may be."""
    return BrokenError(
        f"the {kind} has more than {limits.pages} pages",
        f"split it; or, if you trust it, allow more: {way_out('pages', 4 * limits.pages)}",
    )


def too_large(limits: Limits) -> BrokenError:
    """What is said of a page with more bytes than there may be."""
    return BrokenError(f"the page has more than {limits.page_size} MiB")


def _numbers(entry: _Entry, order: str) -> tuple[int, ...]:
    form = {1: "B", _SHORT: "H", _LONG: "I", _LONG8: "Q"}.get(entry.kind)
    if form is None:
        raise BrokenError("the TIFF page is damaged: a measure is no number")
    return struct.unpack(f"{order}{entry.count}{form}", entry.data)


def _classic(entry: _Entry, order: str) -> _Entry:
    """An entry as it stands in a TIFF file that is not Big: whole numbers of 64 bits get 32."""
    if entry.kind != _LONG8:
        return entry
    numbers = _numbers(entry, order)
    if max(numbers) >> 32:
        return entry  # an offset into a large file: it is used here, and not copied
    return _Entry(_LONG, entry.count, struct.pack(f"{order}{entry.count}I", *numbers))


def _file(order: str, entries: Mapping[int, _Entry], pieces: list[bytes], where: int) -> bytes:
    """A TIFF file of one page: header, directory, the entries' longer values, the pieces of the image."""
    sizes = STRIP_SIZES if where == STRIPS else _TILE_SIZES
    number = len(pieces)
    longs = f"{order}{number}I"
    lengths = struct.pack(longs, *(len(piece) for piece in pieces))
    whole = {
        **entries,
        where: _Entry(_LONG, number, bytes(4 * number)),
        sizes: _Entry(_LONG, number, lengths),
    }
    values_at = 8 + 2 + 12 * len(whole) + 4
    image_at = values_at + sum(_even(len(e.data)) for e in whole.values() if len(e.data) > 4)
    offsets, at = [], image_at
    for piece in pieces:
        offsets.append(at)
        at += _even(len(piece))
    if at >> 32:
        raise BrokenError("the TIFF page is too large")
    whole[where] = _Entry(_LONG, number, struct.pack(longs, *offsets))
    directory, values = [struct.pack(order + "H", len(whole))], [b""]
    for tag in sorted(whole):
        entry = whole[tag]
        inline = entry.data.ljust(4, b"\0")
        if len(entry.data) > 4:
            inline = struct.pack(order + "I", values_at)
            values.append(entry.data.ljust(_even(len(entry.data)), b"\0"))
            values_at += len(values[-1])
        directory.append(struct.pack(order + "HHI", tag, entry.kind, entry.count) + inline)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    image = (piece.ljust(_even(len(piece)), b"\0") for piece in pieces)
    return b"".join((head, *directory, bytes(4), *values, *image))


def _even(count: int) -> int:
    return count + count % 2
