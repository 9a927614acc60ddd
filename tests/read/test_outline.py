"""A box whose printed outline is not seen says nothing about its mark."""

import cv2
import numpy as np
import pytest

from klausur.read.marks import shipped
from klausur.read.model import Mark
from klausur.read.outline import outline
from klausur.scan.model import Pixels


def box(shade: int = 20, *, shift: float = 0.0, paper: int = 245) -> Pixels:
    """An empty box, (80, 80, 1), whose outline has this grey level and lies ``shift`` mm off."""
    window = np.full((80, 80), paper, np.uint8)
    window[20:60, 20:60] = shade
    window[23:57, 23:57] = paper
    moved = np.array(((1.0, 0.0, 10 * shift), (0.0, 1.0, -10 * shift)))
    return np.asarray(cv2.warpAffine(window, moved, (80, 80), borderValue=(paper,)), np.uint8)[..., None]


def seen(window: Pixels) -> float:
    return float(outline(window[None])[0])


@pytest.mark.parametrize("shift", [-0.3, -0.15, 0.0, 0.15, 0.3])
def test_the_outline_is_found_where_windows_are_cut_a_little_off(shift: float) -> None:
    assert seen(box(shift=shift)) == pytest.approx(1 - 20 / 245, abs=0.2)


@pytest.mark.parametrize("shade", [20, 120, 200, 245])
def test_it_is_as_dark_as_it_was_printed(shade: int) -> None:
    assert seen(box(shade)) == pytest.approx(1 - shade / 245, abs=0.02)
    assert seen(np.repeat(box(shade), 3, axis=2)) == seen(box(shade))


@pytest.mark.parametrize("side", range(4))
def test_one_side_that_is_covered_tells(side: int) -> None:
    covered = np.rot90(box(), side).copy()
    covered[:, :26] = 245
    assert seen(covered) < 0.1
    (verdict,) = shipped().read(covered[None])
    assert verdict.flagged


def test_a_mark_over_the_outline_does_no_harm() -> None:
    marked = box()
    cv2.line(marked, (14, 14), (66, 66), (60,), 6)
    cv2.line(marked, (14, 66), (66, 14), (60,), 6)
    assert seen(marked) >= seen(box()) - 0.01


def test_noise_is_no_outline() -> None:
    noise = np.random.default_rng(1).normal(235, 12, (20, 80, 80, 1)).clip(0, 255).astype(np.uint8)
    assert outline(noise).max() < 0.15


def test_pale_print_is_believed_down_to_the_bound_of_the_card() -> None:
    bound = shipped().card.covers.outline
    above, below = (box(round(245 * (1 - bound - step))) for step in (0.05, -0.05))
    read = shipped().read(np.stack((above, below)))
    assert [(v.value, v.flagged) for v in read] == [(Mark.EMPTY, False), (Mark.EMPTY, True)]
