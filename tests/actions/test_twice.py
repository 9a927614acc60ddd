"""A page that is there twice: the same content is a duplicate, other content is for a person."""

from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from tests.cast import CORRECTOR, EXAMINER
from tests.exams import copy_exam

from klausur.actions.grade import grade
from klausur.actions.readings import readings
from klausur.actions.scan import scan
from klausur.actions.scan_look import image_look, past
from klausur.actions.settle import settle
from klausur.actions.settle_page import DecidedSinceError, Seen, accept, settle_page
from klausur.actions.side_by_side import side_by_side
from klausur.actions.status import status
from klausur.actions.take_back import take_back
from klausur.actions.waiting import WaitingImage, waiting
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.answers import Chosen, Doubt
from klausur.report.results import ResultRow
from klausur.scan.model import Reason
from klausur.state.facts import Author, Spot, Verdict
from klausur.store.folder import opened

from .conftest import rehearse_booklets

ADA = Author(EXAMINER, "compared them")
SECOND = 1
"""Index of the page, from 0, that is scanned with other marks: page 2 of booklet 1."""
OTHER = 14
"""The seed of that other hand; it chooses otherwise on that page."""


@pytest.fixture(scope="module")
def twice(rehearsed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole rehearsal is scanned, and one page of it once more as another hand filled it."""
    place = tmp_path_factory.mktemp("twice") / "exam"
    copy_exam(rehearsed, place)
    other = place.parent / "other"
    rehearse_booklets(place, other, seed=OTHER)
    with pikepdf.open(next(other.glob("*.pdf"))) as pdf:
        for index in reversed(range(len(pdf.pages))):
            if index != SECOND:
                del pdf.pages[index]
        pdf.save(place.parent / "second.pdf")
    scan(place, [*(place / "rehearsal").glob("*.pdf"), place.parent / "second.pdf"], actor=EXAMINER, jobs=0)
    return place


@pytest.fixture
def place(twice: Path, tmp_path: Path) -> Path:
    target = tmp_path / "exam"
    copy_exam(twice, target)
    return target


def waits(place: Path) -> WaitingImage:
    (found,) = waiting(place).images
    return found


def first_row(place: Path) -> ResultRow:
    return grade(place, actor=EXAMINER).results.rows[0]


def marks(place: Path, image: int) -> set[tuple[str, str]]:
    return {(r.reading.field, r.reading.value) for r in readings(place, booklet=1) if r.image == image}


def test_other_content_is_no_duplicate_and_opens_the_page(place: Path) -> None:
    found = waits(place)
    assert found.image.unplaced is not None
    assert found.image.unplaced.reason is Reason.TWICE
    assert "shows something else than image" in found.image.unplaced.detail
    assert found.counting is not None
    assert found.proposed is not None
    assert found.counting.spot == found.proposed.spot == Spot(1, 2)
    assert found.differs, "it says which boxes were read otherwise"
    state = status(place).booklets[0]
    assert (state.disputed, state.duplicates) == ((2,), 1)
    on_page = {r.reading.question for r in readings(place, booklet=1) if r.spot.page == 2}
    open_now = {q.question for q in waiting(place).questions if Doubt.PAGE_TWICE in q.doubts}
    assert open_now == on_page != set()
    assert first_row(place).grade == ""


def test_the_first_one_holds(place: Path) -> None:
    before = readings(place)
    settle_page(place, waits(place).image.id, Verdict.IGNORED, ADA)
    assert readings(place) == before
    assert status(place).booklets[0].disputed == ()
    assert first_row(place).grade != ""


def test_the_second_one_holds_and_the_first_is_set_aside(place: Path) -> None:
    image = waits(place).image.id
    tried = accept(place, image, ADA, dry_run=True)
    assert tried.aside is not None
    assert waits(place).image.id == image, "a dry run records nothing"

    done = accept(place, image, ADA)
    assert done.image.spot == Spot(1, 2)
    assert done.aside is not None
    assert done.aside.spot is None or done.aside.id != image
    state = status(place)
    assert (len(state.waiting), state.ignored, state.booklets[0].disputed) == (0, 1, ())
    assert marks(place, image) == {(r.field, r.value) for r in done.readings}
    assert not marks(place, done.aside.id)

    settle_page(place, image, Verdict.UNDONE, ADA)
    settle_page(place, done.aside.id, Verdict.UNDONE, ADA)
    assert status(place).booklets[0].disputed == (2,), "all of it can be taken back"


def test_both_images_are_as_they_were_once_it_is_taken_back(place: Path) -> None:
    before = readings(place)
    image = waits(place).image.id
    done = accept(place, image, ADA)
    take_back(place, done.event, ADA)
    assert readings(place) == before
    assert (waits(place).image.id, status(place).booklets[0].disputed) == (image, (2,))
    with pytest.raises(RefusedError, match="decided about again since"):
        take_back(place, done.event, ADA)
    placed = {(r.field, r.value) for r in done.readings}
    (back,) = past(place, 1).entries
    assert set(back.images) == {image, done.aside.id if done.aside else 0}
    take_back(place, back.event.number, ADA)
    assert marks(place, image) == placed, "what was read on it when it was placed is not read again"
    assert status(place).booklets[0].disputed == ()


def test_who_saw_something_else_is_told(place: Path) -> None:
    found = waits(place)
    image, seen = found.image.id, Seen.of(found.image, found.counting)
    other = Author(CORRECTOR)
    settle_page(place, image, Verdict.IGNORED, other, seen=seen)
    with pytest.raises(DecidedSinceError) as told:
        accept(place, image, ADA, seen=seen)
    assert told.value.image.id == image
    with pytest.raises(DecidedSinceError):
        settle_page(place, image, Verdict.PLACED, ADA, spot=Spot(3, 2), seen=seen)
    look = image_look(place, image)
    assert look is not None
    assert look.said is not None
    assert (look.said.who, look.said.verdict) == (CORRECTOR.name, Verdict.IGNORED)
    assert look.waits.counting == found.counting
    assert look.waits.differs == found.differs == tuple(d.field.id for d in look.differences)
    assert any(d.here and d.there and d.here.value != d.there.value for d in look.differences)
    accept(place, image, ADA, seen=Seen.of(look.image, look.waits.counting))
    assert status(place).booklets[0].disputed == ()


def test_a_question_that_is_settled_by_hand_is_no_longer_in_dispute(place: Path) -> None:
    question = next(q for q in waiting(place).questions if Doubt.PAGE_TWICE in q.doubts)
    settle(place, 1, question.question, Chosen(frozenset("a")), ADA)
    assert question.question not in {q.question for q in waiting(place).questions}


@pytest.mark.above_records
def test_both_are_drawn_side_by_side(place: Path, tmp_path: Path) -> None:
    image = waits(place).image.id
    drawn = side_by_side(place, image, tmp_path / "both.png")
    assert (drawn.left.spot, drawn.right.id) == (Spot(1, 2), image)
    with Image.open(drawn.picture) as picture:
        assert picture.width > 1.35 * picture.height
        half = picture.width // 2
        above_writing = picture.height // 3
        pages = [picture.crop((x, 44, x + half, above_writing)).convert("L") for x in (0, half)]
    dark = [sum(page.histogram()[:100]) for page in pages]
    assert min(dark) > 1000
    assert abs(dark[0] - dark[1]) < 0.2 * max(dark), "two pages of about the same print"
    with pytest.raises(NotFoundError, match="no other image counts"):
        side_by_side(place, 1, tmp_path / "none.png")


def test_the_same_sheet_scanned_again_is_only_a_duplicate(place: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.pdf"
    with pikepdf.open(next((place / "rehearsal").glob("*.pdf"))) as pdf:
        del pdf.pages[4:]
        pdf.save(again)
    done = scan(place, [again], actor=EXAMINER, jobs=0)
    assert done.unplaced == ((Reason.DUPLICATE, 4),)
    assert status(place).booklets[0].disputed == (2,), "nothing more is in dispute than before"


def pages_of(place: Path, target: Path, *indices: int) -> Path:
    with pikepdf.open(next((place / "rehearsal").glob("*.pdf"))) as pdf, pikepdf.new() as out:
        out.pages.extend(pdf.pages[index] for index in indices)
        out.save(target)
    return target


def test_two_images_of_one_page_that_come_together_meet(rehearsed: Path, tmp_path: Path) -> None:
    place = tmp_path / "exam"
    copy_exam(rehearsed, place)
    scan(place, [pages_of(place, tmp_path / "both.pdf", 1, 1)], actor=EXAMINER, jobs=0)
    assert [w.is_duplicate for w in waiting(place).images] == [True]


def test_what_can_no_longer_be_compared_is_for_a_person(rehearsed: Path, tmp_path: Path) -> None:
    place = tmp_path / "exam"
    copy_exam(rehearsed, place)
    scan(place, [pages_of(place, tmp_path / "once.pdf", 1)], actor=EXAMINER, jobs=0)
    with opened(place) as records:
        for kept in records.scans.iterdir():
            kept.unlink()
    scan(place, [pages_of(place, tmp_path / "more.pdf", 1, 2)], actor=EXAMINER, jobs=0)
    (image,) = waiting(place).images
    assert image.image.unplaced is not None
    assert image.image.unplaced.reason is Reason.TWICE
