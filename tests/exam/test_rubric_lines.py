"""A rubric as lines: what differs, what two people make of it together, and words that were typed."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from klausur.base.diagnostics import Place
from klausur.base.errors import UsageError
from klausur.exam.rubric_lines import RubricLine, changes, checked, lines_of, together, with_ids
from klausur.exam.rubric_of_lines import rubric_of
from klausur.exam.typed_text import content_of, typed

HERE = Place("problems/1.md", 1)
ONE, TWO = Fraction(1), Fraction(2)
BASE = (
    RubricLine("1", 0, ONE, text="a"),
    RubricLine("2", 0, cap=TWO, text="group"),
    RubricLine("2.1", 1, ONE, text="b"),
    RubricLine("2.2", 1, ONE, each=True, text="c"),
    RubricLine("3", 0, -ONE, text="d"),
)


def made_of(*lines: RubricLine) -> tuple[str, ...]:
    old, new = (rubric_of(some, None, HERE) for some in (BASE, with_ids(lines, ["3"])))
    return tuple(change.text for change in changes(old, new))


def test_lines_become_a_rubric_and_lines_again() -> None:
    assert lines_of(rubric_of(BASE, None, HERE)) == tuple(replace(line, text="") for line in BASE)


def test_what_differs_is_told_line_by_line() -> None:
    first, group, b, c, last = BASE
    assert made_of(*BASE) == ()
    assert made_of(first, replace(group, cap=None, either=True), b, c, last) == ("group 2: max 2 → either",)
    assert made_of(first, group, b, replace(c, each=False, text="e"), last) == (
        "item 2.2: +1 each → +1, “c” → “e”",
    )
    assert made_of(first, group, c, last, replace(b, depth=0)) == ("item 2.1: moved",)
    assert made_of(last, first, group, b, c) == ("item 3: moved",)
    assert made_of(first, group, b, last, RubricLine("", 0, ONE, text="new")) == (
        "item 4 added: [+1] new",
        "item 2.2 removed: [+1 each] c",
    )


def test_a_deduction_is_told_and_makes_sense_where_it_stands() -> None:
    first, group, b, c, last = BASE
    assert made_of(first, group, b, c, replace(last, full=ONE)) == ("item 3: -1 → -1 from 1",)
    with pytest.raises(
        UsageError, match=r"item 3: \[-1 from 4\] is from more than the 3 that its group gives"
    ):
        made_of(first, group, b, c, replace(last, full=Fraction(4)))
    both, clashes = together(BASE, (*BASE[:4], replace(last, full=ONE)), (*BASE[:4], replace(last, text="m")))
    assert clashes == ()
    assert (both[4].full, both[4].text) == (ONE, "m")


def test_what_two_change_of_different_lines_is_together_what_both_wanted() -> None:
    first, group, b, c, last = BASE
    theirs = (first, group, replace(b, credits=TWO), c, RubricLine("4", 1, ONE, text="theirs"), last)
    mine = (last, replace(first, text="mine"), group, b, c, RubricLine("", 0, ONE, text="new"))
    both, clashes = together(BASE, theirs, mine)
    assert clashes == ()
    assert [(line.id, line.depth, line.text) for line in both] == [
        ("3", 0, "d"),
        ("1", 0, "mine"),
        ("2", 0, "group"),
        ("2.1", 1, "b"),
        ("2.2", 1, "c"),
        ("4", 1, "theirs"),
        ("", 0, "new"),
    ]
    assert both[3].credits == TWO


def test_of_what_both_changed_mine_holds_and_is_named() -> None:
    first, group, b, c, last = BASE
    theirs = (replace(first, credits=TWO, text="theirs"), group, b, last)
    mine = (replace(first, credits=Fraction(3)), group, b, replace(c, text="kept"))
    both, clashes = together(BASE, theirs, mine)
    assert set(clashes) == {"1", "2.2"}
    assert both[0] == replace(first, credits=Fraction(3), text="theirs")
    assert [line.id for line in both] == ["1", "2", "2.1", "2.2"]  # 3 is gone, and 2.2 stays: it was reworded


def edited(draw: random.Random, lines: tuple[RubricLine, ...], name: str) -> tuple[RubricLine, ...]:
    found = list(lines)
    for _ in range(draw.randint(0, 3)):
        at = draw.randrange(len(found))
        if found[at].group:
            found[at] = replace(found[at], cap=Fraction(draw.randint(1, 3)))
        elif draw.random() < 0.5:
            found[at] = replace(found[at], credits=Fraction(draw.randint(1, 5)))
        else:
            found.insert(at + 1, RubricLine(f"{name}{draw.random()}", found[at].depth, ONE, text=name))
    return tuple(found)


@pytest.mark.parametrize("seed", range(40))
def test_who_changed_nothing_gets_what_the_other_made_of_it(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret is drawn
    one, other = edited(draw, BASE, "x"), edited(draw, BASE, "y")
    assert together(BASE, one, BASE) == (one, ())
    assert together(BASE, BASE, one) == (one, ())
    both, _ = together(BASE, one, other)
    assert {line.id for line in both} == {line.id for line in (*one, *other)}
    checked(both)


@pytest.mark.parametrize(
    "text",
    ["plain", "with $x^2$ in it", "$x$-means", r"it costs \$5 & <b>", 'so "called"', "ä *star* [or] #1"],
)
def test_what_is_typed_is_what_it_was(text: str) -> None:
    made = content_of(text, HERE)
    assert typed(made) == text
    assert "<b>" not in made.html
    assert len(made.formulas) == text.count("$x")


def test_a_formula_that_is_none_is_refused_with_its_words() -> None:
    with pytest.raises(UsageError, match=r"the formula \$\\frac\{1\$ cannot be typeset"):
        content_of(r"half: $\frac{1$", HERE)
