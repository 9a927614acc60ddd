from collections import Counter

import numpy as np
import pytest

from klausur.base.geometry import Box, Size
from klausur.exam import reference
from klausur.exam.source import parse
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.layout import with_sheets
from klausur.paper.run import PrintRun, plan
from klausur.read.cells import split
from klausur.read.model import Reading, Signed
from klausur.rehearse.compare import compare_fields
from klausur.rehearse.day import Habits, day
from klausur.rehearse.hands import Hand, Population, hand, stream
from klausur.rehearse.numerals import row
from klausur.rehearse.pen import ink
from klausur.rehearse.raster import extent
from klausur.rehearse.run import Rehearsal, rehearse
from klausur.rehearse.scanner import Wear
from klausur.rehearse.signing import dash, signature
from klausur.rehearse.stuck_labels import Way
from klausur.rehearse.truth import read_fields, read_pages
from klausur.rehearse.work_units import RehearsedPapers
from klausur.roster.made_up import made_up
from klausur.typeset.attendance import compile_lists
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.extra import compile_extras

KEY = bytes(range(32))
PEOPLE = made_up(60, 4)


def people(run: PrintRun, booklets: set[int]) -> set[str]:
    return {b.candidate.registration for b in run.booklets if b.candidate and b.number in booklets}


def hands(many: int) -> list[tuple[Hand, np.random.Generator]]:
    found = []
    for n in range(many):
        rng = stream(Population.JUDGE, 1000, n)
        found.append((hand(rng, Population.JUDGE), rng))
    return found


def test_everybody_sits_once_and_some_stay_away() -> None:
    for seed in range(5):
        for stickers in (False, True):
            run = plan(7, PEOPLE, 6, stickers=stickers, extras=20)
            what = day(run, seed, Habits(absent=0.2))
            seated = [s.candidate.registration for s in what.sittings.values()]
            assert len(set(seated)) == len(seated)
            assert 30 < len(seated) < 58
            assert what.signed <= set(seated)
            assert not what.dashed & set(seated)
            assert {s.booklet for s in what.sittings.values()} == set(what.sittings)


def test_whose_booklet_it_is_can_always_be_told_by_something() -> None:
    run = plan(7, PEOPLE, 6, stickers=True)
    for sitting in day(run, 3, Habits(unstuck=0.3)).sittings.values():
        assert sitting.written == sitting.candidate.registration or sitting.stickers
        own = next(s.number for s in run.stickers if s.candidate == sitting.candidate)
        assert not sitting.stickers or sitting.stickers[0][0] == own


def test_who_takes_a_spare_booklet_leaves_the_own_one() -> None:
    run = plan(7, PEOPLE, 6)
    what = day(run, 1, Habits(absent=0.0, spoilt=1.0))
    spares = {b.number for b in run.booklets if b.candidate is None}
    taken = {s.candidate.registration: s.booklet for s in what.sittings.values() if s.booklet in spares}
    assert len(taken) == 6
    assert not people(run, set(what.sittings)) & set(taken)
    assert all(what.sittings[b].written == r for r, b in taken.items())


def test_stickers_are_stuck_in_every_way_as_often_as_said() -> None:
    run = plan(7, made_up(2000, 1), 0, stickers=True)
    what = day(run, 1, Habits(second_sticker=0.0))
    ways = Counter(way for s in what.sittings.values() for _, way in s.stickers)
    assert set(ways) == set(Way)
    assert ways[Way.TURNED] / sum(ways.values()) == pytest.approx(0.06, abs=0.02)
    assert ways[Way.NEATLY] / sum(ways.values()) == pytest.approx(0.84, abs=0.03)


def test_extra_sheets_name_the_booklet_that_they_lie_in() -> None:
    run = plan(7, PEOPLE, 0, extras=30)
    extras = day(run, 2, Habits(extra=0.5)).extras
    numbers = [taken.number for of in extras.values() for taken in of]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 10 < len(numbers) <= 30
    for booklet, of in extras.items():
        assert all(taken.digits == "" or int(taken.digits) == booklet for taken in of)


def test_digits_stay_near_their_cells() -> None:
    box = Box(20.0, 30.0, 56.0, 9.0)
    for who, rng in hands(60):
        for strokes in (row("0123456789"[k : k + 8], split(box, 8), who, rng) for k in range(3)):
            reach = extent(strokes)
            assert reach.y > box.y - 2.0
            assert reach.bottom < box.bottom + 2.0
            assert reach.x > box.x - 3.0
            assert reach.right < box.right + 3.0


