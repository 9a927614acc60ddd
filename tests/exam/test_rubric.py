"""The best that ticking can give, by hand."""

from fractions import Fraction

import pytest

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.rubric import RubricGroup, RubricItem, best

TEXT = Content("x", "x", "x", Place("x.md"))


def item(credits: int, *, each: bool = False) -> RubricItem:
    return RubricItem("i", Fraction(credits), TEXT, each=each)


def group(*members: RubricItem | RubricGroup, cap: int | None = None, either: bool = False) -> RubricGroup:
    return RubricGroup("g", members, None if cap is None else Fraction(cap), either)


@pytest.mark.parametrize(
    ("member", "most"),
    [
        (item(2), 2),
        (item(-2), 0),
        (item(0), 0),
        (group(), 0),
        (group(either=True), 0),
        (group(item(1), item(2)), 3),
        (group(item(1), item(2), either=True), 2),
        (group(item(1), item(2), cap=2), 2),
        (group(item(1), item(2), cap=4), 3),
        (group(item(1, each=True)), 1),
        (group(item(1, each=True), cap=3), 3),
        (group(item(-1, each=True), cap=3), 0),  # mistakes, as often as they are made
        (group(item(-1, each=True), item(1), cap=3), 1),
        (group(item(1, each=True), item(2), cap=5), 5),
        (group(RubricItem("i", Fraction(1), TEXT), cap=3), 1),
        (group(item(-1), item(-2), cap=3), 0),
        (group(item(-1), item(-2), cap=3, either=True), 0),
        (group(item(0, each=True), cap=3), 0),
        (group(group(item(1, each=True), cap=2), item(1)), 3),
        (group(group(item(1), item(1)), item(1), either=True), 2),
    ],
)
def test_the_best_answer_has_no_mistakes(member: RubricItem | RubricGroup, most: int) -> None:
    assert best(member) == most
