"""Stacks as they come out of scanners: fronts and backs apart, jammed sheets, covered codes, failed pages."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions import reread as rereading
from klausur.actions.readings import readings
from klausur.actions.reread import reread
from klausur.actions.scan import scan
from klausur.actions.settle_page import accept, settle_page
from klausur.actions.status import status
from klausur.actions.waiting import waiting
from klausur.base.errors import NotFoundError, RefusedError
from klausur.rehearse.compare import compare
from klausur.scan.model import Reason
from klausur.state.facts import Author, Spot, Verdict
from klausur.store import audit, derive, pages
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame

from .conftest import Record, nowhere

ADA = Author(EXAMINER)


@pytest.fixture
def place(rehearsed: Path, tmp_path: Path) -> Path:
    target = tmp_path / "exam"
    copy_exam(rehearsed, target)
    return target


def stack(place: Path, target: Path, order: Callable[[list[int]], Sequence[int]]) -> Path:
    """The rehearsed sheets in another order: ``order`` is given the indices of all images."""
    with pikepdf.open(next((place / "rehearsal").glob("*.pdf"))) as pdf, pikepdf.new() as out:
        for index in order(list(range(len(pdf.pages)))):
            out.pages.append(pdf.pages[index])
        out.save(target)
    return target


def truth(place: Path) -> list[Spot]:
    """Which page each image of the rehearsal shows."""
    with (place / "rehearsal/truth-pages.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"]]
    return [Spot(int(row["booklet"]), int(row["page"])) for row in rows]


def test_fronts_and_backs_scanned_apart_and_one_sheet_jammed(place: Path, tmp_path: Path) -> None:
    """The backs come out last page first, and one sheet never came out at all: nobody else is shifted."""
    spots = truth(place)
    jammed = {n for n, spot in enumerate(spots) if spot.booklet == 2 and spot.page in {1, 2}}
    assert len(jammed) == 2
    fronts = stack(
        place, tmp_path / "fronts.pdf", lambda n: [i for i in n if spots[i].page % 2 and i not in jammed]
    )
    backs = stack(
        place,
        tmp_path / "backs.pdf",
        lambda n: [i for i in reversed(n) if not spots[i].page % 2 and i not in jammed],
    )
    done = scan(place, [fronts, backs], actor=EXAMINER, jobs=0)
    assert (done.placed, done.unplaced) == (len(spots) - 2, ())
    missing = {b.booklet.number: b.missing for b in status(place).booklets}
    assert missing == {1: (), 2: (1, 2), 3: ()}
    found = readings(place)
    compared = compare(((r.spot.booklet, r.reading) for r in found), place / "rehearsal/truth-marks.csv")
    assert compared.silent_misreads == ()
    assert compared.boxes > 0
    lost = {r.spot for r in found} & {Spot(2, 1), Spot(2, 2)}
    assert not lost


def test_an_image_without_a_proposal_cannot_be_accepted(folder: Path, record: Record) -> None:
    record(nowhere(0, Reason.NO_CODE))
    with pytest.raises(NotFoundError, match="no page is proposed") as caught:
        accept(folder, 1, ADA)
    assert "--is" in caught.value.remedy


def failed(place: Path, index: int = 0) -> None:
    """Make the records say that Klausur failed on an image, as a bug would."""
    sheets = next((place / "rehearsal").glob("*.pdf"))
    whole = scan(place, [sheets], actor=EXAMINER, jobs=0)
    assert whole.placed > index
    with opened(place):
        from klausur.store.models import PageImage

        row = PageImage.objects.order_by("pk")[index]
        with_failure = PageImage(
            file=row.file, index=row.index, reason="failed", detail="a traceback", software="1"
        )
        base = pages.images()[index]
        assert base.spot is not None
        from klausur.store.connections import connection

        with connection().cursor() as cursor:
            cursor.execute("DELETE FROM store_imagestate WHERE image_id = %s", [row.pk])
            cursor.execute("DELETE FROM store_reading WHERE image_id = %s", [row.pk])
            cursor.execute("DELETE FROM store_pageimage WHERE id = %s", [row.pk])
        with_failure.save()
        with writing():
            pages.recount(None)
            derive.refresh(Frame(place), EVERYTHING)


def test_what_failed_is_read_again_beside_the_old_record(place: Path) -> None:
    failed(place)
    before = status(place)
    assert before.reasons == ((Reason.FAILED, 1),)
    (old,) = (w.image for w in before.waiting)

    done = reread(place, actor=EXAMINER, jobs=0)
    assert (done.placed, done.unplaced) == (1, ())
    after = status(place)
    assert after.waiting == ()
    assert after.booklets[0].missing == ()
    assert after.images == before.images, "the new record counts instead of the old one"
    with opened(place):
        kept = pages.image(old.id)
        assert kept == old
        assert audit.events()[-1].verb == "reread"
    assert reread(place, actor=EXAMINER, jobs=0).pages == 0, "nothing is left to be read again"
    with pytest.raises(RefusedError, match="read again"):
        reread(place, [old.id], actor=EXAMINER, jobs=0)
    with pytest.raises(RefusedError, match="read again since"):
        settle_page(place, old.id, Verdict.IGNORED, ADA)


def test_what_people_decided_is_not_read_again(place: Path) -> None:
    failed(place)
    (waits,) = waiting(place).images
    settle_page(place, waits.image.id, Verdict.IGNORED, ADA)
    assert reread(place, actor=EXAMINER, jobs=0).pages == 0
    with pytest.raises(RefusedError, match="does not wait"):
        reread(place, [waits.image.id], actor=EXAMINER, jobs=0)
    with pytest.raises(NotFoundError, match="no image 999"):
        reread(place, [999], actor=EXAMINER, jobs=0)


def test_a_reading_again_that_is_broken_off_goes_on(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed(place)

    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rereading, "record", broken)
        with pytest.raises(KeyboardInterrupt):
            reread(place, actor=EXAMINER, jobs=0)
    assert status(place).reasons == ((Reason.FAILED, 1),)
    assert reread(place, actor=EXAMINER, jobs=0).placed == 1


def test_a_page_read_again_that_is_there_by_now_is_a_duplicate(place: Path, tmp_path: Path) -> None:
    failed(place)
    first = stack(place, tmp_path / "first.pdf", lambda n: n[:1])
    assert scan(place, [first], actor=EXAMINER, jobs=0).placed == 1
    assert reread(place, actor=EXAMINER, jobs=0).unplaced == ((Reason.DUPLICATE, 1),)
