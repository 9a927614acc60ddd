"""Papers of variants: told apart, equally long, in one PDF, each booklet with its own."""

from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from tests.exam import varied

from klausur.exam.model import Exam, Space, Variants
from klausur.exam.source import parse, parse_variants
from klausur.exam.variants import as_printed
from klausur.paper.fields import MARKED, FieldKind
from klausur.paper.run import plan
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.papers import Form, compile_paper
from klausur.typeset.split import join

KEY = bytes(range(32))


def words(pdf: Path | bytes) -> list[str]:
    with pdfium.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exam, ...]:
    folder = varied.write(tmp_path_factory.mktemp("varied") / "exam")
    return tuple(as_printed(p.exam) for p in parse_variants(folder, (1, 2, 3)) if p.exam is not None)


def test_each_booklet_is_printed_in_its_variant(variants: tuple[Exam, ...], tmp_path: Path) -> None:
    out = tmp_path / "booklets.pdf"
    run = plan(7, (), 7, variants=variants[0].variants)
    layout = compile_booklets(variants[0], run, KEY, out, others=variants[1:])
    assert [b.variant for b in layout.booklets] == [1, 2, 3, 1, 2, 3, 1]
    assert layout.booklets[0].pages == layout.booklets[3].pages
    pages = words(out)
    count = len(layout.booklets[0].pages)
    assert len(pages) == 7 * count
    for at, booklet in enumerate(layout.booklets):
        exam = variants[booklet.variant - 1]
        text = " ".join(pages[at * count : (at + 1) * count])
        values = dict(exam.problems[0].values or exam.problems[1].values)
        assert f"Variant {exam.variant}" in text
        assert f"A box holds {values['red']} red and {values['blue']} blue balls." in text
        printed = [(q.number, q.title) for q in exam.questions]
        assert [text.index(f"{number} {title}") for number, title in printed] == sorted(
            text.index(f"{number} {title}") for number, title in printed
        )
        boxes = [f for _, f in layout.fields(booklet.number) if f.kind is FieldKind.CHOICE_BOX]
        here = [f"{q.id}/choice/{c.id}" for q in exam.questions for c in q.choices]
        assert [box.id for box in boxes] == here


def test_all_variants_have_the_same_fields_by_id(variants: tuple[Exam, ...], tmp_path: Path) -> None:
    run = plan(7, (), 3, variants=variants[0].variants)
    layout = compile_booklets(variants[0], run, KEY, tmp_path / "x.pdf", others=variants[1:])
    fields = [{f.id for _, f in layout.fields(n) if f.kind in MARKED} for n in (1, 2, 3)]
    assert fields[0] == fields[1] == fields[2]


def high(exam: Exam) -> Exam:
    """The exam with answer spaces that fill pages."""
    problems = [
        replace(
            p, questions=tuple(q if q.space is None else replace(q, space=Space(180)) for q in p.questions)
        )
        for p in exam.problems
    ]
    return replace(exam, problems=tuple(problems))


def test_shorter_variants_end_with_empty_pages(variants: tuple[Exam, ...], tmp_path: Path) -> None:
    two = Variants(2)
    short, long = (replace(exam, variants=two, extra_pages=0) for exam in (variants[0], high(variants[1])))
    layout = compile_booklets(short, plan(7, (), 4, variants=two), KEY, tmp_path / "x.pdf", others=(long,))
    (count,) = {len(b.pages) for b in layout.booklets}
    bare = compile_paper(short, Form.EXAM)
    assert count == len(compile_paper(long, Form.EXAM).pages) > len(bare.pages)
    pages = words(tmp_path / "x.pdf")
    assert all("left empty on purpose" in page for page in pages[len(bare.pages) : count])
    assert f"Page {count} of {count}" in pages[count - 1]
    padded = compile_paper(short, Form.EXAM, pages=count)
    assert padded.diagnostics == ()
    assert padded.pages == tuple(layout.pages[n] for n in layout.booklets[0].pages)


def test_a_variant_that_is_not_at_hand_is_a_bug(variants: tuple[Exam, ...], tmp_path: Path) -> None:
    run = plan(7, (), 3, variants=variants[0].variants)
    with pytest.raises(ValueError, match=r"\[3\]"):
        compile_booklets(variants[0], run, KEY, tmp_path / "x.pdf", others=variants[1:2])


def test_an_exam_with_one_variant_says_nothing_of_it(tmp_path: Path) -> None:
    parsed = parse(varied.write(tmp_path / "exam", variants=""))
    assert parsed.exam is not None
    assert not any("Variant" in page for page in words(compile_paper(parsed.exam, Form.EXAM).pdf))


def test_shuffled_solutions_show_the_letters(variants: tuple[Exam, ...]) -> None:
    exam = variants[0]
    question = next(q for q in exam.questions if q.id == "colours")
    letters = [choice.id for choice in question.choices]
    assert letters != sorted(letters)
    solution = " ".join(words(compile_paper(exam, Form.SOLUTION).pdf))
    printed = " ".join(words(compile_paper(exam, Form.EXAM).pdf))
    for choice in question.choices:
        assert f"{choice.id} {choice.content.text}" in solution
        assert f"{choice.id} {choice.content.text}" not in printed


def test_solutions_are_joined_in_order(variants: tuple[Exam, ...], tmp_path: Path) -> None:
    papers = [compile_paper(exam, Form.SOLUTION) for exam in variants]
    join((paper.pdf for paper in papers), tmp_path / "all.pdf")
    assert words(tmp_path / "all.pdf") == [page for paper in papers for page in words(paper.pdf)]
