"""The shipped reader on marks by the rehearsal's judging hands, which it has not learnt from."""

import cv2
import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.read.crop import SIDE, windows
from klausur.read.marks import MarkReader, shipped
from klausur.read.model import Mark
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.scan.model import Pixels, Placed, Quality

SCALE = 300 / 25.4
BOX = Box(6.0, 6.0, 4.0, 4.0)


def drawn(mark: Mark, number: int) -> Pixels:
    """The window of a clean page at 300 dpi with one mark, (80, 80, 1)."""
    rng = stream(Population.JUDGE, 1001, number)
    side = round(16 * SCALE)
    page = np.full((side, side), 245, np.uint8)
    edges = [round(n * SCALE) for n in (6.0, 6.25, 9.75, 10.0)]
    page[edges[0] : edges[3], edges[0] : edges[3]] = 20
    page[edges[1] : edges[2], edges[1] : edges[2]] = 245
    pen.draw(page, BOX, SCALE, (0.0, 0.0), mark, hand(rng, Population.JUDGE), rng)
    to_pixels = np.array([[SCALE, 0.0, -0.5], [0.0, SCALE, -0.5], [0.0, 0.0, 1.0]])
    placed = Placed(PageCode(1, 1, 1), page, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4))
    seen: Pixels = windows(placed, [BOX])[0]
    return seen


@pytest.mark.parametrize("mark", [Mark.EMPTY, Mark.CROSSED, Mark.FILLED])
def test_plain_marks_are_read(mark: Mark) -> None:
    verdicts = shipped().read(np.stack([drawn(mark, n) for n in range(60)]))
    assert not [v for v in verdicts if v.value is not mark and not v.flagged], "silent misreads"
    assert sum(v.value is mark and not v.flagged for v in verdicts) >= 55


def test_odd_marks_go_to_a_person() -> None:
    verdicts = shipped().read(np.stack([drawn(Mark.OTHER, n) for n in range(60)]))
    assert sum(v.flagged for v in verdicts) >= 56


def test_verdicts_do_not_depend_on_the_company() -> None:
    batch = np.stack([drawn(mark, n) for n in range(4) for mark in Mark])
    together = shipped().read(batch)
    for n, verdict in enumerate(together):
        alone = shipped().read(batch[n : n + 1])[0]
        assert alone.value is verdict.value
        assert alone.confidence == pytest.approx(verdict.confidence, abs=1e-4)


def test_confidence_is_a_probability_and_decides_the_flag() -> None:
    reader = shipped()
    noise = np.random.default_rng(0).integers(0, 256, (40, SIDE, SIDE, 1), np.uint8)
    verdicts = reader.read(np.concatenate([noise, np.stack([drawn(m, 1) for m in Mark])]))
    assert all(0.0 <= verdict.confidence <= 1.0 for verdict in verdicts)
    assert all(verdict.flagged for verdict in verdicts[: len(noise)]), "no outline, and ink where nothing is"
    for verdict in verdicts[len(noise) :]:
        unsure = verdict.value is Mark.OTHER or verdict.confidence < reader.card.flag_below
        assert verdict.flagged == unsure


def test_a_plainly_empty_box_gets_the_ink_test_s_confidence() -> None:
    reader = shipped()
    test = reader.card.ink_test
    assert test is not None
    assert reader.read(drawn(Mark.EMPTY, 0)[None])[0].confidence == pytest.approx(test.confidence)


def test_a_cross_of_which_a_two_level_scan_left_dots_is_not_empty() -> None:
    reader, window = shipped(), drawn(Mark.EMPTY, 0)
    for n in range(27, 53, 5):  # strokes of three pixels, and gaps
        cv2.line(window, (n, n), (n + 2, n + 2), (0,), 3)
        cv2.line(window, (n, 79 - n), (n + 2, 77 - n), (0,), 3)
    two = np.where(window > 127, 255, 0).astype(np.uint8)
    (verdict,) = reader.read(two[None])
    assert verdict.flagged or verdict.value is not Mark.EMPTY
    dot = np.where(drawn(Mark.EMPTY, 0) > 127, 255, 0).astype(np.uint8)
    dot[40, 40] = 0
    assert reader.read(dot[None])[0].value is Mark.EMPTY
    assert not reader.read(dot[None])[0].flagged, "a speck of dust"


def test_dots_that_pass_the_ink_test_are_shown_to_a_person() -> None:
    """Thin crosses dissolve into a few of them on two-level scans: the network decides, not the ink test."""
    reader, window = shipped(), np.where(drawn(Mark.EMPTY, 0) > 127, 255, 0).astype(np.uint8)
    for n in (30, 36, 44, 50):
        window[n : n + 2, n : n + 2] = 0
    (verdict,) = reader.read(window[None])
    assert verdict.flagged
    assert reader.card.ink_test is not None
    assert verdict.confidence != pytest.approx(reader.card.ink_test.confidence), "the network saw it"


def test_grey_and_the_same_grey_as_rgb_read_alike() -> None:
    batch = np.stack([drawn(mark, 7) for mark in Mark])
    for grey, rgb in zip(shipped().read(batch), shipped().read(np.repeat(batch, 3, axis=3)), strict=True):
        assert (grey.value, grey.flagged) == (rgb.value, rgb.flagged)
        assert grey.confidence == pytest.approx(rgb.confidence), "sums of floats end in their last digits"


def test_no_windows_no_verdicts() -> None:
    assert shipped().read(np.empty((0, SIDE, SIDE, 1), np.uint8)) == ()


def test_the_shipped_reader_is_loaded_once() -> None:
    assert shipped() is shipped()
    assert isinstance(shipped(), MarkReader)
