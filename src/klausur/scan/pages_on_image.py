"""The pages on one image: those whose fiducials are found, and room beside them that may hold one more.

A booklet that is scanned open shows two pages. Where only one of them has fiducials, the rest of the image is
no less a page: it must not be dropped, and is looked at by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from klausur.base.geometry import Size
from klausur.paper.code import may_be_page
from klausur.scan import cut_off, data_matrix, fiducials, quality
from klausur.scan.fiducials import FoundFiducials
from klausur.scan.model import Pixels
from klausur.scan.transform import Points

_LIKE_A_PAGE = 0.12
"""Part by which the sides of what is left of an image may differ from those of the page beside it."""

_DARK = 100  # grey level in the middle of an image that is light on dark, if it is a page
_FEW = 16  # of so many rows and columns one is enough to tell that
_WHITE = 6.0  # mm of white paper that are put round an image: as far as fiducials lie from a sheet's edges

_ROOM = 0.6  # of a page's sides that what is left must have, to hold a code worth looking for


@dataclass(frozen=True, slots=True)
class PageOnImage:
    """A page on an image, or what may be one.

    Attributes:
        pixels: the image, or the part of it that is looked at by itself.
        sought: the fiducials that were sought, their corners on paper in mm by marker id.
        found: where they lie in ``pixels``; None if they were not found.
    """

    pixels: Pixels
    sought: Mapping[int, Points]
    found: FoundFiducials | None


def pages(pixels: Pixels, paper: Mapping[int, Points], size: Size) -> tuple[PageOnImage, ...]:
    """The pages on an image, from left to right or from top to bottom; at least one.

    Args:
        pixels: the image.
        paper: the fiducials' corners on paper in mm, by marker id.
        size: of the sheet, in mm.
    """
    found = fiducials.find(pixels, paper, size)
    if not found:
        return (_otherwise(pixels, paper, size) or PageOnImage(pixels, paper, None),)
    spots = tuple(PageOnImage(pixels, paper, one) for one in found)
    if len(found) > 1 or not fiducials.has_room(pixels, found[0].fit, size):
        return spots
    corners = fiducials.outline(found[0].fit, size)
    first, rest = _rest(pixels, corners)
    if not _may_be_page(rest, corners, size):
        return spots
    more = PageOnImage(rest, paper, None)
    return (more, *spots) if first else (*spots, more)


def _otherwise(pixels: Pixels, paper: Mapping[int, Points], size: Size) -> PageOnImage | None:
    """The page of an image that is light on dark, or cut along its print, if it has all its fiducials."""
    usual = np.asarray(255 - pixels, np.uint8) if np.median(pixels[::_FEW, ::_FEW]) < _DARK else pixels
    side = round(_WHITE * fiducials.scale_guess(pixels, size))
    for room in (0, side) if cut_off.may_be_cut(usual, size) else (0,):
        if room or usual is not pixels:
            found = fiducials.find_all(_in_white(usual, room), paper, size)
            if found is not None:
                return PageOnImage(usual, paper, fiducials.shifted(found, -room))
    return None


def _in_white(pixels: Pixels, side: int) -> Pixels:
    """An image with ``side`` px of white paper round it: fiducials are told by what is round them."""
    colour = (255,) * (pixels.shape[2] if pixels.ndim == 3 else 1)
    return np.asarray(cv2.copyMakeBorder(pixels, *(side,) * 4, cv2.BORDER_CONSTANT, value=colour), np.uint8)


def _rest(pixels: Pixels, corners: Points) -> tuple[bool, Pixels]:
    """The largest part of an image on one side of a page, and whether it comes before the page."""
    height, width = pixels.shape[:2]
    left, top = np.clip(corners.min(axis=0), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(corners.max(axis=0), 0, (width, height)).astype(int).tolist()
    parts = (
        (True, pixels[:, :left]),
        (True, pixels[:top]),
        (False, pixels[:, right:]),
        (False, pixels[bottom:]),
    )
    return max(parts, key=lambda part: part[1].shape[0] * part[1].shape[1])


def _may_be_page(rest: Pixels, corners: Points, size: Size) -> bool:
    """Whether what is left of an image may be a page: as large as one and not blank, or with a code."""
    sides = sorted(cv2.minAreaRect(corners.astype(np.float32))[1])
    parts = [have / of for have, of in zip(sorted(rest.shape[:2]), sides, strict=True)]
    if min(parts) < _ROOM:
        return False
    like = all(abs(part - 1) <= _LIKE_A_PAGE for part in parts)
    if like and quality.emptiness(rest, size) is None:
        return True
    return bool(data_matrix.read_anywhere(rest, may_be_page))
