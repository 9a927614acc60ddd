"""Tidying takes less room and loses nothing: what is taken away comes again, what is joined can be read."""

import shutil
import stat
from pathlib import Path

import pikepdf
import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.scan import scan
from klausur.actions.settle_page import settle_page
from klausur.actions.tidy import tidy
from klausur.actions.verify import verify
from klausur.actions.waiting import waiting
from klausur.base.errors import NotFoundError, RefusedError
from klausur.state.facts import Author, Verdict

ADA = Author(EXAMINER, "seen")


@pytest.fixture
def place(rehearsed: Path, tmp_path: Path) -> Path:
    """Two pages and a second image of one of them, out of a folder of scans."""
    place = tmp_path / "exam"
    copy_exam(rehearsed, place)
    (place / "scans/monday").mkdir(parents=True)
    with pikepdf.open(next((place / "rehearsal").glob("*.pdf"))) as pdf, pikepdf.new() as out:
        out.pages.extend(pdf.pages[index] for index in (0, 1, 1))
        out.save(place / "scans/monday/stack.pdf")
    shutil.rmtree(place / "rehearsal")
    scan(place, [place / "scans"], actor=EXAMINER, jobs=0)
    return place


def test_pictures_go_and_come_again_with_what_waits(place: Path) -> None:
    (image,) = waiting(place).images
    assert image.picture is not None
    shown = image.picture.read_bytes()
    assert tidy(place, actor=EXAMINER).pictures == (), "it waits"
    settle_page(place, image.image.id, Verdict.IGNORED, ADA)

    tried = tidy(place, actor=EXAMINER, dry_run=True)
    assert (tried.pictures, tried.saved, tried.done) == ((image.picture,), len(shown), False)
    assert image.picture.is_file()
    assert tidy(place, actor=EXAMINER).pictures == (image.picture,)
    assert not image.picture.exists()
    assert tidy(place, actor=EXAMINER).saved == 0

    settle_page(place, image.image.id, Verdict.UNDONE, ADA, dry_run=True)
    assert not image.picture.exists()
    settle_page(place, image.image.id, Verdict.UNDONE, ADA)
    (again,) = waiting(place).images
    assert again.picture == image.picture
    assert image.picture.read_bytes() == shown


def test_files_that_are_there_twice_are_joined_and_nothing_else(place: Path) -> None:
    mine = place / "scans/monday/stack.pdf"
    data = mine.read_bytes()
    other = place / "scans/other.pdf"
    other.write_bytes(bytes(len(data)))  # as long, and never scanned
    (place / "scans/linked.pdf").symlink_to(mine)
    (kept,) = (place / ".klausur/scans").iterdir()
    before = mine.stat().st_ino
    assert tidy(place, actor=EXAMINER, link=place / "scans", dry_run=True).linked == (mine,)
    assert mine.stat().st_ino == before

    told: list[tuple[int, int]] = []
    done = tidy(place, actor=EXAMINER, link=place / "scans", progress=lambda *n: told.append(n))
    assert (done.linked, done.saved, done.kept) == ((mine,), len(data), len(data))
    assert told[-1] == (2, 2)
    assert mine.samefile(kept)
    assert mine.read_bytes() == data
    assert not stat.S_IMODE(mine.stat().st_mode) & 0o222
    assert other.read_bytes() == bytes(len(data))
    assert sorted(path.name for path in mine.parent.iterdir()) == ["stack.pdf"]
    assert verify(place, actor=EXAMINER, scans=True).holds
    assert tidy(place, actor=EXAMINER, link=place / "scans").linked == ()
    assert scan(place, [mine], actor=EXAMINER, jobs=0).known == (str(mine),)


def test_a_file_that_is_written_to_meanwhile_stays_as_it_is(place: Path) -> None:
    """It is written to after it was read and before anything is joined: while the next file is looked at."""
    mine = place / "scans/monday/stack.pdf"
    (place / "scans/other.pdf").write_bytes(b"never scanned")

    def write(done: int, total: int) -> None:
        if done == total:
            mine.write_bytes(b"newer")

    assert tidy(place, actor=EXAMINER, link=place / "scans", progress=write).linked == ()
    assert mine.read_bytes() == b"newer"
    assert sorted(path.name for path in mine.parent.iterdir()) == ["stack.pdf"]
    assert verify(place, actor=EXAMINER, scans=True).holds


def test_a_damaged_copy_takes_nobodys_place_and_is_named(place: Path) -> None:
    (kept,) = (place / ".klausur/scans").iterdir()
    data = kept.read_bytes()
    kept.write_bytes(b"X" + data[1:])
    assert tidy(place, actor=EXAMINER, link=place / "scans").linked == ()
    assert verify(place, actor=EXAMINER).holds
    found = verify(place, actor=EXAMINER, scans=True)
    assert [each.split(":")[0] for each in found.scans] == ["the kept copy of stack.pdf is not as it came"]
    assert not found.holds
    kept.unlink()
    (lost,) = verify(place, actor=EXAMINER, scans=True).scans
    assert "lost" in lost


def test_what_cannot_be_joined_is_refused(place: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no folder"):
        tidy(place, actor=EXAMINER, link=tmp_path / "nowhere")
    with pytest.raises(RefusedError, match="the records themselves"):
        tidy(place, actor=EXAMINER, link=place / ".klausur/scans")
