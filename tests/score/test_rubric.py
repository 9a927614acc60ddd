from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem, best, senseless_deductions
from klausur.score.rubric import cut, earned

TEXT = Content("x", "x", "x", Place("problems/1.md", 1))
HALF = Fraction(1, 2)


def item(
    id_: str, credits: Fraction | int, *, each: bool = False, full: Fraction | int | None = None
) -> RubricItem:
    return RubricItem(id_, Fraction(credits), TEXT, each, None if full is None else Fraction(full))


def rubric(*members: RubricItem | RubricGroup) -> Rubric:
    return Rubric(RubricGroup("all", members))


# The shapes that real rubrics have, with credits worked out by hand.
PLAIN = rubric(item("matrix", 1), item("biases", 1), item("swapped", -1), item("guess", 0))
KEYWORDS = rubric(item("answer", 2), item("missing", -HALF, each=True))
CAPPED = rubric(
    RubricGroup("limits", tuple(item(f"limit{n}", 1) for n in range(3)), cap=Fraction(2)),
    RubricGroup("reasons", tuple(item(f"reason{n}", HALF) for n in range(4)), cap=Fraction(1)),
)
ROUTES = rubric(
    RubricGroup(
        "route",
        (
            RubricGroup("capacity", (item("under", HALF), item("larger", Fraction(3, 2)))),
            RubricGroup("rate", (item("stuck", HALF), item("slower", Fraction(3, 2)))),
        ),
        either=True,
    )
)
NAMED = rubric(
    RubricGroup("losses", (item("loss", 1, each=True), item("both", -1)), cap=Fraction(2)), item("extra", 0)
)
FROM_ABOVE = rubric(
    item("right", 2),
    item("bias", -1, full=2),
    item("extra", -HALF, full=2),
    item("part", HALF),
    item("smudge", -HALF),
)
FROM_NAMED = rubric(
    item("answer", 1),
    RubricGroup(
        "words",
        (item("word", HALF, each=True), item("lacks", -HALF, each=True, full=Fraction(3, 2))),
        cap=Fraction(2),
    ),
)


@pytest.mark.parametrize(
    ("graded", "ticks", "of", "expected"),
    [
        (FROM_ABOVE, {"bias": 1}, 2, 1),
        (FROM_ABOVE, {"bias": 1, "right": 1}, 2, 1),
        (FROM_ABOVE, {"bias": 1, "part": 1}, 2, 1),
        (FROM_ABOVE, {"bias": 1, "extra": 1}, 2, HALF),
        (FROM_ABOVE, {"bias": 1, "smudge": 1}, 2, HALF),
        (FROM_ABOVE, {"right": 1, "smudge": 1}, 2, Fraction(3, 2)),
        (FROM_ABOVE, {"part": 1}, 2, HALF),
        (FROM_NAMED, {"lacks": 1}, 3, 1),
        (FROM_NAMED, {"lacks": 2, "answer": 1}, 3, Fraction(3, 2)),
        (FROM_NAMED, {"lacks": 9, "answer": 1}, 3, 1),  # what is taken off there takes nothing elsewhere
        (FROM_NAMED, {"word": 4, "answer": 1}, 3, 3),
        (PLAIN, {}, 2, 0),
        (PLAIN, {"matrix": 1}, 2, 1),
        (PLAIN, {"matrix": 1, "biases": 1}, 2, 2),
        (PLAIN, {"matrix": 1, "biases": 1, "swapped": 1}, 2, 1),
        (PLAIN, {"swapped": 1}, 2, 0),
        (PLAIN, {"guess": 1}, 2, 0),
        (PLAIN, {"matrix": 0}, 2, 0),
        (KEYWORDS, {"answer": 1, "missing": 1}, 2, Fraction(3, 2)),
        (KEYWORDS, {"answer": 1, "missing": 3}, 2, HALF),
        (KEYWORDS, {"answer": 1, "missing": 5}, 2, 0),
        (CAPPED, {"limit0": 1, "limit1": 1, "limit2": 1}, 3, 2),
        (CAPPED, {"limit0": 1, "reason0": 1, "reason1": 1, "reason2": 1}, 3, 2),
        (CAPPED, {f"{kind}{n}": 1 for kind in ("limit", "reason") for n in range(3)}, 3, 3),
        (ROUTES, {"under": 1, "slower": 1}, 2, Fraction(3, 2)),
        (ROUTES, {"under": 1, "larger": 1, "stuck": 1}, 2, 2),
        (ROUTES, {"under": 1, "larger": 1, "stuck": 1, "slower": 1}, 2, 2),
        (NAMED, {"loss": 3}, 2, 2),
        (NAMED, {"loss": 3, "both": 1}, 2, 2),
        (NAMED, {"loss": 2, "both": 1}, 2, 1),
        # the best path gives more than the question: the clamp holds
        (PLAIN, {"matrix": 1, "biases": 1}, 1, 1),
    ],
)
def test_worked_examples(graded: Rubric, ticks: dict[str, int], of: int, expected: Fraction | int) -> None:
    assert earned(graded, ticks, Fraction(of)) == expected


