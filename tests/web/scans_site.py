"""A site whose exam has everything that waits on the scans desk, and what its tests act with."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pikepdf
from tests import cast
from tests.actions.conftest import FILE, nowhere, rehearse_booklets
from tests.actions.test_day import digits
from tests.exams import by_hand, copy_exam

from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.scan import scan
from klausur.actions.scan_look import ScanLook, scan_look
from klausur.paper.code import PageCode, Sheet
from klausur.read.model import PageResult
from klausur.scan.model import Quality, Reason
from klausur.state.facts import StoredImage
from klausur.store import derive, pages, printings
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened
from klausur.store.frame import Frame


class InThisProcess(Executor):
    """Work done at once, where a test would start processes for one page."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Do it."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - as any executor hands them on
            done.set_exception(error)
        return done


def some_pages(source: Path, target: Path, indices: Iterable[int]) -> Path:
    """A PDF of some pages of another."""
    with pikepdf.open(source) as pdf, pikepdf.new() as out:
        for index in indices:
            out.pages.append(pdf.pages[index])
        out.save(target)
    return target


def make_messy(sat: Path, place: Path) -> Path:
    """The exam with a page that is there twice, one scanned again, three that are none, an extra sheet."""
    copy_exam(sat, place)
    beside = place.parent
    print_booklets(place, actor=cast.EXAMINER, wanted=PrintRequest(extras=2, as_printed=True))
    (first,) = sorted((place / "rehearsal").glob("*.pdf"))[:1]
    rehearse_booklets(place, beside / "other", seed=14)
    (other,) = sorted((beside / "other").glob("*.pdf"))[:1]
    files = [some_pages(first, beside / "again.pdf", [4]), some_pages(other, beside / "second.pdf", [1])]
    scan(place, files, actor=cast.EXAMINER, jobs=0)
    with opened(place), by_hand():
        pages.append_file(FILE, "odd.pdf", 4)
        number = printings.layout().exam_number
        for index, reason in enumerate((Reason.NO_CODE, Reason.BLANK, Reason.FAILED)):
            pages.append(nowhere(index, reason))
        row = digits("extra/booklet", "??")
        code = PageCode(number, 1, 1, Sheet.EXTRA)
        pages.append(PageResult(FILE, 3, code, Quality(0.01, 300.0, 180.0, 0.9, 4), None, (row,)))
        derive.refresh(Frame(place), EVERYTHING)
    return place


def waits(place: Path, reason: Reason) -> StoredImage:
    """The last image that waits for this reason."""
    *_, found = [
        w.image for w in look(place).waiting if w.image.unplaced and w.image.unplaced.reason is reason
    ]
    return found


def look(place: Path) -> ScanLook:
    """All that waits."""
    return scan_look(place)
