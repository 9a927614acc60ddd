"""The papers for the day, printed by the command: each finds its place and says what was put on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from klausur.base.geometry import Box
from klausur.paper import layout as layouts
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import Field, FieldKind
from klausur.paper.labels import KNOWN
from klausur.paper.layout import Layout, PageLayout
from klausur.read import fields as reader
from klausur.read.model import Reading, Signed
from klausur.roster.made_up import made_up, write
from klausur.scan import transform
from klausur.scan.model import PageImage, Pixels, Placed, SourceForm, Unplaced
from klausur.scan.place import place

from .conftest import Desk

pytestmark = pytest.mark.long

FRAMED = frozenset({FieldKind.SIGNATURE, FieldKind.DIGIT_ROW, FieldKind.ANSWER_AREA})
MM = 25.4
CODE = Box(30, 4.5, 10, 10).grown(1)
LABELS = KNOWN["L4731"]


@dataclass(frozen=True, slots=True)
class Papers:
    """What was printed."""

    folder: Path
    layout: Layout
    key: bytes

    def image(self, file: str, page: int, dpi: int) -> Pixels:
        """A page as a scanner without faults sees it, grey."""
        with pypdfium2.PdfDocument(self.folder / file) as document:
            return np.array(document[page].render(scale=dpi / 72, grayscale=True).to_pil())

    def codes(self, *kinds: Sheet) -> Iterator[PageCode]:
        """The codes of all sides of these kinds, in the order in which they are printed."""
        for sheet in self.layout.sheets:
            for number in range(1, len(sheet.pages) + 1) if sheet.sheet in kinds else ():
                yield PageCode(self.layout.exam_number, sheet.number, number, sheet.sheet)

    def outcomes(self, pixels: Pixels) -> tuple[Placed | Unplaced, ...]:
        """What the scanner makes of an image."""
        _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 85])
        return place(PageImage("0" * 64, 0, SourceForm.IMAGE, data.tobytes()), self.layout, self.key)

    def placed(self, pixels: Pixels) -> tuple[Placed, PageLayout]:
        """The page that an image shows, and its Fields."""
        (outcome,) = self.outcomes(pixels)
        assert isinstance(outcome, Placed), outcome
        page = self.layout.at(outcome.code)
        assert page is not None
        return outcome, page

    def read(self, pixels: Pixels) -> dict[str, Reading]:
        """The Readings of an image's page, by Field."""
        placed, page = self.placed(pixels)
        found = reader.read(placed, page, exam=self.layout.exam_number, key=self.key)
        return {reading.field: reading for reading in found}


@pytest.fixture(scope="module")
def papers(desk: Desk) -> Papers:
    folder = desk.folder / "endterm"
    desk.run("new", "endterm")
    (folder / "rooms.toml").unlink()
    write(made_up(25, 4), folder / "candidates.csv")
    printed = desk.ask("print", "endterm", "--stickers", LABELS.name, "--extra", "2", "--spare", "1")
    assert [(p["what"], p["papers"]) for p in printed["piles"]] == [
        ("booklets", 26),
        ("attendance lists", 1),
        ("stickers", 25),
        ("extra sheets", 2),
    ]
    key = (folder / ".klausur" / "key").read_bytes()
    place = Path(desk.folder, printed["folder"])
    return Papers(place, layouts.read(place / "layout.json"), key)


def edges(placed: Placed, field: Field, dpi: int) -> list[float]:
    """How far from a Field's edges, in mm, the middle of its printed frame is found."""
    box, reach, step = field.box, 0.8, 0.02
    away = np.arange(-reach, reach + step, step)
    found = []
    for along, across, side in (
        ((box.x, box.right), "y", box.y),
        ((box.x, box.right), "y", box.bottom),
        ((box.y, box.bottom), "x", box.x),
        ((box.y, box.bottom), "x", box.right),
    ):
        low, high = along[0] + 0.02 * (along[1] - along[0]), along[1] - 0.02 * (along[1] - along[0])
        points = np.linspace(low, high, 200)
        grid = np.stack(np.meshgrid(points, side + away), -1).reshape(-1, 2)
        at = transform.apply(placed.to_pixels, grid if across == "y" else grid[:, ::-1]).astype(np.float32)
        seen = cv2.remap(placed.pixels, at[:, 0], at[:, 1], cv2.INTER_LINEAR).reshape(len(away), -1)
        dark = 255 - np.median(seen, axis=1)
        assert dark.max() > 40, (field.id, dpi)
        found.append(float(abs((away * dark).sum() / dark.sum())))
    return found


