"""Stickers: each on its label, whole, with a code that reads back however it is stuck on."""

from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from klausur.base.errors import UsageError
from klausur.exam.model import Exam
from klausur.paper.code import MODULES, PageCode, Sheet
from klausur.paper.labels import KNOWN, LEAST, LabelSheet
from klausur.paper.run import PrintRun, plan
from klausur.roster.made_up import made_up
from klausur.roster.model import Candidate
from klausur.roster.name_order import ever_shorter
from klausur.typeset.stickers import EDGE, code_side, compile_stickers, places

from .seen import KEY, codes_in, letters, text_of

EXAM_NUMBER = 0xBEEF0042
SMALLEST = LabelSheet("smallest", "a4", 2, 3, LEAST.w, LEAST.h, 10, 10, 30, 12)
SHEETS = {**KNOWN, "smallest": SMALLEST}
PEOPLE = (
    Candidate("03700001", "Jürgen Muster", "Hörsaal 1", "A 12"),
    Candidate("03700002", "Freifrau von und zu Langenbeispiel-Mustermannshausen auf Hohenprobe", "Saal", "1"),
    Candidate("03700003", "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenbeispielempfängerin"),
    Candidate("ABCDEFGHIJ/1234567890", 'A#b $c$ \\ *d* "e" <f> [g]', "#pagebreak()", "@x"),
    *made_up(4, 3),
)
RUN = plan(EXAM_NUMBER, PEOPLE, 0, stickers=True)


@pytest.fixture(scope="module", params=SHEETS)
def printed(
    request: pytest.FixtureRequest, exam: Exam, tmp_path_factory: pytest.TempPathFactory
) -> tuple[LabelSheet, Path]:
    out = tmp_path_factory.mktemp("stickers") / "stickers.pdf"
    compile_stickers(exam, RUN, KEY, SHEETS[request.param], out)
    return SHEETS[request.param], out


def test_all_print_lies_on_its_label(printed: tuple[LabelSheet, Path]) -> None:
    sheet, out = printed
    labels = [sheet.box(n).grown(0.4 - EDGE) for n in range(sheet.count)]
    with pdfium.PdfDocument(out) as document:
        for number in range(len(document)):
            for letter in letters(document[number]):
                assert any(
                    box.x <= letter.x
                    and letter.right <= box.right
                    and box.y <= letter.y
                    and letter.bottom <= box.bottom
                    for box in labels
                ), letter


def test_each_label_says_whose_it_is(printed: tuple[LabelSheet, Path]) -> None:
    sheet, out = printed
    with pdfium.PdfDocument(out) as document:
        for at in places(RUN.stickers, sheet):
            person = at.sticker.candidate
            words = text_of(document[at.sheet], sheet.box(at.position))
            assert words.split()[0] == str(at.sticker.number)
            registration = person.registration if len(person.registration) < 10 else person.registration[:5]
            assert registration in words
            assert any(plain(name) in plain(words) for name in ever_shorter(person.name))


def plain(words: str) -> str:
    """Without blanks and hyphens, which look otherwise at the end of a line."""
    return "".join(c for c in words if c.isprintable() and c not in " -")


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 7, -20])
def test_codes_read_back_at_300_dpi_however_they_are_turned(
    printed: tuple[LabelSheet, Path], turn: float
) -> None:
    sheet, out = printed
    found = []
    with pdfium.PdfDocument(out) as document:
        for at in places(RUN.stickers, sheet):
            found += codes_in(document[at.sheet], [sheet.box(at.position)], EXAM_NUMBER, turn=turn)
    assert found == [[PageCode(EXAM_NUMBER, n, 1, Sheet.STICKER)] for n in range(1, len(PEOPLE) + 1)]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_module_is_as_large_as_the_reader_needs(sheet: LabelSheet) -> None:
    assert code_side(sheet) / MODULES >= 0.35
    assert code_side(sheet) + 2 * EDGE <= sheet.h + 0.01


def test_labels_that_are_used_up_are_left_out() -> None:
    sheet = KNOWN["L7160"]
    found = places(RUN.stickers, sheet, skip=18)
    assert [(p.sheet, p.position) for p in found] == [(0, 18), (0, 19), (0, 20), *((1, n) for n in range(5))]
    for skip in (-1, 21):
        with pytest.raises(UsageError, match="cannot be skipped"):
            places(RUN.stickers, sheet, skip=skip)


def test_rooms_begin_on_fresh_sheets_if_wanted() -> None:
    listed = [replace(c, room=room) for c, room in zip(made_up(6, 1), "AAABBC", strict=True)]
    run = plan(EXAM_NUMBER, listed, 0, stickers=True)
    sheet = LabelSheet("two", "a4", 2, 1, 60, 30, 10, 10, 70, 30)
    found = [(p.sheet, p.position) for p in places(run.stickers, sheet, room_breaks=True)]
    assert found == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (3, 0)]
    found = [(p.sheet, p.position) for p in places(run.stickers, sheet)]
    assert found == [(n // 2, n % 2) for n in range(6)]


def test_numbers_stand_on_the_same_line_of_every_label(printed: tuple[LabelSheet, Path]) -> None:
    sheet, out = printed
    tops = set()
    with pdfium.PdfDocument(out) as document:
        for at in places(RUN.stickers, sheet):
            label = sheet.box(at.position)
            tops.add(min(box.y for box in letters(document[at.sheet]) if box.overlaps(label)) - label.y)
    assert max(tops) - min(tops) < 0.2, "digits reach a hair above one another"


def test_a_sheet_of_codes_is_small(exam: Exam, tmp_path: Path) -> None:
    sheet, out = KNOWN["L4731"], tmp_path / "stickers.pdf"
    run = plan(EXAM_NUMBER, made_up(sheet.count, 3), 0, stickers=True)
    compile_stickers(exam, run, KEY, sheet, out)
    with pikepdf.open(out) as pdf:
        (page,) = pdf.pages
        content = sum(len(stream.read_bytes()) for stream in page.Contents)
    assert content < 700_000
    assert out.stat().st_size < 300_000


def test_sheets_have_their_own_size_and_are_printed_at_it(exam: Exam, tmp_path: Path) -> None:
    out = tmp_path / "stickers.pdf"
    compile_stickers(exam, PrintRun(1, (), RUN.stickers), KEY, KNOWN["5160"], out, skip=29)
    with pikepdf.open(out) as pdf:
        asked = pdf.Root.ViewerPreferences
        assert asked.PrintScaling == "/None"
        assert asked.Duplex == "/Simplex"
    with pdfium.PdfDocument(out) as document:
        assert len(document) == 2
        assert document[0].get_size() == pytest.approx((612, 792), abs=0.1)
        assert exam.paper == "a4"