def test_deductions_from_other_credits_which_no_source_has_are_from_the_fewest() -> None:
    graded = rubric(item("right", 3), item("bias", -1, full=2), item("sign", -1, full=3))
    assert earned(graded, {"bias": 1, "sign": 1}, Fraction(3)) == 0
    assert earned(graded, {"sign": 1}, Fraction(3)) == 2


NESTED = rubric(
    RubricGroup(
        "outer",
        (
            RubricGroup("inner", tuple(item(f"part{n}", 1) for n in range(3)), cap=Fraction(1)),
            item("more", 1),
        ),
        cap=Fraction(3, 2),
    )
)


@pytest.mark.parametrize(
    ("graded", "ticks", "groups"),
    [
        (CAPPED, {}, set()),
        (CAPPED, {"limit0": 1, "limit1": 1, "reason0": 1, "reason1": 1}, set()),  # just what the caps allow
        (CAPPED, {"limit0": 1, "limit1": 1, "limit2": 1}, {"limits"}),
        (CAPPED, {f"{kind}{n}": 1 for kind in ("limit", "reason") for n in range(3)}, {"limits", "reasons"}),
        (NAMED, {"loss": 3}, {"losses"}),
        (NAMED, {"loss": 3, "both": 1}, set()),  # a mistake takes off what the cap would have
        (FROM_NAMED, {"word": 5}, {"words"}),
        (FROM_NAMED, {"word": 5, "lacks": 1}, set()),
        (NESTED, {"part0": 1, "part1": 1}, {"inner"}),  # of its 2 credits the outer one is given 1
        (NESTED, {"part0": 1, "more": 1}, {"outer"}),
        (NESTED, {"part0": 1, "part1": 1, "more": 1}, {"inner", "outer"}),
        (ROUTES, {"under": 1, "larger": 1, "slower": 1}, set()),  # of two ways the better one: no cap
    ],
)
def test_the_groups_whose_cap_takes_something_off(
    graded: Rubric, ticks: dict[str, int], groups: set[str]
) -> None:
    assert cut(graded, ticks) == groups


def test_a_negative_tick_counts_in_alternatives_when_it_stands_alone() -> None:
    either = rubric(item("base", 1), RubricGroup("or", (item("good", 1), item("bad", -1)), either=True))
    assert earned(either, {"base": 1, "bad": 1}, Fraction(2)) == 0
    assert earned(either, {"base": 1, "bad": 1, "good": 1}, Fraction(2)) == 2


