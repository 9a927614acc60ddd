"""Stickers on a real cover, as it is printed: at any angle and place, covered, doubled, of another exam."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from klausur.exam import source
from klausur.paper import code as codec
from klausur.paper.code import PageCode, Sheet
from klausur.paper.code_symbol import symbol
from klausur.paper.fields import Field, FieldKind
from klausur.paper.run import plan
from klausur.read import sticker
from klausur.read.model import Reading
from klausur.scan.model import Pixels, Placed, Quality
from klausur.typeset.booklets import compile_booklets

KEY = bytes(range(32))
EXAM = 77
SCALE = 300 / 25.4
TO_PIXELS = np.array([[SCALE, 0.0, -0.5], [0.0, SCALE, -0.5], [0.0, 0.0, 1.0]])


@pytest.fixture(scope="module")
def cover(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pixels, Field]:
    """The cover of an unnamed booklet at 300 dpi, grey, and its sticker spot."""
    exam = source.parse(Path(__file__).parents[2] / "exams" / "deep-learning").exam
    assert exam is not None
    out = tmp_path_factory.mktemp("cover") / "booklets.pdf"
    layout = compile_booklets(exam, plan(EXAM, [], spare=1), KEY, out)
    page = layout.page(1, 1)
    assert page is not None
    with pypdfium2.PdfDocument(out) as document:
        pixels = document[0].render(scale=300 / 72, grayscale=True).to_numpy().copy()
    spot = next(field for field in page.fields if field.kind is FieldKind.STICKER_SPOT)
    return pixels.reshape(pixels.shape[:2]), spot


def stick(
    page: Pixels,
    number: int,
    at: tuple[float, float],
    angle: float = 0.0,
    *,
    exam: int = EXAM,
    key: bytes = KEY,
) -> None:
    """Stick a label, 50 × 25 mm with a code of 9 mm, with its middle at a place in mm."""
    per, quiet = 8, 2
    modules = symbol(codec.encode(PageCode(exam, number, 1, Sheet.STICKER), key))
    label = np.full((25 * 20, 50 * 20), 255, np.uint8)
    drawn = np.kron(
        np.pad(np.where(modules, 0, 255).astype(np.uint8), quiet, constant_values=255), np.ones((per, per))
    )
    side = round(9 * 20 * (len(modules) + 2 * quiet) / len(modules))
    label[150 : 150 + side, 60 : 60 + side] = cv2.resize(
        drawn.astype(np.uint8), (side, side), interpolation=cv2.INTER_AREA
    )
    cv2.putText(label, f"Candidate {number:03d}", (300, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 6)
    cv2.putText(label, f"{number:08d}", (300, 300), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 6)
    turn, scale = np.deg2rad(angle), SCALE / 20
    linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    onto = np.column_stack([linear, np.array(at) * SCALE - linear @ (label.shape[1] / 2, label.shape[0] / 2)])
    size = page.shape[::-1]
    there = cv2.warpAffine(np.full_like(label, 255), onto, size) > 127
    page[there] = cv2.warpAffine(label, onto, size, borderMode=cv2.BORDER_REPLICATE)[there]


def read(page: Pixels, spot: Field, dpi: float = 300.0) -> Reading:
    """Read a cover after an ordinary scanner: a little blur and noise."""
    by = dpi / 300
    small = cv2.resize(page, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    seen = cv2.GaussianBlur(small, (0, 0), 0.6) * 0.9 + np.random.default_rng(0).normal(
        10.0, 4.0, small.shape
    )
    to_pixels = np.diag((by, by, 1.0)) @ TO_PIXELS
    pixels = np.clip(seen, 0, 255).astype(np.uint8)
    placed = Placed(PageCode(EXAM, 1, 1), pixels, to_pixels, Quality(0.0, dpi, 200.0, 1.0, 4))
    return sticker.read(placed, spot, EXAM, KEY)


def test_an_empty_spot_is_no_sticker_and_no_question(cover: tuple[Pixels, Field]) -> None:
    page, spot = cover
    reading = read(page.copy(), spot)
    assert (reading.value, reading.flagged, reading.kind) == ("", False, FieldKind.STICKER_SPOT)


@pytest.mark.long
@pytest.mark.parametrize("angle", [0, 3, 45, 90, 137, 180, 200, 275, 341])
def test_a_sticker_in_its_spot_is_read_at_any_angle(cover: tuple[Pixels, Field], angle: float) -> None:
    page, spot = cover[0].copy(), cover[1]
    stick(page, 42, spot.box.centre, angle)
    reading = read(page, spot)
    assert (reading.value, reading.flagged, reading.confidence) == ("42", False, 1.0)


@pytest.mark.parametrize("at", [(60.0, 240.0), (150.0, 150.0), (105.0, 30.0), (40.0, 100.0)])
def test_a_sticker_beside_its_spot_is_read(cover: tuple[Pixels, Field], at: tuple[float, float]) -> None:
    page, spot = cover[0].copy(), cover[1]
    stick(page, 7, at, 20.0)
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("7", False)


@pytest.mark.parametrize("dpi", [200.0, 600.0])
def test_a_sticker_is_read_at_other_resolutions(cover: tuple[Pixels, Field], dpi: float) -> None:
    page, spot = cover[0].copy(), cover[1]
    stick(page, 1234, spot.box.centre, -8.0)
    assert read(page, spot, dpi).value == "1234"


def test_a_sticker_of_the_palest_print_is_read_in_its_spot(cover: tuple[Pixels, Field]) -> None:
    """Black to an eighth: nowhere half black, and hardly a spot with anything in it."""
    page, spot = cover[0].copy(), cover[1]
    pale = np.full_like(page, 255)
    stick(pale, 42, spot.box.centre, 5.0)
    page[pale < 255] = 255 - (255 - pale[pale < 255]) // 8
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("42", False)


@pytest.mark.parametrize("part", [0.3, 0.6, 1.0])
def test_a_sticker_whose_code_is_covered_goes_to_a_person(cover: tuple[Pixels, Field], part: float) -> None:
    """Covered by white paper from the left, over part of the code."""
    page, spot = cover[0].copy(), cover[1]
    stick(page, 42, spot.box.centre)
    x, y = spot.box.centre
    left, right = round((x - 22.5) * SCALE), round((x - 22.5 + 10 * part) * SCALE)
    page[round((y - 10) * SCALE) : round((y + 10) * SCALE), left:right] = 255
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("", True)


def test_two_stickers_are_for_a_person_who_sees_both_numbers(cover: tuple[Pixels, Field]) -> None:
    page, spot = cover[0].copy(), cover[1]
    stick(page, 13, spot.box.centre, 4.0)
    stick(page, 12, (70.0, 230.0), -30.0)
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("12+13", True)


@pytest.mark.parametrize(
    ("under", "over", "angle"),
    [
        ((0.0, 14.5), (0.0, 0.0), 0.0),
        ((-3.0, 14.0), (2.0, -2.0), -35.0),
        ((0.0, 11.5), (9.5, 2.0), -25.0),
        ((5.0, -10.0), (0.0, 4.0), 20.0),
    ],
)
def test_a_second_sticker_that_cannot_be_read_is_seen(
    cover: tuple[Pixels, Field], under: tuple[float, float], over: tuple[float, float], angle: float
) -> None:
    """A part of its code lies under the first one."""
    page, spot = cover[0].copy(), cover[1]
    x, y = spot.box.centre
    stick(page, 13, (x + under[0], y + under[1]))
    stick(page, 12, (x + over[0], y + over[1]), angle)
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("12", True)


def test_what_is_written_beside_a_sticker_in_its_spot_is_seen(cover: tuple[Pixels, Field]) -> None:
    page, spot = cover[0].copy(), cover[1]
    x, y = spot.box.centre
    stick(page, 12, (x + 28.0, y), 90.0)
    assert not read(page, spot).flagged
    at = (round((x - 25.0) * SCALE), round((y - 8.0) * SCALE))
    cv2.putText(page, "Somebody else", at, cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 6)
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("12", True)


def test_the_same_sticker_twice_is_one(cover: tuple[Pixels, Field]) -> None:
    page, spot = cover[0].copy(), cover[1]
    stick(page, 13, spot.box.centre)
    stick(page, 13, (70.0, 230.0), 10.0)
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("13", False)


@pytest.mark.parametrize("other", [{"exam": 78}, {"key": bytes(32)}])
def test_a_sticker_of_another_exam_goes_to_a_person(
    cover: tuple[Pixels, Field], other: dict[str, object]
) -> None:
    page, spot = cover[0].copy(), cover[1]
    stick(page, 42, spot.box.centre, **other)  # type: ignore[arg-type] # one keyword at a time
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("", True)


def test_writing_in_the_spot_goes_to_a_person(cover: tuple[Pixels, Field]) -> None:
    page, spot = cover[0].copy(), cover[1]
    x, y = (round(n * SCALE) for n in spot.box.centre)
    cv2.putText(page, "Muster", (x - 200, y), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 3.0, 40, 5)
    reading = read(page, spot)
    assert (reading.value, reading.flagged) == ("", True)


def test_dust_in_the_spot_is_none(cover: tuple[Pixels, Field]) -> None:
    page, spot = cover[0].copy(), cover[1]
    rng = np.random.default_rng(3)
    for _ in range(6):
        at = (rng.uniform((spot.box.x, spot.box.y), (spot.box.right, spot.box.bottom)) * SCALE).astype(int)
        cv2.circle(page, at.tolist(), 2, 60, -1)
    assert not read(page, spot).flagged


def test_a_spot_off_the_image_is_empty(cover: tuple[Pixels, Field]) -> None:
    page, spot = cover
    away = replace(spot, box=replace(spot.box, x=500.0))
    reading = read(page.copy(), away)
    assert (reading.value, reading.flagged) == ("", False)
