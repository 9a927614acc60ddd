"""A sheet of boxes, scanned in one way: from its drawing to an image in which each box is found.

Exams are rehearsed page by page, through files; readers are measured on sheets that hold nothing but boxes.
Here lives what befalls such a sheet as a whole; `klausur.rehearse.mark_set` says what stands on it.
"""

import io
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from klausur.base.geometry import PAPERS, Box
from klausur.paper.code import PageCode
from klausur.rehearse import photo, scanner, scanner_tones
from klausur.rehearse.level import Level
from klausur.rehearse.scanner import WEAR
from klausur.rehearse.strokes import Points
from klausur.scan.model import Pixels, Placed, Quality

SIZE = PAPERS["a4"]
PER_MM = 300 / 25.4

Locally = Callable[[Box], Placed]
"""An image, placed as it lies near a box."""

_EVEN = 0.7
"""Share of black and white scans with one threshold for all of the page."""


def office(sheet: Pixels, rng: np.random.Generator, level: Level = Level.DEFAULT) -> Locally:
    """A scan in an office, grey, JPEG."""
    how = scanner.plan(WEAR[level], rng, upside_down=False)
    grey = cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    image = cv2.imdecode(np.frombuffer(scanner.scan(grey, how), np.uint8), cv2.IMREAD_GRAYSCALE)
    return flat(np.asarray(image, np.uint8), scanner.matrix(how, grey.shape))


def in_colour(sheet: Pixels, rng: np.random.Generator) -> Locally:
    """A scan in an office, in colour, JPEG."""
    how = scanner.plan(WEAR[Level.DEFAULT], rng, upside_down=False)
    image = cv2.imdecode(np.frombuffer(scanner.scan(sheet, how), np.uint8), cv2.IMREAD_COLOR)
    return flat(
        np.ascontiguousarray(np.asarray(image, np.uint8)[:, :, ::-1]), scanner.matrix(how, sheet.shape[:2])
    )


def two_level(sheet: Pixels, rng: np.random.Generator) -> Locally:
    """Black and white, with one threshold or under uneven light, through CCITT Group 4."""
    how = scanner.plan(WEAR[Level.LIGHT], rng, upside_down=False)
    grey = cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    matrix = scanner.matrix(how, grey.shape)
    lying = cv2.warpAffine(grey, matrix, grey.shape[::-1], flags=cv2.INTER_LINEAR, borderValue=(255,))
    tones = scanner_tones.bilevel if rng.random() < _EVEN else scanner_tones.bilevel_uneven
    seen = tones(np.asarray(lying, np.uint8), PER_MM, rng)
    file = io.BytesIO()
    Image.fromarray(seen).convert("1").save(file, "TIFF", compression="group4")
    return flat(np.asarray(Image.open(file).convert("L"), np.uint8), matrix)


def phone(sheet: Pixels, rng: np.random.Generator) -> Locally:
    """A photograph of the sheet on a desk."""
    framed = photo.frame(SIZE, photo.Take(), rng)
    picture, quality = photo.take(sheet, framed, rng)
    made = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    image = np.ascontiguousarray(np.asarray(cv2.imdecode(made, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1])
    return lambda box: _placed(image, _near(framed.pose.to_pixels, box))


def flat(image: Pixels, matrix: npt.NDArray[np.float64]) -> Locally:
    """A flat sheet; ``matrix`` (2, 3) leads from px of the sheet to px of the image."""
    to_sheet = np.array(((PER_MM, 0.0, -0.5), (0.0, PER_MM, -0.5), (0.0, 0.0, 1.0)))
    placed = _placed(image, np.vstack([matrix, (0.0, 0.0, 1.0)]) @ to_sheet)
    return lambda _: placed


def _placed(image: Pixels, to_pixels: npt.NDArray[np.float64]) -> Placed:
    return Placed(PageCode(1, 1, 1), image, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4))


def _near(to_pixels: Callable[[Points], Points], box: Box) -> npt.NDArray[np.float64]:
    """The linear map of a bent sheet near a box."""
    middle, reach = np.array(box.centre), 4.0
    at = to_pixels(middle + reach * np.array(((0.0, 0.0), (-1, 0), (1, 0), (0, -1), (0, 1))))
    slope = np.stack([at[2] - at[1], at[4] - at[3]], axis=1) / (2 * reach)
    return np.vstack([np.column_stack([slope, at[0] - slope @ middle]), (0.0, 0.0, 1.0)])