@pytest.mark.parametrize("dpi", [300, 150])
@pytest.mark.parametrize(
    ("file", "kinds"),
    [("attendance.pdf", (Sheet.ATTENDANCE, Sheet.PROTOCOL)), ("extra-sheets.pdf", (Sheet.EXTRA,))],
)
def test_each_sheet_finds_its_place_and_its_fields_lie_there(
    papers: Papers, file: str, kinds: tuple[Sheet, ...], dpi: int
) -> None:
    expected = list(papers.codes(*kinds))
    for at, code in enumerate(expected):
        placed, page = papers.placed(papers.image(file, at, dpi))
        assert placed.code == code
        assert placed.quality.residual < 0.1
        framed = [field for field in page.fields if field.kind in FRAMED]
        for field in framed[:2] + framed[-2:]:
            assert max(edges(placed, field, dpi)) < 0.2, (code, field.id)
    with pypdfium2.PdfDocument(papers.folder / file) as document:
        assert len(document) == len(expected)


def test_a_list_tells_who_signed(papers: Papers) -> None:
    pixels = papers.image("attendance.pdf", 0, 300)
    _, page = papers.placed(pixels)
    lines = [field for field in page.fields if field.kind is FieldKind.SIGNATURE]
    for field in lines[::3]:
        scrawl(pixels, field.box)
    readings = papers.read(pixels)
    assert [readings[field.id].value for field in lines] == [
        Signed.YES if at % 3 == 0 else Signed.NO for at in range(len(lines))
    ]
    assert not any(readings[field.id].flagged for field in lines)


def scrawl(pixels: Pixels, box: Box, dpi: int = 300) -> None:
    """Sign as somebody in a hurry does."""
    along = np.linspace(0, 1, 80)
    x = box.x + 4 + 30 * along
    y = box.centre[1] + 3 * np.sin(along * 31) * (1 - 0.6 * along)
    points = np.stack([x, y], -1) * dpi / MM
    cv2.polylines(pixels, [points.round().astype(np.int32)], isClosed=False, color=(60,), thickness=5)


@pytest.mark.parametrize("turn", [0, 5, -12, 180])
def test_a_sticker_on_a_cover_ties_the_booklet(papers: Papers, turn: float) -> None:
    sheet = papers.image("stickers.pdf", 0, 300)
    per = 300 / MM
    for booklet, sticker in ((3, 11), (26, 1)):
        cover = papers.image("booklets.pdf", (booklet - 1) * len(papers.layout.booklets[0].pages), 300)
        _, page = papers.placed(cover)
        spot = next(f for f in page.fields if f.kind is FieldKind.STICKER_SPOT)
        label = LABELS.box(sticker - 1)
        x0, y0, x1, y1 = (round(v * per) for v in (label.x, label.y, label.right, label.bottom))
        stick(cover, sheet[y0:y1, x0:x1], spot.box, turn, per)
        reading = papers.read(cover)[spot.id]
        assert (reading.value, reading.flagged) == (str(sticker), False)


def stick(cover: Pixels, label: Pixels, spot: Box, turn: float, per: float) -> None:
    """Put a label onto the middle of a spot, turned by so many degrees."""
    middle = (label.shape[1] / 2, label.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(middle, turn, 1)
    matrix[:, 2] += np.array(spot.centre) * per - middle
    size = (cover.shape[1], cover.shape[0])
    laid = cv2.warpAffine(label, matrix, size, borderValue=(255,))
    there = cv2.warpAffine(np.full_like(label, 255), matrix, size)
    cover[there > 127] = laid[there > 127]


@pytest.mark.parametrize("corners", [(), (0, 1), (0, 1, 2), (0, 1, 2, 3)])
def test_the_codes_in_its_rows_never_make_a_list_a_booklet(papers: Papers, corners: tuple[int, ...]) -> None:
    """Even if its own code is covered, and with it fiducials."""
    pixels = papers.image("attendance.pdf", 0, 300)
    _, page = papers.placed(pixels)
    marks = [field.box.grown(1) for field in page.fields if field.kind is FieldKind.FIDUCIAL]
    for box in (CODE, *(marks[n] for n in corners)):
        x0, y0, x1, y1 = (round(v * 300 / MM) for v in (box.x, box.y, box.right, box.bottom))
        pixels[max(y0, 0) : y1, max(x0, 0) : x1] = 255
    (outcome,) = papers.outcomes(pixels)
    assert isinstance(outcome, Unplaced)
