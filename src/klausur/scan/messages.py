"""What the program and the process that takes files apart say to each other.

Messages are MessagePack with their length before them, and no pickles: what comes out of a process that reads
hostile files is data, whatever has become of that process.
"""

from typing import IO

import msgspec

from klausur.scan.leaf import Leaf
from klausur.scan.model import SourceForm

_LENGTH = 8


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
    """Asks for a picture of a page that every program can show."""

    form: SourceForm
    data: bytes


class Counted(msgspec.Struct, frozen=True, tag=True):
    """A file can be used and has so many pages."""

    pages: int


class Broken(msgspec.Struct, frozen=True, tag=True):
    """A file cannot be used, or has gone. ``hint`` says what to do."""

    why: str
    hint: str


class Batch(msgspec.Struct, frozen=True, tag=True):
    """Pages; none at the end of the file. ``seconds`` of processor time were spent on them."""

    leaves: tuple[Leaf, ...]
    seconds: float


class Shown(msgspec.Struct, frozen=True, tag=True):
    """A picture (JPEG); empty if none can be made."""

    data: bytes


Request = Count | Read | Release | Show
Reply = Counted | Broken | Batch | Shown

_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_replies = msgspec.msgpack.Decoder(Reply)


def send(to: IO[bytes], message: Request | Reply) -> None:
    """Send a message."""
    data = _encoder.encode(message)
    to.write(len(data).to_bytes(_LENGTH))
    to.write(data)
    to.flush()


def request(source: IO[bytes]) -> Request:
    """The next request.

    Raises:
        EOFError: the program has ended.
    """
    found: Request = _requests.decode(_whole(source))
    return found


def reply(source: IO[bytes]) -> Reply:
    """The next reply.

    Raises:
        EOFError: the process has ended.
        msgspec.MsgspecError: what came is no reply.
    """
    found: Reply = _replies.decode(_whole(source))
    return found


def _whole(source: IO[bytes]) -> bytes:
    length = source.read(_LENGTH)
    data = source.read(int.from_bytes(length)) if len(length) == _LENGTH else b""
    if not data or len(data) != int.from_bytes(length):
        raise EOFError("the other side has ended")
    return data
