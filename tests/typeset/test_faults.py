"""Pieces that Typst refuses: all of them are found, each at its place, and the rest is typeset."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from klausur.exam.content import Content
from klausur.exam.model import Exam
from klausur.typeset.engine import Fault
from klausur.typeset.faults import explain
from klausur.typeset.papers import Form, compile_paper


def test_every_bad_piece_is_found_at_its_place(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    first, second, third, *_ = exam.questions
    bad = of_questions(
        replace(first, content=typst("Fine words, and then $a + undefinedname$ here.", 7)),
        replace(
            second,
            choices=(
                replace(second.choices[0], content=typst("#nosuchfunction[x]", 23)),
                *second.choices[1:],
            ),
        ),
        replace(third, solution=typst("$ x ^ $", 41), content=typst("An open #strong[bracket", 33)),
    )
    paper = compile_paper(bad, Form.EXAM)
    found = {(d.code, d.place.file, d.place.line) for d in paper.diagnostics}
    assert found == {
        ("maths-unset", "problems/1-first.md", 7),
        ("typeset-failed", "problems/1-first.md", 23),
        ("typeset-failed", "problems/1-first.md", 33),
        ("maths-unset", "problems/1-first.md", 41),
    }
    assert all(d.hint and "undefinedname" in d.message for d in paper.diagnostics if d.place.line == 7)
    whole = compile_paper(of_questions(first, second, third), Form.EXAM)
    boxes = [f.id for page in paper.pages for f in page.fields if "/choice/" in f.id]
    assert sorted(boxes) == sorted(f.id for page in whole.pages for f in page.fields if "/choice/" in f.id)


def test_a_missing_figure_is_reported_not_raised(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    question = replace(next(iter(exam.questions)), content=typst('#image("/figures/none.png")', 8))
    found = compile_paper(of_questions(question), Form.EXAM).diagnostics
    assert [(d.code, d.place.line) for d in found] == [("typeset-failed", 8)]


@pytest.mark.parametrize(
    ("markup", "line", "column", "code"),
    [
        ("words $x + y$ words", 2, 7, "maths-unset"),
        ("words $x + y$ words", 2, 15, "typeset-failed"),
        (r"a price of \$5 and $z$", 2, 13, "typeset-failed"),
        (r"a price of \$5 and $z$", 2, 20, "maths-unset"),
        ("one\ntwo $z$", 3, 5, "maths-unset"),
        ("one", 0, 0, "typeset-failed"),
    ],
)
def test_formulas_are_told_from_words(
    typst: Callable[..., Content], markup: str, line: int, column: int, code: str
) -> None:
    found = explain(typst(markup, 5), Fault("it failed", ("try again",), line, column))
    assert found.code == code
    assert found.place.line == 5
