"""Side by side: two images of one page in one picture, for the person who decides which of them counts."""

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from klausur.actions import kept_scans, up_to_date
from klausur.base.errors import NotFoundError, ToolError
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.named_page import shown_as
from klausur.read.pool import ReaderEndedError, guarded, processes
from klausur.scan.model import Pixels
from klausur.state.facts import Spot, StoredImage
from klausur.store import looks, pages
from klausur.store.folder import Records, opened

_DPI = 110.0
_HEAD, _GAP, _TEXT = 44, 16, 22
"""Pixels: the line of text above each page, what lies between the pages, the height of letters."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What was drawn: the image asked for on the right, the one that counts as its page on the left."""

    picture: Path
    spot: Spot
    left: StoredImage
    right: StoredImage


def side_by_side(folder: Path, number: int, out: Path) -> SideBySide:
    """Draw an image beside the one that counts as its page, both upright.

    Args:
        folder: the exam folder.
        number: the image that waits, as ``settle list`` shows it.
        out: the PNG to write.

    Raises:
        NotFoundError: there is no such image, or no other image counts as its page.
        ToolError: an image cannot be shown any more.
    """
    with opened(folder) as records:
        layout = up_to_date.frame(records).layout
        right = pages.image(number)
        if right is None:
            raise NotFoundError(
                f"there is no image {number}", "the images that wait are in 'klausur settle list'"
            )
        proposed = looks.proposer([right]).propose(right)
        left = None if proposed is None else pages.occupant(proposed.spot)
        if proposed is None or left is None or left.id == number:
            raise NotFoundError(
                f"no other image counts as the page of image {number}", "see 'klausur settle list'"
            )
        with processes(1) as worker:
            sheets = [_upright(records, layout, image, proposed.spot, worker) for image in (left, right)]
    titles = [f"counts now: image {left.id}, {left.called}", f"waits: image {right.id}, {right.called}"]
    _draw(sheets, titles).save(out, "PNG")
    return SideBySide(out, proposed.spot, left, right)


def _upright(records: Records, layout: Layout, image: StoredImage, spot: Spot, worker: Executor) -> Pixels:
    found = kept_scans.image(records, image)
    if found is None:
        raise ToolError(
            f"the kept copy of {image.name} is lost: {kept_scans.kept(records, image.file)}",
            "put it back there",
        )
    code = PageCode(layout.exam_number, spot.booklet, spot.page, spot.sheet)
    try:
        shown = guarded(worker, shown_as, found, layout, code, image.part, _DPI, image.turned)
    except ReaderEndedError as error:
        shown = str(error)
    if isinstance(shown, str):
        raise ToolError(f"image {image.id} cannot be shown: {shown}", "scan the sheet again")
    return shown


def _draw(sheets: list[Pixels], titles: list[str]) -> Image.Image:
    drawn = [Image.fromarray(np.asarray(sheet)).convert("L") for sheet in sheets]
    height = max(sheet.height for sheet in drawn)
    drawn = [s.resize((round(s.width * height / s.height), height)) for s in drawn]
    whole = Image.new("L", (sum(s.width for s in drawn) + 3 * _GAP, height + _HEAD + _GAP), 200)
    pen, font, x = ImageDraw.Draw(whole), ImageFont.load_default(_TEXT), _GAP
    for sheet, title in zip(drawn, titles, strict=True):
        pen.text((x, (_HEAD - _TEXT) // 2), title, fill=0, font=font)
        whole.paste(sheet, (x, _HEAD))
        x += sheet.width + _GAP
    return whole
