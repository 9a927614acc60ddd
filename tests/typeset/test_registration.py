"""The boxes for a registration number on the cover: where they are, and what is printed into them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest

from klausur.base.geometry import PAPERS, Box
from klausur.exam.model import Exam
from klausur.paper.fields import DIGIT_H, DIGIT_W, Field, FieldKind
from klausur.paper.layout import Layout
from klausur.paper.run import plan
from klausur.roster.model import Candidate
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.papers import Form, Paper, compile_paper

POINT = 72 / 25.4


def row_of(paper: Paper | Layout) -> Field | None:
    """The row of boxes on the cover, if there is one."""
    return next((f for f in paper.pages[0].fields if f.kind is FieldKind.DIGIT_ROW), None)


def covers(exam: Exam, people: list[Candidate], out: Path) -> tuple[Layout, list[str], list[str]]:
    """The layout of booklets for people and one for nobody; what stands in each row, and on each cover."""
    layout = compile_booklets(exam, plan(9, people, 1), bytes(32), out)
    row = row_of(layout)
    box = Box(0, 0, 0, 0) if row is None else row.box
    inside, whole = [], []
    with pdfium.PdfDocument(out) as document:
        for at in range(len(people) + 1):
            page = document[at * len(layout.pages)]
            text = page.get_textpage()
            high = page.get_height()
            found = text.get_text_bounded(
                box.x * POINT, high - box.bottom * POINT, box.right * POINT, high - box.y * POINT
            )
            inside.append("".join(found.split()))
            whole.append(" ".join(text.get_text_range().split()))
    return layout, inside, whole


@pytest.mark.long
@pytest.mark.parametrize("sheet", ["a4", "letter"])
@pytest.mark.parametrize("cells", [4, 8, 12])
def test_the_row_has_cells_of_the_readers_size(exam: Exam, sheet: str, cells: int) -> None:
    made = replace(exam, paper=sheet, registration_digits=cells)
    paper = compile_paper(made, Form.EXAM)
    row = row_of(paper)
    assert row is not None
    assert (row.id, row.cells) == ("cover/registration", cells)
    assert (row.box.w, row.box.h) == pytest.approx((cells * DIGIT_W, DIGIT_H), abs=0.01)
    assert row.box.inside(PAPERS[sheet])
    assert row.box.right <= PAPERS[sheet].w - 15
    spot = next(f for f in paper.pages[0].fields if f.kind is FieldKind.STICKER_SPOT)
    assert not spot.box.overlaps(row.box)
    assert all(row_of(compile_paper(made, form)) == row for form in Form)


def test_frames_are_grey_and_stand_between_the_cells(exam: Exam) -> None:
    paper = compile_paper(exam, Form.EXAM)
    row = row_of(paper)
    assert row is not None
    scale = 600 / 25.4
    with pdfium.PdfDocument(paper.pdf) as document:
        image = np.array(document[0].render(scale=600 / 72, grayscale=True).to_pil())
    line = image[
        int(row.box.centre[1] * scale), int((row.box.x - 1) * scale) : int((row.box.right + 1) * scale)
    ]
    dark = np.flatnonzero(line < 200)
    edges = np.split(dark, np.flatnonzero(np.diff(dark) > 5) + 1)
    middles = [edge.mean() / scale - 1 for edge in edges]
    expected = [0.125, *(n * DIGIT_W for n in range(1, 8)), 8 * DIGIT_W - 0.125]
    assert middles == pytest.approx(expected, abs=0.08)
    assert 90 < line.min() < 160


def test_no_digits_leave_a_line(exam: Exam, tmp_path: Path) -> None:
    made = replace(exam, registration_digits=0)
    assert row_of(compile_paper(made, Form.EXAM)) is None
    _, _, whole = covers(made, [Candidate("0371", "Ada Example")], tmp_path / "x.pdf")
    assert "0371" in whole[0]


def test_numbers_are_printed_into_the_cells(exam: Exam, tmp_path: Path) -> None:
    people = [
        Candidate("03712345", "Ada Example"),
        Candidate("471", "Bo Example"),
        Candidate("AB-77", "Cy Example"),
        Candidate("123456789", "Di Example"),
    ]
    _, inside, whole = covers(exam, people, tmp_path / "x.pdf")
    assert inside == ["03712345", "471", "", "", ""]
    assert "AB-77" in whole[2]
    assert "123456789" in whole[3]
    assert ["one digit in each box" in said for said in whole] == [False] * 4 + [True]


def test_digits_stand_in_the_middle_of_their_cells(exam: Exam, tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    layout, *_ = covers(exam, [Candidate("47", "Ada Example")], out)
    row = row_of(layout)
    assert row is not None
    scale = 300 / 25.4
    with pdfium.PdfDocument(out) as document:
        image = np.array(document[0].render(scale=300 / 72, grayscale=True).to_pil())
    for at in range(3):
        cell = Box(row.box.x + at * DIGIT_W, row.box.y, DIGIT_W, DIGIT_H).grown(-0.6)
        part = image[
            int(cell.y * scale) : int(cell.bottom * scale), int(cell.x * scale) : int(cell.right * scale)
        ]
        found = np.argwhere(part < 100) / scale
        if at == 2:
            assert not len(found)
            continue
        middle = (found.min(axis=0) + found.max(axis=0)) / 2
        assert middle == pytest.approx((cell.h / 2, cell.w / 2), abs=0.4)


NAMES = (
    "O'Ölçer, Şükrü",
    "Wolfeschlegelsteinhausenbergerdorff-Hohenstaufen von der Ottenheimer Höhe, Maximiliane Friederike",
    "Wolfeschlegelsteinhausenbergerdorffhohenstaufenüberlingenottenheimerhöhemaximilianefriederikecharlotte",
    "Ñ " * 60,
)


@pytest.mark.parametrize("sheet", ["a4", "letter"])
def test_no_name_is_ever_cut(exam: Exam, tmp_path: Path, sheet: str) -> None:
    rooms = (
        "Interims Hörsaal 1 (Galileo)",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau",
        "2",
        "3",
    )
    people = [
        Candidate(f"{n:08}", name, room, f"Reihe {n} Platz 11")
        for n, (name, room) in enumerate(zip(NAMES, rooms, strict=True))
    ]
    _, _, whole = covers(replace(exam, paper=sheet), people, tmp_path / "x.pdf")

    def letters(text: str) -> str:
        return "".join(c for c in text if c.isalnum())

    assert "O’Ölçer" in whole[0]
    for person, said in zip(people, whole, strict=False):
        for part in (person.name, person.room, person.seat):
            assert letters(part) in letters(said)
