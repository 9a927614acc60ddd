"""Booklets: codes that read back, names on covers, pages shared, limits refused."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp

from klausur.base.errors import KlausurError
from klausur.base.geometry import Box
from klausur.exam.content import Content
from klausur.exam.model import Exam
from klausur.paper import code
from klausur.paper.code import PageCode
from klausur.paper.fields import FieldKind
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun, plan
from klausur.roster.model import Candidate
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.papers import Form, compile_paper

KEY = bytes(range(32))
EXAM_NUMBER = 0xBEEF0042
LONG = "Freifrau von und zu Langenbeispiel-Mustermannshausen auf Hohenprobe und Niederversuch"
PEOPLE = (
    Candidate("03700001", "Jürgen Muster", "Hörsaal 1", "A 12"),
    Candidate("03700002", LONG, "The Hall with the Long Name on the Second Floor", "Row 17, seat 4, left"),
    Candidate(
        "03700003", "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenbeispielempfängerin", "", ""
    ),
    Candidate("03700004", 'A#b $c$ \\ *d* "e" <f> [g]', "#pagebreak()", "@x"),
)
POINT = 72 / 25.4


@pytest.fixture(scope="module")
def run() -> PrintRun:
    return plan(EXAM_NUMBER, PEOPLE, 2)


@pytest.fixture(scope="module")
def printed(exam: Exam, run: PrintRun, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Layout]:
    out = tmp_path_factory.mktemp("print") / "booklets.pdf"
    return out, compile_booklets(exam, run, KEY, out)


def text_of(page: pdfium.PdfPage, box: Box | None = None) -> str:
    high = page.get_height()
    textpage = page.get_textpage()
    if box is None:
        return " ".join(textpage.get_text_range().split())
    found = textpage.get_text_bounded(
        box.x * POINT, high - box.bottom * POINT, box.right * POINT, high - box.y * POINT
    )
    return " ".join(found.split())


def test_every_page_carries_its_code_where_the_layout_says(printed: tuple[Path, Layout]) -> None:
    out, layout = printed
    scale = 300 / 25.4
    with pdfium.PdfDocument(out) as document:
        assert len(document) == 6 * 4
        for index in range(len(document)):
            booklet, number = index // 4 + 1, index % 4 + 1
            page = layout.page(booklet, number)
            assert page is not None
            box = next(f.box for f in page.fields if f.kind is FieldKind.PAGE_CODE)
            image = np.array(document[index].render(scale=300 / 72, grayscale=True).to_pil())
            around = box.grown(2)
            part = image[
                int(around.y * scale) : int(around.bottom * scale),
                int(around.x * scale) : int(around.right * scale),
            ]
            dark = np.argwhere(part < 128) / scale + (
                int(around.y * scale) / scale,
                int(around.x * scale) / scale,
            )
            assert dark.min(axis=0) == pytest.approx((box.y, box.x), abs=0.1)
            assert dark.max(axis=0) == pytest.approx((box.bottom, box.right), abs=0.15)
            found = zxingcpp.read_barcodes(part)
            expected = PageCode(EXAM_NUMBER, booklet, number)
            assert code.decode(found[0].bytes, EXAM_NUMBER, KEY) == expected
            assert code.show(expected) in text_of(document[index])


def test_covers_name_their_candidate_and_spares_nobody(printed: tuple[Path, Layout]) -> None:
    out, _ = printed
    with pdfium.PdfDocument(out) as document:
        covers = [text_of(document[n * 4]) for n in range(6)]
    for number, person in enumerate(PEOPLE, start=1):
        cover = covers[number - 1]
        assert person.registration in letters(cover)
        for part in (*person.name.split(), *person.room.split(), *person.seat.split()):
            assert letters(part) in letters(cover)
    for cover in covers[4:]:
        assert not any(person.registration in letters(cover) for person in PEOPLE)
        assert "Name" in cover


def letters(said: str) -> str:
    """Letters and digits alone: words may be broken, and digits stand apart in their boxes."""
    return "".join(character for character in said if character.isalnum())


def test_what_is_printed_stays_in_its_place(exam: Exam, printed: tuple[Path, Layout]) -> None:
    """Every character that a cover adds lies on the lines, or in the boxes, that wait for it."""
    out, layout = printed
    row = next(f.box for f in layout.pages[0].fields if f.kind is FieldKind.DIGIT_ROW)
    plain = compile_paper(exam, Form.EXAM)
    with pdfium.PdfDocument(out) as document, pdfium.PdfDocument(plain.pdf) as bare:
        lines = [
            item.get_bounds()
            for item in bare[0].get_objects()
            if item.type == pdfium.raw.FPDF_PAGEOBJ_PATH and item.get_bounds()[3] - item.get_bounds()[1] < 2
        ]
        for number in range(len(PEOPLE)):
            page = document[number * 4]
            high = page.get_height()
            cells = (row.x * POINT, high - row.bottom * POINT, row.right * POINT, high - row.y * POINT)
            overlay = next(
                o
                for o in page.get_objects(max_depth=1)
                if o.type == pdfium.raw.FPDF_PAGEOBJ_FORM and is_cover(o)
            )
            characters = [o.get_bounds() for o in form_objects(overlay)]
            assert characters
            for left, bottom, right, top in characters:
                in_row = cells[0] < left < right < cells[2] and cells[1] < bottom < top < cells[3]
                assert in_row or any(
                    line[0] - 1 <= left
                    and right <= line[2] + 1
                    and line[1] - 1 <= bottom
                    and top <= line[3] + 9.2 * POINT
                    for line in lines
                ), (left, bottom, right, top)


def is_cover(item: pdfium.PdfObject) -> bool:
    left, bottom, right, top = item.get_bounds()
    return bool(right - left > 60 or top - bottom > 30)


def form_objects(item: pdfium.PdfObject) -> list[pdfium.PdfObject]:
    raw = pdfium.raw
    return [
        pdfium.PdfObject(raw.FPDFFormObj_GetObject(item.raw, n), page=item.page, pdf=item.pdf, level=1)
        for n in range(raw.FPDFFormObj_CountObjects(item.raw))
    ]


def test_page_content_is_shared_between_booklets(printed: tuple[Path, Layout]) -> None:
    out, _ = printed
    with pikepdf.open(out) as pdf:
        for number in range(4):
            shared = {
                tuple(s.objgen for s in list(pdf.pages[b * 4 + number].obj.Contents)[:-1]) for b in range(6)
            }
            assert len(shared) == 1
            own = {list(pdf.pages[b * 4 + number].obj.Contents)[-1].objgen for b in range(6)}
            assert len(own) == 6
        resources = {pdf.pages[b * 4 + 2].obj.Resources.objgen for b in range(6)}
        assert len(resources) == 1


def test_the_layout_shares_equal_pages(exam: Exam, run: PrintRun, printed: tuple[Path, Layout]) -> None:
    _, layout = printed
    assert layout.exam_number == run.exam_number
    assert (layout.exam, layout.source_digest, layout.paper) == (exam.slug, exam.digest, exam.paper)
    assert [b.number for b in layout.booklets] == [1, 2, 3, 4, 5, 6]
    assert {b.pages for b in layout.booklets} == {(0, 1, 2, 3)}
    assert layout.pages == compile_paper(exam, Form.EXAM).pages


def test_equal_input_makes_equal_bytes(
    exam: Exam, run: PrintRun, printed: tuple[Path, Layout], tmp_path: Path
) -> None:
    again = tmp_path / "again.pdf"
    compile_booklets(exam, run, KEY, again)
    assert again.read_bytes() == printed[0].read_bytes()
    compile_booklets(exam, run, KEY[::-1], again)
    assert again.read_bytes() != printed[0].read_bytes()


def test_blackened_booklets_are_covered_and_coded(exam: Exam, run: PrintRun, tmp_path: Path) -> None:
    out = tmp_path / "blackened.pdf"
    layout = compile_booklets(exam, run, KEY, out, form=Form.BLACKENED)
    assert layout.pages == compile_paper(exam, Form.EXAM).pages
    with pdfium.PdfDocument(out) as document:
        said = " ".join(text_of(document[n]) for n in range(len(document)))
    assert "wombats" not in said
    assert code.show(PageCode(EXAM_NUMBER, 3, 2)) in said
    assert "Jürgen Muster" in said


def test_booklets_ask_for_their_own_size(printed: tuple[Path, Layout]) -> None:
    with pikepdf.open(printed[0]) as document:
        asked = document.Root.ViewerPreferences
        assert (asked.PrintScaling, asked.Duplex) == (pikepdf.Name("/None"), pikepdf.Name.DuplexFlipLongEdge)


def test_covers_explain_stickers_where_these_are_printed(exam: Exam, run: PrintRun, tmp_path: Path) -> None:
    said, layouts = [], []
    for n, made in enumerate((run, plan(EXAM_NUMBER, PEOPLE, 2, stickers=True))):
        layouts.append(compile_booklets(exam, made, KEY, tmp_path / f"{n}.pdf"))
        with pdfium.PdfDocument(tmp_path / f"{n}.pdf") as document:
            said.append("a sticker with a code of its own" in text_of(document[0]))
    assert said == [False, True]
    assert layouts[0].pages == layouts[1].pages


def test_progress_counts_booklets(exam: Exam, run: PrintRun, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    compile_booklets(
        exam, run, KEY, tmp_path / "x.pdf", progress=lambda done, total: told.append((done, total))
    )
    assert told == [(n, 6) for n in range(1, 7)]


def test_a_bad_exam_is_not_printed(
    exam: Exam,
    of_questions: Callable[..., Exam],
    run: PrintRun,
    typst: Callable[..., Content],
    tmp_path: Path,
) -> None:
    bad = of_questions(replace(next(iter(exam.questions)), content=typst("$undefinedname$", 7)))
    with pytest.raises(KlausurError, match="undefinedname"):
        compile_booklets(bad, run, KEY, tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()


def test_more_pages_than_a_code_can_number_are_refused(exam: Exam, run: PrintRun, tmp_path: Path) -> None:
    with pytest.raises(KlausurError, match="256 pages"):
        compile_booklets(replace(exam, extra_pages=253), run, KEY, tmp_path / "x.pdf")


def test_a_letter_sheet_is_coded_too(exam: Exam, run: PrintRun, tmp_path: Path) -> None:
    out = tmp_path / "letter.pdf"
    compile_booklets(replace(exam, paper="letter"), run, KEY, out)
    with pdfium.PdfDocument(io.BytesIO(out.read_bytes())) as document:
        pages = len(document) // len(run.booklets)
        page = document[pages + 1]
        assert page.get_width() == pytest.approx(612, abs=0.5)
        image = np.array(page.render(scale=300 / 72, grayscale=True).to_pil())
        found = zxingcpp.read_barcodes(image[:250, :520])
    assert code.decode(found[0].bytes, EXAM_NUMBER, KEY) == PageCode(EXAM_NUMBER, 2, 2)
