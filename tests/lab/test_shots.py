from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from klausur.base.geometry import Size
from klausur.exam.model import Exam
from klausur.paper.fields import FIDUCIAL_CORNERS, MARKED
from klausur.paper.layout import Layout
from klausur.read.model import Mark
from klausur.rehearse.booklet import printed
from klausur.rehearse.scanner_glass import Lie, usual
from klausur.scan.model import Pixels, Reason
from lab.defects import Defect, catalogue, named
from lab.shots import VANISHED, Shot, Stack, shoot

SEED = 1500
LOW, MM = 150, 25.4
PAGE = Path(__file__).parents[2] / "docs/reference/defects.md"

FLAT = [d for d in catalogue() if d.photo is None and not d.name.startswith("dpi-")]


@pytest.fixture(scope="module")
def stack(booklets: Path, layout: Layout, exam: Exam) -> Stack:
    return Stack(printed(booklets, layout), layout, exam)


def low(defect: Defect) -> Defect:
    """The same defect at a low resolution, to save time."""
    return replace(defect, dpi=LOW)


def grey(shot: Shot) -> np.ndarray:
    return shot.pixels if shot.pixels.ndim == 2 else cv2.cvtColor(shot.pixels, cv2.COLOR_RGB2GRAY)


def codes(shot: Shot) -> int:
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)
    twice = cv2.resize(grey(shot), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return len(zxingcpp.read_barcodes(twice, formats))


ROOM = 20


def markers(shot: Shot) -> list[tuple[int, np.ndarray]]:
    """The fiducials that are found, dark on light and with white round them: id and (4, 2) corners."""
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), parameters)
    levels = 255 - grey(shot) if named(shot.defect).negative else grey(shot)
    corners, ids, _ = detector.detectMarkers(np.pad(levels, ROOM, constant_values=255))
    return [(int(i), c[0] - ROOM) for c, i in zip(corners, [] if ids is None else ids.ravel(), strict=True)]


def off(stack: Stack, shot: Shot) -> list[float]:
    """How far in mm each fiducial's middle that is found is from where the truth has one of its id.

    Middles, because corners are found less exactly.
    """
    return [min(_from(corners, at, stack, shot)) / shot.dpi * MM for at, corners in markers(shot)]


def _from(corners: np.ndarray, at: int, stack: Stack, shot: Shot) -> Iterator[float]:
    """How far in px a fiducial's middle is from that of each page that is shown."""
    for shown in shot.shown:
        page = stack.layout.at(shown.code)
        assert page is not None
        (box,) = (f.box for f in page.fields if FIDUCIAL_CORNERS.get(f.id.rsplit("/", 1)[-1]) == at)
        yield float(np.linalg.norm(corners.mean(axis=0) - shown.where.at(np.array([box.centre]))[0]))


def test_names_are_distinct_and_say_what_happens() -> None:
    names = [defect.name for defect in catalogue()]
    assert len(set(names)) == len(names)
    assert all(defect.words for defect in catalogue())
    assert named("slipped").name == "slipped"
    with pytest.raises(KeyError):
        named("no such defect")


def test_every_defect_is_described_and_no_other() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Measured")[0]
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    described = {name.strip(" `"): words.strip() for _, name, words, _ in rows}
    assert described == {defect.name: defect.words for defect in catalogue()}


@pytest.mark.nightly
@pytest.mark.parametrize("defect", FLAT, ids=lambda d: d.name)
def test_the_truth_says_where_every_fiducial_is(stack: Stack, defect: Defect) -> None:
    (shot,) = shoot(stack, low(defect), 1, SEED)
    assert len(shot.shown) == 1 + defect.double
    found = off(stack, shot)
    assert len(found) > defect.double  # of two pages, at least two
    assert max(found) < 0.25


def test_photographs_show_what_the_truth_says(stack: Stack) -> None:
    (shot,) = shoot(stack, named("photo-easy"), 1, SEED)
    found = off(stack, shot)
    assert len(found) >= 3
    assert max(found) < 0.25


def test_the_same_seed_gives_the_same_shots_one_by_one_or_all(stack: Stack) -> None:
    defect = low(named("coffee"))
    whole = list(shoot(stack, defect, 4, SEED))
    (third,) = shoot(stack, defect, 4, SEED, 2, 3)
    assert np.array_equal(third.pixels, whole[2].pixels)
    assert third.shown[0].marks == whole[2].shown[0].marks
    (other,) = shoot(stack, defect, 1, SEED + 1)
    assert not np.array_equal(other.pixels, whole[0].pixels)


def test_a_covered_code_cannot_be_read_and_the_truth_says_so(stack: Stack) -> None:
    for name in ("code-labelled", "code-blotted"):
        for shot in shoot(stack, replace(named(name), dpi=200), 3, SEED):
            (shown,) = shot.shown
            assert codes(shot) == 0
            assert not shown.code_legible
            assert not shown.right.placed
            assert Reason.NO_CODE in shown.right.reasons
    (plain,) = shoot(stack, replace(named("dpi-200"), dpi=200), 1, SEED)
    assert codes(plain) == 1
    assert plain.shown[0].code_legible


