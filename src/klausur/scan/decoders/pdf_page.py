"""A PDF of one page, rendered by PDFium."""

import numpy as np
import pypdfium2

from klausur.scan.model import Pixels
from klausur.scan.pixels import DecodeError

RENDER_DPI = 300
_RENDERED_SIDE = (2400, 4500)
"""Least and most pixels along the longer side of a rendered page: some scanners write pages whose stated size
is not that of the paper."""

_LONGEST = 20  # times as long as wide: more is no page, and rendered it would be a line


def decode(data: bytes) -> Pixels:
    """The page, (h, w, 3), as large as its size on paper says; never more than 4,500 pixels along a side."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DecodeError(f"the PDF page is damaged: {error}") from error
    try:
        pixels = _rendered(document[0])
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise DecodeError(f"the PDF page is damaged: {error}") from error
    finally:
        document.close()
    if b"/XObject" in data and (pixels == pixels[0, 0]).all():
        # PDFium leaves out what it cannot draw; a page with answers must not pass for a blank one.
        raise DecodeError("the PDF page is damaged: nothing of it can be drawn")
    return pixels


def _rendered(page: pypdfium2.PdfPage) -> Pixels:
    width, height = page.get_size()
    longer = max(width, height)
    if min(width, height) <= 0 or longer / min(width, height) > _LONGEST:
        raise DecodeError(f"a PDF page of {width:.0f} × {height:.0f} points is no page")
    least, most = _RENDERED_SIDE
    scale = min(max(longer * RENDER_DPI / 72, least), most) / longer
    return np.ascontiguousarray(page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3])
