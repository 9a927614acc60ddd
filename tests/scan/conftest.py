"""A printed page drawn by hand, and a scanner that lays it down as told: the truth is known exactly."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from klausur.base.geometry import PAPERS, Box
from klausur.paper.code import CODE_SIDE, PageCode, encode
from klausur.paper.code_symbol import symbol
from klausur.paper.fields import FIDUCIAL, FIDUCIAL_CORNERS, Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.scan.model import Matrix, PageImage, Pixels, SourceForm

EXAM = 0x5EED
SIZE = PAPERS["a4"]
CODE_BOX = Box(17.0, 4.5, CODE_SIDE, CODE_SIDE)
FINE = 24  # px per mm of the printed page: a module of the code is 12, a cell of a fiducial 28


def _fiducial_boxes() -> dict[str, Box]:
    far_x, far_y = SIZE.w - 6 - FIDUCIAL, SIZE.h - 6 - FIDUCIAL
    places = {"tl": (6.0, 6.0), "tr": (far_x, 6.0), "br": (far_x, far_y), "bl": (6.0, far_y)}
    return {corner: Box(*places[corner], FIDUCIAL, FIDUCIAL) for corner in FIDUCIAL_CORNERS}


def fiducial_fields(number: int) -> tuple[Field, ...]:
    """The fiducials and the page code of a page."""
    marks = [
        Field(f"page/{number}/fiducial/{c}", FieldKind.FIDUCIAL, box) for c, box in _fiducial_boxes().items()
    ]
    return (*marks, Field(f"page/{number}/code", FieldKind.PAGE_CODE, CODE_BOX))


@dataclass(frozen=True, slots=True)
class Look:
    """How the scanner lays a page down. Lengths in mm, the turn in degrees clockwise about the middle."""

    dpi: float = 300.0
    turn: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    stretch: float = 1.0  # of the page's width alone
    tilt: float = 0.0  # perspective: how much smaller the lower edge is than the upper one, as a part
    room: float = 0.0  # mm of the scanner's glass round the sheet
    blur: float = 0.0  # mm, standard deviation
    noise: float = 3.0  # grey levels, standard deviation
    white: int = 235
    black: int = 40
    cover: tuple[Box, ...] = ()  # boxes of the page that a sheet of white paper hides
    tint: bool = False  # colour


class Printer:
    """Prints and scans pages of one exam: two booklets of two pages."""

    def __init__(self) -> None:
        self.key = bytes(range(32))
        self.layout = Layout(
            exam_number=EXAM,
            exam="test",
            source_digest="0",
            paper="a4",
            size=SIZE,
            pages=(PageLayout(1, fiducial_fields(1)), PageLayout(2, fiducial_fields(2))),
            booklets=(BookletLayout(1, (0, 1)), BookletLayout(2, (0, 1))),
        )
        self._text = self._draw_text()

    def sheet(self, data: bytes | None, *, fiducials: bool = True, text: bool = True) -> Pixels:
        """One printed side at FINE px per mm, with this data in its code (None: no code)."""
        sheet = self._text.copy() if text else np.full_like(self._text, 255)
        dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
        if fiducials:
            for corner, box in _fiducial_boxes().items():
                marker = cv2.aruco.generateImageMarker(dictionary, FIDUCIAL_CORNERS[corner], 6)
                _stamp(sheet, np.asarray(marker, np.uint8), box)
        if data is not None:
            _stamp(sheet, np.where(symbol(data), 0, 255).astype(np.uint8), CODE_BOX)
        return sheet

    def genuine(self, booklet: int = 2, page: int = 1) -> bytes:
        return encode(PageCode(EXAM, booklet, page), self.key)

    def printed(self, booklet: int = 2, page: int = 1) -> Pixels:
        return self.sheet(self.genuine(booklet, page))

    def scanned(self, sheet: Pixels, look: Look) -> tuple[Pixels, Matrix]:
        """The image that a scanner makes of a sheet, and the true transform from mm to px."""
        for box in look.cover:
            x0, y0, x1, y1 = (round(v * FINE) for v in (box.x, box.y, box.right, box.bottom))
            sheet = sheet.copy()
            sheet[y0:y1, x0:x1] = 255
        truth = to_pixels(look)
        per = look.dpi / 25.4
        shape = (round((SIZE.w + 2 * look.room) * per), round((SIZE.h + 2 * look.room) * per))
        # Averaging before reducing keeps edges where they are: a box filter of one pixel of the scan.
        reach = max(1, round(FINE / per) | 1)
        smooth = cv2.blur(sheet, (reach, reach))
        fine = np.array(((FINE, 0, -0.5), (0, FINE, -0.5), (0, 0, 1.0)))
        image = cv2.warpPerspective(
            smooth, truth @ np.linalg.inv(fine), shape, flags=cv2.INTER_LINEAR, borderValue=(255,)
        )
        if look.blur:
            image = cv2.GaussianBlur(image, (0, 0), look.blur * per)
        generator = np.random.default_rng(5)
        patch = generator.normal(look.black, look.noise, (512, 512)).astype(np.float32)
        noise = np.tile(patch, (shape[1] // 512 + 1, shape[0] // 512 + 1))[: shape[1], : shape[0]]
        levels = image * np.float32((look.white - look.black) / 255.0) + noise
        grey = np.clip(levels, 0, 255).astype(np.uint8)
        if look.tint:
            return np.stack((grey, grey, np.clip(grey, 0, 235)), axis=2), truth
        return grey, truth

    def page_image(self, sheet: Pixels, look: Look) -> tuple[PageImage, Matrix]:
        pixels, truth = self.scanned(sheet, look)
        return as_jpeg(pixels), truth

    def _draw_text(self) -> Pixels:
        sheet = np.full((round(SIZE.h * FINE), round(SIZE.w * FINE)), 255, np.uint8)
        generator = np.random.default_rng(1)
        for y in range(30, 275, 12):
            line = "".join(chr(97 + generator.integers(26)) for _ in range(50))
            cv2.putText(sheet, line, (20 * FINE, y * FINE), cv2.FONT_HERSHEY_SIMPLEX, 3.6, (0,), 9)
            for x in range(25, 180, 30):
                cv2.rectangle(sheet, (x * FINE, (y + 3) * FINE), ((x + 4) * FINE, (y + 7) * FINE), (0,), 6)
        return sheet


def to_pixels(look: Look) -> Matrix:
    """From mm on paper to px of the scan, pixel centres at whole numbers."""
    per = look.dpi / 25.4
    middle = np.array(((1, 0, -SIZE.w / 2), (0, 1, -SIZE.h / 2), (0, 0, 1.0)))
    angle = np.radians(look.turn)
    cos, sin = np.cos(angle) * look.scale, np.sin(angle) * look.scale
    turned = np.array(((cos, -sin, look.shift[0]), (sin, cos, look.shift[1]), (0, 0, 1.0)))
    tilted = np.array(((1, 0, 0), (0, 1, 0), (0, look.tilt / SIZE.h, 1.0)))
    half = np.array(
        ((per, 0, per * (SIZE.w / 2 + look.room) - 0.5), (0, per, per * (SIZE.h / 2 + look.room) - 0.5))
    )
    return np.asarray(
        np.vstack((half, (0, 0, 1.0))) @ turned @ np.diag((look.stretch, 1, 1)) @ tilted @ middle, np.float64
    )


def as_jpeg(pixels: Pixels, quality: int = 85) -> PageImage:
    ok, data = cv2.imencode(
        ".jpg",
        cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels,
        [cv2.IMWRITE_JPEG_QUALITY, quality],
    )
    assert ok
    return PageImage("0" * 64, 0, SourceForm.IMAGE, data.tobytes())


def _stamp(sheet: Pixels, cells: Pixels, box: Box) -> None:
    x, y, side = round(box.x * FINE), round(box.y * FINE), round(box.w * FINE)
    sheet[y : y + side, x : x + side] = cv2.resize(cells, (side, side), interpolation=cv2.INTER_NEAREST)


@pytest.fixture(scope="session")
def printer() -> Printer:
    return Printer()


@pytest.fixture(scope="session")
def look() -> type[Look]:
    return Look


@pytest.fixture(scope="session")
def jpeg() -> Callable[..., PageImage]:
    return as_jpeg
