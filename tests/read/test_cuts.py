"""Parts of pages as people see them: no half lines of print at the upper edge."""

import numpy as np

from klausur.read.cuts import without_half_line
from klausur.read.upright import Area
from klausur.scan.model import Pixels

SCALE = 6.0
PAPER, INK = 235, 40


def area(*bands: tuple[float, float]) -> Area:
    """A part of a page, 100 mm wide and 60 high, with print between these mm from its upper edge."""
    pixels = np.full((round(60 * SCALE), round(100 * SCALE)), PAPER, np.uint8)
    for top, bottom in bands:
        pixels[round(top * SCALE) : round(bottom * SCALE), 60:400:3] = INK
    return Area(pixels, SCALE)


def inked(pixels: Pixels) -> list[int]:
    """The rows with ink, in tenths of a mm."""
    return sorted({round(10 * y / SCALE) for y in np.flatnonzero((pixels < 100).any(axis=1)).tolist()})


def test_what_is_left_of_a_line_is_white_and_the_next_one_stays() -> None:
    seen = without_half_line(area((0, 1.5), (4, 7)))
    assert min(inked(seen)) == 40
    assert max(inked(seen)) >= 68
    assert seen.shape == area().pixels.shape


def test_a_line_that_is_seen_whole_stays() -> None:
    whole = area((1, 3.5), (6, 8))
    assert np.array_equal(without_half_line(whole), whole.pixels)
    assert np.array_equal(without_half_line(area()), area().pixels)


def test_what_reaches_far_down_is_no_line_of_print() -> None:
    for tall in (area((0, 12)), area((0, 60))):
        assert np.array_equal(without_half_line(tall), tall.pixels)


def test_dust_at_the_edge_is_no_print() -> None:
    dusty = area((5, 7))
    dusty.pixels[0:2, 100] = INK
    assert np.array_equal(without_half_line(dusty), dusty.pixels)
