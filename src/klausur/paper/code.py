"""The PageCode: what is printed on every page so that any scanned sheet finds its place.

Bytes of the Data Matrix (16, big-endian), which fill a symbol of 20 × 20 modules:

    kind 1 | exam 4 | booklet 3 | page 1 | tag 7

The first byte names the format and which kind of `Sheet` it is; sheets that are no booklets count in the
booklet's bytes by themselves.

The tag is the start of an HMAC-SHA256 (RFC 2104) over all that stands before it, under a key that only
the exam's own folder holds: a page of another exam, or a code made at home, does not carry it.

Papers without a booklet, as the question paper, have one symbol for all exams, which says just that.

The symbol that carries the bytes is drawn by `klausur.paper.code_symbol`.
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Sheet(StrEnum):
    """What kind of paper a code is printed on. All but booklets are numbered by themselves, from 1."""

    BOOKLET = "booklet"
    EXTRA = "extra"
    """A single sheet that is handed out on demand; a person writes on it which booklet it belongs to."""
    ATTENDANCE = "attendance"
    """The attendance list of a room: number of the room, page of its list."""
    PROTOCOL = "protocol"
    """The protocol page of a room."""
    STICKER = "sticker"
    """A label that ties a candidate to a booklet: number of the sticker, page 1."""


KINDS = {
    Sheet.BOOKLET: 0xA1,
    Sheet.EXTRA: 0xA2,
    Sheet.ATTENDANCE: 0xA4,
    Sheet.PROTOCOL: 0xA8,
    Sheet.STICKER: 0xB0,
}
"""The first byte of each kind of sheet's code; any two differ in two bits."""

NO_BOOKLET = b"\xe0" + hashlib.sha256(b"no booklet").digest()[:15]
"""What stands where a booklet's code would on papers that are not to be scanned. Letters would be packed more
tightly, into a symbol of another form."""

MAX_EXAM = 2**32 - 1
MAX_BOOKLET = 2**24 - 1
MAX_PAGE = 2**8 - 1
KEY_BYTES = 32

MODULES = 20
"""Modules along each side of the printed symbol, without its quiet zone. A run of digits among the
bytes can be packed more tightly, so one symbol in a million has 18; it is drawn to the same side."""

CODE_SIDE = 10.0
"""Side of the printed symbol in mm, without its quiet zone of one module. A module of 0.5 mm is 6 pixels
at 300 dpi and 3 at 150."""

_SHEETS = {kind: sheet for sheet, kind in KINDS.items()}
_HEAD_BYTES = 9
_TAG_BYTES = 7


@dataclass(frozen=True, slots=True)
class PageCode:
    """Which page of which booklet of which exam a sheet's side is. Booklet and page count from 1.

    On a ``sheet`` that is no booklet, ``booklet`` is the number among the sheets of its kind.
    """

    exam: int
    booklet: int
    page: int
    sheet: Sheet = Sheet.BOOKLET


class CodeFault(StrEnum):
    """Why bytes out of a Data Matrix are no PageCode of this exam."""

    FOREIGN = "foreign"
    """No Klausur code at all."""
    OTHER_EXAM = "other-exam"
    """A Klausur code that names another exam."""
    FORGED = "forged"
    """It names this exam, but the tag was not made with this exam's key."""
    NO_BOOKLET = "no-booklet"
    """The mark of papers that are not to be scanned, of whichever exam."""


def encode(code: PageCode, key: bytes) -> bytes:
    """The 16 bytes of a code.

    Raises:
        ValueError: a number does not fit, or the key has not 32 bytes.
    """
    if not (0 <= code.exam <= MAX_EXAM and 1 <= code.booklet <= MAX_BOOKLET and 1 <= code.page <= MAX_PAGE):
        raise ValueError(f"{code} does not fit into a page code")
    head = bytes([KINDS[code.sheet]]) + code.exam.to_bytes(4) + code.booklet.to_bytes(3) + bytes([code.page])
    return head + _tag(head, key)


def decode(data: bytes, exam: int, key: bytes) -> PageCode | CodeFault:
    """Read a code's bytes and check that this exam's key made them."""
    if data == NO_BOOKLET:
        return CodeFault.NO_BOOKLET
    if len(data) != _HEAD_BYTES + _TAG_BYTES or data[0] not in _SHEETS:
        return CodeFault.FOREIGN
    head, tag = data[:_HEAD_BYTES], data[_HEAD_BYTES:]
    found, booklet, page = int.from_bytes(head[1:5]), int.from_bytes(head[5:8]), head[8]
    if found != exam:
        return CodeFault.OTHER_EXAM
    if not hmac.compare_digest(tag, _tag(head, key)) or not booklet or not page:
        return CodeFault.FORGED
    return PageCode(found, booklet, page, _SHEETS[data[0]])


def may_be_page(data: bytes) -> bool:
    """Whether bytes may be the code of a page: a sticker lies on one, and says nothing about which it is."""
    return not data.startswith(bytes([KINDS[Sheet.STICKER]]))


def show(code: PageCode) -> str:
    """The code for people, as printed beside the symbol: exam in hexadecimal, booklet, page.

    A sheet that is no booklet has its initial before the number.
    """
    initial = "" if code.sheet is Sheet.BOOKLET else code.sheet[0].upper()
    return f"{code.exam:08X}-{initial}{code.booklet:05d}-{code.page:02d}"


def _tag(head: bytes, key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, this one {len(key)}")
    return _keyed(key, head)


@lru_cache(maxsize=4096)
def _keyed(key: bytes, head: bytes) -> bytes:
    return hmac.new(key, head, hashlib.sha256).digest()[:_TAG_BYTES]