def test_a_blank_leaves_its_cell_empty_and_every_digit_has_ink() -> None:
    who, rng = hands(1)[0]
    box = Box(0.0, 0.0, 77.0, 9.0)
    page = np.full((100, 780), 255, np.uint8)
    ink(page, row("0123456789 ", split(box, 11), who, rng), 10.0, (0.0, 0.0), who, rng)
    dark = [(page[:, 70 * n + 12 : 70 * n + 58] < 200).sum() for n in range(11)]
    assert min(dark[:10]) > 100
    assert dark[10] == 0


def test_signatures_have_ink_in_their_field_and_dashes_are_flat() -> None:
    box = Box(10.0, 10.0, 55.0, 11.0)
    for who, rng in hands(40):
        reach = extent(signature(box, who, rng))
        assert reach.overlaps(box.grown(-2.0))
        assert reach.h > 1.2
        assert reach.bottom < box.bottom + 8.0
        assert extent(dash(box, who, rng)).h < 2.5


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rehearsal, PrintRun]:
    """A whole day of six candidates with stickers, at a low resolution."""
    folder = tmp_path_factory.mktemp("day")
    reference.write(folder / "exam")
    exam = parse(folder / "exam").exam
    assert exam is not None
    run = plan(9, made_up(6, 2), 2, stickers=True, extras=6)
    layout = compile_booklets(exam, run, KEY, folder / "booklets.pdf")
    papers = RehearsedPapers(run, KEY, folder / "attendance.pdf", folder / "extra.pdf")
    for sheets in (
        compile_lists(exam, run, KEY, folder / "attendance.pdf"),
        compile_extras(exam, run, KEY, folder / "extra.pdf"),
    ):
        layout = with_sheets(layout, sheets.pages, sheets.sheets)
    made = rehearse(
        folder / "booklets.pdf", layout, exam, folder / "out", 5, level=Wear(dpi=75), papers=papers
    )
    assert layout.size == Size(210.0, 297.0)
    return made, run


@pytest.mark.nightly
def test_the_whole_day_is_scanned_with_the_truth_about_it(done: tuple[Rehearsal, PrintRun]) -> None:
    made, run = done
    what = day(run, 5)
    pages = read_pages(made.pages)
    assert {t.booklet for t in pages if t.sheet is Sheet.BOOKLET} == set(what.sittings)
    used = {taken.number for of in what.extras.values() for taken in of}
    assert {t.booklet for t in pages if t.sheet is Sheet.EXTRA} == used
    assert {t.sheet for t in pages} >= {Sheet.ATTENDANCE, Sheet.PROTOCOL}
    fields = {(t.sheet, t.number, t.field): t for t in read_fields(made.fields)}
    for booklet, sitting in what.sittings.items():
        stuck = fields[Sheet.BOOKLET, booklet, "cover/sticker"]
        assert (
            sorted(stuck.value.split("+")) == sorted(str(n) for n, _ in sitting.stickers)
            or not sitting.stickers
        )
        assert fields[Sheet.BOOKLET, booklet, "cover/registration"].value == sitting.written
    signed = {t.field.split("/")[1] for t in fields.values() if t.value == Signed.YES}
    assert signed == set(what.signed)
    assert len([t for t in fields.values() if t.sheet is Sheet.ATTENDANCE]) == 6


def test_readings_are_held_against_the_fields(done: tuple[Rehearsal, PrintRun]) -> None:
    made, _ = done
    truths = read_fields(made.fields)
    digits = next(t for t in truths if t.field == "cover/registration" and t.value)

    def reading(value: str, *, flagged: bool = False) -> tuple[PageCode, Reading]:
        code = PageCode(9, digits.number, digits.page, digits.sheet)
        kind = FieldKind.DIGIT_ROW
        return code, Reading(digits.field, kind, None, value, 0.9, flagged, "digits", "1")

    assert compare_fields([reading(digits.value)], made.fields).silent_misreads == ()
    wrong = compare_fields([reading("9" + digits.value[1:][::-1])], made.fields)
    assert [m.truth for m in wrong.silent_misreads] == [digits]
    assert wrong.missing == len(truths) - 1
    assert compare_fields([reading("1" * 8, flagged=True)], made.fields).silent_misreads == ()
    assert compare_fields([reading("1" * 8, flagged=True)], made.fields).flagged == {FieldKind.DIGIT_ROW: 1}
