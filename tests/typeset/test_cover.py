"""The cover fills its page: facts on base lines, a balanced title, frames in line, credits to be added up."""

from collections.abc import Callable
from ctypes import c_double
from dataclasses import replace
from datetime import time
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw
from tests.typeset.conftest import choice_question, text_question

from klausur.base.geometry import Box
from klausur.exam.model import Exam
from klausur.paper.fields import FieldKind
from klausur.paper.run import plan
from klausur.roster.model import Candidate
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.papers import Base, Form, compile_base

MM = 25.4 / 72
FOOT = 297.0 - 17.0
TITLE = "Bürgerliches Recht II: Schuldrecht und Sachenrecht"
EXAMINER = "Prof. Dr. iur. Friederike von Hohenlohe-Schwarzenbach, LL.M., Tübingen"


def base(exam: Exam, **changes: object) -> Base:
    stickers = bool(changes.pop("stickers", True))
    return compile_base(replace(exam, **changes), Form.EXAM, booklets=False, stickers=stickers)  # type: ignore[arg-type]


class Cover:
    """The words of a cover and its lines, in mm."""

    def __init__(self, pdf: bytes) -> None:
        with pdfium.PdfDocument(pdf) as document:
            page = document[0]
            high = page.get_height()
            text = page.get_textpage()
            self.said = "".join(text.get_text_range(at, 1) for at in range(text.count_chars()))
            self.origins: list[tuple[float, float]] = []
            for at in range(text.count_chars()):
                x, y = c_double(), c_double()
                assert raw.FPDFText_GetCharOrigin(text.raw, at, x, y)
                self.origins.append((x.value * MM, (high - y.value) * MM))
            self.drawn = [
                Box(left * MM, (high - top) * MM, (right - left) * MM, (top - bottom) * MM)
                for thing in page.get_objects(max_depth=1)
                if thing.type != raw.FPDF_PAGEOBJ_TEXT
                for left, bottom, right, top in (thing.get_bounds(),)
            ]

    def at(self, words: str) -> tuple[float, float]:
        """Where words begin on their base line."""
        return self.origins[self.said.index(words)]


def test_facts_stand_on_common_base_lines(exam: Exam) -> None:
    cover = Cover(base(exam, examiner=EXAMINER).paper.pdf)
    for label, value in (("Date", "Friday"), ("Time", "09:30"), ("Examiner", "Prof. Dr. iur.")):
        assert cover.at(label)[1] == pytest.approx(cover.at(value)[1], abs=0.02)


def test_a_long_title_has_lines_of_about_one_length(exam: Exam) -> None:
    cover = Cover(base(exam, title=TITLE).paper.pdf)
    start = cover.said.index(TITLE[:10])
    lines: dict[float, list[float]] = {}
    for at in range(start, start + len(TITLE)):
        x, y = cover.origins[at]
        lines.setdefault(round(y), []).append(x)
    widths = [max(xs) - min(xs) for xs in lines.values() if len(xs) > 1]
    assert len(widths) == 2
    assert min(widths) > 0.7 * max(widths)


def test_the_frame_for_a_sticker_is_there_where_stickers_are(exam: Exam) -> None:
    """The Field is there in any case: all covers have one layout."""
    shown, bare = base(exam), base(exam, stickers=False)
    assert shown.paper.pages == bare.paper.pages
    frame = next(f.box for f in shown.paper.pages[0].fields if f.kind is FieldKind.STICKER_SPOT)

    def framed(of: Base) -> bool:
        return any(abs(b.w - frame.w) < 0.5 and abs(b.h - frame.h) < 0.5 for b in Cover(of.paper.pdf).drawn)

    assert framed(shown)
    assert not framed(bare)
    assert "sticker" not in Cover(bare.paper.pdf).said.lower()


@pytest.mark.parametrize("digits", [4, 6, 8, 9, 12])
def test_the_boxes_of_the_number_and_the_frame_above_end_together(exam: Exam, digits: int) -> None:
    made = base(exam, registration_digits=digits)
    fields = {f.kind: f.box for f in made.paper.pages[0].fields}
    frame, row = fields[FieldKind.STICKER_SPOT], fields[FieldKind.DIGIT_ROW]
    assert row.x == pytest.approx(frame.x, abs=0.01)
    ends = [
        b.right for b in Cover(made.paper.pdf).drawn if abs(b.bottom - row.bottom) < 0.4 and b.right > row.x
    ]
    assert max(ends) == pytest.approx(frame.right, abs=0.3)


def test_a_table_for_the_credits_of_each_problem_stands_at_the_foot(exam: Exam) -> None:
    cover = Cover(base(exam).paper.pdf)
    for words in ("Reached, first corrector", "Reached, second corrector", "Sum"):
        assert words in cover.said
    assert max(b.bottom for b in cover.drawn if b.w > 10) == pytest.approx(FOOT, abs=0.5)
    rules = sorted({round(b.y, 1) for b in cover.drawn if b.w > 10 and b.y > FOOT - 30})
    assert rules[-1] - rules[-2] >= 7  # room to write


def test_who_is_graded_by_machines_alone_has_no_such_table(of_questions: Callable[..., Exam]) -> None:
    assert "corrector" not in Cover(base(of_questions(choice_question("1.1"))).paper.pdf).said


def test_where_it_has_no_room_the_table_is_left_out(exam: Exam, of_questions: Callable[..., Exam]) -> None:
    long = tuple(exam.instructions) * 24
    made = of_questions(text_question("1.1"), instructions=long)
    cover = Cover(base(made).paper.pdf)
    assert "Reached" not in cover.said
    assert "Working instructions" in cover.said


def test_a_booklet_says_its_number_as_extra_sheets_want_it_and_a_candidates_own_time(
    exam: Exam, tmp_path: Path
) -> None:
    people = (Candidate("03700001", "Ada Example"), Candidate("03700002", "Bo Example", extra_minutes=23))
    exam = replace(exam, start=time(9, 30), minutes=90)
    compile_booklets(exam, plan(0xBEEF0042, people, 1), bytes(range(32)), tmp_path / "x.pdf")
    with pdfium.PdfDocument(tmp_path / "x.pdf") as document:
        pages = len(document) // 3
        covers = [" ".join(document[n * pages].get_textpage().get_text_range().split()) for n in range(3)]
    assert [f"{n:05}" in cover for n, cover in enumerate(covers, start=1)] == [True] * 3
    assert all("as it stands above, with its zeros" in cover for cover in covers)
    assert ["Your time: 09:30 – 11:23 (113 minutes)" in cover for cover in covers] == [False, True, False]
