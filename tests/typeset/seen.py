"""What a page shows: its text, and the codes in parts of it."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import zxingcpp

from klausur.base.geometry import Box
from klausur.paper import code as codec
from klausur.paper.code import CodeFault, PageCode

KEY = bytes(range(32))
POINT = 72 / 25.4
DATA_MATRIX = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)


def text_of(page: pdfium.PdfPage, box: Box | None = None) -> str:
    """The text of a page, or of a part of it, with single blanks."""
    textpage = page.get_textpage()
    if box is None:
        return " ".join(textpage.get_text_range().split())
    high = page.get_height()
    found = textpage.get_text_bounded(
        box.x * POINT, high - box.bottom * POINT, box.right * POINT, high - box.y * POINT
    )
    return " ".join(found.split())


def letters(page: pdfium.PdfPage) -> list[Box]:
    """Where each letter of a page lies, in mm."""
    textpage = page.get_textpage()
    high = page.get_height()
    boxes = [textpage.get_charbox(n) for n in range(textpage.count_chars())]
    return [
        Box(left / POINT, (high - top) / POINT, (right - left) / POINT, (top - bottom) / POINT)
        for left, bottom, right, top in boxes
        if right > left
    ]


def rendered(page: pdfium.PdfPage, dpi: float) -> npt.NDArray[np.uint8]:
    """The page in grey."""
    return np.array(page.render(scale=dpi / 72, grayscale=True).to_pil())


def part(image: npt.NDArray[np.uint8], box: Box, dpi: float) -> npt.NDArray[np.uint8]:
    """The pixels of a box."""
    x0, y0, x1, y1 = (round(v * dpi / 25.4) for v in (box.x, box.y, box.right, box.bottom))
    return image[max(y0, 0) : y1, max(x0, 0) : x1]


def codes_in(
    page: pdfium.PdfPage,
    boxes: Sequence[Box],
    exam: int,
    *,
    dpi: float = 300,
    turn: float = 0,
) -> list[list[PageCode | CodeFault]]:
    """The codes in each box of a page, scanned at this resolution and turned by so many degrees."""
    image = rendered(page, dpi)
    parts = [turned(part(image, box, dpi), turn) for box in boxes]
    return [
        [codec.decode(found.bytes, exam, KEY) for found in zxingcpp.read_barcodes(each, DATA_MATRIX)]
        for each in parts
    ]


def turned(image: npt.NDArray[np.uint8], degrees: float) -> npt.NDArray[np.uint8]:
    """The image turned on white paper that is large enough."""
    side = int(np.hypot(*image.shape)) + 8
    middle = np.full((side, side), 255, np.uint8)
    y, x = (side - image.shape[0]) // 2, (side - image.shape[1]) // 2
    middle[y : y + image.shape[0], x : x + image.shape[1]] = image
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(middle, matrix, (side, side), borderValue=(255,)), np.uint8)
