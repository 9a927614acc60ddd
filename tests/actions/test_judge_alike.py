"""Answers that are alike are handed out and judged together; each is reached exactly once all the same."""

import itertools
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from tests.actions.conftest import EXAM_NUMBER, print_by_hand, result, scan_by_hand, write_exam
from tests.cast import CORRECTOR, EXAMINER
from tests.exams import copy_exam

from klausur.actions.answer_seen import answer_seen
from klausur.actions.judge import AS_CROSSED, Ticked, judge, take_back
from klausur.actions.judge_alike import Member, judge_alike
from klausur.actions.judging_groups import MOST, Like
from klausur.actions.judging_queue import Next, hold_on, let_go, next_answer, park
from klausur.actions.similar_answers import similar_answers
from klausur.base.errors import NotFoundError, UsageError
from klausur.base.geometry import Box
from klausur.paper.fields import Field, FieldKind, Inked, Mark
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.read.model import PageResult
from klausur.state.facts import Actor, Author, Role
from klausur.state.judgements import order
from klausur.store import audit, derive, judgements
from klausur.store import verify as stored
from klausur.store.folder import opened
from klausur.store.frame import Frame

KONRAD, ADA = Author(CORRECTOR), Author(EXAMINER)
NOW = datetime(2026, 2, 18, 9, tzinfo=UTC)
NOBODY: frozenset[int] = frozenset()
UNSEEN = Member(NOBODY)
BLANK, CROSSED = range(1, 9), range(9, 13)
"""Booklets in which nothing is written, and those in which the reader doubts a cross at one credit."""
ELSEWHERE, WRITTEN = 13, range(14, 18)
"""One that goes on on the additional page, and those in which something is written."""
ALL = (*BLANK, *CROSSED, ELSEWHERE, *WRITTEN)
"""All booklets; the scans of one more show another page alone."""


def with_spaces(layout: Layout, count: int) -> Layout:
    """The layout with an answer space, and an additional page's, on the second page of so many booklets."""
    first, second = layout.pages
    spaces = (
        Field("word/answer", FieldKind.ANSWER_AREA, Box(40, 40, 120, 30), "word"),
        Field("page/2/answer", FieldKind.ANSWER_AREA, Box(20, 200, 150, 60)),
    )
    return replace(
        layout,
        pages=(first, PageLayout(2, (*second.fields, *spaces))),
        booklets=tuple(BookletLayout(n, (0, 1)) for n in range(1, count + 1)),
    )


