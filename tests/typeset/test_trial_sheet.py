"""The trial sheet as it is printed: where its parts lie, on either paper and in every language."""

import io
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2 as pdfium
import pytest

from klausur.base import words
from klausur.base.geometry import PAPERS, Box
from klausur.paper import code as codec
from klausur.paper.code import PageCode
from klausur.paper.fields import MARK_WINDOW, FieldKind
from klausur.paper.trial import EDGES, EXAM, HANDS, KEY, ROWS, TICKS, TrialSheet, row_and_hand
from klausur.scan.model import PageImage, Placed, SourceForm
from klausur.scan.place import place
from klausur.typeset import page_frame, trial_sheet
from klausur.typeset.wording import from_right_to_left

SCALE = 8.0  # px per mm


@pytest.fixture(scope="module", params=PAPERS)
def both(request: pytest.FixtureRequest) -> dict[bool, TrialSheet]:
    """The sheet for languages from left to right, and from right to left."""
    return {mirrored: trial_sheet.sheet(request.param, mirrored=mirrored) for mirrored in (False, True)}


@pytest.fixture
def sheet(both: dict[bool, TrialSheet], request: pytest.FixtureRequest) -> TrialSheet:
    """That of the test's language."""
    language = getattr(request.node, "callspec", None)
    return both[from_right_to_left(language.params.get("language", "en") if language else "en")]


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


def test_a_sheet_that_an_earlier_version_printed_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its code stood where staples are; the layout of trial sheets is kept nowhere."""
    sheet = trial_sheet.sheet("a4")
    for x in (17.0, page_frame.CODE_X):
        monkeypatch.setattr(page_frame, "CODE_X", x)
        document = pdfium.PdfDocument(trial_sheet.printed("a4", "en", 1))
        shown = np.ascontiguousarray(document[0].render(scale=200 / 72, grayscale=True).to_numpy())
        ok, data = cv2.imencode(".png", shown)
        assert ok
        image = PageImage("0" * 64, 0, SourceForm.IMAGE, data.tobytes())
        (placed,) = place(image, sheet.layout, KEY)
        assert isinstance(placed, Placed), (x, placed)


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
    side, *_ = sheet.layout.pages
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
    side, *_ = sheet.layout.pages
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


def test_sheets_share_no_code() -> None:
    numbers = [b.number for sheet in trial_sheet.sheets() for b in sheet.layout.booklets]
    assert len(set(numbers)) == len(numbers)
    assert codec.encode(PageCode(EXAM, max(numbers), 1), KEY)


def test_from_right_to_left_rows_lie_as_in_a_mirror_and_bars_and_bands_stay(
    both: dict[bool, TrialSheet],
) -> None:
    usual, mirrored = both[False], both[True]
    assert mirrored.marks == usual.marks
    width = usual.layout.size.w
    rows: dict[bool, dict[tuple[str, int], list[Box]]] = {}
    for of, sheet in both.items():
        rows[of] = {}
        for field in sheet.layout.pages[0].fields:
            if field.kind in {FieldKind.CHOICE_BOX, FieldKind.DIGIT_ROW}:
                rows[of].setdefault(row_and_hand(field.id), []).append(field.box)
    for row, boxes in rows[False].items():
        there = rows[True][row]
        assert min(box.x for box in boxes) > width / 2 - 10
        if row[0] != "again":  # whose boxes have room for another one on their right
            left, right = min(box.x for box in boxes), max(box.right for box in boxes)
            assert min(box.x for box in there) == pytest.approx(width - right, abs=0.01)
            assert max(box.right for box in there) == pytest.approx(width - left, abs=0.01)


def test_several_sides_are_printed_on_both_sides_of_the_paper_at_their_own_size() -> None:
    for sides, duplex in ((1, "/Simplex"), (3, "/DuplexFlipLongEdge")):
        with pikepdf.open(io.BytesIO(trial_sheet.printed("a4", "en", sides))) as pdf:
            assert len(pdf.pages) == sides
            assert pdf.Root.ViewerPreferences.Duplex == duplex
            assert pdf.Root.ViewerPreferences.PrintScaling == "/None"
