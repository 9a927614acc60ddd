"""Signature fields of a list, signed by judging hands and not signed, after an ordinary scanner."""

import cv2
import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind
from klausur.read import signature
from klausur.read.model import Reading, Signed
from klausur.read.upright import upright
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand, Ink, Population, hand, stream
from klausur.rehearse.handwriting import scrawl
from klausur.rehearse.level import Level
from klausur.rehearse.scanner import WEAR, matrix, plan, scan
from klausur.rehearse.strokes import Stroke, pull
from klausur.scan.model import Pixels, Placed, Quality

SCALE = 300 / 25.4
BOXES = [Box(10.0, 8.0 + 9.0 * n, 55.0, 9.0) for n in range(3)]
FIELD = Field("candidate/03720519/signature", FieldKind.SIGNATURE, BOXES[1])


def listed() -> Pixels:
    """A piece of a list: three fields, one below the other, with rules between them."""
    sheet = np.full((round(42 * SCALE), round(75 * SCALE)), 255, np.uint8)
    for box in BOXES:
        left, top, right, bottom = (round(n * SCALE) for n in (box.x, box.y, box.right, box.bottom))
        cv2.rectangle(sheet, (left, top), (right, bottom), 60, 3)
    return sheet


def read(sheet: Pixels, rng: np.random.Generator) -> Reading:
    """What is read in the middle field."""
    how = plan(WEAR[Level.DEFAULT], rng, upside_down=False)
    image = cv2.imdecode(np.frombuffer(scan(sheet, how), np.uint8), cv2.IMREAD_GRAYSCALE)
    onto = np.vstack([matrix(how, sheet.shape[:2]), (0.0, 0.0, 1.0)])
    to_sheet = np.array(((SCALE, 0, -0.5), (0, SCALE, -0.5), (0, 0, 1.0)))
    placed = Placed(
        PageCode(1, 1, 1), np.asarray(image, np.uint8), onto @ to_sheet, Quality(0, 300, 200, 1, 4)
    )
    return signature.read(placed, FIELD)


def person(number: int) -> tuple[Hand, np.random.Generator]:
    rng = stream(Population.JUDGE, 1006, number)
    return hand(rng, Population.JUDGE, [Ink.BLUE, Ink.BLACK]), rng


def ink(sheet: Pixels, strokes: list[Stroke], who: Hand, rng: np.random.Generator) -> None:
    pen.ink(sheet, strokes, SCALE, (0.0, 0.0), who, rng)


def test_who_signed_has_signed() -> None:
    readings = []
    for number in range(20):
        who, rng = person(number)
        sheet, box = listed(), BOXES[1]
        base = (box.x + rng.uniform(2.0, 12.0), box.y + rng.uniform(5.0, 7.0))
        ink(sheet, scrawl(base, rng.uniform(15.0, 38.0), rng.uniform(1.5, 2.6), who, rng), who, rng)
        readings.append(read(sheet, rng))
    assert not [r for r in readings if r.value == Signed.NO and not r.flagged]
    assert sum(r.value == Signed.YES and not r.flagged for r in readings) >= 18
    assert readings[0].field == FIELD.id
    assert readings[0].kind is FieldKind.SIGNATURE


def test_an_empty_field_is_not_signed() -> None:
    for number in range(10):
        reading = read(listed(), person(number)[1])
        assert (reading.value, reading.flagged) == (Signed.NO, False)


def test_neighbours_that_reach_into_a_field_do_not_sign_it() -> None:
    """Their letters end a millimetre or two inside."""
    for number in range(10):
        who, rng = person(100 + number)
        sheet = listed()
        ink(sheet, scrawl((14.0, BOXES[0].bottom - 0.3), 30.0, 2.0, who, rng), who, rng)
        ink(sheet, scrawl((20.0, BOXES[2].y + 1.8), 30.0, 1.6, who, rng), who, rng)
        reading = read(sheet, rng)
        assert reading.value == Signed.NO or reading.flagged


def test_a_dash_says_that_nobody_came() -> None:
    readings = []
    for number in range(10):
        who, rng = person(200 + number)
        sheet, y = listed(), BOXES[1].centre[1]
        ink(sheet, [pull(np.array([(14.0, y), (50.0, y + rng.normal(0.0, 0.3))]), who, rng)], who, rng)
        readings.append(read(sheet, rng))
    assert all(r.value == Signed.NO or r.flagged for r in readings)
    assert sum(not r.flagged for r in readings) >= 7


@pytest.mark.parametrize(("length", "flagged"), [(1.0, False), (6.0, True)])
def test_between_a_slip_and_a_signature_a_person_decides(length: float, *, flagged: bool) -> None:
    sheet, (x, y) = listed(), BOXES[1].centre
    start, end = ((round((x + d) * SCALE), round((y + d) * SCALE)) for d in (-length / 3, length / 3))
    cv2.line(sheet, start, end, 20, 4)
    assert read(sheet, np.random.default_rng(1)).flagged is flagged


@pytest.mark.parametrize("dpi", [100.0, 300.0, 700.0])
@pytest.mark.parametrize("angle", [0.0, 20.0, 180.0])
def test_ink_is_measured_in_square_millimetres(dpi: float, angle: float) -> None:
    """A black square of 4 mm, seen at any resolution and angle."""
    scale, turn = dpi / 25.4, np.deg2rad(angle)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    to_pixels = np.array([[cos, -sin, 30 * scale], [sin, cos, 30 * scale], [0.0, 0.0, 1.0]])
    image = np.full((round(60 * scale),) * 2, 240, np.uint8)
    corners = [to_pixels @ (x, y, 1.0) for x, y in Box(5.0, 2.0, 4.0, 4.0).corners]
    cv2.fillPoly(image, [np.round([c[:2] for c in corners]).astype(np.int32)], 10)
    placed = Placed(PageCode(1, 1, 1), image, to_pixels, Quality(0, dpi, 200, 1, 4))
    found = signature.measure(upright(placed, Box(0.0, 0.0, 20.0, 8.0)))
    assert found.own == pytest.approx(16.0, rel=0.12 + 20 / dpi)
    assert found.from_outside == 0.0
    assert found.height == pytest.approx(3.6, abs=0.8)


def test_a_field_off_the_image_is_paper() -> None:
    placed = Placed(
        PageCode(1, 1, 1), np.full((100, 100), 230, np.uint8), np.eye(3), Quality(0, 25.4, 200, 1, 4)
    )
    area = upright(placed, Box(500.0, 500.0, 20.0, 8.0))
    assert signature.measure(area).own == 0.0
