"""What the training's scans leave of a page."""

import numpy as np
import pytest

from klausur.learn import printed
from klausur.learn.crops import REACH, scanned
from klausur.learn.scans import KINDS, Kind, degraded, some_kind
from klausur.rehearse.hands import Population, stream


def paper() -> np.ndarray:
    sheet = printed.canvas(REACH, printed.FINE)
    printed.frame(sheet, printed.FINE, 0.9)
    return sheet


@pytest.mark.parametrize("kind", list(Kind))
def test_the_box_is_where_the_reader_looks(kind: Kind) -> None:
    rng = stream(Population.TRAIN, 21, list(Kind).index(kind))
    off = []
    for _ in range(25):
        window = scanned(paper(), kind, rng).min(axis=2).astype(float)
        ink = np.maximum(np.quantile(window, 0.8) * 0.75 - window, 0)
        off.append([(ink.sum(axis=axis) @ np.arange(80)) / max(ink.sum(), 1e-9) - 39.5 for axis in (0, 1)])
    assert np.abs(np.median(off, axis=0)).max() < 1.5, "the middle of the frame, in tenths of a mm"


def test_black_and_white_is_black_and_white() -> None:
    rng = stream(Population.TRAIN, 22)
    for _ in range(20):
        assert set(np.unique(degraded(paper(), Kind.TWO_LEVEL, rng).pixels).tolist()) <= {0, 255}


def test_photographs_have_colours_and_copies_hard_contrast() -> None:
    rng = stream(Population.TRAIN, 23)
    assert degraded(paper(), Kind.PHOTO, rng).pixels.shape[2] == 3
    for _ in range(5):
        seen = degraded(paper(), Kind.COPY, rng).pixels
        assert np.quantile(seen, 0.99) - np.quantile(seen, 0.001) > 60


def test_low_resolution_has_fewer_pixels() -> None:
    rng = stream(Population.TRAIN, 24)
    low, fine = (degraded(paper(), kind, rng).pixels.shape[0] for kind in (Kind.LOW, Kind.GREY))
    assert low < 0.75 * fine


def test_every_kind_comes_as_often_as_it_should() -> None:
    rng = stream(Population.TRAIN, 25)
    found = [some_kind(rng) for _ in range(2000)]
    for kind, share in KINDS.items():
        assert found.count(kind) / 2000 == pytest.approx(share, abs=0.04)
