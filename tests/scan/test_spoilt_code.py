"""Page codes that are struck through, stamped over or cut off; images cut along print, or light on dark."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest
from tests.scan.conftest import CODE_BOX, EXAM, FINE, Look, Printer, as_jpeg, to_pixels

from klausur.base.geometry import Box
from klausur.paper import code_symbol
from klausur.paper.code import PageCode, encode
from klausur.scan import code_words
from klausur.scan.model import Pixels, Placed, Reason, Unplaced
from klausur.scan.place import place


def outcome(printer: Printer, pixels: Pixels) -> Placed | Unplaced:
    (found,) = place(as_jpeg(pixels), printer.layout, printer.key)
    return found


def scanned(printer: Printer, sheet: Pixels, look: Look) -> Placed | Unplaced:
    return outcome(printer, printer.scanned(sheet, look)[0])


def struck(sheet: Pixels, *strokes: tuple[float, float], width: float = 0.5, grey: int = 0) -> Pixels:
    """Strokes through the code, each an angle in degrees and an offset from the middle in mm."""
    out = sheet.copy()
    for angle, off in strokes:
        along = np.array((np.cos(np.radians(angle)), np.sin(np.radians(angle))))
        middle = np.array(CODE_BOX.centre) + off * np.array((-along[1], along[0]))
        ends = [tuple((np.array(middle + s * 8.0 * along) * FINE).astype(int).tolist()) for s in (-1, 1)]
        cv2.line(out, ends[0], ends[1], (grey,), round(width * FINE))
    return out


def is_page(found: Placed | Unplaced, booklet: int = 2, page: int = 1) -> bool:
    return isinstance(found, Placed) and found.code == PageCode(EXAM, booklet, page)


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize(
    "strokes", [((0, 0.3),), ((90, -2.0),), ((45, 0.0),), ((30, 1.5),), ((-20, 1.5), (20, -1.5))]
)
def test_a_code_that_is_struck_through_is_read(
    printer: Printer, strokes: tuple[tuple[float, float], ...], dpi: int
) -> None:
    assert is_page(scanned(printer, struck(printer.printed(), *strokes), Look(dpi=dpi, turn=0.7)))


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_a_code_of_which_an_edge_is_covered_is_read(printer: Printer, edge: str) -> None:
    x, y, w, h = CODE_BOX.x, CODE_BOX.y, CODE_BOX.w, CODE_BOX.h
    cover = {
        "left": Box(x - 1, y, 2.2, h),
        "right": Box(x + w - 1.2, y, 2.2, h),
        "top": Box(x, y - 1, w, 2.2),
        "bottom": Box(x, y + h - 1.2, w, 2.2),
    }[edge]
    assert is_page(scanned(printer, printer.printed(), Look(dpi=200, cover=(cover,), turn=-0.5)))


@pytest.mark.parametrize("wide", [3.0, 5.0, 5.8])
def test_a_border_that_was_erased_costs_no_page(printer: Printer, wide: float) -> None:
    pixels, _ = printer.scanned(printer.printed(), Look(dpi=150))
    side = round(wide * 150 / 25.4)
    erased = np.full_like(pixels, 255)
    erased[side:-side, side:-side] = pixels[side:-side, side:-side]
    assert is_page(outcome(printer, erased))


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("dpi", [150, 300])
def test_an_image_cut_along_its_print_costs_no_page(printer: Printer, dpi: int, *, upside_down: bool) -> None:
    look = Look(dpi=dpi)
    pixels, truth = printer.scanned(printer.printed(), look)
    corners = np.array([(6.0, 4.5), (204.0, 291.0)]) @ truth[:2, :2].T + truth[:2, 2]
    low, high = np.floor(corners[0]).astype(int), np.ceil(corners[1]).astype(int) + 1
    cut = np.ascontiguousarray(pixels[low[1] : high[1], low[0] : high[0]])
    found = outcome(printer, np.ascontiguousarray(cut[::-1, ::-1]) if upside_down else cut)
    assert is_page(found)
    assert isinstance(found, Placed)
    assert found.pixels.shape == cut.shape
    if not upside_down:
        expected = to_pixels(look)
        expected[:2, 2] -= low
        at = np.array((100.0, 150.0, 1.0))
        seen = found.to_pixels @ at
        assert np.abs((seen / seen[2])[:2] - (expected @ at)[:2]).max() < 1.0


@pytest.mark.parametrize("tint", [False, True])
def test_an_image_that_is_light_on_dark_is_read(printer: Printer, *, tint: bool) -> None:
    pixels, _ = printer.scanned(printer.printed(), Look(dpi=150, tint=tint))
    found = outcome(printer, np.asarray(255 - pixels, np.uint8))
    assert is_page(found)
    assert isinstance(found, Placed)
    assert np.median(found.pixels) > 200


@pytest.mark.parametrize("strokes", [(), ((45, 0.0),)])
def test_a_code_without_a_genuine_tag_is_not_believed_for_being_struck(
    printer: Printer, strokes: tuple[tuple[float, float], ...]
) -> None:
    forged = encode(PageCode(EXAM, 2, 1), bytes(32))
    found = scanned(printer, struck(printer.sheet(forged), *strokes), Look(dpi=200))
    assert isinstance(found, Unplaced)
    assert found.reason in {Reason.FORGED, Reason.NO_CODE}
    assert found.code is None


def test_what_is_left_of_too_little_goes_to_a_person(printer: Printer) -> None:
    look = Look(dpi=200, cover=(Box(22.0, 3.0, 6.5, 13.0),))
    found = scanned(printer, printer.printed(), look)
    assert isinstance(found, Unplaced)
    assert found.reason is Reason.NO_CODE


def test_codewords_are_those_of_the_printed_symbol_and_spoilt_ones_are_mended() -> None:
    random = Random(5)  # noqa: S311 - no secret is drawn
    for _ in range(20):
        data = encode(PageCode(random.randrange(2**32), random.randrange(1, 9999), 7), bytes(range(32)))
        printed = code_symbol.symbol(data)
        words = code_words.words_of(printed)
        assert (code_words.symbol(words) == printed).all()
        assert code_words.mended(words, ()) == words
        for unknown in (0, 1, 9, 18):
            spoilt = random.sample(range(code_words.WORDS), unknown + (code_words.MENDING - unknown) // 2)
            wrong = [random.randrange(256) if n in spoilt else word for n, word in enumerate(words)]
            assert code_words.mended(wrong, spoilt[:unknown]) == words


def test_noise_is_no_symbol() -> None:
    random = Random(6)  # noqa: S311 - no secret is drawn
    for _ in range(20):
        noise = [random.randrange(256) for _ in range(code_words.WORDS)]
        assert code_words.mended(noise, random.sample(range(code_words.WORDS), 8)) is None


@pytest.mark.parametrize(
    ("dpi", "turn", "short"), [(150, 0.2, 1), (200, 0.2, 1), (200, 0.0, 2), (300, 0.2, 2)]
)
def test_an_image_cut_into_the_rims_of_two_fiducials_costs_no_page(
    printer: Printer, dpi: int, turn: float, short: int
) -> None:
    """The other two agree better then than all four."""
    pixels, _ = printer.scanned(printer.printed(), Look(dpi=dpi, turn=turn, noise=0))
    dark = pixels < 120
    rows, columns = np.flatnonzero(dark.sum(axis=1) > 3), np.flatnonzero(dark.sum(axis=0) > 3)
    cut = np.ascontiguousarray(pixels[rows[0] : rows[-1] + 1 - short, columns[0] : columns[-1] + 1])
    assert is_page(outcome(printer, cut))
