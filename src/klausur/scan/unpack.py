"""The process that takes scanned files apart: it answers questions until the program that asks has ended.

Started by `klausur.scan.unpack_client` as ``python -m klausur.scan.unpack``. Whatever a file does here, it
does to this process: it is held to its limits, and a new one is started where it ends. Nothing outside is
changed.
"""

import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from klausur.base import overtime, plain_words
from klausur.scan import limits, messages, openers, pdf
from klausur.scan.cut_short import BrokenError
from klausur.scan.limits import Limits
from klausur.scan.messages import Batch, Broken, Count, Counted, Read, Release, Reply, Request, Show, Shown
from klausur.scan.model import PageImage, SourceForm
from klausur.scan.raw_page import Leaf

_PICTURE_QUALITY = 85


@dataclass(slots=True)
class _Open:
    """The file that is being read: its pages from ``at`` on, and what it was when it was opened."""

    stream: BinaryIO
    leaves: Iterator[Leaf]
    state: tuple[bytes | int, ...]
    at: int


class Reader:
    """Answers requests. It keeps the file that is being read open between two requests for its pages."""

    def __init__(self, most: Limits) -> None:
        self.limits = most
        self._open: _Open | None = None

    def answer(self, request: Request, *data: bytes) -> tuple[Reply, *tuple[bytes, ...]]:
        """The answer to a request, whatever comes of it, and the bytes that belong to it."""
        try:
            return self._answer(request, data)
        except BrokenError as error:
            return (Broken(str(error), error.hint),)
        except OSError as error:
            return (Broken(f"the file cannot be opened: {error.strerror or error}", "check its rights"),)
        except MemoryError:
            return (Broken(*self._too_much()),)
        except Exception as error:  # noqa: BLE001 - a file that finds a mistake here must not end the scan
            return (Broken(f"the file cannot be taken apart: {_named(error)}", "convert it to PDF"),)

    def _answer(self, request: Request, data: tuple[bytes, ...]) -> tuple[Reply, *tuple[bytes, ...]]:
        match request:
            case Count():
                return (self._count(request),)
            case Read():
                return self._read(request)
            case Show():
                return Shown(), self._picture(PageImage("", 0, request.form, data[0]))
            case Release():
                self._release()
                return (Batch((), 0),)

    def _count(self, request: Count) -> Counted:
        path = Path(os.fsdecode(request.path))
        with overtime.within(self.limits.file_seconds), path.open("rb") as stream:
            return Counted(openers.pages(stream, self.limits).count())

    def _read(self, request: Read) -> tuple[Batch, *tuple[bytes, ...]]:
        began = time.process_time()
        opened = self._opened(request)
        leaves: list[Leaf] = []
        size = 0
        while len(leaves) < request.pages and size < request.size:
            leaf = self._next(opened)
            if leaf is None:
                self._release()
                break
            leaves.append(leaf)
            size += len(leaf.data)
            opened.at += 1
        told = tuple((leaf.form, leaf.fault, leaf.size) for leaf in leaves)
        batch = Batch(told, time.process_time() - began)
        return (batch, *(leaf.data for leaf in leaves))

    def _next(self, opened: _Open) -> Leaf | None:
        """The next page; None at the end, and after a page at which the file must be opened anew."""
        try:
            with overtime.within(self.limits.seconds):
                return next(opened.leaves, None)
        except OSError:
            raise
        except MemoryError:
            fault = self._too_much()[0]
        except Exception as error:  # noqa: BLE001 - the same, for a page
            fault = f"the page cannot be taken out of its file: {_named(error)}"
        return Leaf(SourceForm.IMAGE, b"", fault)

    def _opened(self, request: Read) -> _Open:
        """The file, open at the page that is asked for."""
        path = Path(os.fsdecode(request.path))
        found = path.stat()
        state = (request.path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        if self._open is None or (self._open.state, self._open.at) != (state, request.start):
            self._release()
            stream = path.open("rb")
            self._open = _Open(
                stream, openers.pages(stream, self.limits).read(request.start), state, request.start
            )
        return self._open

    def _release(self) -> None:
        if self._open is not None:
            self._open.stream.close()
        self._open = None

    def _picture(self, image: PageImage) -> bytes:
        from PIL import Image  # noqa: PLC0415 - with the decoders 0.2 s, and most scans show nothing

        from klausur.scan.decode import DecodeError, decode  # noqa: PLC0415 - the same

        with overtime.within(self.limits.seconds):
            try:
                pixels = decode(image)
            except DecodeError:
                return b""
            out = io.BytesIO()
            Image.fromarray(pixels).save(out, "JPEG", quality=_PICTURE_QUALITY)
            return out.getvalue()

    def _too_much(self) -> tuple[str, str]:
        memory = self.limits.memory
        return (
            f"it takes more than {memory} MiB of memory",
            f"convert it to PDF; or, if you trust it, allow more: {limits.way_out('memory', 2 * memory)}",
        )


def _named(error: Exception) -> str:
    return plain_words.said(error)


def main() -> None:
    """Answer until the program that asks has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for common in (0, 1, 2):  # libraries print what they think of a file
        os.dup2(nowhere, common)
    most = limits.here()
    limits.confine(most.memory)
    pdf.hold_to(most)
    reader = Reader(most)
    with suppress(EOFError, BrokenPipeError):
        while True:
            request, data = messages.request(source)
            messages.send(sink, *reader.answer(request, *data))


if __name__ == "__main__":
    main()
    sys.exit()
