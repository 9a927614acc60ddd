"""The shipped restorer turns grey paper white, keeps what is printed, and is no other model."""

import cv2
import numpy as np
import pytest

from klausur.base.errors import ToolError
from klausur.read import card_paths, restore
from klausur.read.restore import Restorer


def test_grey_paper_turns_white_and_print_stays() -> None:
    page = np.full((300, 500), 190, np.uint8)
    cv2.putText(page, "printed", (40, 170), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (60,), 4)
    text = page < 100
    seen = np.asarray(cv2.GaussianBlur(page, (0, 0), 1.0), np.uint8)
    cleaned = restore.shipped().cleaned(seen)
    assert cleaned.shape == (300, 500, 3)
    assert np.median(cleaned) > 245
    assert np.median(cleaned) - np.median(cleaned[text]) > np.median(seen) - np.median(seen[text])


def test_a_page_in_colour_is_seen_in_grey() -> None:
    page = np.full((64, 80, 3), 200, np.uint8)
    page[20:40, 20:60] = (120, 120, 120)
    assert np.array_equal(restore.shipped().cleaned(page), restore.shipped().cleaned(page[..., 0]))


def test_another_reader_s_card_is_refused() -> None:
    with pytest.raises(ToolError, match="does not make"):
        Restorer(card_paths.ALIKE)
