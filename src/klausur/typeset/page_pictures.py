"""How the pages of a PDF look, told by a digest of each: which pages a change has touched."""

from hashlib import sha256

import pypdfium2 as pdfium

_SCALE = 0.5
"""Pixels per point. Another letter, digit or sign is another shade somewhere; a page takes 2 ms."""


def digests(pdf: bytes) -> tuple[bytes, ...]:
    """A digest of each page's picture; none for a file that is no PDF."""
    try:
        with pdfium.PdfDocument(pdf) as document:
            return tuple(_digest(document[number]) for number in range(len(document)))
    except pdfium.PdfiumError:
        return ()


def changed(before: tuple[bytes, ...], now: tuple[bytes, ...]) -> tuple[int, ...]:
    """The pages (from 1) that look otherwise than before, or were not there."""
    return tuple(
        number for number, page in enumerate(now, start=1) if page not in before[number - 1 : number]
    )


def _digest(page: pdfium.PdfPage) -> bytes:
    return sha256(bytes(page.render(scale=_SCALE).buffer)).digest()
