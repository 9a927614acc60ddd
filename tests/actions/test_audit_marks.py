"""A second look at unflagged marks: drawn, told apart from what was read, settled, and what it proves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cast import CORRECTOR, EXAMINER
from tests.exams import by_hand, copy_exam

from klausur.actions import mark_sheet
from klausur.actions.audit_marks import MarkAudit, draw, look, look_again, through
from klausur.actions.log import EventFilter, log
from klausur.actions.scan import scan
from klausur.actions.settle import Marked, TakenBack, settle
from klausur.actions.status import status
from klausur.actions.verify import verify
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.paper.fields import MARKED, Mark
from klausur.paper.layout import Layout
from klausur.state.facts import Author
from klausur.store import boxes, derive, looks, pages, readings
from klausur.store.boxes import SeenBox
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened
from klausur.store.frame import Frame

from .conftest import ADA_RIGHT, result

ME = Author(EXAMINER, "a second look")
OTHER = Author(CORRECTOR)

pytestmark = pytest.mark.usefixtures("scanned")


def seen(place: Path, found: MarkAudit) -> dict[int, SeenBox]:
    with opened(place):
        return boxes.of_readings(set(found.drawn))


def called(place: Path, found: MarkAudit, booklet: int, field: str) -> int:
    return next(k for k, b in seen(place, found).items() if (b.booklet, b.reading.field) == (booklet, field))


def as_read(place: Path, found: MarkAudit) -> dict[int, str | None]:
    return {key: str(box.reading.value) for key, box in seen(place, found).items()}


def test_what_the_reader_was_sure_of_is_drawn_and_nothing_else(folder: Path) -> None:
    found = draw(folder, 400, ME, seed=7)
    with opened(folder):
        every = {
            (r.spot.booklet, r.reading.field): r.reading.flagged for r in readings.readings(kinds=MARKED)
        }
    assert {(b.booklet, b.reading.field) for b in seen(folder, found).values()} == {
        at for at, flagged in every.items() if not flagged
    }
    assert sum(every.values()) == 1, "one of Jürgen's is unclear"
    assert found.waiting == found.drawn
    assert found.unflagged == len(found.drawn) == sum(s.of for s in found.strata)
    assert found.at_most is None
    assert found.per_million is None


def test_a_look_is_recorded_beside_the_reading_and_settles_nothing_that_it_agrees_with(folder: Path) -> None:
    found = draw(folder, 400, ME, seed=7)
    with opened(folder):
        before = readings.readings(), looks.answers()
    after = look_again(folder, as_read(folder, found), ME)
    with opened(folder):
        assert (readings.readings(), looks.answers()) == before
        assert readings.settlements() == ()
    assert after.waiting == ()
    assert after.looked == after.unflagged
    assert after.wrong == ()
    assert after.at_most == 0, "all were looked at"


def test_what_a_person_calls_otherwise_is_settled_and_counted(folder: Path) -> None:
    found = draw(folder, 400, ME, seed=7)
    box = called(folder, found, 1, "numbers/choice/b")
    after = through(folder, found.sheet, ME, {box: "empty"})
    assert after.wrong == ((box, "empty"),)
    assert {s.state: s.misread for s in after.strata} == {"crossed": 1, "empty": 0}
    with opened(folder):
        (said,) = readings.settlements()
        assert (said.booklet, said.field, said.value, said.who) == (
            1,
            "numbers/choice/b",
            "empty",
            EXAMINER.name,
        )
        (answer,) = [a for a in looks.answers(booklet=1) if a.question == "numbers"]
        assert answer.credits == 0
        assert boxes.of_readings({box})[box].reading.value == Mark.CROSSED, "the reading stays"
    back = look_again(folder, {box: None}, ME)
    assert back.wrong == ()
    assert back.waiting == (box,)
    with opened(folder):
        (answer,) = [a for a in looks.answers(booklet=1) if a.question == "numbers"]
        assert answer.credits == 2
    assert verify(folder, actor=EXAMINER).holds


def test_the_bound_is_told_from_looks_alone(folder: Path) -> None:
    found = draw(folder, 6, ME, seed=7)
    assert 6 <= len(found.drawn) <= 8
    after = look_again(folder, as_read(folder, found), ME)
    assert after.looked == len(found.drawn)
    assert after.at_most == 5, "of six none: at most 39.3 % of 15"
    assert after.per_million == 333_334
    assert status(folder).audit == after


def test_a_larger_sample_keeps_what_was_said(folder: Path) -> None:
    found = draw(folder, 6, ME, seed=7)
    look_again(folder, as_read(folder, found), ME)
    more = draw(folder, 10, OTHER)
    assert more.sample is not None
    assert (more.sample.seed, more.sample.size, more.sample.who) == (7, 10, CORRECTOR.name)
    assert set(found.drawn) < set(more.drawn)
    assert set(more.waiting) == set(more.drawn) - set(found.drawn)


def test_what_is_scanned_later_is_drawn_from_too_and_an_old_sheet_is_refused(
    folder: Path, layout: Layout
) -> None:
    found = draw(folder, 400, ME, seed=7)
    later = replace(result(layout, 0, 3, 1, crossed=ADA_RIGHT), file="ef" * 32)
    with opened(folder), by_hand():
        pages.append_file(later.file, "later.pdf", 1)
        pages.append(later)
        derive.refresh(Frame(folder), EVERYTHING)
    after = look(folder)
    assert set(found.drawn) < set(after.drawn)
    assert after.sheet != found.sheet
    with pytest.raises(RefusedError, match="other marks are drawn"):
        through(folder, found.sheet, ME)


def test_what_was_settled_before_counts_as_looked_at(folder: Path) -> None:
    settle(folder, 1, "numbers/choice/b", Marked(Mark.EMPTY), OTHER)
    found = draw(folder, 400, ME, seed=7)
    box = called(folder, found, 1, "numbers/choice/b")
    assert found.wrong == ((box, "empty"),)
    assert box not in found.waiting
    look_again(folder, {box: "crossed"}, ME)
    assert look(folder).wrong == ()
    settle(folder, 1, "numbers/choice/b", TakenBack(), OTHER)
    assert look(folder).wrong == ()


def test_a_look_whose_settlement_was_taken_back_is_to_be_looked_at_again(folder: Path) -> None:
    found = draw(folder, 400, ME, seed=7)
    box = called(folder, found, 1, "numbers/choice/b")
    look_again(folder, {box: "filled"}, ME)
    settle(folder, 1, "numbers/choice/b", TakenBack(), OTHER)
    assert look(folder).wrong == ()
    assert box in look(folder).waiting


def test_said_twice_is_recorded_once_and_all_of_it_is_told(folder: Path) -> None:
    found = draw(folder, 400, ME, seed=7)
    assert draw(folder, 400, ME) == found
    box = called(folder, found, 1, "numbers/choice/b")
    for _ in range(2):
        look_again(folder, {box: "empty"}, ME)
    first, second = log(folder, EventFilter(("audit-marks",))).events
    assert json.loads(first.detail) == {"sample": 400, "seed": 7, "why": "a second look", "role": "examiner"}
    assert json.loads(second.detail)["otherwise"] == {"1 numbers/choice/b": "empty"}
    about = log(folder, EventFilter(booklet=1)).events
    assert second.number in {event.number for event in about}
    assert first.number not in {event.number for event in about}
    assert verify(folder, actor=EXAMINER).trail == ()


def test_what_cannot_be_said_is_refused_in_words(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="not among those that are drawn"):
        look_again(folder, {1: "empty"}, ME)
    found = draw(folder, 6, ME, seed=7)
    with opened(folder):
        (unclear,) = [r.id for r in readings.readings(kinds=MARKED) if r.reading.flagged]
    with pytest.raises(NotFoundError, match=f"mark {unclear} is not among"):
        look_again(folder, {unclear: "empty"}, ME)
    for value in ("other", "7", ""):
        with pytest.raises(UsageError, match="is no mark"):
            look_again(folder, {found.drawn[0]: value}, ME)
    for size, seed in ((0, None), (10**9, None), (5, -1)):
        with pytest.raises(UsageError, match="no such sample"):
            draw(folder, size, ME, seed=seed)
    assert look(folder).looked == 0


@pytest.mark.long
def test_the_sheet_shows_every_mark_by_what_was_read(rehearsed: Path, tmp_path: Path) -> None:
    place = copy_exam(rehearsed, tmp_path / "read")
    scan(place, [next((place / "rehearsal").glob("*.pdf"))], actor=EXAMINER, jobs=0)
    with pytest.raises(NotFoundError, match="no marks are drawn"):
        mark_sheet.write(place, tmp_path / "marks.html", jobs=1)
    found = draw(place, 12, ME, seed=3)
    look_again(place, {found.drawn[0]: str(seen(place, found)[found.drawn[0]].reading.value)}, ME)
    made = mark_sheet.write(place, tmp_path / "marks.html", jobs=1)
    text = made.file.read_text(encoding="utf-8")
    assert (made.marks, made.without_picture, made.sheet) == (len(found.drawn) - 1, 0, found.sheet)
    assert text.count("data:image/webp;base64,") == made.marks
    assert all(f"<b>{key}</b>" in text for key in found.drawn[1:])
    assert f"<b>{found.drawn[0]}</b>" not in text
    assert f"klausur audit-marks --through {found.sheet}" in text
    read = {str(box.reading.value) for key, box in seen(place, found).items() if key != found.drawn[0]}
    assert {state for state in Mark if f"Read as {state}" in text} == read