def page(
    layout: Layout, booklet: int, *, word: Inked = Inked.BLANK, more: Inked = Inked.BLANK, doubted: str = ""
) -> PageResult:
    """The second page of a booklet, with ink in these spaces and a doubted cross in this box."""
    plain = result(layout, booklet, booklet, 2)
    spaces = {"word/answer": word, "page/2/answer": more}
    return replace(
        plain,
        readings=tuple(
            replace(r, value=spaces[r.field])
            if r.field in spaces
            else replace(r, value=Mark.CROSSED, confidence=0.6, flagged=True)
            if r.field == doubted
            else r
            for r in plain.readings
        ),
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Path:
    """The folder below, to be copied before use."""
    place = tmp_path_factory.mktemp("alike") / "exam"
    write_exam(place)
    whole = with_spaces(layout, len(ALL) + 1)
    print_by_hand(place, PrintRun(EXAM_NUMBER, tuple(map(Booklet, range(1, len(ALL) + 2)))), whole)
    scan_by_hand(
        place,
        *(page(whole, n) for n in BLANK),
        *(page(whole, n, word=Inked.WRITTEN, doubted="word/credit/1") for n in CROSSED),
        page(whole, ELSEWHERE, more=Inked.WRITTEN),
        *(page(whole, n, word=Inked.WRITTEN) for n in WRITTEN),
        result(whole, len(ALL) + 1, len(ALL) + 1, 1),
    )
    return place


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    place = tmp_path / "exam"
    copy_exam(prepared, place)
    return place


def sound(folder: Path) -> int:
    """How many judgements count, while State and records agree."""
    with opened(folder):
        assert list(derive.verify(Frame(folder))) == []
        assert list(stored.verify()) == []
        return sum(judgements.by_corrector().get("word", {}).values())


def following(folder: Path, who: Actor = CORRECTOR, besides: frozenset[int] = NOBODY) -> Next:
    return next_answer(folder, "word", who, besides=besides, alone=NOBODY, now=NOW)


def images(folder: Path, booklets: tuple[int, ...]) -> dict[int, Member]:
    seen = {n: answer_seen(folder, n, "word") for n in booklets}
    return {n: Member(frozenset(i.id for i in each.pages), each.rubric) for n, each in seen.items()}


def all_handed_out(folder: Path, who: Actor = CORRECTOR) -> list[Next]:
    """What somebody is given who judges nothing and asks on."""
    found: list[Next] = []
    held: frozenset[int] = NOBODY
    while (given := following(folder, who, held)).booklets:
        found.append(given)
        held |= frozenset(given.booklets)
    return found


def test_what_is_alike_is_handed_out_together_and_everything_once(folder: Path) -> None:
    given = all_handed_out(folder)
    handed = [number for each in given for number in each.booklets]
    assert sorted(handed) == list(ALL)
    groups = {each.alike: set(each.booklets) for each in given if each.alike}
    assert groups == {"blank": set(BLANK), "crossed 1": set(CROSSED)}
    firsts = [each.booklets[0] for each in given]
    assert firsts == [n for n in order("word", ALL) if n in firsts]  # each where its first member would come
    assert all(list(each.booklets) == order("word", each.booklets) for each in given)
    assert len(given) == 2 + 1 + len(WRITTEN)


def test_nobody_is_given_a_group_that_somebody_holds(folder: Path) -> None:
    mine = all_handed_out(folder)
    assert following(folder, EXAMINER).booklets == ()
    blank = next(each for each in mine if each.alike == "blank").booklets
    let_go(folder, "word", frozenset(blank[:3]), CORRECTOR)
    theirs = following(folder, EXAMINER)
    assert set(theirs.booklets) == set(blank[:3])  # and what somebody holds of it is not in it
    let_go(folder, "word", frozenset(blank[3:4]), CORRECTOR)
    single = following(folder, EXAMINER, frozenset(theirs.booklets))
    assert (single.booklets, single.alike) == (blank[3:4], "")
    assert hold_on(folder, "word", frozenset(ALL), EXAMINER, now=NOW) == frozenset(blank[:4])


def test_who_is_taken_out_of_a_group_stands_alone(folder: Path) -> None:
    for out in (BLANK[0], BLANK[5]):
        taken = frozenset({out, CROSSED[0]})
        held: frozenset[int] = NOBODY
        alone = set()
        while (given := next_answer(folder, "word", CORRECTOR, besides=held, alone=taken, now=NOW)).booklets:
            held |= frozenset(given.booklets)
            if len(given.booklets) == 1:
                alone |= set(given.booklets)
        assert alone == {*taken, ELSEWHERE, *WRITTEN}
        let_go(folder, "word", held, CORRECTOR)


def test_who_wants_no_groups_is_given_answers_one_by_one(folder: Path) -> None:
    first, second, third = order("word", ALL)[:3]
    assert next_answer(folder, "word", CORRECTOR, now=NOW).booklets == (first,)
    several = next_answer(folder, "word", CORRECTOR, besides=frozenset({first}), most=2, now=NOW)
    assert (several.booklets, several.alike) == ((second, third), "")
    rest = next_answer(folder, "word", EXAMINER, most=50, now=NOW)
    assert rest.booklets == tuple(order("word", ALL)[3:])
    assert rest.held == 3


def test_a_group_is_judged_as_one_act_and_taken_back_whole(folder: Path) -> None:
    seen = images(folder, tuple(BLANK))
    with opened(folder):
        before = len(audit.events())
    made = judge_alike(folder, "word", seen, Ticked(comment="nothing"), KONRAD, act="group-act", looked=0)
    assert [each.booklet for each in made.made] == list(BLANK)
    assert made.meanwhile == ()
    assert len({each.act for each in made.made}) == len(BLANK)
    assert {(each.judged.credits, each.judged.comment) for each in made.made} == {(Fraction(0), "nothing")}
    assert sound(folder) == len(BLANK)
    with opened(folder):
        assert len(audit.events()) == before + 1
        assert audit.events()[-1].verb == "judge-alike"
    again = judge_alike(folder, "word", seen, Ticked({"1": 1}), KONRAD, act="group-act", looked=0)
    assert again.made == made.made
    assert sound(folder) == len(BLANK)
    judge(folder, WRITTEN[0], "word", Ticked({"1": 1}), KONRAD, act="alone")
    assert take_back(folder, "word", KONRAD).booklet == WRITTEN[0]
    assert sound(folder) == len(BLANK)
    assert take_back(folder, "word", KONRAD) in made.made
    assert sound(folder) == 0
    with pytest.raises(NotFoundError):
        take_back(folder, "word", KONRAD)


def test_a_member_that_was_taken_back_before_stays_so(folder: Path) -> None:
    made = judge_alike(folder, "word", images(folder, (1, 2, 3)), Ticked(), KONRAD, act="group-act", looked=0)
    judge(folder, 2, "word", Ticked({"1": 1}), KONRAD, act="after all")
    take_back(folder, "word", KONRAD)
    take_back(folder, "word", KONRAD)
    assert sound(folder) == 0
    with opened(folder):
        assert all(each.taken_back for each in judgements.of_group(made.made[0]))


def test_what_somebody_else_judged_meanwhile_stands(folder: Path) -> None:
    seen = images(folder, (1, 2, 3))
    theirs = judge(folder, 2, "word", Ticked({"1": 1}), ADA, act="meanwhile")
    found = judge_alike(folder, "word", seen, Ticked(), KONRAD, act="group-act", looked=0)
    assert [each.booklet for each in found.made] == [1, 3]
    assert found.meanwhile == (theirs,)
    assert sound(folder) == 3
    beside = judge_alike(folder, "word", {2: seen[2]}, Ticked(), KONRAD, act="other-act", looked=theirs.id)
    assert [each.booklet for each in beside.made] == [2]


def test_credits_on_paper_are_confirmed_for_all_or_one(folder: Path) -> None:
    seen = images(folder, tuple(CROSSED))
    found = judge_alike(folder, "word", seen, Ticked(as_crossed=True), KONRAD, act="group-act", looked=0)
    assert {(j.judged.credits, j.judged.reason) for j in found.made} == {(Fraction(1), AS_CROSSED)}
    assert sound(folder) == len(CROSSED)
    take_back(folder, "word", KONRAD)
    shown = answer_seen(folder, CROSSED[0], "word").crossed
    assert (shown.only, shown.sure) == (Fraction(1), False)
    one = judge(folder, CROSSED[0], "word", Ticked(as_crossed=True), KONRAD, act="one")
    assert one.judged.credits == 1


@pytest.mark.parametrize(
    ("answers", "ticked"),
    [
        ({}, Ticked()),
        ({BLANK[0]: UNSEEN}, Ticked(as_crossed=True)),
        ({CROSSED[0]: UNSEEN}, Ticked({"1": 1}, as_crossed=True)),
        ({CROSSED[0]: UNSEEN, BLANK[0]: UNSEEN}, Ticked(as_crossed=True)),
        ({1: UNSEEN, 2: UNSEEN}, Ticked({"9": 1})),
    ],
)
def test_a_group_that_does_not_fit_is_refused_whole(
    folder: Path, answers: dict[int, Member], ticked: Ticked
) -> None:
    with pytest.raises(UsageError):
        judge_alike(folder, "word", answers, ticked, KONRAD, act="group-act", looked=0)
    assert sound(folder) == 0


def test_a_group_has_a_bound(tmp_path: Path, layout: Layout) -> None:
    whole = with_spaces(layout, MOST + 5)
    place = tmp_path / "exam"
    write_exam(place)
    print_by_hand(place, PrintRun(EXAM_NUMBER, tuple(map(Booklet, range(1, MOST + 6)))), whole)
    scan_by_hand(place, *(page(whole, n) for n in range(1, MOST + 6)))
    assert [len(each.booklets) for each in all_handed_out(place)] == [MOST, 5]


PEOPLE = tuple(Actor(f"Corrector {n}", Role.CORRECTOR) for n in range(1, 21))


def judged_together(folder: Path, seen: Mapping[int, Member], who: Actor, act: str) -> None:
    if len(seen) > 1:
        judge_alike(folder, "word", seen, Ticked(), Author(who), act=act, looked=0)
    for number in seen if len(seen) == 1 else ():
        judge(folder, number, "word", Ticked(), Author(who), act=act)


def take_one_out(draw: random.Random, held: list[tuple[int, ...]], alone: set[int]) -> None:
    """Somebody looks into a group of theirs and takes an answer out of it."""
    group = next((each for each in held if len(each) > 1), None)
    if group is not None:
        out = draw.choice(group)
        alone.add(out)
        held.remove(group)
        held.append(tuple(n for n in group if n != out))
        held.append((out,))


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.nightly) for n in (1, 2))])
def test_twenty_correctors_reach_each_answer_exactly_once_with_groups(folder: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret is drawn
    clock, left, judged = NOW, set(ALL), list[int]()
    seen = images(folder, ALL)
    holds: dict[Actor, list[tuple[int, ...]]] = {who: [] for who in PEOPLE}
    alone: dict[Actor, set[int]] = {who: set() for who in PEOPLE}
    for step in itertools.count():
        who, what = draw.choice(PEOPLE), draw.choice(("ask", "judge", "look inside", "leave"))
        clock += timedelta(seconds=draw.randrange(4))
        mine = frozenset(itertools.chain(*holds[who]))
        hold_on(folder, "word", mine, who, now=clock)
        if what == "look inside":
            take_one_out(draw, holds[who], alone[who])
        elif what == "leave" and holds[who]:
            given_up = holds[who].pop()
            let_go(folder, "word", frozenset(given_up), who)
        elif what == "judge" and holds[who]:
            numbers = holds[who].pop(0)
            judged_together(folder, {n: seen[n] for n in numbers}, who, f"act-{step}")
            judged += numbers
            left -= set(numbers)
        elif what == "ask":
            given = next_answer(folder, "word", who, besides=mine, alone=frozenset(alone[who]), now=clock)
            held = set(itertools.chain(*itertools.chain(*holds.values())))
            assert not held & set(given.booklets)  # nobody else has any of them before them
            assert set(given.booklets) <= left
            assert (len(given.booklets) > 1) == bool(given.alike)
            assert given.booklets or left <= held
            if given.booklets:
                holds[who].append(given.booklets)
        if not left:
            break
        for other in PEOPLE:  # nobody is late
            if holds[other] and step % 5 == 0:
                hold_on(folder, "word", frozenset(itertools.chain(*holds[other])), other, now=clock)
    assert sorted(judged) == list(ALL)
    assert sound(folder) == len(ALL)


def test_what_was_put_aside_is_in_no_group(folder: Path) -> None:
    park(folder, 1, "word", "Is that a word?", KONRAD, act="aside")
    given = all_handed_out(folder)
    assert set(next(each for each in given if each.alike == "blank").booklets) == set(BLANK) - {1}


def by_ink(folder: Path, groups: Mapping[int, int]) -> dict[int, Like]:
    """What a reader of ink would say of these booklets."""
    seen = images(folder, tuple(groups))
    return {booklet: Like(group, min(seen[booklet].images)) for booklet, group in groups.items()}


def handed_out(
    folder: Path, like: Mapping[int, Like], alone: frozenset[int] = NOBODY
) -> set[tuple[int, ...]]:
    """All that is handed out, one after the other, without what is said of it."""
    found: set[tuple[int, ...]] = set()
    held: frozenset[int] = NOBODY
    while (
        given := next_answer(folder, "word", CORRECTOR, besides=held, alone=alone, like=like, now=NOW)
    ).booklets:
        found.add(tuple(sorted(given.booklets)))
        assert len(given.booklets) == 1 or given.alike
        held |= frozenset(given.booklets)
    return found


def test_what_looks_alike_is_handed_out_together(folder: Path) -> None:
    first, second, third, fourth = WRITTEN
    like = by_ink(folder, {first: 1, second: 1, third: 2, fourth: 2})
    assert {(first, second), (third, fourth)} <= handed_out(folder, like)
    assert {(first,), (second,), (third, fourth)} <= handed_out(folder, like, frozenset({first}))


def test_only_what_is_plainly_written_is_in_a_group_by_its_ink(folder: Path) -> None:
    first, second, third, fourth = WRITTEN
    said = {first: 1, second: 1, BLANK[0]: 1, CROSSED[0]: 1, ELSEWHERE: 1, third: 2, fourth: 2}
    like = by_ink(folder, said)
    like[third] = replace(like[third], image=like[fourth].image)  # it was seen on another page
    given = handed_out(folder, like)
    assert {(first, second), tuple(BLANK), tuple(CROSSED), (ELSEWHERE,), (third,), (fourth,)} == given


def test_judged_answers_that_look_alike_are_told_as_far_as_they_may_be_seen(folder: Path) -> None:
    first, second, third, fourth = WRITTEN
    near = [fourth, second, third]
    asked: list[frozenset[int]] = []

    def likest(most: int, among: frozenset[int]) -> list[int]:
        asked.append(among)
        return [number for number in near if number in among][:most]

    assert similar_answers(folder, first, "word", CORRECTOR, likest) == ()
    for booklet, items in ((second, {"1": 1}), (fourth, {})):
        judge(folder, booklet, "word", Ticked(items), KONRAD, act=f"an-act-{booklet}")
    found = similar_answers(folder, first, "word", CORRECTOR, likest)
    assert asked[-1] == {second, fourth}
    assert [each.booklet for each in found] == [fourth, second]
    assert [each.judged.judged.credits for each in found] == [0, 2]
    assert {each.space for each in found} == {"word/answer"}
    take_back(folder, "word", KONRAD)
    assert [each.booklet for each in similar_answers(folder, first, "word", EXAMINER, likest)] == [second]
    with opened(folder):
        assert {each.spot.booklet for each in (found[0].image, found[1].image) if each.spot} == {
            fourth,
            second,
        }
