import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp

from klausur.base.errors import UsageError
from klausur.exam.model import Exam
from klausur.paper.code import PageCode, decode
from klausur.paper.fields import MARKED
from klausur.paper.layout import Layout
from klausur.read.model import Mark
from klausur.rehearse.candidates import Behaviour
from klausur.rehearse.dirt import befall
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.page import PageTask, process
from klausur.rehearse.prints import render
from klausur.rehearse.run import Rehearsal, rehearse
from klausur.rehearse.scanner import WEAR, Wear, plan
from klausur.rehearse.truth import read_marks, read_pages
from klausur.scan.model import Pixels

LOW = replace(WEAR[Level.DEFAULT], dpi=100)
"""The default level at a low resolution, to save time."""

KEY = bytes(range(32))


def image(done: Rehearsal, file: int, index: int) -> Pixels:
    with pikepdf.open(done.files[file]) as pdf:
        picture = pdf.pages[index].Resources.XObject.Im0
        data = np.frombuffer(picture.read_raw_bytes(), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def everything(done: Rehearsal) -> list[bytes]:
    return [path.read_bytes() for path in (*done.files, done.marks, done.pages)]


@pytest.fixture(scope="module")
def done(booklets: Path, layout: Layout, exam: Exam, tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    return rehearse(booklets, layout, exam, tmp_path_factory.mktemp("done"), 7, level=LOW)


def test_the_same_seed_gives_the_same_bytes_in_any_process(
    done: Rehearsal, booklets: Path, layout: Layout, exam: Exam, tmp_path: Path
) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        again = rehearse(booklets, layout, exam, tmp_path / "a", 7, level=LOW, executor=executor)
    assert everything(again) == everything(done)
    other = rehearse(booklets, layout, exam, tmp_path / "b", 8, level=LOW)
    assert everything(other)[0] != everything(done)[0]
    assert other.marks.read_bytes() != done.marks.read_bytes()


def test_a_booklet_does_not_depend_on_how_many_there_are(
    done: Rehearsal, layout: Layout, exam: Exam, tmp_path: Path, printed: Callable[[Layout], Path]
) -> None:
    few = replace(layout, booklets=layout.booklets[1:2])
    alone = rehearse(printed(few), few, exam, tmp_path / "out", 7, level=LOW)
    assert read_marks(alone.marks) == tuple(t for t in read_marks(done.marks) if t.booklet == 2)
    first = next(t.index for t in read_pages(done.pages) if t.booklet == 2)
    assert np.array_equal(image(alone, 0, 0), image(done, 0, first))


def test_the_truth_is_complete(done: Rehearsal, layout: Layout) -> None:
    boxes = {
        (b.number, page, field.id, field.question)
        for b in layout.booklets
        for page, field in layout.fields(b.number)
        if field.kind in MARKED
    }
    truths = read_marks(done.marks)
    assert {(t.booklet, t.page, t.field, t.question) for t in truths} == boxes
    assert len(truths) == len(boxes)
    assert all(bool(t.note) for t in truths if t.mark is not Mark.EMPTY)
    pages = read_pages(done.pages)
    assert {(t.booklet, t.page) for t in pages} == {(b, p) for b in (1, 2, 3) for p in (1, 2, 3, 4)}
    scanned = [t for t in pages if t.file]
    with pypdfium2.PdfDocument(done.files[0]) as pdf:
        assert [t.index for t in scanned] == list(range(len(pdf)))


def test_each_image_shows_the_page_that_the_truth_says(
    booklets: Path, layout: Layout, exam: Exam, tmp_path: Path
) -> None:
    wear = replace(WEAR[Level.CLEAN], swapped=0.5, duplicated=0.3, lost=0.2, upside_down=0.3)
    done = rehearse(booklets, layout, exam, tmp_path, 11, level=wear)
    truths = read_pages(done.pages)
    defects = {word for t in truths for word in t.defects.split()}
    assert defects == {"swapped", "duplicate", "lost", "upside-down"}
    for t in (t for t in truths if t.file):
        found = zxingcpp.read_barcode(
            image(done, 0, t.index), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)
        )
        assert found is not None
        assert decode(found.bytes, layout.exam_number, KEY) == PageCode(layout.exam_number, t.booklet, t.page)
    assert all(not t.file and t.index == -1 for t in truths if "lost" in t.defects)


def test_marks_stand_where_the_truth_says(booklets: Path, layout: Layout, exam: Exam, tmp_path: Path) -> None:
    behaviour = Behaviour(unclear=0.0, strays=0.0, taken_back=0.2)
    done = rehearse(booklets, layout, exam, tmp_path, 3, level=Level.CLEAN, behaviour=behaviour)
    index = {(t.booklet, t.page): t.index for t in read_pages(done.pages)}
    boxes = {(b.number, f.id): f.box for b in layout.booklets for _, f in layout.fields(b.number)}
    shares: dict[Mark, list[float]] = {mark: [] for mark in Mark}
    for t in read_marks(done.marks):
        inside = boxes[t.booklet, t.field].grown(-0.5)
        per_mm = 300 / 25.4
        x, y, right, bottom = (round(n * per_mm) for n in (inside.x, inside.y, inside.right, inside.bottom))
        patch = image(done, 0, index[t.booklet, t.page])[y:bottom, x:right]
        shares[t.mark].append(float((patch < 190).mean()))
    assert max(shares[Mark.EMPTY]) == 0.0
    assert min(shares[Mark.CROSSED]) > 0.05
    assert max(shares[Mark.CROSSED]) < min(shares[Mark.FILLED])


def test_files_hold_images_and_nothing_else(done: Rehearsal) -> None:
    """Nothing but the paper may tell a reader what is marked."""
    with pikepdf.open(done.files[0]) as pdf:
        assert pdf.docinfo == {}
        assert "/Metadata" not in pdf.Root
        for page in pdf.pages:
            assert list(page.Resources.keys()) == ["/XObject"]
            assert page.Contents.read_bytes().split()[-2:] == [b"Do", b"Q"]
            data = page.Resources.XObject.Im0.read_raw_bytes()
            assert b"\xff\xfe" not in data[:64]  # no JPEG comment
    with pypdfium2.PdfDocument(done.files[0]) as document:
        assert all(not page.get_textpage().get_text_range() for page in document)


def test_pages_have_the_papers_size(done: Rehearsal) -> None:
    with pypdfium2.PdfDocument(done.files[0]) as document:
        assert document[0].get_size() == pytest.approx((595.3, 841.9), abs=0.6)


def test_an_earlier_rehearsal_is_replaced_and_other_files_stay(
    booklets: Path, layout: Layout, exam: Exam, tmp_path: Path
) -> None:
    (tmp_path / "scan-007.pdf").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("mine")
    done = rehearse(booklets, layout, exam, tmp_path, 7, level=Wear(dpi=75))
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "notes.txt",
        "scan-001.pdf",
        "truth-fields.csv",
        "truth-marks.csv",
        "truth-pages.csv",
    ]
    assert done.files == (tmp_path / "scan-001.pdf",)


