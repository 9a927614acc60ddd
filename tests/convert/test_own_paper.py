"""A finished PDF becomes an exam: proposed, corrected, adopted, and printed on its own pages."""

import io
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from msgspec import structs

from klausur.actions import adopt
from klausur.base.errors import KlausurError, RefusedError
from klausur.convert import own_pdf, own_proposal
from klausur.exam import source
from klausur.exam.differences import DifferenceKind, differences
from klausur.exam.frozen import Frozen, freeze, gather, materialise, thaw
from klausur.exam.model import QuestionKind
from klausur.exam.setting import Setting, numbered
from klausur.paper.fields import FieldKind
from klausur.typeset import own_room
from klausur.typeset.papers import Form, compile_base, compile_paper

from .own_pdfs import COVERED, FULL, ROOMY, TELLTALE, pdf


def proposed(place: Path, text: str) -> tuple[Path, Path]:
    """A PDF, and what is proposed for it with the right squares marked."""
    paper, said = place / "optics.pdf", place / "optics.toml"
    paper.write_bytes(pdf(text))
    found = adopt.propose(paper, said)
    assert (found.questions, found.choices, list(found.remarks)) == (4, 2, [])
    words = said.read_text("utf-8")
    for right in ('["A", "B"]', '["B"]'):
        words = re.sub(r"right = \[\].*", f"right = {right}", words, count=1)
    said.write_text(words, encoding="utf-8")
    return paper, said


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own")
    paper, said = proposed(place, ROOMY)
    done = adopt.adopt(paper, said, place / "exam")
    assert [d for d in done.diagnostics if d.severity == "error"] == []
    return place / "exam"


def test_a_proposal_finds_headings_parts_credits_squares_and_room(tmp_path: Path) -> None:
    paper = tmp_path / "optics.pdf"
    paper.write_bytes(pdf(ROOMY))
    adopt.propose(paper, tmp_path / "said.toml")
    words = (tmp_path / "said.toml").read_text("utf-8")
    assert re.findall(r"^title = \"(.*)\"$", words, re.MULTILINE) == [
        "optics",
        "Problem 1 Lenses",
        "Problem 2 Which of these are convex?",
        "3a",
        "3b",
    ]
    assert re.findall(r"^credits = (.*)$", words, re.MULTILINE) == ["4", "2", "2", "3"]
    (one, two) = re.findall(r"^answer = \[\{ page = (\d), .*h = ([\d.]+) \}\]$", words, re.MULTILINE)
    assert (one[0], two[0]) == ("1", "2")
    assert float(one[1]) == pytest.approx(70, abs=6)
    assert len(re.findall(r"^    \{ page = \d, .*w = (?:3\.\d|2\.[89]), h", words, re.MULTILINE)) == 6
    with pytest.raises(RefusedError, match="is there already"):
        adopt.propose(paper, tmp_path / "said.toml")


def test_boxes_for_credits_on_a_paper_are_neither_questions_nor_choices(tmp_path: Path) -> None:
    paper, said = proposed(tmp_path, ROOMY)
    words = said.read_text("utf-8").replace("credits = 4\n", "credits = 4\nstep = 0.5\n")
    said.write_text(words, encoding="utf-8")
    adopt.adopt(paper, said, tmp_path / "exam")
    exam = source.parse(tmp_path / "exam").exam
    assert exam is not None
    printed = own_pdf.plain(compile_paper(exam, Form.EXAM).pdf)
    found = own_proposal.propose(tuple(own_pdf.pages(printed)))
    assert [(q.title, q.credits, len(q.squares)) for q in found.questions] == [
        ("Problem 1 Lenses", "4", 0),
        ("Problem 2 Which of these are convex?", "2", 3),
        ("3a", "2", 0),
        ("3b", "3", 3),
    ]


