from collections import defaultdict

import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.read.model import Mark
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand, Population, hand, stream
from klausur.rehearse.pen import draw
from klausur.rehearse.raster import cover, extent, filled_share
from klausur.rehearse.shapes import CLEARLY_FILLED, cross, fill
from klausur.rehearse.stray import INTO_BOX, stray, write
from klausur.rehearse.strokes import Stroke
from klausur.rehearse.unclear_marks import STYLES, remark
from klausur.scan.model import Pixels

SCALE = 10.0
BOX = Box(103.0, 53.0, 4.0, 4.0)
ORIGIN = (100.0, 50.0)
INSIDE = (slice(32, 68), slice(32, 68))
"""The box's inside on a canvas of 100 × 100 px that starts at `ORIGIN`, without its frame."""


def canvas() -> Pixels:
    return np.full((100, 100), 255, np.uint8)


def share(image: Pixels) -> float:
    """How much of the box's inside is clearly darker than paper."""
    return float((image[INSIDE] < 200).mean())


def drawn(mark: Mark, number: int, population: Population = Population.JUDGE) -> tuple[Pixels, str, Hand]:
    rng = stream(population, 3, number)
    who = hand(rng, population)
    image = canvas()
    return image, draw(image, BOX, SCALE, ORIGIN, mark, who, rng), who


@pytest.mark.parametrize("population", Population)
def test_crosses_leave_paper_and_filled_boxes_do_not(population: Population) -> None:
    crossed = [share(drawn(Mark.CROSSED, n, population)[0]) for n in range(150)]
    filled = [share(drawn(Mark.FILLED, n, population)[0]) for n in range(150)]
    assert min(crossed) > 0.06
    assert max(crossed) < 0.72 < min(filled)
    assert np.median(crossed) < 0.4
    assert np.median(filled) > 0.9


def test_an_empty_box_is_not_touched() -> None:
    for number in range(5):
        image, style, _ = drawn(Mark.EMPTY, number)
        assert style == ""
        assert (image == 255).all()


def test_every_unclear_style_occurs_and_leaves_ink() -> None:
    seen: dict[str, list[float]] = defaultdict(list)
    for number in range(200):
        image, style, _ = drawn(Mark.OTHER, number)
        seen[style].append(float((image < 200).mean()))
    assert set(seen) == {str(style) for style in STYLES[Population.JUDGE]}
    assert all(min(found) > 0.007 for found in seen.values())


def test_a_cross_has_two_arms_that_meet_in_the_box() -> None:
    for number in range(150):
        rng = stream(Population.JUDGE, 4, number)
        _, strokes = cross(BOX, hand(rng, Population.JUDGE), rng)
        points = np.concatenate([s.points for s in strokes])
        middle = np.median(points, axis=0)
        quarters = {(bool(x > middle[0]), bool(y > middle[1])) for x, y in points}
        assert len(quarters) == 4
        assert BOX.x < middle[0] < BOX.right
        assert BOX.y < middle[1] < BOX.bottom


def test_filling_never_stops_early() -> None:
    for number in range(60):
        rng = stream(Population.JUDGE, 5, number)
        _, strokes = fill(BOX, hand(rng, Population.JUDGE), rng)
        assert filled_share(strokes, BOX.grown(-0.25)) >= CLEARLY_FILLED


def test_the_same_numbers_draw_the_same_mark() -> None:
    assert np.array_equal(drawn(Mark.OTHER, 8)[0], drawn(Mark.OTHER, 8)[0])
    assert not np.array_equal(drawn(Mark.OTHER, 8)[0], drawn(Mark.OTHER, 9)[0])


def test_colour_and_grey_show_the_same_strokes() -> None:
    rng = stream(Population.TRAIN, 6)
    who = hand(rng)
    grey, colour = canvas(), np.full((100, 100, 3), 255, np.uint8)
    draw(grey, BOX, SCALE, ORIGIN, Mark.CROSSED, who, np.random.default_rng(1))
    draw(colour, BOX, SCALE, ORIGIN, Mark.CROSSED, who, np.random.default_rng(1))
    assert ((grey < 245) == (colour.mean(axis=2) < 245)).mean() > 0.97
    dark = colour[grey < 128]
    assert len(dark) == 0 or np.abs(dark.mean(axis=0) - who.colour).max() < 60


def test_ink_only_takes_light_away() -> None:
    rng = stream(Population.TRAIN, 7)
    image = np.random.default_rng(3).integers(0, 256, (100, 100), dtype=np.uint8)
    before = image.copy()
    draw(image, BOX, SCALE, ORIGIN, Mark.FILLED, hand(rng), rng)
    assert (image <= before).all()
    assert (image < before).any()


