"""Two scans of one sheet are alike; a stroke more on one of them makes them differ."""

import cv2
import numpy as np
import pytest
import simplejpeg

from klausur.base.geometry import PAPERS
from klausur.paper.code import PageCode
from klausur.read.same_content import picture, same
from klausur.rehearse.level import Level
from klausur.rehearse.scanner import WEAR, matrix, plan, scan
from klausur.scan.model import Pixels, Placed, Quality

A4 = PAPERS["a4"]
DPI = 150
MM = DPI / 25.4


def sheet() -> Pixels:
    """A page with lines of print and boxes."""
    page = np.full((round(A4.h * MM), round(A4.w * MM)), 255, np.uint8)
    rng = np.random.default_rng(1)
    for y in range(30, 270, 8):
        for x in rng.choice(np.arange(25, 180), 40, replace=False):
            cv2.rectangle(page, at(x, y), at(x + 0.6, y + 2.2), 0, -1)
        cv2.rectangle(page, at(186, y), at(190, y + 4), 0, 1)
    return page


def at(x: float, y: float) -> tuple[int, int]:
    return round(x * MM), round(y * MM)


def scanned(page: Pixels, seed: int, level: Level = Level.DEFAULT) -> Placed:
    how = plan(WEAR[level], np.random.default_rng(seed), upside_down=seed % 3 == 0)
    how = type(how)(**{**{name: getattr(how, name) for name in how.__slots__}, "dpi": DPI, "bed": 0.0})
    pixels = simplejpeg.decode_jpeg(scan(page, how), colorspace="GRAY")[:, :, 0]
    moved = np.vstack([matrix(how, page.shape), [0, 0, 1]])
    to_sheet = np.array([[MM, 0, -0.5], [0, MM, -0.5], [0, 0, 1.0]])
    return Placed(PageCode(1, 1, 1), pixels, moved @ to_sheet, Quality(0.0, DPI, 200.0, 0.9, 4))


@pytest.mark.parametrize("level", [Level.CLEAN, Level.DEFAULT])
@pytest.mark.parametrize("seed", range(1, 7))
def test_a_sheet_scanned_twice_is_the_same(seed: int, level: Level) -> None:
    page = sheet()
    cv2.line(page, at(40, 100), at(70, 104), 90, 2)  # something written
    assert same(scanned(page, seed), scanned(page, seed + 50, level), A4)


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize(
    "stroke",
    [((60, 63.5), (65, 66)), ((186.5, 70.5), (189.5, 73.5)), ((100, 200), (100, 206))],
    ids=["a dash", "a tick in a box", "an upright"],
)
def test_a_stroke_more_on_either_makes_them_differ(
    stroke: tuple[tuple[float, float], tuple[float, float]], seed: int
) -> None:
    page, other = sheet(), sheet()
    cv2.line(other, at(*stroke[0]), at(*stroke[1]), 70, 3)
    assert not same(scanned(page, seed), scanned(other, seed + 50), A4)
    assert not same(scanned(other, seed), scanned(page, seed + 50), A4)


def test_dust_and_what_lies_at_the_edge_do_not_count() -> None:
    page, other = sheet(), sheet()
    cv2.circle(other, at(120, 153), 2, 40, -1)
    cv2.line(other, at(3, 10), at(3, 280), 60, 6)  # the shadow of a feeder
    assert same(scanned(page, 1), scanned(other, 2), A4)


def test_the_picture_of_a_page_stands_upright() -> None:
    page = sheet()
    upright, turned = picture(scanned(page, 1), A4), picture(scanned(page, 3), A4)
    assert upright.shape == turned.shape == (1169, 827)
    difference = np.abs(upright.astype(int) - turned.astype(int))
    assert float(np.median(difference)) < 20
    assert float(np.mean(cv2.blur(difference.astype(np.float32), (9, 9)) > 90)) < 0.01
