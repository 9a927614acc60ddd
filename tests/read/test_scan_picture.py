"""Scans as they go into a PDF: bytes stay, and what lies on the page lies there on its picture too."""

import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from tests.scan.conftest import EXAM, SIZE, Look, Printer, as_jpeg

from klausur.paper.code import PageCode
from klausur.read.scan_picture import OnPicture, placed_picture, whole_picture
from klausur.scan import transform
from klausur.scan.model import PageImage, SourceForm

POINTS = ((20.0, 30.0), (190.0, 40.0), (105.0, 148.0), (30.0, 270.0), (185.0, 280.0))
CODE = PageCode(EXAM, 2, 1)


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer()


@pytest.mark.parametrize(
    ("how", "near"),
    [
        ({"dpi": 150, "turn": 184, "room": 10}, 0.1),
        ({"dpi": 150, "stretch": 1.01, "shift": (3, -2)}, 0.1),
        ({"dpi": 150, "tilt": 0.08, "room": 20}, 0.2),
    ],
    ids=["upside down and skewed", "stretched", "photographed askew"],
)
def test_points_of_the_page_are_told_where_the_picture_shows_them(
    printer: Printer, how: dict[str, Any], near: float
) -> None:
    look = Look(**how)
    image, truth = printer.page_image(printer.printed(), look)
    seen = placed_picture(image, printer.layout, CODE, 0, None, POINTS)
    assert isinstance(seen, OnPicture), seen
    picture = seen.picture
    assert (picture.data, picture.jpeg) == (image.data, True)
    a, b, c, d, e, f = picture.lies
    shares = np.linalg.solve(np.array(((a, b), (d, e))), (np.array(seen.points) - (c, f)).T).T
    pixels = shares * (picture.width, picture.height) - 0.5
    away = np.hypot(*(pixels - transform.apply(truth, np.array(POINTS))).T) / (look.dpi / 25.4)
    assert away.max() < near
    moved = np.hypot(*(np.array(seen.points) - POINTS).T).max()
    assert (moved < 0.2) == ("tilt" not in how), "only what is seen askew does not lie upright"
    assert (picture.frame.x, picture.frame.w) == (0.0, SIZE.w) or "tilt" in how


def test_of_other_forms_the_samples_stay(printer: Printer) -> None:
    grey, _ = printer.scanned(printer.printed(), Look(dpi=100, noise=0))
    two = np.where(grey > 128, 255, 0).astype(np.uint8)
    for pixels, bits in ((two, 1), (grey, 8)):
        done, data = cv2.imencode(".png", pixels)
        assert done
        image = PageImage("0" * 64, 0, SourceForm.IMAGE, data.tobytes())
        seen = placed_picture(image, printer.layout, CODE, 0, None, ())
        assert isinstance(seen, OnPicture), seen
        picture = seen.picture
        assert (picture.jpeg, picture.bits, picture.colours) == (False, bits, 1)
        assert (picture.width, picture.height) == pixels.shape[::-1]
        wanted = np.packbits(pixels > 0, axis=1) if bits == 1 else pixels
        assert zlib.decompress(picture.data) == wanted.tobytes()


def test_what_cannot_be_placed_is_shown_whole(printer: Printer) -> None:
    wide = np.full((300, 900), 200, np.uint8)
    seen = placed_picture(as_jpeg(wide), printer.layout, CODE, 0, None, POINTS)
    assert isinstance(seen, OnPicture), seen
    assert seen.points == POINTS
    a, _, c, _, e, f = seen.picture.lies
    assert (c, a) == (0.0, SIZE.w)
    assert 2 * f + e == pytest.approx(SIZE.h)
    assert e / a == pytest.approx(300 / 900)
    assert isinstance(whole_picture(PageImage("0" * 64, 0, SourceForm.IMAGE, b"\xff\xd8no"), SIZE), str)