def test_killed_half_way_the_folder_holds_no_false_truth_and_can_be_made_again(
    done: Rehearsal, booklets: Path, layout: Layout, exam: Exam, tmp_path: Path
) -> None:
    def kill(at: int, _: int) -> None:
        if at == 2:
            raise KeyboardInterrupt

    rehearse(booklets, layout, exam, tmp_path, 8, level=LOW)
    with pytest.raises(KeyboardInterrupt):
        rehearse(booklets, layout, exam, tmp_path, 7, level=LOW, progress=kill)
    assert read_marks(tmp_path / "truth-marks.csv") == ()
    assert read_pages(tmp_path / "truth-pages.csv") == ()
    assert everything(rehearse(booklets, layout, exam, tmp_path, 7, level=LOW)) == everything(done)


def test_ten_booklets_go_into_one_file(
    layout: Layout, exam: Exam, tmp_path: Path, printed: Callable[[Layout], Path]
) -> None:
    cover = replace(
        layout, booklets=tuple(replace(layout.booklets[0], number=n, pages=(0,)) for n in range(1, 13))
    )
    calls: list[tuple[int, int]] = []
    done = rehearse(
        printed(cover),
        cover,
        exam,
        tmp_path / "out",
        7,
        level=Wear(dpi=75),
        progress=lambda *at: calls.append(at),
    )
    assert [p.name for p in done.files] == ["scan-001.pdf", "scan-002.pdf"]
    assert [(t.file, t.index) for t in read_pages(done.pages)][9:] == [
        ("scan-001.pdf", 9),
        ("scan-002.pdf", 0),
        ("scan-002.pdf", 1),
    ]
    assert calls == [(n, 12) for n in range(1, 13)]


