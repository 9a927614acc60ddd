from collections.abc import Callable

from klausur.read.model import Mark, PageResult
from klausur.scan.model import Reason, Unplaced
from klausur.store import pages
from klausur.store.facts import Author, Spot, StoredFile, StoredImage, StoredRun, Verdict

Result = Callable[..., PageResult]
FILE = "ab" * 32
ADA = Author("Ada Example", "seen with my own eyes")


def image(number: int) -> StoredImage:
    found = pages.image(number)
    assert found is not None
    return found


def test_a_file_is_known_by_its_bytes_and_done_with_its_last_image(
    run: StoredRun, placed: Result, lost: Result
) -> None:
    assert pages.file(FILE) is None
    pages.append_file(FILE, "monday.pdf", 2)
    pages.append_file(FILE, "a copy of monday.pdf", 2)
    assert pages.files() == (StoredFile(FILE, "monday.pdf", 2, 0),)
    pages.append(placed(0, 1, 1), run)
    assert not pages.files()[0].done
    pages.append(lost(1), run)
    assert pages.files()[0].done
    assert pages.recorded(FILE, 1)
    assert not pages.recorded(FILE, 2)


def test_a_person_beats_the_machine_and_can_take_it_back(
    run: StoredRun, placed: Result, lost: Result
) -> None:
    pages.append_file(FILE, "scan.pdf", 2)
    pages.append(placed(0, 1, 1), run)
    pages.append(lost(1, Reason.BLURRED), run)
    assert pages.occupant(Spot(1, 1)) == image(1)
    assert pages.occupant(Spot(1, 2)) is None

    pages.settle(image(2), Verdict.PLACED, Spot(1, 2), (), ADA)
    assert image(2).spot == Spot(1, 2)
    assert image(2).machine is None
    occupant = pages.occupant(Spot(1, 2))
    assert occupant is not None
    assert occupant.id == 2

    pages.settle(image(1), Verdict.IGNORED, None, (), ADA)
    assert image(1).spot is None
    assert not image(1).waiting
    assert pages.occupant(Spot(1, 1)) is None

    pages.settle(image(1), Verdict.UNDONE, None, (), ADA)
    pages.settle(image(2), Verdict.UNDONE, None, (), ADA)
    assert image(1).spot == Spot(1, 1)
    assert image(2).waiting
    assert image(2).unplaced == Unplaced(Reason.BLURRED)


def test_an_image_moved_away_leaves_its_page_free(run: StoredRun, placed: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 1)
    pages.append(placed(0, 1, 1, a=Mark.EMPTY), run)
    pages.settle(image(1), Verdict.PLACED, Spot(2, 1), (), ADA)
    assert pages.occupant(Spot(1, 1)) is None
    assert pages.occupant(Spot(2, 1)) is not None


def test_images_come_in_the_order_of_the_scan(run: StoredRun, placed: Result, lost: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 3)
    for result in (placed(0, 2, 1), lost(1), placed(2, 1, 2)):
        pages.append(result, run)
    assert [(i.index, i.spot) for i in pages.images()] == [(0, Spot(2, 1)), (1, None), (2, Spot(1, 2))]


def test_many_decisions_are_found_as_few_are(run: StoredRun, lost: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 3)
    for index in range(3):
        pages.append(lost(index), run)
    for number in (1, 3):
        pages.settle(image(number), Verdict.IGNORED, None, (), ADA)
    few = pages.newest_decisions([1, 2, 3])
    many = pages.newest_decisions(range(1, pages.FEW + 10))
    assert few == many
    assert set(few) == {1, 3}
