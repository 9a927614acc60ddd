import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.learn import printed
from klausur.learn.crops import CLASSES, DRAWN, EACH, SCANS, SHARES, Split, by_hand, one
from klausur.learn.freehand import oddity
from klausur.read.model import Mark
from klausur.rehearse.hands import Population, hand, stream


def test_a_hand_marks_what_it_should() -> None:
    drawn = by_hand(5, Split.TRAIN, 0)
    assert drawn.windows.shape == (EACH, 80, 80, 3)
    assert drawn.windows.dtype == np.uint8
    assert [CLASSES[k] for k in drawn.labels[::SCANS]] == list(DRAWN)
    assert (drawn.windows[0] != drawn.windows[1]).any(), "another scan of the same mark"
    assert set(DRAWN) == set(Mark)
    assert sum(SHARES) == pytest.approx(1)


def test_a_hand_is_drawn_the_same_again_and_in_no_other_split() -> None:
    assert (by_hand(5, Split.TRAIN, 3).windows == by_hand(5, Split.TRAIN, 3).windows).all()
    different = {
        by_hand(seed, split, number).windows.tobytes()
        for seed, split, number in [
            (5, Split.TRAIN, 3),
            (5, Split.VALIDATION, 3),
            (5, Split.TEST, 3),
            (6, Split.TRAIN, 3),
            (5, Split.TRAIN, 4),
        ]
    }
    assert len(different) == 5


def test_ink_grows_from_empty_over_crossed_to_filled() -> None:
    means = np.zeros((EACH, 30))
    for number in range(30):
        windows = by_hand(6, Split.TEST, number).windows.astype(float)
        inside = windows[:, 25:55, 25:55].mean(axis=(1, 2, 3)) / np.quantile(windows, 0.8, axis=(1, 2, 3))
        means[:, number] = 1 - inside
    empty, crossed, filled = (
        means[SCANS * DRAWN.index(m)].mean() for m in (Mark.EMPTY, Mark.CROSSED, Mark.FILLED)
    )
    assert empty < 0.05 < crossed < filled
    assert filled > 0.4


@pytest.mark.parametrize("mark", list(Mark))
def test_every_window_shows_its_frame(mark: Mark) -> None:
    for number in range(8):
        rng = stream(Population.TRAIN, 9, number)
        window = one(mark, hand(rng), rng).astype(float).mean(axis=2)
        paper = np.quantile(window, 0.8)
        # Up to 10° and 0.3 mm astray, yet somewhere in each row across the middle it gets dark twice.
        dark = (window[36:44] < 0.93 * paper).sum(axis=1)
        assert (dark >= 2).all()


def test_printing_lies_where_it_should() -> None:
    paper = printed.canvas(5.0, 10.0)
    assert paper.shape == (100, 100, 3)
    printed.frame(paper, 10.0, 1.0)
    assert paper[50, 30].max() == 0, "the frame begins 2 mm left of the centre"
    assert paper[50, 29].min() == 255
    assert paper[50, 33].min() == 255, "and is 0.25 mm wide"
    assert paper[50, 32].tolist() == [128] * 3, "half of this pixel is frame"
    assert paper[50, 69].max() == 0


@given(st.integers(0, 10_000))
def test_freehand_are_seen_in_or_close_to_the_box(number: int) -> None:
    rng = stream(Population.TRAIN, 11, number)
    strokes = oddity(printed.BOX, hand(rng), rng)
    points = np.concatenate([s.points for s in strokes])
    assert np.isfinite(points).all()
    assert (abs(points) <= 4.0).all(axis=1).sum() >= 5, "in the window"
