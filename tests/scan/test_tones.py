"""Which tones a page has, by the pixels of its fiducials."""

from dataclasses import replace

import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.scan.edges import grey
from klausur.scan.model import Pixels, Placed, Quality
from klausur.scan.tones import ScanKind, kind, middle_tones

FIDUCIAL = Box(3.0, 3.0, 6.0, 6.0)


def page(*, soft: bool, colours: int) -> Placed:
    """A black square, with edges of a tone between or none, at 4 pixels a mm."""
    pixels: Pixels = np.full((48, 48), 255, np.uint8)
    pixels[12:36, 12:36] = 0
    if soft:
        pixels[11:37, 11] = pixels[11:37, 36] = 128
    to_pixels = np.array([[4.0, 0.0, -0.5], [0.0, 4.0, -0.5], [0.0, 0.0, 1.0]])
    seen = np.repeat(pixels[..., None], colours, axis=2) if colours > 1 else pixels
    return Placed(PageCode(1, 1, 1), seen, to_pixels, Quality(0.0, 100.0, 200.0, 1.0, 4))


@pytest.mark.parametrize(
    ("soft", "colours", "expected"),
    [
        (True, 1, ScanKind.GREY),
        (True, 3, ScanKind.COLOUR),
        (False, 1, ScanKind.TWO_LEVEL),
        (False, 3, ScanKind.TWO_LEVEL),
    ],
)
def test_a_page_tells_how_it_was_scanned(*, soft: bool, colours: int, expected: ScanKind) -> None:
    assert kind(page(soft=soft, colours=colours), (FIDUCIAL,)) is expected


def test_without_fiducials_none_is_taken_for_black_and_white() -> None:
    assert kind(page(soft=False, colours=1), ()) is ScanKind.GREY


@pytest.mark.parametrize("colours", [1, 3])
def test_middle_tones_are_those_between_what_nearly_all_of_print_and_paper_are_like(colours: int) -> None:
    """Counted by levels, in parts of the image: as the pixels themselves say, also of one cut off."""
    sheet = page(soft=True, colours=colours)
    noise = np.random.default_rng(3).integers(0, 60, sheet.pixels.shape[:2], np.uint8)
    seen = sheet.pixels - (noise[..., None] if colours > 1 else noise)
    fiducials = (FIDUCIAL, Box(-3.0, 9.0, 6.0, 6.0), Box(90.0, 90.0, 6.0, 6.0))
    values = np.concatenate([grey(seen)[7:40, 7:40].ravel(), grey(seen)[31:, :16].ravel()]).astype(float)
    low, high = np.quantile(values, (0.05, 0.95))
    share = (values - low) / (high - low)
    expected = float(((share > 0.25) & (share < 0.75)).mean())
    assert 0.01 < expected < 0.9
    assert middle_tones(replace(sheet, pixels=seen), fiducials) == pytest.approx(expected, abs=1e-9)
