"""A PDF of one page: its parts looked up, rendered by PDFium and, where some could be lost, drawn once more.

A page with answers must not pass for one without them. So nothing is left out: each part that the page draws
is there and whole (`klausur.scan.pdf_parts`), and where only a renderer knows whether it was drawn, a second
renderer shows the same ink (`klausur.scan.second_look`).
"""

import io

import numpy as np
import pikepdf
import pypdfium2

from klausur.scan import limits, pdf_annotations, second_look
from klausur.scan.model import Pixels
from klausur.scan.pdf import DAMAGE, hold_to, saved
from klausur.scan.pdf_parts import Parts
from klausur.scan.pdf_streams import PartError
from klausur.scan.pixels import DecodeError

RENDER_DPI = 300
_RENDERED_SIDE = (2400, 4500)
"""Least and most pixels along the longer side of a rendered page: some scanners write pages whose stated size
is not that of the paper."""

_LONGEST = 20  # times as long as wide: more is no page, and rendered it would be a line


def decode(data: bytes) -> Pixels:
    """The page, (h, w, 3), as large as its size on paper says; never more than 4,500 pixels along a side.

    Raises:
        DecodeError: it is damaged, or a part of it cannot be drawn; which one is said.
    """
    data, plain = _looked_up(data)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DecodeError(f"the PDF page is damaged: {error}") from error
    try:
        page = document[0]
        size = page.get_size()
        pixels = _rendered(page, size)
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise DecodeError(f"the PDF page is damaged: {error}") from error
    finally:
        document.close()
    if not plain and second_look.differs(data, pixels, size):
        raise DecodeError("two programs draw the page with different ink on it")
    return pixels


def _looked_up(data: bytes) -> tuple[bytes, bool]:
    """The page, its annotations made part of its content, and whether it is but images that were found whole.

    Raises:
        DecodeError: something that it draws is missing or damaged.
    """
    hold_to(limits.here())
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            parts = Parts(pdf)
            page = pdf.pages[0].obj
            contents = page.get("/Contents")
            if contents is not None:
                streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
                parts.content(streams, page.get("/Resources"), "the page's content")
            pdf_annotations.look(page, parts)
            if pdf_annotations.flatten(pdf):
                data = saved(pdf)
    except PartError as error:
        raise DecodeError(f"a part of the page cannot be drawn: {error}") from error
    except DAMAGE as error:
        raise DecodeError("the PDF page is damaged: a part of it is not what it should be") from error
    return data, parts.plain


def _rendered(page: pypdfium2.PdfPage, size: tuple[float, float]) -> Pixels:
    width, height = size
    longer = max(width, height)
    if min(width, height) <= 0 or longer / min(width, height) > _LONGEST:
        raise DecodeError(f"a PDF page of {width:.0f} × {height:.0f} points is no page")
    least, most = _RENDERED_SIDE
    scale = min(max(longer * RENDER_DPI / 72, least), most) / longer
    return np.ascontiguousarray(page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3])