@pytest.mark.parametrize(
    ("ticks", "why"),
    [
        ({"nowhere": 1}, "no item 'nowhere'"),
        ({"nowhere": 0}, "no item 'nowhere'"),
        ({"answer": 2}, "counts only once"),
        ({"missing": -1}, "-1 times"),
    ],
)
def test_ticks_that_cannot_be_are_refused(ticks: dict[str, int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        earned(KEYWORDS, ticks, Fraction(2))


def members(depth: int) -> st.SearchStrategy[RubricItem | RubricGroup]:
    quarters = st.integers(-8, 8).map(lambda n: Fraction(n, 4))
    items: st.SearchStrategy[RubricItem | RubricGroup] = st.builds(
        RubricItem, st.just(""), quarters, st.just(TEXT), st.booleans()
    )
    items |= st.builds(
        lambda off, each, left: item("", -off, each=each, full=off + left),
        st.integers(1, 8).map(lambda n: Fraction(n, 4)),
        st.booleans(),
        st.integers(0, 8).map(lambda n: Fraction(n, 4)),
    )
    return items if depth == 0 else items | groups(depth)


def groups(depth: int) -> st.SearchStrategy[RubricGroup]:
    caps = st.none() | st.integers(1, 12).map(lambda n: Fraction(n, 4))
    below = st.lists(members(depth - 1), min_size=1, max_size=4).map(tuple)
    return st.builds(RubricGroup, st.just(""), below, caps, st.booleans())


def numbered(group: RubricGroup, ids: Iterator[int]) -> RubricGroup:
    """The same tree with an id of its own for every item."""
    return replace(
        group,
        members=tuple(
            numbered(m, ids) if isinstance(m, RubricGroup) else replace(m, id=str(next(ids)))
            for m in group.members
        ),
    )


roots = groups(3).map(lambda group: numbered(group, iter(range(1000))))
credits_ = st.integers(0, 24).map(lambda n: Fraction(n, 4))


@st.composite
def ticked(draw: st.DrawFn) -> tuple[RubricGroup, dict[str, int]]:
    root = draw(roots)
    return root, {i.id: draw(st.integers(0, 3 if i.each else 1)) for i in root.items}


@given(ticked(), credits_)
def test_credits_stay_between_nothing_and_all(
    answer: tuple[RubricGroup, dict[str, int]], of: Fraction
) -> None:
    root, ticks = answer
    assert 0 <= earned(Rubric(root), ticks, of) <= of


@given(ticked(), credits_)
def test_one_more_positive_tick_never_costs(answer: tuple[RubricGroup, dict[str, int]], of: Fraction) -> None:
    root, ticks = answer
    before = earned(Rubric(root), ticks, of)
    for one in root.items:
        if one.credits > 0 and (one.each or not ticks[one.id]):
            assert earned(Rubric(root), {**ticks, one.id: ticks[one.id] + 1}, of) >= before


@given(ticked(), credits_, st.data())
def test_the_order_of_the_members_does_not_matter(
    answer: tuple[RubricGroup, dict[str, int]], of: Fraction, data: st.DataObject
) -> None:
    root, ticks = answer

    def shuffled(group: RubricGroup) -> RubricGroup:
        order = data.draw(st.permutations(group.members))
        return replace(group, members=tuple(shuffled(m) if isinstance(m, RubricGroup) else m for m in order))

    assert earned(Rubric(shuffled(root)), ticks, of) == earned(Rubric(root), ticks, of)


def once(group: RubricGroup) -> RubricGroup:
    """The same tree with no item that counts per occurrence."""
    return replace(
        group,
        members=tuple(
            once(m) if isinstance(m, RubricGroup) else replace(m, each=False) for m in group.members
        ),
    )


@given(roots.map(once))
def test_ticking_all_that_is_good_gives_the_best_that_the_check_of_the_source_promises(
    root: RubricGroup,
) -> None:
    good = {i.id: 1 for i in root.items if i.credits > 0}
    assert earned(Rubric(root), good, Fraction(1000)) == best(root)


@given(ticked(), credits_)
def test_an_item_ticked_no_times_is_an_item_left_out(
    answer: tuple[RubricGroup, dict[str, int]], of: Fraction
) -> None:
    root, ticks = answer
    assert earned(Rubric(root), ticks, of) == earned(Rubric(root), {k: v for k, v in ticks.items() if v}, of)


quarter = st.integers(1, 12).map(lambda n: Fraction(n, 4))


Drawn = tuple[Rubric, Fraction, dict[str, int], dict[str, int]]


@st.composite
def with_deductions(draw: st.DrawFn) -> Drawn:
    """A rubric with deductions that make sense, what they are from, ticks of them, ticks of what earns."""

    def each() -> bool:
        return draw(st.booleans())

    def ticks(of: list[RubricItem]) -> dict[str, int]:
        return {i.id: draw(st.integers(0, 3 if i.each else 1)) for i in of}

    def up_to(most: Fraction) -> Fraction:
        return Fraction(draw(st.integers(1, int(most * 4))), 4)

    earning = [item(f"earns{n}", draw(quarter), each=each()) for n in range(draw(st.integers(1, 4)))]
    full = up_to(best(RubricGroup("all", tuple(earning))))
    count = draw(st.integers(1, 3))
    off = [item(f"off{n}", -up_to(full), each=each(), full=full) for n in range(count)]
    root = RubricGroup("all", tuple(draw(st.permutations([*earning, *off]))))
    assert not list(senseless_deductions(root))
    return Rubric(root), full, ticks(off), ticks(earning)


def summed(graded: Rubric, ticks: dict[str, int]) -> Fraction:
    return sum((i.credits * ticks.get(i.id, 0) for i in graded.root.items), Fraction(0))


@given(with_deductions())
def test_a_deduction_stands_in_the_place_of_what_is_earned(drawn: Drawn) -> None:
    graded, full, mistakes, earning = drawn
    worth = best(graded.root)
    found = earned(graded, {**earning, **mistakes}, worth)
    if not any(mistakes.values()):
        assert found == min(summed(graded, earning), worth)
        return
    assert found == max(full + summed(graded, mistakes), Fraction(0))
    assert found == earned(graded, mistakes, worth)  # what else is ticked changes nothing
    assert found < full <= worth