def test_the_folder_is_an_exam_whose_questions_have_credits_and_key(adopted: Path) -> None:
    exam = source.parse(adopted).exam
    assert exam is not None
    assert [(q.kind, q.credits) for q in exam.questions] == [
        (QuestionKind.TEXT, Fraction(4)),
        (QuestionKind.CHOICE, Fraction(2)),
        (QuestionKind.TEXT, Fraction(2)),
        (QuestionKind.SINGLE, Fraction(3)),
    ]
    convex = list(exam.questions)[1]
    assert [(c.content.text, c.right) for c in convex.choices] == [
        ("a magnifying glass", True),
        ("the back of a spoon", True),
        ("the inside of a spoon", False),
    ]
    assert [p.title for p in exam.problems] == [
        "Problem 1 Lenses",
        "Problem 2 Which of these are convex?",
        "Problem 3 Mirrors",
    ]


def test_boxes_stand_over_squares_or_in_the_margin_and_report_their_places(adopted: Path) -> None:
    exam = source.parse(adopted).exam
    assert exam is not None
    paper = compile_paper(exam, Form.EXAM)
    assert [d for d in paper.diagnostics if d.severity == "error"] == []
    assert len(paper.pages) % 2 == 0
    fields = {f.id: (page.number, f) for page in paper.pages for f in page.fields}
    own = exam.own_paper
    assert own is not None
    places = {place.id: place for place in own.questions}
    (in_place, moved) = [p for p in own.questions if p.squares]
    assert in_place.column is None
    for letter, square in zip("abc", in_place.squares, strict=True):
        page, field = fields[f"{in_place.id}/choice/{letter}"]
        assert page == square.page + 1, "behind the cover"
        assert field.box.centre[1] == pytest.approx(square.box.centre[1], abs=0.1)
        assert field.box.right <= square.box.right + 0.1
    assert moved.column is not None, "squares stand too close to each other"
    column = [fields[f"{moved.id}/choice/{letter}"][1].box for letter in "abc"]
    assert [box.x for box in column] == pytest.approx([moved.column.x] * 3, abs=0.01)
    lens = next(q for q in exam.questions if q.kind is QuestionKind.TEXT)
    credits = [f for _, f in fields.values() if f.kind is FieldKind.CREDIT_BOX and f.question == lens.id]
    assert sorted(f.credits for f in credits if f.credits is not None) == [0, 1, 2, 3, 4]
    answer = places[lens.id].answers[0].box
    area = fields[f"{lens.id}/answer"][1].box
    assert (area.x, area.y) == pytest.approx((answer.x, answer.y), abs=0.01)
    assert {f.id for _, f in fields.values()} >= {"cover/registration", "cover/sticker"}


def test_the_pages_stay_as_they_are_in_print_and_nothing_of_them_is_left_in_the_blackened_paper(
    adopted: Path,
) -> None:
    exam = source.parse(adopted).exam
    assert exam is not None
    with pdfium.PdfDocument(compile_paper(exam, Form.EXAM).pdf) as printed:
        words = " ".join(page.get_textpage().get_text_range() for page in printed)
    assert TELLTALE in words
    assert "the back of a spoon" in words
    black = compile_paper(exam, Form.BLACKENED)
    with pdfium.PdfDocument(black.pdf) as printed:
        words = " ".join(page.get_textpage().get_text_range() for page in printed)
    for gone in (TELLTALE, "lens", "spoon", "mirrors", "Lovelace"):
        assert gone not in words.lower()
    with pikepdf.open(io.BytesIO(black.pdf)) as document:
        held = [obj for obj in document.objects if isinstance(obj, pikepdf.Stream)]
        unpacked = b"".join(obj.read_bytes() for obj in held if obj.get("/Subtype") != "/Image")
        assert not [obj for obj in held if obj.get("/Subtype") == "/Image"]
        assert TELLTALE.encode() not in unpacked
        assert b"Lovelace" not in unpacked + str(document.docinfo).encode()
    exam_pages, black_pages = compile_paper(exam, Form.EXAM).pages, black.pages
    assert exam_pages == black_pages
    assert TELLTALE.encode() not in (adopted / "paper.toml").read_bytes()
    assert b"Lovelace" not in (adopted / "paper.pdf").read_bytes()