def test_a_pdf_of_another_print_run_is_refused(
    booklets: Path, layout: Layout, exam: Exam, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="12 pages, the layout has 8"):
        rehearse(booklets, replace(layout, booklets=layout.booklets[:2]), exam, tmp_path, 7)


def test_a_box_under_a_punch_hole_is_for_a_person(
    layout: Layout, exam: Exam, tmp_path: Path, printed: Callable[[Layout], Path]
) -> None:
    left = tuple(
        replace(
            page,
            fields=tuple(
                replace(f, box=replace(f.box, x=10.0, y=104.0)) if f.id.endswith("/credit/0") else f
                for f in page.fields
            ),
        )
        for page in layout.pages
    )
    moved = replace(layout, pages=left)
    done = rehearse(printed(moved), moved, exam, tmp_path / "out", 7, level=Wear(dpi=75, holes=1.0))
    gone = [t for t in read_marks(done.marks) if "punched" in t.note]
    assert gone
    assert all(t.mark is Mark.OTHER and t.field.endswith("/credit/0") for t in gone)
    assert all(t.page == 3 for t in gone)  # on backs the holes are on the right


def test_colour_scans_have_colour(booklets: Path, layout: Layout, exam: Exam, tmp_path: Path) -> None:
    one = rehearse(booklets, layout, exam, tmp_path, 7, level=Wear(dpi=75, colour=True))
    with pikepdf.open(one.files[0]) as pdf:
        picture = pdf.pages[1].Resources.XObject.Im0
        assert picture.ColorSpace == pikepdf.Name.DeviceRGB
        data = np.frombuffer(picture.read_raw_bytes(), np.uint8)
    pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)).astype(int)
    assert (pixels.max(axis=2) - pixels.min(axis=2)).max() > 80


def test_a_task_travels(booklets: Path, layout: Layout) -> None:
    rng = stream(Population.JUDGE, 1)
    who = hand(rng, Population.JUDGE)
    dirt = befall(Wear(), layout.size, rng, stapled=True, holes=(), back=False)
    task = PageTask(
        pdf=booklets,
        index=0,
        like=0,
        size=layout.size,
        dpi=75,
        colour=False,
        stream=(1, 1),
        candidate=who,
        corrector=who,
        deeds=(),
        essays=(),
        code=None,
        fiducials=(),
        dirt=dirt,
        scans=(plan(Wear(dpi=75), rng, upside_down=False),),
    )
    copy = pickle.loads(pickle.dumps(task))  # noqa: S301 - our own bytes
    assert copy == task
    assert pickle.loads(pickle.dumps(process(copy))) == process(task)  # noqa: S301 - our own bytes


def test_pages_are_rendered_to_scale(booklets: Path) -> None:
    grey, colour = render(booklets, 1, 300, colour=False), render(booklets, 1, 300, colour=True)
    assert grey.shape in {(3508, 2481), (3508, 2480)}
    assert colour.shape == (*grey.shape, 3)
    x, y = round(30 * 300 / 25.4), round(42 * 300 / 25.4)  # left edge of the first choice box
    assert grey[y, x - 3 : x + 5].min() < 60
    assert grey[y, x - 12 : x - 4].min() > 200
