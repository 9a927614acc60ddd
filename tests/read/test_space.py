"""Answer spaces, plain and ruled, with as little in them as judging hands write, after any scanner."""

import cv2
import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind, Inked
from klausur.read import space
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand, Ink, Population, hand, stream
from klausur.rehearse.handwriting import word
from klausur.rehearse.level import Level
from klausur.rehearse.scanner import WEAR, matrix, plan, scan
from klausur.rehearse.strokes import pull
from klausur.scan.model import Pixels, Placed, Quality

SCALE = 300 / 25.4
BOX = Box(10.0, 10.0, 100.0, 30.0)
LINED, GRID = (8.0, None), (5.0, 5.0)
PLAIN = (None, None)
RULINGS = pytest.mark.parametrize("ruling", [PLAIN, LINED, GRID])
LEVELS = pytest.mark.parametrize("level", [Level.LIGHT, Level.DEFAULT, Level.HARD])


def printed(down: float | None, across: float | None) -> Pixels:
    """A space with its frame, and pale lines so many mm apart."""
    fine = 3
    sheet = np.full((round(50 * SCALE) * fine, round(120 * SCALE) * fine), 255, np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE * fine), round(y * SCALE * fine)

    for y in np.arange(BOX.y + down, BOX.bottom, down) if down else ():
        cv2.line(sheet, at(BOX.x, y), at(BOX.right, y), 199.0, fine)
    for x in np.arange(BOX.x + across, BOX.right, across) if across else ():
        cv2.line(sheet, at(x, BOX.y), at(x, BOX.bottom), 199.0, fine)
    cv2.rectangle(sheet, at(BOX.x, BOX.y), at(BOX.right, BOX.bottom), 0.0, 2 * fine)
    size = (sheet.shape[1] // fine, sheet.shape[0] // fine)
    return np.asarray(cv2.resize(sheet, size, interpolation=cv2.INTER_AREA), np.uint8)


def read(sheet: Pixels, rng: np.random.Generator, level: Level) -> Inked:
    how = plan(WEAR[level], rng, upside_down=False)
    image = cv2.imdecode(np.frombuffer(scan(sheet, how), np.uint8), cv2.IMREAD_GRAYSCALE)
    onto = np.vstack([matrix(how, sheet.shape[:2]), (0.0, 0.0, 1.0)])
    to_sheet = np.array(((SCALE, 0, -0.5), (0, SCALE, -0.5), (0, 0, 1.0)))
    placed = Placed(
        PageCode(1, 1, 1), np.asarray(image, np.uint8), onto @ to_sheet, Quality(0, 300, 200, 1, 4)
    )
    reading = space.read(placed, Field("q/answer", FieldKind.ANSWER_AREA, BOX, "q"))
    assert not reading.flagged
    return Inked(reading.value)


def person(number: int, ink: Ink) -> tuple[Hand, np.random.Generator]:
    rng = stream(Population.JUDGE, 1052, number)
    return hand(rng, Population.JUDGE, [ink]), rng


@RULINGS
@LEVELS
def test_a_space_in_which_nobody_wrote_is_blank(
    ruling: tuple[float | None, float | None], level: Level
) -> None:
    for number in range(4):
        _, rng = person(number, Ink.BLACK)
        sheet = printed(*ruling)
        for _ in range(10):  # dust
            at = (int(rng.integers(sheet.shape[1])), int(rng.integers(sheet.shape[0])))
            cv2.circle(sheet, at, 2, 60.0, -1)
        assert read(sheet, rng, level) is Inked.BLANK


@RULINGS
@LEVELS
@pytest.mark.parametrize("ink", [Ink.PENCIL, Ink.BLUE])
def test_a_short_word_and_a_dash_are_written(
    ruling: tuple[float | None, float | None], level: Level, ink: Ink
) -> None:
    for number in range(3):
        who, rng = person(number, ink)
        start = float(rng.uniform(14.0, 90.0)), float(rng.uniform(18.0, 37.0))
        dash = [pull(np.array([start, (start[0] + 8.0, start[1])]), who, rng)]
        for strokes in (word("ja", start, 2.0, who, rng), dash):
            sheet = printed(*ruling)
            pen.ink(sheet, strokes, SCALE, (0.0, 0.0), who, rng)
            assert read(sheet, rng, level) is Inked.WRITTEN


def test_what_lies_off_the_image_is_blank_and_print_in_a_space_is_not() -> None:
    place = np.diag((SCALE, SCALE, 1.0))
    white = Placed(PageCode(1, 1, 1), np.full((200, 200), 250, np.uint8), place, Quality(0, 300, 200, 1, 4))
    off = Field("q/answer", FieldKind.ANSWER_AREA, Box(300, 300, 40, 20), "q")
    assert space.read(white, off).value is Inked.BLANK
    sheet = printed(*PLAIN)
    cv2.putText(sheet, "Fill in:", (200, 250), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0.0, 2)
    assert read(sheet, np.random.default_rng(1), Level.DEFAULT) is Inked.WRITTEN
