"""What runs off its page is reported with its place in the source."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from klausur.base.diagnostics import Place
from klausur.exam.content import Content, Figure
from klausur.exam.model import Exam, QuestionKind, Ruling, Space
from klausur.typeset.papers import Form, Paper, compile_paper


def off_page(paper: Paper) -> list[tuple[str, int]]:
    """File and line of what runs off the page; nothing else may be found."""
    assert {d.code for d in paper.diagnostics} <= {"off-page"}
    return [(d.place.file, d.place.line) for d in paper.diagnostics]


@pytest.mark.parametrize(
    "markup",
    [
        '#align(center, image("/figures/one.png", width: 190mm))',
        '#align(center, image("/figures/one.png", height: 280mm, width: 100mm))',
        "$ " + " dot ".join(["(a + b + c)^2"] * 14) + " $",
        "`" + "x" * 120 + "`",
        "#table(columns: 3 * (70mm,), [a], [b], [c])",
    ],
    ids=["wide figure", "tall figure", "formula", "code", "table"],
)
def test_too_large_a_piece(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content], markup: str
) -> None:
    first, second, *_ = exam.questions
    asked = of_questions(
        first, replace(second, content=typst("Some words.\n\n" + markup + "\n\nMore words.", 77))
    )
    found = off_page(compile_paper(asked, Form.EXAM))
    assert ("problems/1-first.md", 77) in found
    # a figure higher than a page makes its question longer than a page too
    assert set(found) <= {("problems/1-first.md", 77), ("problems/1-first.md", 9)}


def test_figures_that_fit_are_fine(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    first, *_ = exam.questions
    asked = of_questions(replace(first, content=typst('#image("/figures/one.png", width: 100%)', 77)))
    assert off_page(compile_paper(asked, Form.EXAM)) == []


def test_an_answer_space_higher_than_a_page(exam: Exam, of_questions: Callable[..., Exam]) -> None:
    question = next(q for q in exam.questions if q.kind is QuestionKind.TEXT)
    asked = of_questions(replace(question, space=Space(270, Ruling.BLANK)))
    for form in Form:
        assert ("problems/1-first.md", 19) in off_page(compile_paper(asked, form))


def test_a_choice_wider_than_its_column(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    question = next(iter(exam.questions))
    wide = replace(question.choices[0], content=typst("$ " + " dot ".join(["(a + b + c)^2"] * 4) + " $"))
    two = replace(question, choices=(wide, *question.choices[1:]), columns=2)
    found = compile_paper(of_questions(two), Form.EXAM).diagnostics
    assert [(d.code, d.place.line) for d in found] == [("box-crowded", 9)]
    assert off_page(compile_paper(of_questions(replace(two, columns=1)), Form.EXAM)) == []


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'


@pytest.mark.parametrize("name", ["one.png", "two.svg"])
def test_a_figure_is_reported_at_its_own_line(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content], name: str
) -> None:
    (exam.folder / "figures" / "two.svg").write_text(SVG, encoding="utf-8")
    place = Place("problems/1-first.md", 79)
    content = replace(
        typst(f'Words.\n\n#align(center, image("/figures/{name}", width: 190mm))', 77),
        figures=(Figure(f"figures/{name}", place),),
    )
    asked = of_questions(replace(next(iter(exam.questions)), content=content))
    assert off_page(compile_paper(asked, Form.EXAM)) == [("problems/1-first.md", 79)]
