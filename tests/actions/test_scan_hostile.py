"""Scanned files made to do harm, in one scan with good ones, which are read as if they were alone."""

import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions import kept_scans
from klausur.actions import record as recording
from klausur.actions.scan import scan
from klausur.actions.settle_page import settle_page
from klausur.actions.status import status
from klausur.base.errors import RefusedError
from klausur.read.pool import ReaderEndedError
from klausur.scan.model import PageImage, Reason, SourceForm
from klausur.state.facts import Author, Spot, StoredImage, Verdict
from klausur.store.folder import Records

pytestmark = pytest.mark.above_records


@pytest.fixture
def place(rehearsed: Path, tmp_path: Path) -> Path:
    target = tmp_path / "exam"
    copy_exam(rehearsed, target)
    return target


@pytest.fixture
def sheets(place: Path) -> Path:
    (found,) = (place / "rehearsal").glob("scan-001.pdf")
    return found


def bomb(path: Path) -> Path:
    """A page whose content is 30 MB of spaces, packed twice."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        packed = zlib.compress(zlib.compress(b" " * (30 << 20), 9), 9)
        content = pikepdf.Stream(pdf, packed)
        content.stream_dict = pikepdf.Dictionary(
            Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        )
        page.obj.Contents = pdf.make_indirect(content)
        pdf.save(path, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return path


def test_a_bomb_a_nested_zip_and_a_wrong_name_beside_a_good_file(
    place: Path, sheets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLAUSUR_LIMITS", "page_size=16")
    inner, nested = tmp_path / "inner.zip", tmp_path / "nested.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("../../a.png", b"no picture")
    with zipfile.ZipFile(nested, "w") as archive:
        archive.write(inner, "inner.zip")
    named = tmp_path / "photo.pdf"
    Image.new("L", (1240, 1754), 255).save(named, "WEBP")
    done = scan(place, [bomb(tmp_path / "bomb.pdf"), nested, sheets, named], actor=EXAMINER, jobs=1)
    with pikepdf.open(sheets) as pdf:
        assert done.placed == len(pdf.pages)
    assert [Path(found.place.file).name for found in done.diagnostics] == ["nested.zip"]
    assert dict(done.unplaced) in ({Reason.BLANK: 2}, {Reason.BLANK: 1, Reason.UNREADABLE: 1})


def test_a_zip_is_gone_on_with_and_known_afterwards(place: Path, sheets: Path, tmp_path: Path) -> None:
    archive = tmp_path / "scans.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("broken.pdf", sheets.read_bytes()[:1000])
        packed.write(sheets, "sheets.pdf")

    def end(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(place, [archive], actor=EXAMINER, jobs=0, progress=end)
    (begun,) = status(place).files
    assert 0 < begun.recorded < begun.count
    done = scan(place, [archive], actor=EXAMINER, jobs=0)
    assert done.pages == begun.count - begun.recorded
    again = scan(place, [archive], actor=EXAMINER, jobs=0)
    assert (again.pages, again.known) == (0, (str(archive),))
    state = status(place)
    assert [waits.image.unplaced.detail for waits in state.waiting if waits.image.unplaced] == [
        "the file broken.pdf in the ZIP: the PDF is truncated: its end is missing"
    ]
    assert state.placed == begun.count - 1


class Deadly(bytes):
    """The bytes of an image that ends every process it is sent to."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (1,)


def test_a_hostile_image_that_a_person_names_takes_nothing_down(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty.png"
    Image.new("L", (1240, 1754), 255).save(empty)
    scan(place, [empty], actor=EXAMINER, jobs=0)
    (waits,) = status(place).waiting

    def hostile(_: Records, stored: StoredImage) -> PageImage:
        return PageImage(stored.file, stored.index, SourceForm.IMAGE, Deadly())

    monkeypatch.setattr(kept_scans, "image", hostile)
    with pytest.raises(RefusedError, match=r"image 1 cannot be read: it ends the process"):
        settle_page(place, waits.image.id, Verdict.PLACED, Author(EXAMINER), spot=Spot(1, 1))
    assert status(place).waiting == (waits,)


def test_pages_there_twice_that_cannot_be_compared_are_for_a_person(
    place: Path, sheets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = tmp_path / "again.pdf"
    with pikepdf.open(sheets) as pdf:
        del pdf.pages[1:]
        pdf.save(again)
    scan(place, [sheets], actor=EXAMINER, jobs=0)

    def ended(*_: object) -> bool:
        raise ReaderEndedError("it ended")

    monkeypatch.setattr(recording, "guarded", ended)
    done = scan(place, [again], actor=EXAMINER, jobs=0)
    assert done.unplaced == ((Reason.TWICE, 1),)