def test_marks_may_run_off_the_canvas() -> None:
    rng = stream(Population.TRAIN, 8)
    for corner in ((102.0, 52.0), (106.0, 56.0), (120.0, 90.0)):
        image = np.full((40, 40), 255, np.uint8)
        draw(image, BOX, SCALE, corner, Mark.OTHER, hand(rng), rng)


def test_marks_keep_off_other_boxes() -> None:
    above, below = Box(BOX.x, BOX.y - 8, 4, 4), Box(BOX.x, BOX.y + 8, 4, 4)
    for number in range(150):
        rng = stream(Population.JUDGE, 9, number)
        image = np.full((300, 300), 255, np.uint8)
        mark = (Mark.CROSSED, Mark.FILLED, Mark.OTHER)[number % 3]
        draw(image, BOX, SCALE, (90.0, 40.0), mark, hand(rng, Population.JUDGE), rng, avoid=(above, below))
        for other in (above, below):
            x, y = round((other.x - 90) * SCALE), round((other.y - 40) * SCALE)
            assert (image[y : y + 40, x : x + 40] == 255).all()


def test_a_second_marking_begins_close_to_its_box() -> None:
    """Further away, a person might not see that it belongs to the box, and the truth would be a guess."""
    for number in range(150):
        rng = stream(Population.JUDGE, 10, number)
        style, strokes = remark(BOX, hand(rng, Population.JUDGE), rng)
        if style in {"beside", "arrow", "word", "cross-word"}:
            points = np.concatenate([s.points for s in strokes])
            away = np.maximum(np.abs(points - BOX.centre).max(axis=1) - 2.0, 0.0)
            assert ((away > 0.1) & (away < 2.0)).any()


def test_a_stray_leaves_the_box_empty() -> None:
    kinds = set()
    for number in range(150):
        rng = stream(Population.JUDGE, 11, number)
        image = canvas()
        kinds.add(stray(image, BOX, SCALE, ORIGIN, hand(rng, Population.JUDGE), rng))
        edge = round(INTO_BOX * SCALE) + 1
        deep = image[30 + edge : 70 - edge, 30 + edge : 70 - edge]
        assert (deep < 200).mean() < 0.03
    assert kinds == {"stray touch", "stray dot", "stray passing", "stray underline"}


def test_a_stray_keeps_off_other_boxes() -> None:
    other = Box(BOX.x, BOX.y + 8, 4, 4)
    for number in range(100):
        rng = stream(Population.JUDGE, 12, number)
        image = np.full((300, 300), 255, np.uint8)
        stray(image, BOX, SCALE, (90.0, 40.0), hand(rng, Population.JUDGE), rng, avoid=(other,))
        assert (image[195:265, 115:185] == 255).all()


def test_writing_stays_in_its_space() -> None:
    rng = stream(Population.JUDGE, 13)
    area = Box(20.0, 10.0, 100.0, 40.0)
    for _ in range(5):
        image = np.full((600, 1400), 255, np.uint8)
        write(image, area, SCALE, (0.0, 0.0), hand(rng, Population.JUDGE), rng)
        inside = image[100:500, 200:1200]
        assert (inside < 200).mean() > 0.01
        outside = image.copy()
        outside[100:500, 200:1200] = 255
        assert (outside == 255).all()


def test_a_pen_is_as_wide_as_its_hand_says() -> None:
    for width in (0.2, 0.45, 0.9):
        line = Stroke(np.array([[0.0, 2.0], [10.0, 2.0]]), np.full(2, width), np.ones(2))
        ink = cover(line, (40, 100), SCALE, (0.0, 0.0))
        assert ink[:, 50].sum() / SCALE == pytest.approx(width, abs=0.055)
        rows = np.arange(40) + 0.5
        assert (ink[:, 50] @ rows) / ink[:, 50].sum() / SCALE == pytest.approx(2.0, abs=0.03)


def test_extent_holds_all_ink() -> None:
    for number in range(30):
        rng = stream(Population.JUDGE, 14, number)
        who = hand(rng, Population.JUDGE)
        _, strokes = remark(BOX, who, rng)
        image = np.full((400, 400), 255, np.uint8)
        pen.ink(image, strokes, SCALE, (85.0, 35.0), who, rng)
        y, x = np.nonzero(image < 255)
        reach = extent(strokes).grown(0.1)
        assert reach.x <= 85 + x.min() / SCALE
        assert 85 + (x.max() + 1) / SCALE <= reach.right + 0.1
        assert reach.y <= 35 + y.min() / SCALE
        assert 35 + (y.max() + 1) / SCALE <= reach.bottom + 0.1
