"""How a placed sheet lies on its scan: how large it was printed, how much it is turned. No pixels here."""

import math
from dataclasses import dataclass

import numpy as np

from klausur.base.geometry import Size
from klausur.scan import transform
from klausur.scan.model import Placed


@dataclass(frozen=True, slots=True)
class SheetPose:
    """How a sheet lies on a scan.

    ``skew`` is the angle in degrees by which it is turned off the nearest right angle, clockwise on the image
    if above 0. ``across`` and ``down`` are its size on the scan to that which it was meant to be printed in;
    None if the file does not say how large its image is.
    """

    skew: float
    across: float | None
    down: float | None


def pose(placed: Placed, size: Size, stated: tuple[float, float] | None) -> SheetPose:
    """How a sheet of this size lies on the scan that shows it.

    Args:
        placed: the sheet; its transform is taken in the middle, where fiducials bear it out best.
        size: of the sheet, in mm.
        stated: how wide and high in mm the image is, by its file.
    """
    to_pixels = transform.jacobian(placed.to_pixels, size.w / 2, size.h / 2)
    angle = math.degrees(math.atan2(to_pixels[1, 0], to_pixels[0, 0]))
    skew = (angle + 45) % 90 - 45
    if stated is None:
        return SheetPose(skew, None, None)
    height, width = placed.pixels.shape[:2]
    to_mm = np.diag((stated[0] / width, stated[1] / height)) @ to_pixels
    across, down = np.linalg.norm(to_mm, axis=0).tolist()
    return SheetPose(skew, across, down)
