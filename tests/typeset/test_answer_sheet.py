"""Answers on a sheet of their own: boxes as on any other paper, and letters beside what is asked."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.base.geometry import PAPERS
from klausur.exam.model import Exam
from klausur.exam.setting import Setting, numbered
from klausur.exam.source import parse_variants
from klausur.exam.variants import as_printed
from klausur.paper.fields import MARK_WINDOW, MARKED, Field
from klausur.paper.run import plan
from klausur.roster.made_up import made_up
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.papers import Form, Paper, compile_paper, compile_questions

from .seen import KEY, letters, text_of

TOML = """
title = "Plants"
date = 2026-02-10
start = "10:00"
minutes = 60
answers = "sheet"
language = "LANGUAGE"

[variants]
count = 2
shuffle = ["choices"]
"""
LONG = "".join(
    f"## {{#long-{n} credits=1}}\n\nWhich hold for plant {n}?\n\n"
    + "".join(f"- [{'x' if k == n % 5 else ' '}] statement {k} of {n}\n" for k in range(5))
    + "\n"
    for n in range(60)
)
FEW = """# Few

## Green {#green credits=2}

What is green?

- [x] a leaf
- [~] an apple
- [ ] the sky

## Many {#many credits=1 kind=single}

Which letter is the ninth?

