"""The cover of a real booklet: printed, written on, scanned, placed and read."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from klausur.exam import source
from klausur.learn.digits.cells import place
from klausur.paper.code import PageCode, Sheet, encode
from klausur.paper.code_symbol import symbol
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import Layout
from klausur.paper.run import plan
from klausur.read.cells import split
from klausur.read.model import Reading
from klausur.read.page import process
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.pictured import write
from klausur.rehearse.scanner import WEAR, scan
from klausur.rehearse.scanner import plan as scanner_plan
from klausur.roster.match import match
from klausur.roster.model import Candidate
from klausur.scan.model import PageImage, Pixels, Reason, SourceForm
from klausur.typeset.booklets import compile_booklets

KEY = bytes(range(32))
SCALE = 300 / 25.4
NAMED = Candidate("03698147", "Candidate 002")


@pytest.fixture(scope="module")
def booklets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Layout]:
    """A booklet with a candidate's name on it, and an unnamed one."""
    exam = source.parse(Path(__file__).parents[2] / "exams" / "deep-learning").exam
    assert exam is not None
    out = tmp_path_factory.mktemp("cover") / "booklets.pdf"
    return out, compile_booklets(exam, plan(77, [NAMED], spare=1), KEY, out)


def cover(booklets: tuple[Path, Layout], number: int) -> tuple[Pixels, Field]:
    """The cover of a booklet at 300 dpi, grey, and the row for the registration number on it."""
    pdf, layout = booklets
    before = sum(len(b.pages) for b in layout.booklets if b.number < number)
    with pypdfium2.PdfDocument(pdf) as document:
        pixels = document[before].render(scale=300 / 72, grayscale=True).to_numpy().copy()
    page = layout.page(number, 1)
    assert page is not None
    row = next(field for field in page.fields if field.id == "cover/registration")
    return pixels.reshape(pixels.shape[:2]), row


def read(pixels: Pixels, layout: Layout, rng: np.random.Generator) -> dict[str, Reading]:
    """The readings of a page that went through a scanner, by field."""
    data = scan(pixels, scanner_plan(WEAR[Level.DEFAULT], rng, upside_down=False))
    (result,) = process(PageImage("f", 0, SourceForm.IMAGE, data), layout, KEY)
    assert result.unplaced is None
    return {reading.field: reading for reading in result.readings}


@pytest.fixture(scope="module")
def pictures() -> Sequence[Pixels]:
    """For each digit twenty pictures, (20, 28, 28); see test_digits.py."""
    sample = cv2.imread(str(Path(__file__).with_name("mnist-test-sample.png")), cv2.IMREAD_GRAYSCALE)
    assert sample is not None
    return list(sample.reshape(10, 28, 20, 28).transpose(0, 2, 1, 3).astype(np.uint8))


@pytest.mark.long
@pytest.mark.parametrize("text", ["03720519", "87164", "99012345"])
def test_a_number_on_an_unnamed_cover_finds_its_candidate(
    booklets: tuple[Path, Layout], pictures: Sequence[Pixels], text: str
) -> None:
    page, row = cover(booklets, 2)
    assert row.cells is not None
    rng = stream(Population.JUDGE, 1005, int(text))
    person = hand(rng, Population.JUDGE)
    for sign, cell in zip(text, split(row.box, row.cells), strict=False):
        size, centre = place(cell, rng)
        write(page, pictures[int(sign)][int(rng.integers(20))], centre, size, SCALE, person, rng)
    seen = read(page, booklets[1], rng)
    found = match([seen["cover/registration"].scores], ["03720519", "87164", "99012345", "03720512"])[0]
    assert found.registration == text
    assert (seen["cover/sticker"].value, seen["cover/sticker"].flagged) == ("", False)


def test_an_unnamed_cover_that_nobody_wrote_on_is_no_question(booklets: tuple[Path, Layout]) -> None:
    page, row = cover(booklets, 2)
    seen = read(page, booklets[1], np.random.default_rng(2))
    assert seen["cover/registration"].value == "?" * (row.cells or 0)
    assert not any(reading.flagged for reading in seen.values())


def test_the_number_printed_on_a_named_cover_is_that_of_its_candidate(booklets: tuple[Path, Layout]) -> None:
    seen = read(cover(booklets, 1)[0], booklets[1], np.random.default_rng(3))
    found = match([seen["cover/registration"].scores], [NAMED.registration, "03698141", "03720519"])[0]
    assert found.registration == NAMED.registration


def test_a_cover_whose_code_is_covered_is_proposed_whatever_is_stuck_on_it(
    booklets: tuple[Path, Layout],
) -> None:
    pixels, _ = cover(booklets, 2)
    page = booklets[1].page(2, 1)
    assert page is not None
    boxes = {f.kind: f.box for f in page.fields if f.kind in {FieldKind.PAGE_CODE, FieldKind.STICKER_SPOT}}
    code = boxes[FieldKind.PAGE_CODE].grown(1.0)
    pixels[_rows(code.y, code.h), _rows(code.x, code.w)] = 255
    data = encode(PageCode(booklets[1].exam_number, 1, 1, Sheet.STICKER), KEY)
    modules = np.where(symbol(data), 0, 255).astype(np.uint8)
    x, y = boxes[FieldKind.STICKER_SPOT].centre
    side = round(9 * SCALE)
    pixels[_rows(y - 4.5, 9.0), _rows(x - 4.5, 9.0)] = cv2.resize(
        modules, (side, side), interpolation=cv2.INTER_NEAREST
    )
    data = scan(pixels, scanner_plan(WEAR[Level.CLEAN], np.random.default_rng(4), upside_down=False))
    (result,) = process(PageImage("f", 0, SourceForm.IMAGE, data), booklets[1], KEY)
    assert result.unplaced is not None
    assert (result.unplaced.reason, result.unplaced.resembles) == (Reason.NO_CODE, 1)
    assert result.unplaced.code is None


def _rows(start: float, length: float) -> slice:
    first = round(start * SCALE)
    return slice(first, first + round(length * SCALE))