def test_what_was_frozen_is_typeset_without_the_folder(adopted: Path, tmp_path: Path) -> None:
    exam = source.parse(adopted).exam
    assert exam is not None
    place = tmp_path / "kept"
    place.mkdir()
    there = materialise(thaw(freeze(gather([exam], adopted)), tmp_path), place)
    assert there.first.own_paper == exam.own_paper
    assert compile_paper(there.first, Form.EXAM).pages == compile_paper(exam, Form.EXAM).pages


def test_another_place_is_another_paper_and_large_print_is_refused(adopted: Path) -> None:
    exam = source.parse(adopted).exam
    assert exam is not None
    assert exam.own_paper is not None
    page, *rest = exam.own_paper.pages
    moved = structs.replace(exam.own_paper, pages=(structs.replace(page, x=page.x + 1), *rest))
    printed = gather([exam], adopted)
    changed = Frozen((replace(exam, own_paper=moved),), {**printed.files, "paper.pdf": b"%PDF other"})
    found = differences(printed, changed)
    assert [d.kind for d in found] == [DifferenceKind.OWN_PAPER] * 2
    assert differences(printed, printed) == ()
    large = replace(exam, variant=numbered(1, Setting(large=True)))
    refused = [d.message for d in compile_paper(large, Form.EXAM).diagnostics if d.code == "own-paper"]
    assert refused == ["an exam on its own paper cannot be set in large print"]


def test_a_page_without_room_is_named_and_moved_or_scaled_if_told(tmp_path: Path) -> None:
    paper, said = proposed(tmp_path, FULL)
    words = said.read_text("utf-8").replace("fit = true", "fit = false")
    said.write_text(words, encoding="utf-8")
    with pytest.raises(KlausurError, match="page 2: there is print where marks in the corners"):
        adopt.adopt(paper, said, tmp_path / "exam")
    assert not (tmp_path / "exam").exists()
    done = adopt.adopt(paper, said, tmp_path / "exam", fit=True)
    assert done.done[0].startswith("page 1: moved by ")
    assert [d for d in done.diagnostics if d.severity == "error"] == []
    toml = (tmp_path / "exam" / "paper.toml").read_text("utf-8")
    scale = re.search(r"^scale = ([\d.]+)$", toml, re.MULTILINE)
    assert scale is not None
    assert 0.8 < float(scale[1]) < 1
    spoilt = toml.replace(scale[0], "scale = 1.0").replace("\nx = ", "\nx = -")
    (tmp_path / "exam" / "paper.toml").write_text(spoilt, encoding="utf-8")
    exam = source.parse(tmp_path / "exam").exam
    assert exam is not None
    codes = {d.code for d in compile_paper(exam, Form.EXAM).diagnostics}
    assert "own-paper-room" in codes


def test_what_one_program_leaves_out_of_a_page_is_noticed(adopted: Path) -> None:
    exam = source.parse(adopted).exam
    assert exam is not None
    assert exam.own_paper is not None
    paper, without = (compile_paper(exam, form) for form in (Form.EXAM, Form.BLACKENED))
    found = own_room.check(exam, exam.own_paper, paper.pages, without.pdf)
    lost = [d.message for d in found if "not drawn whole" in d.message]
    assert lost == ["page 1 of paper.pdf is not drawn whole", "page 2 of paper.pdf is not drawn whole"]


