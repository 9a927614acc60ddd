"""Extra sheets: two sides each, a code of their own, digit cells to tie them to a booklet."""

from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from klausur.base.errors import UsageError
from klausur.base.geometry import PAPERS
from klausur.exam.model import Exam
from klausur.paper import code as codec
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import DIGIT_H, DIGIT_W, FieldKind
from klausur.paper.run import Booklet, PrintRun, plan
from klausur.typeset.extra import compile_extras

from .seen import KEY, text_of

RUN = plan(0xBEEF0042, (), 3, extras=4)


@pytest.mark.parametrize(("paper", "language"), [("a4", "en"), ("letter", "de")])
def test_each_sheet_has_a_front_and_a_back_with_codes_of_its_own(
    exam: Exam, tmp_path: Path, paper: str, language: str
) -> None:
    out = tmp_path / "extra.pdf"
    own = replace(exam, paper=paper, language=language)
    sheets = compile_extras(own, RUN, KEY, out)
    assert [(s.sheet, s.number, s.pages) for s in sheets.sheets] == [
        (Sheet.EXTRA, n, (0, 1)) for n in range(1, 5)
    ]
    assert [page.number for page in sheets.pages] == [1, 2]
    with pdfium.PdfDocument(out) as document:
        assert len(document) == 8
        for at in range(8):
            seen = text_of(document[at])
            assert codec.show(PageCode(RUN.exam_number, at // 2 + 1, at % 2 + 1, Sheet.EXTRA)) in seen
            assert own.title in seen
            assert ("Extra sheet No. " if language == "en" else "Zusatzblatt Nr. ") + str(at // 2 + 1) in seen
    for page in sheets.pages:
        for field in page.fields:
            assert field.box.inside(PAPERS[paper])
        (answer,) = (f for f in page.fields if f.kind is FieldKind.ANSWER_AREA)
        assert answer.id == f"extra/{'front' if page.number == 1 else 'back'}/answer"
        assert answer.box.h > 180
        assert answer.box.w % 5 == pytest.approx(0, abs=1e-3)
        assert not any(answer.box.overlaps(f.box) for f in page.fields if f is not answer)


def test_the_cells_are_the_digit_reader_s(exam: Exam, tmp_path: Path) -> None:
    sheets = compile_extras(exam, RUN, KEY, tmp_path / "x.pdf")
    rows = {f.id: f for f in sheets.pages[0].fields if f.kind is FieldKind.DIGIT_ROW}
    assert {name: row.cells for name, row in rows.items()} == {
        "extra/booklet": 5,
        "extra/registration": exam.registration_digits,
    }
    for row in rows.values():
        assert row.cells is not None
        assert (row.box.w, row.box.h) == pytest.approx((row.cells * DIGIT_W, DIGIT_H))


def test_long_booklet_numbers_have_room_and_an_exam_may_go_without_registration(
    exam: Exam, tmp_path: Path
) -> None:
    run = PrintRun(1, (Booklet(1), Booklet(123456)), extras=(1,))
    sheets = compile_extras(replace(exam, registration_digits=0), run, KEY, tmp_path / "x.pdf")
    assert {f.id: f.cells for f in sheets.pages[0].fields if f.cells} == {"extra/booklet": 6}


def test_the_widest_rows_stay_on_the_sheet(exam: Exam, tmp_path: Path) -> None:
    sheets = compile_extras(replace(exam, registration_digits=20), RUN, KEY, tmp_path / "x.pdf")
    (row,) = (f for f in sheets.pages[0].fields if f.id == "extra/registration")
    assert row.box.right <= PAPERS["a4"].w - 5
    answer = next(f for f in sheets.pages[0].fields if f.kind is FieldKind.ANSWER_AREA)
    assert not row.box.overlaps(answer.box)


def test_they_are_printed_on_both_sides(exam: Exam, tmp_path: Path) -> None:
    compile_extras(exam, RUN, KEY, tmp_path / "x.pdf")
    with pikepdf.open(tmp_path / "x.pdf") as pdf:
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"


def test_no_extra_sheets_are_refused(exam: Exam, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        compile_extras(exam, plan(1, (), 1), KEY, tmp_path / "x.pdf")
