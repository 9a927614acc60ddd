"""What holds of every exam's papers, whatever its questions: a few made up by Hypothesis."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import hypot

from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.base.geometry import PAPERS
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question, QuestionKind, Ruling, Space
from klausur.paper.fields import MARKED
from klausur.typeset.papers import Form, compile_paper

WORDS = (
    "layers",
    "$x^2$",
    "*weights*",
    "`code`",
    "$ integral_0^1 f(x) dif x $",
    "\n\n",
    "\n- one\n- two\n\n",
    "Öl",
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[QuestionKind, str, float, Fraction, Fraction, int, Ruling]:
    """What tells one question from another: kind, text, height, credits, step, choices, ruling."""
    step = draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 4)]))
    return (
        draw(st.sampled_from(QuestionKind)),
        " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))),
        draw(st.integers(5, 250)),
        step * draw(st.integers(1, 40)),
        step,
        draw(st.integers(1, 8)),
        draw(st.sampled_from(Ruling)),
    )


@settings(max_examples=5)
@given(st.lists(questions(), min_size=1, max_size=6), st.sampled_from(["a4", "letter"]), st.integers(0, 2))
def test_layouts_agree_and_boxes_stand_apart(
    exam: Exam,
    of_questions: Callable[..., Exam],
    typst: Callable[..., Content],
    drawn: list[tuple[QuestionKind, str, float, Fraction, Fraction, int, Ruling]],
    sheet: str,
    extra: int,
) -> None:
    choice, _, text, *_ = exam.questions
    asked: list[Question] = []
    for n, (kind, words, height, credits_, step, choices, ruling) in enumerate(drawn):
        base = choice if kind is QuestionKind.CHOICE else text
        content = typst(words)
        asked.append(
            replace(
                base,
                id=f"q{n}",
                number=f"1.{n}",
                kind=kind,
                title=words if n % 2 and "\n" not in words else base.title,
                content=content,
                credits=credits_,
                step=step,
                choices=tuple(
                    replace(choice.choices[0], id="abcdefgh"[i], content=content) for i in range(choices)
                )
                if kind is QuestionKind.CHOICE
                else (),
                space=None if kind is QuestionKind.CHOICE else Space(height, ruling),
                before=content if n % 3 == 2 else None,
            )
        )
    made = of_questions(*asked, paper=sheet, extra_pages=extra)
    papers = [compile_paper(made, form) for form in Form]
    first = papers[0]
    assert len(first.pages) % 2 == 0
    for other in papers[1:]:
        assert other.pages == first.pages
    size = PAPERS[sheet]
    ids = [f.id for page in first.pages for f in page.fields]
    assert len(ids) == len(set(ids))
    expected = {f"{q.id}/choice/{c.id}" for q in asked for c in q.choices}
    assert expected == {name for name in ids if "/choice/" in name}
    assert sum(len(q.credit_values) for q in asked) == sum("/credit/" in name for name in ids)
    whole = not first.diagnostics
    for page in first.pages:
        boxes = [f.box for f in page.fields if f.kind in MARKED]
        for one, two in combinations(boxes, 2):
            assert hypot(one.centre[0] - two.centre[0], one.centre[1] - two.centre[1]) >= 8
        if whole:
            assert all(f.box.inside(size) for f in page.fields)
