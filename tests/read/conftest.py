"""Placed pages made by hand: a sheet with printed boxes, seen at any resolution, angle and place."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.scan.model import Matrix, Pixels, Placed, Quality

MakePlaced = Callable[..., Placed]


def matrix(dpi: float, angle: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)) -> Matrix:
    """From mm on paper to px, centres at whole numbers; ``angle`` in degrees, ``shift`` in px."""
    scale, turn = dpi / 25.4, np.deg2rad(angle)
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    return np.array([[cos, -sin, shift[0] - 0.5], [sin, cos, shift[1] - 0.5], [0.0, 0.0, 1.0]])


def render(boxes: list[Box], to_pixels: Matrix, size: tuple[int, int], paper: int = 240) -> Pixels:
    """A grey page with black frames 0.25 mm wide and a diagonal from each box's top left to its centre."""
    fine = 4
    image = np.full((size[0] * fine, size[1] * fine), paper, np.uint8)

    def px(x: float, y: float) -> list[int]:
        u, v, w = to_pixels @ (x, y, 1.0)
        return [round(float(((n / w) + 0.5) * fine - 0.5)) for n in (u, v)]

    for box in boxes:
        for outline, tone in ((box, 0), (box.grown(-0.25), paper)):
            cv2.fillPoly(image, [np.array([px(*c) for c in outline.corners])], tone)
        width = round(0.4 * fine * float(abs(np.linalg.det(to_pixels[:2, :2])) ** 0.5))
        cv2.line(image, px(box.x, box.y), px(*box.centre), 0, width)
    return cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA).astype(np.uint8)


@pytest.fixture
def placed() -> MakePlaced:
    """A function that makes a Placed page: (boxes, dpi, angle, shift, size, paper)."""

    def make(
        boxes: list[Box],
        *,
        dpi: float = 300.0,
        angle: float = 0.0,
        shift: tuple[float, float] = (0.0, 0.0),
        size: tuple[int, int] = (500, 700),
        paper: int = 240,
    ) -> Placed:
        to_pixels = matrix(dpi, angle, shift)
        return Placed(
            PageCode(1, 1, 1),
            render(boxes, to_pixels, size, paper),
            to_pixels,
            Quality(0.0, dpi, 200.0, 1.0, 4),
        )

    return make