def test_their_first_page_is_the_cover_and_many_credit_boxes_lie_in_a_row(tmp_path: Path) -> None:
    paper, said = proposed(tmp_path, COVERED)
    words = said.read_text("utf-8").replace("credits = 4\n", "credits = 4\nstep = 0.25\n")
    cover = "\n[cover]\nregistration = [28, 130]\nsticker = [130, 130]\nname = [45, 65, 90]\n"
    said.write_text(words + cover, encoding="utf-8")
    adopt.adopt(paper, said, tmp_path / "exam")
    exam = source.parse(tmp_path / "exam").exam
    assert exam is not None
    made = compile_base(exam, Form.EXAM, booklets=True)
    assert [d for d in made.paper.diagnostics if d.severity == "error"] == []
    fields = {f.id: (page.number, f.box) for page in made.paper.pages for f in page.fields}
    page, row = fields["cover/registration"]
    assert (page, round(row.x), round(row.y)) == (1, 28, 130)
    assert fields["cover/sticker"][0] == 1
    assert {slot.name for slot in made.slots} >= {"cover/name", "cover/registration", "page/1/text"}
    boxes = [box for name, (page, box) in fields.items() if "/credit/" in name and page == 2]
    assert len(boxes) == 17
    assert len({round(box.y, 2) for box in boxes}) == 1
    (area,) = (box for name, (page, box) in fields.items() if name.endswith("/answer") and page == 2)
    assert area.y > boxes[0].bottom + 1.8, "what is written stands below them"


def test_a_scan_has_no_text_and_says_so(tmp_path: Path) -> None:
    with pdfium.PdfDocument(pdf(ROOMY)) as document:
        pictures = [page.render(scale=200 / 72).to_pil().convert("L") for page in document]
    scanned = tmp_path / "scan.pdf"
    pictures[0].save(scanned, save_all=True, append_images=pictures[1:], resolution=200)
    found = adopt.propose(scanned, tmp_path / "scan.toml")
    assert found.questions == 0
    assert "no text" in found.remarks[0]
    squares = [page.squares for page in own_pdf.pages(own_pdf.plain(scanned.read_bytes()))]
    assert [len(each) for each in squares] == [3, 3], "and its squares are seen all the same"


def test_what_contradicts_the_problems_is_a_finding(adopted: Path, tmp_path: Path) -> None:
    place = tmp_path / "exam"
    place.mkdir()
    for path in adopted.rglob("*"):
        if path.is_file() and "preview" not in path.parts:
            (place / path.relative_to(adopted)).parent.mkdir(parents=True, exist_ok=True)
            (place / path.relative_to(adopted)).write_bytes(path.read_bytes())
    (problem,) = (place / "problems").glob("2-*.md")
    problem.write_text(problem.read_text("utf-8").replace("- [ ]", "- [ ] a fourth\n- [ ]"), encoding="utf-8")
    found = source.parse(place).diagnostics
    assert any(d.code == "own-paper" and "4 choices and 3 squares" in d.message for d in found)
    toml = (place / "paper.toml").read_text("utf-8")
    (place / "paper.toml").write_text(toml + 'colour = "red"\n', encoding="utf-8")
    found = source.parse(place).diagnostics
    assert any(d.code == "own-paper" and "colour" in d.message for d in found)


def test_a_pdf_is_made_plain_whatever_its_pages_are_turned_and_cut_to() -> None:
    with pikepdf.open(io.BytesIO(pdf(ROOMY))) as document:
        document.pages[0].rotate(90, relative=True)
        document.pages[1].cropbox = pikepdf.Array([0, 100, 595, 842])
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        out = io.BytesIO()
        document.save(out)
    plain = own_pdf.plain(out.getvalue())
    pages = list(own_pdf.pages(plain))
    assert (round(pages[0].size.w), round(pages[0].size.h)) == (297, 210)
    assert round(pages[1].size.h) == round((842 - 100) * 25.4 / 72)
    with pikepdf.open(io.BytesIO(plain)) as document:
        assert "/OpenAction" not in document.Root
    with pytest.raises(KlausurError, match="no PDF"):
        own_pdf.plain(b"%PDF-1.7 nothing")
