"""A printed side, scanned in every way the guide promises, and the reasons why one cannot be placed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from tests.scan.conftest import FINE, as_jpeg

from klausur.base.geometry import Box
from klausur.paper.code import PageCode, Sheet, encode
from klausur.paper.code_symbol import symbol
from klausur.paper.fields import Field, FieldKind
from klausur.scan import transform
from klausur.scan.model import Matrix, PageImage, Pixels, Placed, Reason, SourceForm, Unplaced
from klausur.scan.place import place as place_all
from klausur.scan.place import place_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scan.conftest import Look, Printer

    from klausur.paper.layout import Layout

GRID = np.stack(np.meshgrid(np.linspace(0, 210, 15), np.linspace(0, 297, 20)), -1).reshape(-1, 2)
FIDUCIALS = tuple(Box(x, y, 7, 7).grown(1.5) for x, y in ((6, 6), (197, 6), (197, 284), (6, 284)))
CODE = Box(17, 4.5, 10, 10)


def place(image: PageImage, layout: Layout, key: bytes) -> Placed | Unplaced:
    """The one page on an image."""
    (outcome,) = place_all(image, layout, key)
    return outcome


def _error(placed: Placed, truth: Matrix, dpi: float) -> float:
    """Root mean square distance over the page, in mm, between where points lie and where they are put."""
    away = transform.apply(placed.to_pixels, GRID) - transform.apply(truth, GRID)
    return float(np.sqrt((away**2).sum(axis=1).mean())) / (dpi / 25.4)


LOOKS: dict[str, dict[str, Any]] = {
    "as printed": {},
    "100 dpi": {"dpi": 100},
    "100 dpi, skewed": {"dpi": 100, "turn": -6, "room": 20, "blur": 0.08},
    "150 dpi": {"dpi": 150},
    "200 dpi": {"dpi": 200},
    "400 dpi": {"dpi": 400},
    "upside down": {"turn": 180},
    "on its left side": {"turn": 90, "room": 50},
    "on its right side": {"turn": 270, "room": 50, "dpi": 150},
    "skewed left": {"turn": -5, "room": 12},
    "skewed right": {"turn": 5, "room": 12, "dpi": 150},
    "skewed far left": {"turn": -15, "room": 40, "dpi": 150},
    "skewed far right": {"turn": 15, "room": 40, "dpi": 150},
    "skewed and upside down": {"turn": 183, "room": 8},
    "shifted": {"shift": (9.5, -9.5), "room": 5},
    "shifted at 150 dpi": {"shift": (-5, 5), "dpi": 150},
    "shrunk": {"scale": 0.95},
    "grown": {"scale": 1.05, "room": 6},
    "enlarged to A3": {"scale": 2**0.5, "room": 62},
    "enlarged to A3, skewed": {"scale": 2**0.5, "room": 66, "dpi": 200, "turn": 2},
    "enlarged to A3, upside down": {"scale": 2**0.5, "room": 62, "dpi": 150, "turn": 180},
    "tilted": {"tilt": 0.03},
    "tilted far, as in a photograph": {"tilt": 0.3, "turn": 8, "room": 40, "dpi": 200},
    "tilted the other way": {"tilt": -0.03, "turn": 1},
    "colour": {"tint": True},
    "noise": {"noise": 15},
    "noise at 150 dpi": {"noise": 15, "dpi": 150},
    "pale": {"white": 190, "black": 110},
    "soft": {"blur": 0.15},
    "soft at 150 dpi": {"blur": 0.12, "dpi": 150},
    "on a large glass": {"room": 70, "dpi": 200},
    "all at once": {
        "turn": 184,
        "room": 14,
        "tilt": 0.02,
        "noise": 8,
        "blur": 0.08,
        "dpi": 200,
        "scale": 0.98,
    },
    "tl covered": {"cover": FIDUCIALS[:1]},
    "tr covered": {"cover": FIDUCIALS[1:2]},
    "br covered": {"cover": FIDUCIALS[2:3], "turn": 2},
    "bl covered": {"cover": FIDUCIALS[3:], "turn": 181},
    "upper ones covered": {"cover": FIDUCIALS[:2]},
    "left ones covered": {"cover": (FIDUCIALS[0], FIDUCIALS[3])},
    "opposite ones covered": {"cover": (FIDUCIALS[0], FIDUCIALS[2]), "turn": 1},
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_page_is_placed_to_a_tenth_of_a_millimetre(printer: Printer, look: type[Look], name: str) -> None:
    how = look(**LOOKS[name])
    image, truth = printer.page_image(printer.printed(booklet=2, page=2), how)
    placed = place(image, printer.layout, printer.key)
    assert isinstance(placed, Placed), placed
    assert placed.code == PageCode(printer.layout.exam_number, 2, 2)
    assert _error(placed, truth, how.dpi) < 0.1 * 0.5
    assert placed.quality.fiducials == 4 - len(how.cover)
    assert placed.quality.residual < 0.05
    assert placed.quality.dpi == pytest.approx(how.dpi * how.scale, rel=0.01)
    assert placed.quality.contrast == pytest.approx(how.white - how.black, rel=0.06)


def test_600_dpi_is_decoded_at_half_and_placed_as_well(printer: Printer, look: type[Look]) -> None:
    whole, truth = printer.page_image(printer.printed(), look(dpi=600, turn=1))
    placed = place(whole, printer.layout, printer.key)
    assert isinstance(placed, Placed)
    assert placed.quality.dpi == pytest.approx(300, rel=0.01)
    half = np.array(((0.5, 0, -0.25), (0, 0.5, -0.25), (0, 0, 1.0)))
    assert _error(placed, half @ truth, 300) < 0.05


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("turn", [-5.0, -4.0, -3.4, 175.0])
def test_a_page_whose_fiducials_are_cut_off_is_placed(
    printer: Printer, look: type[Look], turn: float, dpi: int
) -> None:
    how = look(turn=turn, dpi=dpi)  # on an image no larger than the sheet
    image, truth = printer.page_image(printer.printed(), how)
    code = PageCode(printer.layout.exam_number, 2, 1)
    for placed in (place(image, printer.layout, printer.key), place_as(image, printer.layout, code)):
        assert isinstance(placed, Placed), placed
        assert placed.code == code
        assert _error(placed, truth, dpi) < 0.05
        assert 2 <= placed.quality.fiducials <= 4
        assert placed.quality.contrast == pytest.approx(195, rel=0.06)


@pytest.mark.parametrize("turn", [-4.0, -3.0, 0.0, 2.6])
def test_a_page_stretched_in_one_direction_is_placed_as_well(
    printer: Printer, look: type[Look], turn: float
) -> None:
    image, truth = printer.page_image(printer.printed(), look(turn=turn, stretch=1.008))
    placed = place(image, printer.layout, printer.key)
    assert isinstance(placed, Placed), placed
    assert _error(placed, truth, 300) < 0.05


def test_sharpness_falls_with_blur(printer: Printer, look: type[Look]) -> None:
    sharp = []
    for blur in (0.0, 0.1, 0.2):
        image, _ = printer.page_image(printer.printed(), look(blur=blur))
        placed = place(image, printer.layout, printer.key)
        assert isinstance(placed, Placed)
        sharp.append(placed.quality.sharpness)
    assert sharp[0] > 0.8 > sharp[1] > sharp[2] > 0.2


def test_a_wrong_fiducial_is_left_out(printer: Printer, look: type[Look]) -> None:
    sheet = printer.printed().copy()
    fine = sheet.shape[1] / 210
    x, y, side = (round(v * fine) for v in (197, 284, 7))
    marker = sheet[y : y + side, x : x + side].copy()
    sheet[y : y + side, x : x + side] = 255
    away = round(6 * fine)
    sheet[y - away : y - away + side, x - away : x - away + side] = marker
    image, truth = printer.page_image(sheet, look())
    placed = place(image, printer.layout, printer.key)
    assert isinstance(placed, Placed)
    assert placed.quality.fiducials == 3
    assert _error(placed, truth, 300) < 0.1


def test_a_pen_stroke_over_a_fiducials_edge_does_no_harm(printer: Printer, look: type[Look]) -> None:
    sheet = printer.printed().copy()
    fine = sheet.shape[1] / 210
    points = [tuple(round(v * fine) for v in p) for p in ((3.0, 10.0), (8.0, 4.0))]
    cv2.line(sheet, points[0], points[1], (60,), round(0.5 * fine))
    image, truth = printer.page_image(sheet, look())
    placed = place(image, printer.layout, printer.key)
    assert isinstance(placed, Placed)
    assert _error(placed, truth, 300) < 0.1


@pytest.mark.parametrize("turn", [0.0, 181.0])
def test_pages_of_printings_that_have_their_codes_elsewhere_are_read_side_by_side(
    printer: Printer, look: type[Look], turn: float
) -> None:
    """Klausur once put the code where staples are; printings before and after make one layout."""
    first, second = printer.layout.pages
    moved = replace(first, fields=tuple(_with_code_at(field, 30.0) for field in first.fields))
    layout = replace(printer.layout, pages=(moved, second))
    for page, printed in ((1, _with_its_code_at(printer, 30.0)), (2, printer.printed(page=2))):
        image, truth = printer.page_image(printed, look(turn=turn, dpi=200))
        placed = place(image, layout, printer.key)
        assert isinstance(placed, Placed), placed
        assert placed.code == PageCode(layout.exam_number, 2, page)
        assert _error(placed, truth, 200) <= 0.1


def _with_code_at(field: Field, x: float) -> Field:
    return replace(field, box=replace(field.box, x=x)) if field.kind is FieldKind.PAGE_CODE else field


def _with_its_code_at(printer: Printer, x: float) -> Pixels:
    """The first page, with its code so far from the left."""
    sheet, printed = printer.sheet(None).copy(), printer.printed(page=1)
    rows = slice(round(4.5 * FINE), round(14.5 * FINE))
    sheet[rows, round(x * FINE) : round((x + 10) * FINE)] = printed[rows, 17 * FINE : 27 * FINE]
    return sheet


def _reason(printer: Printer, sheet: Pixels, how: Look) -> Unplaced:
    image, _ = printer.page_image(sheet, how)
    unplaced = place(image, printer.layout, printer.key)
    assert isinstance(unplaced, Unplaced), unplaced
    assert unplaced.detail
    return unplaced


def test_three_covered_fiducials_are_named_with_the_code(printer: Printer, look: type[Look]) -> None:
    unplaced = _reason(printer, printer.printed(), look(cover=FIDUCIALS[1:]))
    assert unplaced.reason is Reason.FIDUCIALS
    assert "fewer than two" in unplaced.detail
    assert unplaced.code == PageCode(printer.layout.exam_number, 2, 1)


def test_a_photograph_whose_fiducials_lie_far_from_the_corners_is_placed(printer: Printer) -> None:
    # Two of them are seen at once, and put the other two 20 mm off.
    corners = np.array(((50, 194), (1566, 54), (1676, 2086), (306, 2216)), np.float64)
    sheet = np.array(((0, 0), (210, 0), (210, 297), (0, 297)), np.float64)
    truth = transform.homography(sheet, corners)
    to_sheet = np.linalg.inv(np.array(((24, 0, -0.5), (0, 24, -0.5), (0, 0, 1.0))))
    soft = cv2.blur(printer.printed(), (3, 3))
    pixels = cv2.warpPerspective(soft, truth @ to_sheet, (1800, 2400), borderValue=(120,))
    placed = place(as_jpeg(np.asarray(pixels, np.uint8)), printer.layout, printer.key)
    assert isinstance(placed, Placed)
    assert placed.quality.fiducials == 4
    assert _error(placed, truth, 180) < 0.1


def test_two_fiducials_do_not_place_a_photograph(printer: Printer, look: type[Look]) -> None:
    # The page's lower corners were put 14 mm off.
    how = look(tilt=0.05, room=10, dpi=200, cover=FIDUCIALS[2:])
    unplaced = _reason(printer, printer.printed(), how)
    assert unplaced.reason is Reason.FIDUCIALS
    assert "two fiducials alone" in unplaced.detail
    assert unplaced.code == PageCode(printer.layout.exam_number, 2, 1)


@pytest.mark.parametrize("tilt", [0.03, 0.06, 0.2])
def test_fiducials_that_put_the_code_elsewhere_are_not_believed(
    printer: Printer, look: type[Look], tilt: float
) -> None:
    # The code is where it was printed, and legible: what is wrong is where two fiducials put it.
    how = look(tilt=tilt, room=20, dpi=200, cover=FIDUCIALS[:2])
    unplaced = _reason(printer, printer.printed(), how)
    assert unplaced.reason is Reason.FIDUCIALS
    assert "do not tell how the page lies" in unplaced.detail


def test_a_code_made_with_another_key_is_forged(printer: Printer, look: type[Look]) -> None:
    forged = encode(PageCode(printer.layout.exam_number, 2, 1), bytes(32))
    assert _reason(printer, printer.sheet(forged), look()).reason is Reason.FORGED
    assert _reason(printer, printer.sheet(forged, fiducials=False), look()).reason is Reason.FORGED


def test_a_page_of_another_exam_is_named(printer: Printer, look: type[Look]) -> None:
    other = encode(PageCode(printer.layout.exam_number + 1, 2, 1), bytes(32))
    assert _reason(printer, printer.sheet(other), look()).reason is Reason.OTHER_EXAM
    assert _reason(printer, printer.sheet(other, fiducials=False), look()).reason is Reason.OTHER_EXAM


@pytest.mark.parametrize(("booklet", "page"), [(9, 1), (1, 3)])
def test_a_genuine_code_of_no_printed_page_is_named(
    printer: Printer, look: type[Look], booklet: int, page: int
) -> None:
    unplaced = _reason(printer, printer.printed(booklet, page), look())
    assert unplaced.reason is Reason.NO_SUCH_PAGE
    assert unplaced.code == PageCode(printer.layout.exam_number, booklet, page)


def test_a_foreign_data_matrix_is_no_code(printer: Printer, look: type[Look]) -> None:
    unplaced = _reason(printer, printer.sheet(b"parcel 4711"), look())
    assert unplaced.reason is Reason.NO_CODE
    assert "Data Matrix" in unplaced.detail


def test_a_covered_code_is_no_code(printer: Printer, look: type[Look]) -> None:
    assert _reason(printer, printer.printed(), look(cover=(CODE,))).reason is Reason.NO_CODE


def test_a_code_glued_elsewhere_is_refused(printer: Printer, look: type[Look]) -> None:
    sheet = printer.printed().copy()
    fine = sheet.shape[1] / 210
    x, y, side, to = (round(v * fine) for v in (16, 3.5, 12, 120))
    sheet[to : to + side, to : to + side] = sheet[y : y + side, x : x + side]
    sheet[y : y + side, x : x + side] = 255
    unplaced = _reason(printer, sheet, look())
    assert unplaced.reason is Reason.NO_CODE
    assert unplaced.code == PageCode(printer.layout.exam_number, 2, 1)


def _stuck(printer: Printer, sheet: Pixels, at: tuple[float, float], side: float) -> Pixels:
    """The sheet with sticker 3 on it: a Data Matrix of ``side`` mm on white, its corner at ``at``."""
    fine = sheet.shape[1] / 210
    modules = symbol(encode(PageCode(printer.layout.exam_number, 3, 1, Sheet.STICKER), printer.key))
    size = round(side * fine)
    code = cv2.resize(
        np.where(modules, 0, 255).astype(np.uint8), (size, size), interpolation=cv2.INTER_NEAREST
    )
    x, y, quiet = round(at[0] * fine), round(at[1] * fine), round(2 * fine)
    stuck = sheet.copy()
    stuck[y - quiet : y + size + quiet, x - quiet : x + size + quiet] = 255
    stuck[y : y + size, x : x + size] = code
    return stuck


@pytest.mark.parametrize(("at", "side"), [((140.0, 60.0), 7.0), ((100.0, 200.0), 14.0), ((17.0, 4.5), 10.0)])
@pytest.mark.parametrize("fiducials", [True, False])
def test_a_sticker_tells_nothing_about_the_page_below_it(
    printer: Printer, look: type[Look], at: tuple[float, float], side: float, *, fiducials: bool
) -> None:
    stuck = _stuck(printer, printer.sheet(None, fiducials=fiducials), at, side)
    unplaced = _reason(printer, stuck, look())
    assert (unplaced.reason, unplaced.code) == (Reason.NO_CODE, None)
    assert "legible" not in unplaced.detail
    image, _ = printer.page_image(stuck, look())
    said = place_as(image, printer.layout, PageCode(printer.layout.exam_number, 2, 1))
    assert isinstance(said, Placed) == fiducials


def test_a_page_code_is_found_beside_stickers(printer: Printer, look: type[Look]) -> None:
    stuck = _stuck(printer, printer.printed(), (140.0, 60.0), 14.0)
    image, truth = printer.page_image(stuck, look(room=3))
    placed = place(image, printer.layout, printer.key)
    assert isinstance(placed, Placed)
    assert _error(placed, truth, 300) < 0.1
    unplaced = _reason(printer, stuck, look(cover=FIDUCIALS[1:]))
    assert unplaced.code == PageCode(printer.layout.exam_number, 2, 1)


def test_a_foreign_page_has_no_code(printer: Printer, look: type[Look]) -> None:
    sheet = printer.sheet(None, fiducials=False)
    assert _reason(printer, sheet, look(dpi=200)).reason is Reason.NO_CODE


@pytest.mark.parametrize("white", [235, 30])
def test_an_empty_side_is_blank(printer: Printer, look: type[Look], white: int) -> None:
    sheet = printer.sheet(None, fiducials=False, text=False)
    unplaced = _reason(printer, sheet, look(white=white, black=20, dpi=200))
    assert unplaced.reason is Reason.BLANK


def test_one_written_line_is_not_blank(printer: Printer, look: type[Look]) -> None:
    sheet = printer.sheet(None, fiducials=False, text=False).copy()
    fine = sheet.shape[1] / 210
    cv2.putText(
        sheet,
        "thus f(x) = 0 qed",
        (round(30 * fine), round(90 * fine)),
        cv2.FONT_HERSHEY_SIMPLEX,
        6,
        (60,),
        12,
    )
    assert _reason(printer, sheet, look(dpi=200)).reason is Reason.NO_CODE


@pytest.mark.parametrize("blur", [0.4, 0.9])
def test_a_blurred_page_is_named(printer: Printer, look: type[Look], blur: float) -> None:
    assert _reason(printer, printer.printed(), look(blur=blur, dpi=200)).reason is Reason.BLURRED


@pytest.mark.parametrize(("dpi", "ours"), [(30, True), (40, True), (40, False), (60, False), (75, False)])
def test_too_few_pixels_are_called_that_and_counted(
    printer: Printer, look: type[Look], dpi: int, *, ours: bool
) -> None:
    sheet = printer.printed() if ours else printer.sheet(None, fiducials=False)
    why = _reason(printer, sheet, look(dpi=dpi))
    assert why.reason is Reason.RESOLUTION
    assert f"{dpi} dpi" in why.detail


@pytest.mark.parametrize("dpi", [100, 120, 150, 200])
def test_a_sharp_sheet_of_somebody_else_is_not_called_blurred(
    printer: Printer, look: type[Look], dpi: int
) -> None:
    assert _reason(printer, printer.sheet(None, fiducials=False), look(dpi=dpi)).reason is Reason.NO_CODE
    blurred = look(dpi=dpi, blur=0.9)
    assert _reason(printer, printer.sheet(None, fiducials=False), blurred).reason is Reason.BLURRED


def test_a_photograph_that_is_sharp_elsewhere_is_blurred_where_its_code_is(
    printer: Printer, look: type[Look], jpeg: Callable[..., PageImage]
) -> None:
    pixels, _ = printer.scanned(printer.printed(), look(dpi=200))
    pixels[:400, :800] = cv2.GaussianBlur(pixels, (0, 0), 0.3 * 200 / 25.4)[:400, :800]
    unplaced = place(jpeg(pixels), printer.layout, printer.key)
    assert isinstance(unplaced, Unplaced)
    assert unplaced.reason is Reason.BLURRED


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0 no more", b"\x89PNG\r\n\x1a\n", b"text"])
def test_bytes_that_are_no_image_are_unreadable(printer: Printer, data: bytes) -> None:
    for form in SourceForm:
        unplaced = place(PageImage("0", 0, form, data), printer.layout, printer.key)
        assert isinstance(unplaced, Unplaced)
        assert unplaced.reason is Reason.UNREADABLE


@pytest.mark.parametrize("shape", [(3508, 2480), (64, 64), (100, 5000), (2480, 3508, 3)])
def test_pure_noise_is_never_placed(
    printer: Printer, jpeg: Callable[..., PageImage], shape: tuple[int, ...]
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert isinstance(place(jpeg(pixels), printer.layout, printer.key), Unplaced)


def test_a_person_says_which_page_it_is(printer: Printer, look: type[Look]) -> None:
    how = look(cover=(CODE,), turn=180.5, room=2)
    image, truth = printer.page_image(printer.printed(), how)
    code = PageCode(printer.layout.exam_number, 1, 2)
    placed = place_as(image, printer.layout, code)
    assert isinstance(placed, Placed)
    assert placed.code == code
    assert _error(placed, truth, 300) < 0.1


def test_what_a_person_says_must_be_possible(printer: Printer, look: type[Look]) -> None:
    image, _ = printer.page_image(printer.printed(), look(cover=FIDUCIALS[1:], dpi=150))
    exam = printer.layout.exam_number
    for code, reason in (
        (PageCode(exam, 1, 2), Reason.FIDUCIALS),
        (PageCode(exam, 7, 2), Reason.NO_SUCH_PAGE),
    ):
        unplaced = place_as(image, printer.layout, code)
        assert isinstance(unplaced, Unplaced)
        assert unplaced.reason is reason
        assert unplaced.code == code
    unplaced = place_as(PageImage("0", 0, SourceForm.IMAGE, b""), printer.layout, PageCode(exam, 1, 2))
    assert isinstance(unplaced, Unplaced)
    assert unplaced.reason is Reason.UNREADABLE


@pytest.mark.parametrize("hidden", list(itertools.combinations(range(4), 2)))
def test_any_two_fiducials_place_a_page_that_is_stretched(
    printer: Printer, look: type[Look], hidden: tuple[int, int]
) -> None:
    cover = tuple(FIDUCIALS[n] for n in hidden)
    image, truth = printer.page_image(printer.printed(), look(cover=cover, stretch=1.05, room=8, dpi=200))
    placed = place(image, printer.layout, printer.key)
    assert isinstance(placed, Placed), placed
    assert placed.quality.fiducials == 2
    assert _error(placed, truth, 200) < 0.5


def test_two_levels_are_enough(printer: Printer, look: type[Look]) -> None:
    pixels, truth = printer.scanned(printer.printed(), look(dpi=200, blur=0.06, turn=1))
    two = np.where(pixels > 140, 255, 0).astype(np.uint8)
    placed = place(as_jpeg(two, 95), printer.layout, printer.key)
    assert isinstance(placed, Placed)
    assert _error(placed, truth, 200) < 0.05
    assert placed.quality.contrast > 250
