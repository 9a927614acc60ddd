"""What areas cut out of a page are measured by."""

import cv2
import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.read.upright import sparse
from klausur.scan.model import Placed, Quality


@pytest.mark.parametrize("angle", [0.0, 1.0, -1.0, 90.0, 181.0])
def test_sparse_pixels_are_of_the_box_alone_and_of_nearly_all_of_it(angle: float) -> None:
    scale, box = 10.0, Box(20.0, 30.0, 100.0, 40.0)
    sheet = np.zeros((1500, 1500), np.uint8)
    x, y, right, bottom = (round(scale * each) for each in (box.x, box.y, box.right, box.bottom))
    sheet[y:bottom, x:right] = 200
    turn = cv2.getRotationMatrix2D((750.0, 750.0), angle, 1.0)
    image = cv2.warpAffine(sheet, turn, (1500, 1500), flags=cv2.INTER_NEAREST)
    onto = np.vstack([turn, (0.0, 0.0, 1.0)]) @ np.diag((scale, scale, 1.0))
    placed = Placed(PageCode(1, 1, 1), np.asarray(image, np.uint8), onto, Quality(0, 254, 200, 1, 4))
    area = sparse(placed, box.grown(-0.2), 1.5)
    assert area.pixels.min() == 200
    assert 1.5 <= area.scale < 2.0
    assert area.pixels.size / area.scale**2 > 0.9 * box.w * box.h


def test_a_box_that_lies_half_outside_of_the_image_shows_what_there_is() -> None:
    onto = np.diag((10.0, 10.0, 1.0))
    placed = Placed(PageCode(1, 1, 1), np.full((500, 500), 9, np.uint8), onto, Quality(0, 254, 200, 1, 4))
    assert sparse(placed, Box(40.0, 0.0, 20.0, 20.0), 1.0).pixels.shape == (20, 10)
    assert sparse(placed, Box(60.0, 0.0, 20.0, 20.0), 1.0).pixels.size == 0
