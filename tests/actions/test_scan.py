"""Scans of a small printed and rehearsed exam: counting, repeating, duplicates, broken files, decisions."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.grade import grade
from klausur.actions.readings import readings
from klausur.actions.scan import Scanned, scan
from klausur.actions.settle import settle
from klausur.actions.settle_page import settle_page
from klausur.actions.status import status
from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.paper.answers import Chosen
from klausur.read.model import Mark
from klausur.rehearse.compare import compare
from klausur.scan.model import Reason
from klausur.state.facts import Author, Spot, Verdict
from klausur.store import audit, frame
from klausur.store.connections import connection
from klausur.store.folder import opened

ADA = Author(EXAMINER, "looked at the sheet")
BOOKLETS = 3


@pytest.fixture
def place(rehearsed: Path, tmp_path: Path) -> Path:
    """A printed exam of three booklets, with a clean rehearsal of it, and nothing scanned."""
    target = tmp_path / "exam"
    copy_exam(rehearsed, target)
    return target


@pytest.fixture
def sheets(place: Path) -> Path:
    (found,) = (place / "rehearsal").glob("*.pdf")
    return found


def read(place: Path, *files: Path, jobs: int = 1) -> Scanned:
    return scan(place, files, actor=EXAMINER, jobs=jobs)


def edited(source: Path, target: Path, keep: Callable[[int], bool] = lambda _: True) -> Path:
    """A PDF with the same pages, or some of them, and other bytes."""
    with pikepdf.open(source) as pdf:
        for index in reversed(range(len(pdf.pages))):
            if not keep(index):
                del pdf.pages[index]
        pdf.docinfo["/Title"] = target.name
        pdf.save(target)
    return target


def count(sheets: Path) -> int:
    with pikepdf.open(sheets) as pdf:
        return len(pdf.pages)


def test_every_page_is_placed_and_read_as_it_was_filled(place: Path, sheets: Path) -> None:
    done = read(place, sheets)
    assert (done.pages, done.placed, done.unplaced) == (count(sheets), count(sheets), ())
    found = readings(place)
    assert len(found) == done.readings
    compared = compare(((r.spot.booklet, r.reading) for r in found), place / "rehearsal/truth-marks.csv")
    assert compared.silent_misreads == ()
    assert (compared.missing, compared.unknown) == (0, 0)
    assert compared.marked > BOOKLETS
    state = status(place)
    assert {b.missing for b in state.booklets} == {()}
    assert (place / ".klausur/scans" / state.files[0].sha256).read_bytes() == sheets.read_bytes()


def test_booklets_that_an_older_klausur_printed_are_read(place: Path, sheets: Path) -> None:
    with opened(place), connection().cursor() as cursor:
        cursor.execute("UPDATE store_printed SET frozen = ''")
    frame._exams.cache_clear()  # noqa: SLF001 - rows that were written change nowhere else
    assert read(place, sheets, jobs=0).placed == count(sheets)
    assert grade(place, actor=EXAMINER).results.rows


def test_an_older_klausur_s_booklets_wait_for_a_word_where_the_source_has_changed(
    place: Path, sheets: Path
) -> None:
    with opened(place), connection().cursor() as cursor:
        cursor.execute("UPDATE store_printed SET frozen = ''")
    frame._exams.cache_clear()  # noqa: SLF001 - the same
    with (place / "exam.toml").open("a") as file:
        file.write("# somebody was here\n")
    with pytest.raises(RefusedError, match="not kept"):
        read(place, sheets, jobs=0)


def test_a_second_scan_changes_nothing(place: Path, sheets: Path, tmp_path: Path) -> None:
    read(place, sheets)
    before = readings(place), status(place)
    with opened(place):
        events = audit.events()
    copy = shutil.copy(sheets, tmp_path / "again under another name.pdf")
    done = read(place, sheets, Path(copy))
    assert (done.pages, done.files) == (0, ())
    assert done.known == (str(sheets), str(copy))
    assert (readings(place), status(place)) == before
    with opened(place):
        assert audit.events() == events


def test_a_file_named_twice_is_read_once(place: Path, sheets: Path) -> None:
    assert read(place, sheets, sheets).pages == count(sheets)


@pytest.mark.above_records
def test_two_processes_read_what_one_reads(place: Path, sheets: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    copy_exam(place, other)
    read(place, sheets)
    read(other, sheets, jobs=2)
    assert readings(other) == readings(place)


def test_pages_scanned_twice_are_duplicates_and_the_first_one_counts(
    place: Path, sheets: Path, tmp_path: Path
) -> None:
    read(place, sheets)
    before = readings(place)
    done = read(place, edited(sheets, tmp_path / "twice.pdf", lambda index: index < 3))
    assert done.unplaced == ((Reason.DUPLICATE, 3),)
    assert readings(place) == before
    state = status(place)
    assert state.images == state.placed + len(state.waiting)
    assert sum(b.duplicates for b in state.booklets) == 3
    for waits in state.waiting:
        assert waits.image.unplaced is not None
        assert "sheets" not in waits.image.unplaced.detail
        assert "is there already, and it shows the same as image" in waits.image.unplaced.detail
        assert waits.picture is not None
        with Image.open(waits.picture) as picture:
            assert picture.width > 1000


@pytest.mark.above_records
def test_bad_files_are_named_and_the_rest_goes_on(place: Path, sheets: Path, tmp_path: Path) -> None:
    empty, text, cut = tmp_path / "empty.pdf", tmp_path / "letter.pdf", tmp_path / "cut.jpg"
    empty.touch()
    text.write_text("Dear examiner", encoding="utf-8")
    Image.new("L", (500, 700), 255).save(cut)
    cut.write_bytes(cut.read_bytes()[:300])
    done = read(place, empty, text, sheets, cut, tmp_path / "gone.pdf")
    assert done.placed == count(sheets)
    assert {d.code for d in done.diagnostics} == {"scan-unreadable"}
    assert [Path(d.place.file).name for d in done.diagnostics] == [
        "empty.pdf",
        "letter.pdf",
        "cut.jpg",
        "gone.pdf",
    ]


@pytest.mark.above_records
def test_a_folder_gives_its_scanned_files_in_order(place: Path, sheets: Path, tmp_path: Path) -> None:
    tray = tmp_path / "tray"
    tray.mkdir()
    edited(sheets, tray / "b.pdf", lambda index: index % 2 == 0)
    edited(sheets, tray / "a.PDF", lambda index: index % 2 == 1)
    done = read(place, tray)
    assert [Path(name).name for name in done.files] == ["a.PDF", "b.pdf"]
    assert done.placed == count(sheets)


def test_sheets_without_a_code_wait_with_their_picture(place: Path, sheets: Path, tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (1240, 1754), 255).save(blank)
    done = read(place, blank, sheets)
    ((_, number),) = done.unplaced
    assert number == 1
    (waits,) = status(place).waiting
    assert waits.image.name == "blank.png"
    assert waits.picture is not None
    assert waits.picture.read_bytes() == blank.read_bytes()


@pytest.mark.above_records
def test_a_lost_reader_ends_the_scan_and_a_lost_key_too(place: Path, sheets: Path) -> None:
    (place / ".klausur/key").unlink()
    with pytest.raises(ToolError, match="key"):
        read(place, sheets)
    assert status(place).images == 0


def test_settlements_survive_another_scan(place: Path, sheets: Path, tmp_path: Path) -> None:
    read(place, edited(sheets, tmp_path / "first.pdf", lambda index: index < 2))
    settle(place, 1, "numbers", Chosen(frozenset("b")), ADA)
    settle(place, 3, "letters", Chosen(frozenset("a")), ADA)
    read(place, sheets)
    found = {(r.spot.booklet, r.reading.field): r.settled for r in readings(place) if r.settled}
    assert found[1, "numbers/choice/b"] == Mark.CROSSED
    assert found[3, "letters/choice/b"] == Mark.EMPTY
    assert len(found) == 2 + 3


def test_a_person_says_which_page_a_duplicate_really_is(place: Path, sheets: Path, tmp_path: Path) -> None:
    read(place, sheets)
    before = readings(place)
    read(place, edited(sheets, tmp_path / "twice.pdf", lambda index: index == 1))
    (waits,) = status(place).waiting
    assert waits.image.unplaced is not None
    assert waits.image.unplaced.code is not None
    spot = Spot(waits.image.unplaced.code.booklet, waits.image.unplaced.code.page)
    with pytest.raises(RefusedError, match="is there already: image") as caught:
        settle_page(place, waits.image.id, Verdict.PLACED, ADA, spot=spot)
    first = int(caught.value.remedy.split("settle page ")[1].split()[0])

    settle_page(place, first, Verdict.IGNORED, ADA)
    assert spot not in {r.spot for r in readings(place)}
    done = settle_page(place, waits.image.id, Verdict.PLACED, ADA, spot=spot)
    assert done.image.spot == spot
    after = readings(place)
    assert {(r.spot, r.reading.field, r.reading.value) for r in after} == {
        (r.spot, r.reading.field, r.reading.value) for r in before
    }
    assert {r.image for r in after if r.spot == spot} == {waits.image.id}
    with pytest.raises(RefusedError, match="is there already"):
        settle_page(place, first, Verdict.UNDONE, ADA)
    settle_page(place, waits.image.id, Verdict.UNDONE, ADA)
    settle_page(place, first, Verdict.UNDONE, ADA)
    assert readings(place) == before


@pytest.mark.parametrize(
    ("number", "verdict", "spot", "says"),
    [
        (99, Verdict.IGNORED, None, "no image 99"),
        (1, Verdict.UNDONE, None, "nothing is settled"),
        (1, Verdict.PLACED, Spot(77, 1), "no booklet 77, page 1"),
        (1, Verdict.PLACED, Spot(1, 200), "no booklet 1, page 200"),
    ],
)
def test_what_is_not_there_cannot_be_settled(
    place: Path, tmp_path: Path, number: int, verdict: Verdict, spot: Spot | None, says: str
) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (1240, 1754), 255).save(blank)
    read(place, blank)
    with pytest.raises(NotFoundError, match=says):
        settle_page(place, number, verdict, ADA, spot=spot)
    assert status(place).waiting[0].image.verdict is None


def test_an_image_without_the_page_s_marks_cannot_be_placed(place: Path, tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (1240, 1754), 255).save(blank)
    read(place, blank)
    with pytest.raises(RefusedError, match="cannot be found in image 1"):
        settle_page(place, 1, Verdict.PLACED, ADA, spot=Spot(1, 2))
    assert len(status(place).waiting) == 1
    settle_page(place, 1, Verdict.IGNORED, ADA)
    assert status(place).waiting == ()


def test_grading_what_was_scanned(place: Path, sheets: Path) -> None:
    read(place, sheets)
    graded = grade(place, actor=EXAMINER)
    assert len(graded.results.rows) == BOOKLETS
    assert graded.summary.final + graded.summary.open == BOOKLETS