""" + "".join(f"- [{'x' if letter == 'i' else ' '}] the letter {letter}\n" for letter in "abcdefghijklmnopqr")


def exams(folder: Path, language: str = "en") -> tuple[Exam, ...]:
    (folder / "problems").mkdir(parents=True)
    (folder / "exam.toml").write_text(TOML.replace("LANGUAGE", language))
    (folder / "problems/1-few.md").write_text(FEW)
    (folder / "problems/2-long.md").write_text(f"# Long {{columns=2}}\n\n{LONG}")
    parsed = parse_variants(folder, [1, 2])
    assert not [d for one in parsed for d in one.diagnostics]
    return tuple(as_printed(one.exam) for one in parsed if one.exam is not None)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exam, ...]:
    return exams(tmp_path_factory.mktemp("sheet") / "plants")


@pytest.fixture(scope="module")
def papers(asked: tuple[Exam, ...]) -> dict[Form, Paper]:
    return {form: compile_paper(asked[0], form) for form in Form}


def boxes(paper: Paper) -> list[tuple[int, Field]]:
    return [(page.number, f) for page in paper.pages for f in page.fields if f.kind in MARKED]


def text(pdf: bytes, first: int = 1, last: int | None = None) -> str:
    with pdfium.PdfDocument(pdf) as document:
        return " ".join(text_of(document[n - 1]) for n in range(first, (last or len(document)) + 1))


def test_every_choice_has_its_box_once_in_the_order_of_the_paper(
    asked: tuple[Exam, ...], papers: dict[Form, Paper]
) -> None:
    wanted = {f"{q.id}/choice/{c.id}" for q in asked[0].questions for c in q.choices}
    found = boxes(papers[Form.EXAM])
    assert {field.id for _, field in found} == wanted
    assert len(found) == len(wanted)
    assert not papers[Form.EXAM].diagnostics
    by_question: dict[str | None, list[str]] = {}
    for _, field in sorted(
        found, key=lambda one: (one[0], one[1].question or "", one[1].box.y, one[1].box.x)
    ):
        by_question.setdefault(field.question, []).append(field.choice or "")
    for question in asked[0].questions:
        assert by_question[question.id] == [choice.id for choice in question.choices]


def test_the_papers_have_equal_layouts_and_few_pages(papers: dict[Form, Paper]) -> None:
    first, *others = papers.values()
    assert [page.number for page in first.pages] == [1, 2, 3, 4]
    for other in others:
        assert other.pages == first.pages
    for paper in papers.values():
        with pdfium.PdfDocument(paper.pdf) as document:
            assert len(document) > len(paper.pages), "what is asked stands behind the sheet"


def test_no_window_of_a_box_sees_another_one(papers: dict[Form, Paper]) -> None:
    found = boxes(papers[Form.EXAM])
    for at, (page, one) in enumerate(found):
        assert one.box.inside(PAPERS["a4"])
        for other_page, other in found[at + 1 :]:
            (x, y), (u, v) = one.box.centre, other.box.centre
            assert page != other_page or max(abs(x - u), abs(y - v)) >= MARK_WINDOW


def test_the_sheet_tells_nothing_of_what_is_asked_and_the_questions_have_no_code(
    asked: tuple[Exam, ...], papers: dict[Form, Paper]
) -> None:
    sheet = text(papers[Form.EXAM].pdf, 1, len(papers[Form.EXAM].pages))
    assert "statement" not in sheet
    assert "green" not in sheet
    questions = text(compile_questions(asked[0]))
    assert "statement 4 of 59" in questions
    assert "Variant 1" in questions
    assert "Page 1 of" in questions
    assert "Page 1 of 4" in sheet
    assert questions.count("statement") == text(papers[Form.EXAM].pdf).count("statement") == 300


def test_booklets_are_sheets_alone_and_each_variant_has_its_boxes_in_its_order(
    asked: tuple[Exam, ...], tmp_path: Path
) -> None:
    run = plan(7, made_up(2, 1), 0, variants=asked[0].variants)
    layout = compile_booklets(asked[0], run, KEY, tmp_path / "booklets.pdf", others=asked[1:])
    with pdfium.PdfDocument(tmp_path / "booklets.pdf") as document:
        assert len(document) == 2 * 4
        assert "statement" not in " ".join(text_of(page) for page in document)
    first, second = (layout.page(booklet, 2) for booklet in (1, 2))
    assert first is not None
    assert second is not None
    one, other = ({f.id: f.box for f in page.fields if f.kind in MARKED} for page in (first, second))
    assert one.keys() == other.keys()
    assert one != other
    assert sorted(one.values(), key=str) == sorted(other.values(), key=str)


def test_the_solution_crosses_on_the_sheet_what_it_rings_in_the_questions(papers: dict[Form, Paper]) -> None:
    exam, solution = (pdfium.PdfDocument(papers[form].pdf) for form in (Form.EXAM, Form.SOLUTION))
    before, behind = (
        page.render(scale=3, grayscale=True).to_numpy().astype(int) for page in (exam[1], solution[1])
    )
    marked = set()
    for number, field in boxes(papers[Form.EXAM]):
        if number == 2:
            x, y = (round(at * 3 * 72 / 25.4) for at in field.box.centre)
            if before[y, x] - behind[y, x] > 80:
                marked.add(field.id)
    assert "green/choice/a" in marked
    assert "many/choice/i" in marked
    assert "green/choice/c" not in marked


def test_large_print_and_right_to_left_have_the_same_boxes(asked: tuple[Exam, ...], tmp_path: Path) -> None:
    wanted = {f"{q.id}/choice/{c.id}" for q in asked[0].questions for c in q.choices}
    large = replace(asked[0], variant=numbered(asked[0].variant, Setting(large=True)))
    arabic = exams(tmp_path / "arabic", "ar")[0]
    for exam in (large, arabic):
        paper = compile_paper(exam, Form.EXAM)
        assert {field.id for _, field in boxes(paper)} == wanted
        assert not [d for d in paper.diagnostics if d.code in {"off-page", "box-crowded"}]


def test_a_letter_is_nearer_to_its_own_box_than_to_the_one_before(papers: dict[Form, Paper]) -> None:
    rows: dict[tuple[int, float], list[Field]] = {}
    for page, field in boxes(papers[Form.EXAM]):
        rows.setdefault((page, field.box.y), []).append(field)
    with pdfium.PdfDocument(papers[Form.EXAM].pdf) as document:
        found = {page: letters(document[page - 1]) for page, _ in rows}
    compared = 0
    for (page, y), fields in rows.items():
        for before, own in pairwise(sorted(fields, key=lambda field: field.box.x)):
            if before.question != own.question:
                continue
            between = [
                b for b in found[page] if before.box.right < b.x < own.box.x and y - 1 < b.centre[1] < y + 5
            ]
            assert between, own.id
            left, right = min(b.x for b in between), max(b.right for b in between)
            assert own.box.x - right < 0.75 * (left - before.box.right), own.id
            compared += 1
    assert compared > 200
