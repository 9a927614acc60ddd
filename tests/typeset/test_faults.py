"""Pieces that Typst refuses: all of them are found, each at its place, and the rest is typeset."""

from collections.abc import Callable
from dataclasses import replace

from klausur.base.diagnostics import Place
from klausur.exam.content import Content, Formula
from klausur.exam.model import Exam
from klausur.typeset.papers import Form, compile_paper


def test_every_bad_piece_is_found_at_its_place(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    def with_formula(markup: str, line: int) -> Content:
        formula = Formula(
            markup[markup.index("$") : markup.rindex("$") + 1], Place("problems/1-first.md", line)
        )
        return replace(typst(markup, line), formulas=(formula,))

    first, second, third, *_ = exam.questions
    bad = of_questions(
        replace(first, content=with_formula("Fine words, and then $a + undefinedname$ here.", 7)),
        replace(
            second,
            choices=(
                replace(second.choices[0], content=typst("#nosuchfunction[x]", 23)),
                *second.choices[1:],
            ),
        ),
        replace(third, solution=with_formula("$ x ^ $", 41), content=typst("An open #strong[bracket", 33)),
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


def test_each_bad_formula_is_found_at_its_own_line(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    file = "problems/1-first.md"
    markup = "Costs \\$5 and $x + y$, `$raw$`, $one$,\n\n$ two ^ $ and $z$"
    formulas = tuple(
        Formula(text, Place(file, line))
        for text, line in (("$x + y$", 7), ("$one$", 8), ("$ two ^ $", 10), ("$z$", 11))
    )
    content = replace(typst(markup, 7), formulas=formulas)
    bad = of_questions(replace(next(iter(exam.questions)), content=content))
    found = compile_paper(bad, Form.EXAM).diagnostics
    assert [(d.code, d.place.line) for d in found] == [("maths-unset", 8), ("maths-unset", 10)]
    assert "$one$" in found[0].message


def test_words_that_are_to_blame_beside_good_formulas(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    content = replace(
        typst("$x$ #nosuchfunction[x]", 7), formulas=(Formula("$x$", Place("problems/1-first.md", 8)),)
    )
    found = compile_paper(of_questions(replace(next(iter(exam.questions)), content=content)), Form.EXAM)
    assert [(d.code, d.place.line) for d in found.diagnostics] == [("typeset-failed", 7)]
