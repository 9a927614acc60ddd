"""A booklet that was photocopied and filled in by two people: both are read, and both are somebody's."""

from pathlib import Path

import pikepdf
import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.readings import readings
from klausur.actions.scan import scan
from klausur.actions.scan_look import past
from klausur.actions.settle_copy import settle_copy
from klausur.actions.settle_page import accept
from klausur.actions.status import BookletStatus, status
from klausur.actions.take_back import take_back
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.code import Sheet
from klausur.rehearse.compare import compare
from klausur.scan.model import Reason
from klausur.state.facts import Actor, Author, Role

from .conftest import rehearse_booklets

ADA = Author(EXAMINER, "a copy was handed out")
OTHER = 14
"""The seed of the second hand; it chooses otherwise."""


@pytest.fixture(scope="module")
def copied(rehearsed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only the first candidate's booklet was handed in, twice, each time filled in otherwise."""
    place = tmp_path_factory.mktemp("copied") / "exam"
    copy_exam(rehearsed, place)
    beside = place.parent
    rehearse_booklets(place, beside / "second", seed=OTHER)
    for name, of in (("first", place / "rehearsal"), ("second", beside / "second")):
        with pikepdf.open(next(of.glob("*.pdf"))) as pdf:
            del pdf.pages[len(pdf.pages) // 3 :]
            pdf.save(beside / f"{name}.pdf")
    scan(place, [beside / "first.pdf", beside / "second.pdf"], actor=EXAMINER, jobs=0)
    return place


@pytest.fixture
def place(copied: Path, tmp_path: Path) -> Path:
    copy_exam(copied, tmp_path / "exam")
    return tmp_path / "exam"


def waiting(place: Path) -> list[int]:
    return [w.image.id for w in status(place).waiting]


def booklets(place: Path) -> tuple[BookletStatus, ...]:
    return status(place).booklets


def second(place: Path) -> str:
    candidate = booklets(place)[1].booklet.candidate
    assert candidate is not None
    return candidate.registration


def test_both_are_read_and_both_are_theirs(place: Path, copied: Path) -> None:
    images = waiting(place)
    assert {w.image.unplaced.reason for w in status(place).waiting if w.image.unplaced} <= {
        Reason.TWICE,
        Reason.DUPLICATE,
    }
    done = settle_copy(place, 1, images, second(place), ADA)
    assert done.booklet == 2, "their own booklet, of which nothing was handed in"
    one, two, _ = booklets(place)
    assert one.found == two.found != ()
    assert (one.missing, two.missing, one.disputed, waiting(place)) == ((), (), (), [])
    assert (one.tie.open, two.tie.open) == (False, False)
    for number, of in ((1, place / "rehearsal"), (2, copied.parent / "second")):
        read = [(1, r.reading) for r in readings(place, booklet=number)]
        compared = compare(read, of / "truth-marks.csv")
        assert compared.silent_misreads == ()
        assert compared.unknown == 0
        assert compared.marked > 0


def test_pages_that_count_already_can_be_the_other_person_s(place: Path) -> None:
    held = {spot.page: r.image for r in readings(place, booklet=1) if (spot := r.spot)}
    settle_copy(place, 1, list(held.values()), second(place), ADA)
    assert not set(held) & set(booklets(place)[0].found), "the first person's are waiting"
    for image in waiting(place):
        accept(place, image, ADA)
    one, two, _ = booklets(place)
    assert set(held) <= set(two.found)
    assert set(held) <= set(one.found)


def test_a_dry_run_records_nothing_and_a_copy_can_be_taken_in_parts(place: Path) -> None:
    before = status(place)
    first, *rest = waiting(place)
    settle_copy(place, 1, [first], second(place), ADA, dry_run=True)
    assert status(place) == before
    assert settle_copy(place, 1, [first], second(place), ADA).booklet == 2
    assert settle_copy(place, 1, rest, second(place), ADA).booklet == 2
    assert waiting(place) == []


def test_without_a_free_booklet_the_way_out_is_a_spare_one(place: Path) -> None:
    owner = booklets(place)[0].tie.candidate
    assert owner is not None
    with pytest.raises(RefusedError, match="no booklet is free") as caught:
        settle_copy(place, 1, waiting(place), owner.registration, ADA)
    assert "--spare 1" in caught.value.remedy


def test_what_is_no_page_of_the_booklet_is_refused(place: Path) -> None:
    first, *_ = waiting(place)
    with pytest.raises(NotFoundError, match="no page of booklet 2"):
        settle_copy(place, 2, [first], second(place), ADA)
    with pytest.raises(NotFoundError, match="no registration number"):
        settle_copy(place, 1, [first], "nobody", ADA)
    same = next(r.image for r in readings(place, booklet=1))
    page = next(r.spot.page for r in readings(place, booklet=1))
    twin = next(w.image.id for w in status(place).waiting if w.counting and w.counting.id == same)
    with pytest.raises(RefusedError, match=f"two of these images show page {page}"):
        settle_copy(place, 1, [same, twin], second(place), ADA)


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.CORRECTOR])
def test_it_takes_somebody_who_may_place_pages_and_tie_booklets(place: Path, role: Role) -> None:
    with pytest.raises(RefusedError, match="may not"):
        settle_copy(place, 1, waiting(place), second(place), Author(Actor("Somebody", role)))


def test_all_of_it_is_taken_back_at_once(place: Path) -> None:
    before, images = booklets(place), waiting(place)
    settle_copy(place, 1, images, second(place), ADA)
    copy, *pages = past(place, 10).entries
    assert {n for each in pages for n in each.images} == set(copy.images) == set(images)
    assert take_back(place, copy.event.number, ADA).papers == ((Sheet.BOOKLET, 2),)
    assert (booklets(place), waiting(place)) == (before, images)
    assert not any(entry.counts for entry in past(place, 20).entries if "takes_back" not in entry.detail)
