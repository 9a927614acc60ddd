"""Multiple-choice questions in two or three columns: how many pages they take, and that boxes can be read."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import hypot
from pathlib import Path

import pytest

from klausur.base.geometry import PAPERS
from klausur.exam.content import Content
from klausur.exam.model import Exam, QuestionKind
from klausur.exam.source import parse
from klausur.paper.fields import MARK_WINDOW, FieldKind
from klausur.paper.layout import PageLayout
from klausur.typeset.papers import Form, compile_paper
from lab import dense_choice


def boxes_stand_apart(pages: tuple[PageLayout, ...]) -> bool:
    """Whether no reader's window shows two boxes."""
    for page in pages:
        centres = [field.box.centre for field in page.fields if field.kind is FieldKind.CHOICE_BOX]
        if any(hypot(a[0] - b[0], a[1] - b[1]) < MARK_WINDOW for a, b in combinations(centres, 2)):
            return False
    return True


@pytest.mark.long
@pytest.mark.parametrize(("columns", "paper", "language"), [(3, "a4", "en"), (2, "letter", "de")])
def test_two_hundred_questions_go_on_fourteen_pages(
    tmp_path: Path, columns: int, paper: str, language: str
) -> None:
    dense_choice.write(tmp_path / "exam", columns=columns, paper=paper, language=language)
    parsed = parse(tmp_path / "exam")
    assert not parsed.diagnostics
    assert parsed.exam is not None
    assert len(list(parsed.exam.questions)) == 200
    made = compile_paper(parsed.exam, Form.EXAM)
    assert not made.diagnostics
    assert len(made.pages) <= 14
    assert boxes_stand_apart(made.pages)


def in_columns(exam: Exam, columns: int, *asked: object) -> Exam:
    problem = replace(exam.problems[0], questions=asked, columns=columns)  # type: ignore[arg-type]
    return replace(exam, problems=(problem,), extra_pages=0)


@pytest.mark.parametrize("columns", [2, 3])
def test_all_forms_have_one_layout_and_every_box(
    exam: Exam, typst: Callable[..., Content], columns: int
) -> None:
    choice = next(q for q in exam.questions if q.kind is QuestionKind.CHOICE)
    words = ("42", "a rather long answer that needs several lines in its column", "$x^2$", "no", "yes", "7")
    asked = [
        replace(
            choice,
            id=f"q{n}",
            number=f"1.{n}",
            title="" if n % 2 else "A title",
            content=typst("What is it, if it is not as it seems to be at first sight? " * (1 + n % 3)),
            solution=typst("That is why.") if n % 4 == 0 else None,
            before=typst("All of this is about *layers*.") if n % 5 == 1 else None,
            choices=tuple(
                replace(choice.choices[0], id="abcdef"[at], content=typst(words[(n + at) % (2 + n % 5)]))
                for at in range(2 + n % 5)
            ),
        )
        for n in range(1, 25)
    ]
    made = in_columns(exam, columns, *asked)
    first, *others = [compile_paper(made, form) for form in Form]
    assert not first.diagnostics
    assert all(other.pages == first.pages for other in others)
    found = {field.id: field.box for page in first.pages for field in page.fields}
    assert {f"{q.id}/choice/{c.id}" for q in asked for c in q.choices} <= set(found)
    assert boxes_stand_apart(first.pages)
    size = PAPERS[exam.paper]
    assert all(box.inside(size) for box in found.values())
    left = {round(box.x) for name, box in found.items() if name.endswith("/choice/a")}
    assert len(left) == columns


def test_few_questions_are_dealt_evenly_to_the_columns(exam: Exam, typst: Callable[..., Content]) -> None:
    choice = next(q for q in exam.questions if q.kind is QuestionKind.CHOICE)
    few = tuple(replace(choice.choices[0], id=letter, content=typst(letter)) for letter in "ab")
    asked = [
        replace(choice, id=f"q{n}", number=f"1.{n}", content=typst("Which?"), choices=few, solution=None)
        for n in range(1, 7)
    ]
    (_, page) = compile_paper(in_columns(exam, 2, *asked), Form.EXAM).pages
    boxes = [field.box for field in page.fields if field.id.endswith("/choice/a")]
    columns = {x: sum(round(box.x) == x for box in boxes) for x in {round(box.x) for box in boxes}}
    assert sorted(columns.values()) == [3, 3]


def test_a_word_wider_than_its_column_is_told(exam: Exam, typst: Callable[..., Content]) -> None:
    choice = next(q for q in exam.questions if q.kind is QuestionKind.CHOICE)
    plain = [
        replace(choice, id=f"q{n}", number=f"1.{n}", content=typst("Which is it?"), solution=None)
        for n in range(1, 9)
    ]
    wide = replace(plain[0], content=typst(f"What is $sqrt({'a + b + ' * 8} c)$?"))
    assert not compile_paper(in_columns(exam, 3, *plain), Form.EXAM).diagnostics
    (found,) = compile_paper(in_columns(exam, 3, wide, *plain[1:]), Form.EXAM).diagnostics
    assert (found.code, found.place) == ("off-page", choice.place)
    assert "question 1.1 is" in found.message
    assert found.message.endswith("mm wider than its column")
