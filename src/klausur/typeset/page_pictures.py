"""How the pages of a PDF look: as pictures, or told by a digest of each, which a change of it changes."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import simplejpeg

_SCALE = 0.5
"""Pixels per point, for digests. Another letter or sign is another shade somewhere; a page takes 2 ms."""


_QUALITY = 80
"""Of a JPEG: small letters stay sharp."""


def digests(pdf: bytes) -> tuple[bytes, ...]:
    """A digest of each page's picture; none for a file that is no PDF."""
    try:
        with pdfium.PdfDocument(pdf) as document:
            return tuple(_digest(document[number]) for number in range(len(document)))
    except pdfium.PdfiumError:
        return ()


def jpegs(pdf: Path, width: int = 1100) -> Iterator[bytes]:
    """Each page as a JPEG file so many pixels wide; none for a file that is no PDF."""
    try:
        with pdfium.PdfDocument(pdf) as document:
            for number in range(len(document)):
                page = document[number]
                bitmap = page.render(scale=width / page.get_width(), rev_byteorder=True)
                shown = np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
                yield bytes(simplejpeg.encode_jpeg(shown, _QUALITY, "RGB"))
    except pdfium.PdfiumError:
        return


def changed(before: tuple[bytes, ...], now: tuple[bytes, ...]) -> tuple[int, ...]:
    """The pages (from 1) that look otherwise than before, or were not there."""
    return tuple(
        number for number, page in enumerate(now, start=1) if page not in before[number - 1 : number]
    )


def _digest(page: pdfium.PdfPage) -> bytes:
    return sha256(bytes(page.render(scale=_SCALE).buffer)).digest()