@pytest.mark.parametrize("pair", ["tl-tr", "tl-br", "tl-bl", "tr-br", "tr-bl", "br-bl"])
def test_two_fiducials_are_covered_and_two_are_not(stack: Stack, pair: str) -> None:
    (shot,) = shoot(stack, replace(named(f"without-{pair}"), dpi=200), 1, SEED)
    covered = {FIDUCIAL_CORNERS[corner] for corner in pair.split("-")}
    assert {at for at, _ in markers(shot)} == set(FIDUCIAL_CORNERS.values()) - covered


def test_two_pages_lie_side_by_side(stack: Stack) -> None:
    for shot in shoot(stack, low(named("double-page")), 3, SEED):
        left, right = shot.shown
        assert (left.code.booklet, left.code.page + 1) == (right.code.booklet, right.code.page)
        middle = np.array([(105.0, 148.0)])
        assert left.where.at(middle)[0, 0] < shot.pixels.shape[1] / 2 < right.where.at(middle)[0, 0]


def test_a_stack_fed_backwards_ends_with_its_first_page(stack: Stack) -> None:
    shots = list(shoot(stack, low(named("backwards")), 5, SEED))
    pages = [(s.shown[0].code.booklet, s.shown[0].code.page) for s in shots]
    assert pages == sorted(pages, reverse=True)
    up, down = shots[0].shown[0].where.at(np.array([(105.0, 10.0), (105.0, 280.0)]))
    assert up[1] > down[1]


def test_a_box_off_the_image_is_for_a_person(stack: Stack) -> None:
    def aside(_size: Size, rng: np.random.Generator) -> Lie:
        return replace(usual(rng), shift=(-27.0, 0.0))

    (shot,) = shoot(stack, replace(low(named("shifted")), lie=aside), 1, SEED)
    credits = [mark for mark in shot.shown[0].marks if "/credit/" in mark.field]  # left of the choices
    assert {(mark.mark, mark.note) for mark in credits} == {(Mark.OTHER, "off the image")}
    assert "off the image" not in {mark.note for mark in shot.shown[0].marks if "/choice/" in mark.field}


def test_a_hole_over_a_box_hides_it(stack: Stack) -> None:
    shots = shoot(stack, replace(low(named("holes")), damage=_punch_everything), 1, SEED)
    marks = [mark for shot in shots for mark in shot.shown[0].marks]
    assert marks
    assert {(mark.mark, mark.note) for mark in marks} == {(Mark.OTHER, "hidden")}


def _punch_everything(sheet: object, _rng: np.random.Generator) -> None:
    from lab.canvas import Paper
    from lab.damage import punched_at

    assert isinstance(sheet, Paper)
    punched_at(
        sheet, [(32.0, 42.0 + 4.5 * n) for n in range(40)] + [(22.0, 42.0 + 4.5 * n) for n in range(40)]
    )


def test_black_and_white_has_no_grey(stack: Stack) -> None:
    for name in ("bilevel", "bilevel-200", "bilevel-uneven", "tiff-g4"):
        (shot,) = shoot(stack, low(named(name)), 1, SEED)
        assert set(np.unique(shot.pixels)) == {0, 255}


def test_each_defect_keeps_to_its_resolution(stack: Stack) -> None:
    for dpi in (100, 200, 600):
        (shot,) = shoot(stack, named(f"dpi-{dpi}"), 1, SEED)
        assert shot.pixels.shape[0] == pytest.approx(297 / 25.4 * dpi, abs=2)
        corners = shot.shown[0].where.at(np.array([(0.0, 0.0), (0.0, 297.0)]))
        assert np.linalg.norm(corners[1] - corners[0]) == pytest.approx(297 / 25.4 * dpi, rel=0.02)


def test_truths_are_about_the_boxes_of_the_page(stack: Stack) -> None:
    for shot in shoot(stack, low(named("staple")), 6, SEED):
        (shown,) = shot.shown
        page = stack.layout.at(shown.code)
        assert page is not None
        assert {m.field for m in shown.marks} == {f.id for f in page.fields if f.kind in MARKED}


def test_marks_that_a_scanner_turns_to_paper_are_known(stack: Stack) -> None:
    def gone(image: Pixels, _per_mm: float, _rng: np.random.Generator) -> Pixels:
        return np.where(image > 12, 255, image).astype(np.uint8)

    def notes(defect: Defect) -> list[str]:
        return [
            m.note
            for s in shoot(stack, defect, 4, SEED)
            for m in s.shown[0].marks
            if m.mark is not Mark.EMPTY
        ]

    kept, lost = notes(low(named("dpi-200"))), notes(replace(low(named("dpi-200")), tones=gone))
    assert VANISHED not in kept
    assert lost.count(VANISHED) > 0.5 * len(lost)
