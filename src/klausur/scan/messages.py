"""What the program and the process that takes files apart say to each other.

A message is MessagePack, and then the bytes of pages as they are. There are no pickles: what comes out of a
process that reads hostile files is data, whatever has become of that process.
"""

from typing import IO

import msgspec

from klausur.scan.model import SourceForm

_LENGTH = 8
"""Bytes of a number: first how many pieces there are, then their lengths, then the pieces."""

_MOST_PIECES = 1000


class Count(msgspec.Struct, frozen=True, tag=True):
    """Asks whether a file can be used, and how many pages it has."""

    path: bytes


class Read(msgspec.Struct, frozen=True, tag=True):
    """Asks for ``pages`` pages of a file from ``start`` on; no more follow once they have ``size`` bytes."""

    path: bytes
    start: int
    pages: int
    size: int


class Release(msgspec.Struct, frozen=True, tag=True):
    """Asks to let go of the file that is open."""


class Show(msgspec.Struct, frozen=True, tag=True):
    """Asks for a picture, which every program can show, of the page whose bytes come along."""

    form: SourceForm


class Counted(msgspec.Struct, frozen=True, tag=True):
    """A file can be used and has so many pages."""

    pages: int


class Broken(msgspec.Struct, frozen=True, tag=True):
    """A file cannot be used, or has gone. ``hint`` says what to do."""

    why: str
    hint: str


class Batch(msgspec.Struct, frozen=True, tag=True):
    """Pages, whose bytes come along; none at the end of the file.

    Each has its form, why it is damaged if it is, and its size in mm as far as it is known. ``seconds`` of
    processor time were spent on them.
    """

    leaves: tuple[tuple[SourceForm, str, tuple[float, float] | None], ...]
    seconds: float


class Shown(msgspec.Struct, frozen=True, tag=True):
    """A picture (JPEG), which comes along; empty if none can be made."""


Request = Count | Read | Release | Show
Reply = Counted | Broken | Batch | Shown

_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_replies = msgspec.msgpack.Decoder(Reply)


def send(to: IO[bytes], message: Request | Reply, *data: bytes) -> None:
    """Send a message, and what comes along with it."""
    pieces = (_encoder.encode(message), *data)
    lengths = (len(pieces), *(len(piece) for piece in pieces))
    to.write(b"".join(length.to_bytes(_LENGTH) for length in lengths))
    for piece in pieces:
        to.write(piece)
    to.flush()


def request(source: IO[bytes]) -> tuple[Request, tuple[bytes, ...]]:
    """The next request, and what came along.

    Raises:
        EOFError: the program has ended.
    """
    message, *data = _pieces(source)
    return _requests.decode(message), tuple(data)


def reply(source: IO[bytes]) -> tuple[Reply, tuple[bytes, ...]]:
    """The next reply, and what came along.

    Raises:
        EOFError: the process has ended.
        msgspec.MsgspecError: what came is no reply.
    """
    message, *data = _pieces(source)
    return _replies.decode(message), tuple(data)


def _pieces(source: IO[bytes]) -> list[bytes]:
    (number,) = _lengths(source, 1)
    if not 0 < number < _MOST_PIECES:
        raise EOFError("what came is no message")
    return [_whole(source, length) for length in _lengths(source, number)]


def _lengths(source: IO[bytes], number: int) -> list[int]:
    data = _whole(source, _LENGTH * number)
    return [int.from_bytes(data[at : at + _LENGTH]) for at in range(0, len(data), _LENGTH)]


def _whole(source: IO[bytes], length: int) -> bytes:
    data = source.read(length)
    if len(data) != length:
        raise EOFError("the other side has ended")
    return data
