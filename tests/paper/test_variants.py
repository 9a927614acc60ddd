"""What a print run keeps of its variants, and how it is held against the source."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.base.geometry import Size
from klausur.exam.content import Content
from klausur.exam.model import (
    Choice,
    Exam,
    Problem,
    Question,
    QuestionKind,
    Variants,
)
from klausur.paper import layout as layouts
from klausur.paper.asked import Asked, Change, Changed, Drawn, asked, brief, changes, drawn, redrawn
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import plan

HERE = Place("x.md", 1)


def text(words: str) -> Content:
    return Content(words, words, words, HERE)


def question(name: str, *choices: str, right: str = "a") -> Question:
    return Question(
        id=name,
        number="1.1",
        kind=QuestionKind.CHOICE,
        title="",
        content=text("?"),
        credits=Fraction(1),
        place=HERE,
        choices=tuple(
            Choice(letter, text(words), letter == right)
            for letter, words in zip("abc", choices, strict=False)
        ),
    )


def exam(variant: int, *questions: Question, values: tuple[tuple[str, str], ...] = ()) -> Exam:
    return replace(
        PLAIN,
        problems=(Problem("p", 1, "", None, questions, HERE, values=values),),
        variants=Variants(3),
        variant=variant,
    )


def three(values: str = "124") -> tuple[Exam, ...]:
    """Three variants: one question that is the same in all, and one that differs."""
    same = question("same", "yes", "no")
    return tuple(
        exam(n, same, question("other", f"it is {v}", f"it is -{v}"), values=(("v", v), ("w", "0")))
        for n, v in enumerate(values, start=1)
    )


def test_what_all_variants_ask_alike_is_kept_once() -> None:
    kept = brief(asked(*three("121")))
    assert [(q.variant, q.question) for q in kept] == [(1, "same"), (1, "other"), (2, "other")]


@pytest.mark.parametrize("at_hand", [(0, 1, 2), (0,), (2,), (1, 2)])
def test_nothing_has_changed_whichever_variants_are_looked_at(at_hand: tuple[int, ...]) -> None:
    exams = three("121")
    assert changes(brief(asked(*exams)), asked(*(exams[n] for n in at_hand))) == ()


def test_a_change_in_one_variant_is_found() -> None:
    kept = brief(asked(*three("123")))
    first, second, third = three("123")
    swapped = exam(2, question("same", "yes", "no"), question("other", "it is -2", "it is 2"))
    assert changes(kept, asked(first, swapped, third)) == (Changed("other", Change.EXCHANGED, ("a", "b")),)
    mended = exam(3, question("same", "yes", "no"), question("other", "it is 3", "it is -3", right="b"))
    assert changes(kept, asked(first, second, mended)) == (Changed("other", Change.KEY, ("a", "b")),)


def test_a_key_mended_in_all_variants_is_told_once() -> None:
    kept = brief(asked(*three("123")))
    mended = [
        replace(e, problems=(replace(e.problems[0], questions=(question("same", "yes", "no", right="b"),)),))
        for e in three("123")
    ]
    assert changes(kept, asked(*mended)) == (Changed("same", Change.KEY, ("a", "b")),)


def test_values_that_are_drawn_otherwise_are_found() -> None:
    kept = drawn(*three("124"))
    assert kept[1] == Drawn(2, "p", (("v", "2"), ("w", "0")))
    assert redrawn(kept, drawn(*three("124"))) == ()
    assert redrawn(kept, drawn(*three("134"))) == (kept[1],)
    bare = tuple(replace(d, values=d.values[:1]) for d in kept)
    assert redrawn(bare, kept) == (), "a parameter that is new does not matter"
    assert redrawn(kept, bare) == kept
    assert redrawn(kept, kept[:2]) == kept[2:]


def test_records_of_before_have_one_variant() -> None:
    assert Asked("q", QuestionKind.TEXT).variant == 1
    assert plan(7, (), 4).variants.of(4) == 1
    assert plan(7, (), 4, variants=Variants(3)).variants.of(4) == 1


def test_layout_json_names_the_variant_of_a_booklet() -> None:
    pages = tuple(PageLayout(n, ()) for n in (1, 2, 1, 2))
    booklets = BookletLayout(1, (0, 1)), BookletLayout(2, (2, 3), 2)
    layout = Layout(7, "x", "", "a4", Size(210, 297), pages, booklets)
    written = layouts.to_json(layout)
    assert layouts.from_json(written) == layout
    assert written.count(b'"variant"') == 1
