import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from klausur.read.preprocess import inputs, paper_level


def sheet(paper: int, ink: int, channels: int = 1) -> np.ndarray:
    windows = np.full((2, 80, 80, channels), paper, np.uint8)
    windows[:, 20:60, 20:60] = ink
    return windows


@given(st.integers(60, 255), st.integers(0, 100))
def test_paper_is_nought_and_ink_its_share_of_black(paper: int, percent: int) -> None:
    ink = paper * percent // 100
    fed = inputs(sheet(paper, ink))
    assert fed.shape == (2, 3, 80, 80)
    assert fed.dtype == np.float32
    assert np.allclose(fed[:, :, :20], 0.0)
    assert np.allclose(fed[:, :, 20:60, 20:60], 1 - ink / paper, atol=1e-6)


def test_tinted_paper_is_paper_in_every_channel() -> None:
    windows = np.empty((1, 80, 80, 3), np.uint8)
    windows[:] = (250, 240, 190)
    windows[:, 30:50, 30:50] = (20, 30, 160)  # a blue pen
    fed = inputs(windows)
    assert np.allclose(fed[0, :, 0, 0], 0.0)
    red, _, blue = fed[0, :, 40, 40]
    assert red > 0.9
    assert blue < 0.2


def test_each_window_has_its_own_paper() -> None:
    windows = np.concatenate([sheet(250, 0)[:1], sheet(180, 0)[:1]])
    assert paper_level(windows).ravel().tolist() == [250.0, 180.0]


def test_a_grey_window_feeds_like_the_same_window_in_rgb() -> None:
    grey = np.random.default_rng(1).integers(0, 256, (3, 80, 80, 1), np.uint8)
    assert (inputs(grey) == inputs(np.repeat(grey, 3, axis=3))).all()


def test_a_black_window_does_not_divide_by_nought() -> None:
    assert np.isfinite(inputs(np.zeros((1, 80, 80, 1), np.uint8))).all()
