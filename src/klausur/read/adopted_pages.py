"""Images of pages without codes: which page of a finished paper each shows, and the picture that is read.

Each function is work for a process that an image may end: see `klausur.read.pool.guarded`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium

from klausur.base.geometry import Box, Size
from klausur.exam.own_paper import OwnPage
from klausur.paper.fields import Field, FieldKind
from klausur.read.cuts import webp
from klausur.scan import paper_pages, stamped, which_page
from klausur.scan.by_print import Lies, Put, laid
from klausur.scan.decode import DecodeError, decode
from klausur.scan.model import PageImage, Pixels
from klausur.scan.paper_pages import PaperPage
from klausur.scan.stamped import Square, Stamps

_SHOWN_DPI, _HEAD_DPI = 70.0, 110.0
_HEAD = 75.0
"""mm from the upper edge of a first page in which people write who they are."""

_LONGEST = 700
_LACKING = (210, 30, 30)


@dataclass(frozen=True, slots=True)
class Look:
    """What an image shows.

    Attributes:
        page: of the paper; None if it is like none.
        alike: other pages that it may be as well.
        seen: the share of the page's print that is there, and ``sure`` whether that is enough.
        turned: degrees by which the image must be turned clockwise to be upright.
        why: why it is no page, in words.
        picture: what people look at, WebP: the page upright, print that is not there in red; or the image.
        head: of a first page, where its writer's name may stand; empty of others.
    """

    page: int | None
    alike: tuple[int, ...] = ()
    seen: float = 0.0
    sure: bool = False
    turned: float = 0.0
    why: str = ""
    picture: bytes = b""
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class StampTask:
    """What is put on a page's image: the paper's page, its place on the sheet, and the sheet as printed.

    Attributes:
        size: of the sheet.
        own: the page of the paper, and how it lies on the sheet.
        printed: the PDF with the printed sheet.
        index: its page there, from 0.
        fields: of the sheet.
        squares: the boxes of its choices, each with the printed square that it stands for.
    """

    size: Size
    own: OwnPage
    printed: Path
    index: int
    fields: tuple[Field, ...]
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class StampedPage:
    """The picture as PNG, and over what somebody has written, as `klausur.scan.stamped.Stamped` has it."""

    picture: bytes
    covered: tuple[tuple[FieldKind, str], ...]
    beyond: bool


def look(image: PageImage, pdf: bytes, only: int | None = None) -> Look:
    """Which page of the paper ``pdf`` an image shows, and pictures of it for people.

    Args:
        image: out of a scanned file.
        pdf: the paper.
        only: the page that it is, where a person has said so.
    """
    try:
        pixels = decode(image)
    except DecodeError as error:
        return Look(None, why=str(error))
    pages = _paper(pdf)
    found = which_page.find(pixels, pages, only)
    if found.best is None:
        why = "nothing is on it" if found.blank else _unlike(only)
        return Look(None, why=why, picture=webp(_small(pixels)))
    best = found.best
    page = pages[best.page - 1]
    whole = Box(0, 0, page.size.w, page.size.h)
    head = Box(0, 0, page.size.w, min(_HEAD, page.size.h))
    return Look(
        best.page,
        found.alike,
        best.seen,
        best.seen >= which_page.SURE,
        best.turned,
        picture=webp(_shown(pixels, best.lies, page, whole, _SHOWN_DPI)),
        head=webp(_shown(pixels, best.lies, page, head, _HEAD_DPI)) if best.page == 1 else b"",
    )


def stamp(image: PageImage, pdf: bytes, task: StampTask) -> StampedPage | str:
    """The picture of a page that is read; or why there is none."""
    try:
        pixels = decode(image)
    except DecodeError as error:
        return str(error)
    page = _paper(pdf)[task.own.page - 1]
    found = which_page.find(pixels, (page,), page.number).best
    if found is None:
        return _unlike(page.number)
    printed = _printed(task.printed, task.index, task.size)
    stamps = Stamps(task.size, task.own, printed, task.fields, task.squares)
    made = stamped.stamped(pixels, found.lies, page, stamps)
    return StampedPage(_png(made.pixels), made.covered, made.beyond)


def _unlike(only: int | None) -> str:
    return "no page of the paper is like it" if only is None else f"it is not like page {only} of the paper"


@lru_cache(maxsize=2)
def _paper(pdf: bytes) -> Sequence[PaperPage]:
    return paper_pages.paper(pdf)


def _printed(pdf: Path, index: int, size: Size) -> Pixels:
    with pdfium.PdfDocument(pdf) as document:
        shown = document[index].render(scale=2 * stamped.DPI / 72, grayscale=True).to_numpy()
    shape = round(size.w * stamped.DPI / 25.4), round(size.h * stamped.DPI / 25.4)
    return np.asarray(cv2.resize(shown.reshape(shown.shape[:2]), shape, None, 0, 0, cv2.INTER_AREA), np.uint8)


def _shown(pixels: Pixels, lies: Lies, page: PaperPage, part: Box, dpi: float) -> Pixels:
    """Part of a page upright, in RGB; print that should be there and is not is red."""
    per_mm = dpi / 25.4
    at = np.array(((1, 0, part.x), (0, 1, part.y), (0, 0, 1.0)))
    seen = laid(pixels, lies.to_pixels, lies.drift, Put(Size(part.w, part.h), per_mm, at))
    if seen.ndim == 2:
        seen = np.asarray(cv2.cvtColor(seen, cv2.COLOR_GRAY2RGB), np.uint8)
    lacking = np.asarray(page.ink & ~lies.ink, np.uint8) * 255
    scale = paper_pages.DPI / 25.4
    cut = lacking[round(part.y * scale) : round(part.bottom * scale)]
    small = cv2.resize(cut, (seen.shape[1], seen.shape[0]), None, 0, 0, cv2.INTER_AREA)
    seen[small > 80] = _LACKING
    return seen


def _small(pixels: Pixels) -> Pixels:
    by = min(1.0, _LONGEST / max(pixels.shape[:2]))
    return np.asarray(cv2.resize(pixels, None, None, by, by, cv2.INTER_AREA), np.uint8)


def _png(pixels: Pixels) -> bytes:
    shown = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".png", shown, [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not done:
        raise MemoryError
    return data.tobytes()
