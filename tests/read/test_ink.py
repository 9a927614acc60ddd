import numpy as np

from klausur.read.ink import InkTest, bare, inked, plainly_empty

TEST = InkTest(inside=1.45, ring=2.45, reach=3.5, darkness=0.1, pixels=10, confidence=0.999)


def empty(paper: int = 240) -> np.ndarray:
    window = np.full((1, 80, 80, 1), paper, np.uint8)
    window[:, 20:60, 20:60] = 30
    window[:, 23:57, 23:57] = paper
    return window


def test_a_bare_frame_is_plainly_empty() -> None:
    assert plainly_empty(empty(), TEST).all()
    assert plainly_empty(empty(150), TEST).all(), "on dark paper, too"


def test_print_in_the_window_s_corner_does_not_count() -> None:
    window = empty()
    window[:, 30:50, :4] = 0
    assert inked(window, TEST).tolist() == [0]


def test_ink_inside_the_frame_counts() -> None:
    window = empty()
    window[:, 40, 30:41] = 200
    assert inked(window, TEST).tolist() == [11]
    assert not plainly_empty(window, TEST).any()


def test_a_ring_round_the_box_counts() -> None:
    window = empty()
    window[:, 10:70, 10] = 100
    assert inked(window, TEST).tolist() == [60]


def test_faint_show_through_does_not_count() -> None:
    window = empty()
    window[:, 30:50, 30:50] = 225
    assert plainly_empty(window, TEST).all()


def test_ink_of_one_colour_counts() -> None:
    window = np.repeat(empty(), 3, axis=3)
    window[:, 40, 30:45, 0] = 100  # green and blue as bright as paper
    assert inked(window, TEST).tolist() == [15]


def test_what_is_inside_the_frame_is_told_from_what_is_outside() -> None:
    window = empty()
    window[:, 10:70, 10:14] = 0
    assert bare(window, TEST).all(), "outside"
    window[:, 38:42, 30:37] = 190
    assert bare(window, TEST).all(), "faint"
    window[:, 38:42, 30:37] = 100
    assert bare(window, TEST).all(), "28 pixels"
    window[:, 38:42, 30:38] = 100
    assert not bare(window, TEST).any(), "32 pixels"
