"""The markers in the corners, and the measures that other rooms rely on."""

import cv2
import numpy as np

from klausur.paper.fields import FIDUCIAL_CORNERS, MARK_WINDOW
from klausur.typeset.page_frame import PITCH, fiducials


def test_each_corner_has_its_marker_of_the_dictionary() -> None:
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    drawn = dict(fiducials())
    assert set(drawn) == set(FIDUCIAL_CORNERS)
    for corner, number in FIDUCIAL_CORNERS.items():
        black = np.zeros((6, 6), bool)
        for x, y, w, h in drawn[corner]:
            black[y : y + h, x : x + w] = True
        assert np.array_equal(black, cv2.aruco.generateImageMarker(known, number, 6) < 128)


def test_windows_of_neighbouring_boxes_do_not_overlap() -> None:
    assert PITCH >= MARK_WINDOW
