"""The trial sheet as it is printed: where its parts lie, on either paper and in every language."""

import io
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2 as pdfium
import pytest

from klausur.base import words
from klausur.base.geometry import PAPERS, Box
from klausur.paper.code import PageCode
from klausur.paper.fields import MARK_WINDOW, FieldKind
from klausur.paper.trial import EDGES, EXAM, HANDS, ROWS, TICKS, TrialSheet, row_and_hand
from klausur.typeset import trial_sheet

SCALE = 8.0  # px per mm


@pytest.fixture(scope="module", params=PAPERS)
def sheet(request: pytest.FixtureRequest) -> TrialSheet:
    return trial_sheet.sheet(request.param)


def drawn(sheet: TrialSheet, language: str) -> npt.NDArray[np.uint8]:
    document = pdfium.PdfDocument(trial_sheet.printed(sheet.layout.paper, language, 1))
    return np.asarray(document[0].render(scale=SCALE * 25.4 / 72, grayscale=True).to_numpy())


def part(pixels: npt.NDArray[np.uint8], box: Box) -> npt.NDArray[np.uint8]:
    left, top, right, low = (round(mm * SCALE) for mm in (box.x, box.y, box.right, box.bottom))
    return pixels[top:low, left:right]


@pytest.mark.parametrize("language", words.languages())
def test_bands_are_blank_and_rules_and_bars_are_black(sheet: TrialSheet, language: str) -> None:
    pixels, marks = drawn(sheet, language), sheet.marks
    for band in (*marks.across, *marks.down):
        assert band.inside(sheet.layout.size)
        assert (part(pixels, band) == 255).all(), band
    for black in (*marks.rules, *(box for _, _, box in marks.ticks)):
        middle = Box(black.x + black.w / 4, black.y + black.h / 4, black.w / 2, black.h / 2)
        assert (part(pixels, middle) < 64).all(), black


def test_each_edge_has_its_bars_as_far_from_it_as_they_say(sheet: TrialSheet) -> None:
    size = sheet.layout.size
    assert [(edge, mm) for edge, mm, _ in sheet.marks.ticks] == [(e, mm) for e in EDGES for mm in TICKS]
    for edge, mm, bar in sheet.marks.ticks:
        x, y = bar.centre
        away = {"left": x, "top": y, "right": size.w - x, "bottom": size.h - y}[edge]
        assert away == pytest.approx(mm, abs=0.01)


@pytest.mark.parametrize("language", words.languages())
def test_text_keeps_out_of_the_windows_of_boxes(sheet: TrialSheet, language: str) -> None:
    pixels = drawn(sheet, language)
    (side,) = sheet.layout.pages
    boxes = [field.box for field in side.fields if field.kind is FieldKind.CHOICE_BOX]
    for one, other in combinations(boxes, 2):
        (x, y), (u, v) = one.centre, other.centre
        assert max(abs(x - u), abs(y - v)) >= MARK_WINDOW
    for box in boxes:
        window = part(pixels, box.grown((MARK_WINDOW - box.w) / 2)).copy()
        rim = round((MARK_WINDOW - box.w) / 2 * SCALE) - 2  # frames are seldom whole pixels
        window[rim:-rim, rim:-rim] = 255
        assert (window == 255).all(), box


def test_every_row_has_a_line_for_each_hand(sheet: TrialSheet) -> None:
    (side,) = sheet.layout.pages
    found: dict[tuple[str, int], int] = {}
    for field in side.fields:
        if field.kind in {FieldKind.CHOICE_BOX, FieldKind.DIGIT_ROW}:
            found[row_and_hand(field.id)] = found.get(row_and_hand(field.id), 0) + 1
    wanted = {(row.name, hand): row.boxes for row in ROWS for hand in range(1, HANDS + 1)}
    assert found == wanted | {("digits", hand): 1 for hand in range(1, HANDS + 1)}


def test_the_layout_knows_each_side_of_each_number_of_sides(sheet: TrialSheet) -> None:
    last = sheet.layout.booklets[2]
    assert trial_sheet.sides_of(PageCode(EXAM, last.number, 1)) == 3
    assert [sheet.layout.at(PageCode(EXAM, last.number, side)) is None for side in (1, 3, 4)] == [
        False,
        False,
        True,
    ]


def test_papers_share_no_code() -> None:
    numbers = [b.number for paper in PAPERS for b in trial_sheet.sheet(paper).layout.booklets]
    assert len(set(numbers)) == len(numbers)


def test_several_sides_are_printed_on_both_sides_of_the_paper_at_their_own_size() -> None:
    for sides, duplex in ((1, "/Simplex"), (3, "/DuplexFlipLongEdge")):
        with pikepdf.open(io.BytesIO(trial_sheet.printed("a4", "en", sides))) as pdf:
            assert len(pdf.pages) == sides
            assert pdf.Root.ViewerPreferences.Duplex == duplex
            assert pdf.Root.ViewerPreferences.PrintScaling == "/None"
