"""While the lock of the records is held, nothing slow begins: each seam refuses."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from klausur.actions import kept_scans
from klausur.base.guard import is_locked, locked, refuse_if_locked
from klausur.exam.evidence.process import Process
from klausur.exam.source import pandoc
from klausur.paper.layout import Layout
from klausur.read import pool
from klausur.report.results import Results
from klausur.report.text import write_csv
from klausur.report.workbook import write_xlsx
from klausur.scan.decode import decode
from klausur.scan.intake import digest, open_scan, picture
from klausur.scan.model import PageImage, SourceForm
from klausur.store.folder import Records, key, opened, writing
from klausur.typeset import engine

IMAGE = PageImage("0" * 64, 0, SourceForm.PDF_PAGE, b"%PDF-")
PATH = Path("nowhere")


def read_pages() -> object:
    return next(pool.results((IMAGE,), Layout.__new__(Layout), b""))


def evidence() -> object:
    with Process(PATH, 1) as process:
        return process.ties()


def open_inside() -> None:
    with opened(PATH):
        pass


def write_inside() -> None:
    with writing():
        pass


SEAMS: dict[str, Callable[[], object]] = {
    "running pandoc": lambda: pandoc.read(["text"]),
    "typesetting": lambda: engine.typeset("text", {}, root=PATH),
    "typesetting, for glyphs": lambda: engine.without_glyph("text", {}, root=PATH),
    "reading pages": read_pages,
    "work on images": lambda: pool.guarded(None, len, ""),
    "asking an evidence file": evidence,
    "decoding an image": lambda: decode(IMAGE),
    "reading a scanned file": lambda: digest(PATH),
    "taking a scanned file apart": lambda: open_scan(PATH, "0" * 64),
    "taking a scanned file apart, for a picture": lambda: picture(IMAGE),
    "keeping a scanned file": lambda: kept_scans.keep(Records(PATH), PATH),
    "writing a picture": lambda: kept_scans.show_unplaced(Records(PATH), IMAGE),
    "writing results": lambda: write_csv(Results.__new__(Results), PATH),
    "writing results, as a workbook": lambda: write_xlsx(Results.__new__(Results), PATH, date(2026, 2, 17)),
    "making a key": lambda: key(Records(PATH), create=True),
    "opening nowhere": open_inside,
}


@pytest.mark.parametrize("seam", SEAMS)
def test_a_seam_refuses_while_the_lock_is_held(seam: str) -> None:
    with locked(), pytest.raises(RuntimeError, match=seam.partition(",")[0]):
        SEAMS[seam]()
    refuse_if_locked("nothing")


def test_writing_holds_the_lock_and_lets_it_go(folder: Path) -> None:
    with opened(folder):
        with writing():
            assert is_locked()
            with pytest.raises(RuntimeError, match="inside writing"):
                write_inside()
        assert not is_locked()
        with pytest.raises(KeyError), writing():
            raise KeyError
        assert not is_locked()
