"""Second correction, answers shown again and assignments: as recorded, and as the queue hands them out."""

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from tests.actions.conftest import Record, result
from tests.actions.test_judge import A_WORD, NOW, PEOPLE, given_to, many
from tests.cast import CORRECTOR, EXAMINER

from klausur.actions import up_to_date
from klausur.actions.answer_seen import answer_seen
from klausur.actions.arrange_judging import assign, hand_over, set_rules, withdraw
from klausur.actions.change_rubric import change_rubric
from klausur.actions.grade import grade
from klausur.actions.judge import JudgedMeanwhileError, Ticked, judge, take_back
from klausur.actions.judging_figures import judging_figures
from klausur.actions.judging_queue import let_go, next_answer, park
from klausur.actions.judging_rounds import handed_by
from klausur.actions.judging_work import judging_work, pressing
from klausur.actions.results_so_far import credits_of
from klausur.actions.settle import Marked, settle
from klausur.actions.sheet_seen import sheet_seen
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.exam.rubric_lines import RubricLine
from klausur.paper.answers import Doubt, Open, Worth
from klausur.paper.fields import Mark
from klausur.paper.layout import Layout
from klausur.state.arrangements import (
    PLAIN,
    Assigned,
    Counts,
    JudgingRules,
    Part,
    Repeats,
    SecondCorrection,
    Stretch,
)
from klausur.state.facts import Author, Role
from klausur.state.judgements import Round, StoredJudgement
from klausur.store import arrangements, audit, boxes, derive, judgements
from klausur.store.folder import opened
from klausur.store.verify import verify as verify_stored

ADA, ONE, TWO, THREE = Author(EXAMINER, "so it is"), *(Author(who) for who in PEOPLE[:3])
NOTHING, HALF = Ticked(), Ticked({}, Fraction(1), "half of it")
TOL, HALF_ = Fraction(1), Fraction(1, 2)
scanned = pytest.mark.usefixtures("scanned")


def second(folder: Path, **rule: object) -> None:
    set_rules(folder, "word", JudgingRules(SecondCorrection(**rule)), ADA)  # type: ignore[arg-type]


def by(
    folder: Path, who: Author, ticked: Ticked = A_WORD, booklet: int = 2, **said: object
) -> StoredJudgement:
    with opened(folder):
        act = f"act-{len(judgements.about())}"
    return judge(folder, booklet, "word", ticked, who, act=act, **said)  # type: ignore[arg-type]


@scanned
def test_an_answer_is_open_until_two_agree_and_the_first_stays_what_it_was(folder: Path) -> None:
    first = by(folder, ONE)
    assert given_to(folder) == Worth(Fraction(2))
    second(folder, tolerance=Fraction(1))
    assert given_to(folder) == Open((Doubt.AWAITS_SECOND,))
    (row,) = (row for row in grade(folder, actor=EXAMINER).results.rows if row.booklet == 2)
    assert row.total is None
    with opened(folder):
        assert boxes.count_unclear()[1] == 0, "no box of it is to be settled"
    other = by(folder, TWO, HALF)
    assert (first.round, other.round) == (Round.FIRST, Round.SECOND)
    assert given_to(folder) == Worth(Fraction(2))  # the mean of 2 and 1, on the step of 1, half a step up
    with opened(folder):
        assert judgements.about(frozenset({2})) == (first, other)
    set_rules(
        folder, "word", JudgingRules(SecondCorrection(tolerance=Fraction(1), counts=Counts.SECOND)), ADA
    )
    assert given_to(folder) == Worth(Fraction(1))
    set_rules(folder, "word", PLAIN, ADA)
    assert given_to(folder) == Worth(Fraction(2))


@scanned
def test_beyond_the_tolerance_a_third_decides_and_an_examiner_has_the_last_word(folder: Path) -> None:
    second(folder, tolerance=Fraction(1))
    by(folder, ONE)
    by(folder, TWO, NOTHING)
    assert given_to(folder) == Open((Doubt.AWAITS_THIRD,))
    assert by(folder, ONE).round is Round.FIRST  # they go on correcting their own
    third = by(folder, THREE, HALF)
    assert third.round is Round.THIRD
    assert given_to(folder) == Worth(Fraction(1))
    with pytest.raises(RefusedError, match=r"others have judged question 2\.1 of booklet 2"):
        by(folder, Author(PEOPLE[4]))
    with pytest.raises(RefusedError, match="may not take back"):
        by(folder, ONE, handed=Round.FINAL)
    by(folder, ADA, handed=Round.FINAL)
    assert given_to(folder) == Worth(Fraction(2))
    with pytest.raises(RefusedError, match="others have judged"):
        by(folder, THREE, NOTHING)
    take_back(folder, "word", ADA)
    assert given_to(folder) == Worth(Fraction(1))
    take_back(folder, "word", THREE)
    assert given_to(folder) == Open((Doubt.AWAITS_THIRD,))
    by(folder, TWO, HALF)
    assert given_to(folder) == Worth(Fraction(2)), "the second corrected theirs, and they agree"


@scanned
def test_a_blind_second_is_shown_nothing_of_the_first_and_told_nothing_of_it(folder: Path) -> None:
    second(folder)
    first = by(folder, ONE, replace(A_WORD, comment="a fine one"))
    park(folder, 2, "word", "A word?", ONE, act="aside")
    assert [len(answer_seen(folder, 2, "word", who.actor).parkings) for who in (ONE, TWO)] == [1, 0]
    seen = answer_seen(folder, 2, "word", TWO.actor)
    assert (seen.round, seen.judgements, seen.given, seen.standing) == (Round.SECOND, (), None, ())
    assert answer_seen(folder, 2, "word", EXAMINER).judgements == ()
    assert answer_seen(folder, 2, "word", TWO.actor, shown=first.id).given is None
    assert answer_seen(folder, 2, "word", ONE.actor).given == first
    other = by(folder, TWO, NOTHING, looked=0)  # looked before the first was there: no word of that
    assert answer_seen(folder, 2, "word", ONE.actor).judgements == (first,)
    third = answer_seen(folder, 2, "word", THREE.actor)
    assert (third.round, third.given) == (Round.THIRD, None)
    assert third.standing == (first, other)
    with pytest.raises(RefusedError, match="may not"):
        answer_seen(folder, 2, "word", TWO.actor, handed=Round.FINAL)


@scanned
def test_an_open_second_begins_with_what_the_first_gave(folder: Path) -> None:
    second(folder, blind=False)
    first = by(folder, ONE)
    assert answer_seen(folder, 2, "word", TWO.actor).given == first
    with pytest.raises(JudgedMeanwhileError, match="gave 2 meanwhile"):
        by(folder, TWO, NOTHING, looked=0)
    assert by(folder, TWO, NOTHING, looked=first.id).round is Round.SECOND


@scanned
def test_the_rules_must_be_possible(folder: Path) -> None:
    for rules in (
        JudgingRules(SecondCorrection(percent=0)),
        JudgingRules(SecondCorrection(tolerance=Fraction(-1))),
        JudgingRules(SecondCorrection(grades=("6.0",))),
        JudgingRules(repeats=Repeats(1, 3)),
        JudgingRules(seeds=(1,)),
    ):
        with pytest.raises(UsageError):
            set_rules(folder, "word", rules, ADA)
    with opened(folder):
        before = audit.head()
    assert set_rules(folder, "2.1", PLAIN, ADA) == PLAIN
    with opened(folder):
        assert audit.head() == before, "what is so already is not recorded"
    with pytest.raises(UsageError, match="nobody judges letters"):
        set_rules(folder, "letters", PLAIN, ADA)
    with pytest.raises(NotFoundError):
        set_rules(folder, "nothing", PLAIN, ADA)
    made = set_rules(folder, "word", JudgingRules(SecondCorrection(percent=30)), ADA)
    assert made.second is not None
    assert made.second.seed
    again = set_rules(folder, "word", JudgingRules(SecondCorrection(percent=40)), ADA)
    assert again.second is not None
    assert again.second.seed == made.second.seed


@pytest.mark.parametrize(("grades", "again"), [(("5.0",), ""), (("4.0", "1.0"), "awaits")])
def test_booklets_of_some_grades_are_judged_again(
    folder: Path, record: Record, layout: Layout, grades: tuple[str, ...], again: str
) -> None:
    """Booklet 1 has 2 of 6 credits for its crosses, and 4 with the word: 67 %, which is a 4.0."""
    record(
        result(layout, 0, 1, 1, crossed="letters/choice/a letters/choice/c"),
        result(layout, 1, 1, 2),
    )
    second(folder, grades=grades)
    by(folder, ONE, booklet=1)
    assert isinstance(given_to(folder, 1), Open) is bool(again)
    for role, told in ((Role.CORRECTOR, None), (Role.EXAMINER, None if again else 2)):
        assert credits_of(folder, [1], role=role)[1]["word"] == told
    if again:
        by(folder, TWO, NOTHING, booklet=1)  # 33 %: its grade by the first judgement stays what it was
        assert given_to(folder, 1) == Open((Doubt.AWAITS_THIRD,))


def test_the_queue_hands_each_round_to_who_may(folder: Path, record: Record, layout: Layout) -> None:
    first, *rest = many(record, layout)
    second(folder)
    by(folder, ONE, booklet=first)
    assert next_answer(folder, "word", ONE.actor, now=NOW).booklet == rest[0]
    found = next_answer(folder, "word", TWO.actor, now=NOW)
    assert (found.booklet, found.open) == (first, 3)
    by(folder, TWO, NOTHING, booklet=first)
    third = next_answer(folder, "word", THREE.actor, now=NOW)
    assert third.booklet == first
    assert next_answer(folder, "word", TWO.actor, now=NOW).open == 2


@pytest.mark.parametrize("seed", range(3))
def test_people_in_any_order_come_to_an_end_with_two_or_three_for_each(
    folder: Path, record: Record, layout: Layout, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret is drawn
    booklets = many(record, layout)
    second(folder, tolerance=Fraction(1))
    handed = dict[int, list[str]]()
    for step in range(60):
        who = Author(draw.choice(PEOPLE[:4]))
        found = next_answer(folder, "word", who.actor, now=NOW)
        if found.booklet is None:
            continue
        handed.setdefault(found.booklet, []).append(who.who)
        judge(
            folder,
            found.booklet,
            "word",
            draw.choice((A_WORD, HALF, NOTHING)),
            who,
            act=f"{step}",
            handed=handed_by(found.handed, found.booklet, "word", who.actor),
        )
    assert sorted(handed) == sorted(booklets)
    for booklet, people in handed.items():
        assert len(people) == len(set(people)) in {2, 3}
        assert isinstance(given_to(folder, booklet), Worth)


def test_own_answers_come_again_blind_and_never_count(folder: Path, record: Record, layout: Layout) -> None:
    order_ = many(record, layout)
    set_rules(folder, "word", JudgingRules(repeats=Repeats(every=3, after=1)), ADA)
    for number in order_[:2]:
        found = next_answer(folder, "word", CORRECTOR, now=NOW)
        assert found.booklet == number
        by(folder, Author(CORRECTOR), booklet=number)
    again = next_answer(folder, "word", CORRECTOR, after=order_[1], now=NOW)
    assert again.booklet == order_[0], "the third is the only one of theirs that is old enough"
    kind = handed_by(again.handed, order_[0], "word", CORRECTOR)
    assert kind is Round.REPEAT
    seen = answer_seen(folder, order_[0], "word", CORRECTOR, handed=kind)
    assert (seen.judgements, seen.given, seen.handed) == ((), None, again.handed)
    later = next_answer(folder, "word", CORRECTOR, after=order_[0], now=NOW)
    assert later.booklet == order_[2], "who leaves it for later is given another one"
    repeat = by(folder, Author(CORRECTOR), NOTHING, booklet=order_[0], handed=kind, looked=0)
    assert (repeat.round, repeat.judged.credits) == (Round.REPEAT, Fraction(0))
    assert given_to(folder, order_[0]) == Worth(Fraction(2))
    found = next_answer(folder, "word", CORRECTOR, after=order_[0], now=NOW)
    assert (found.booklet, found.there, found.open) == (order_[2], 4, 1)
    assert take_back(folder, "word", Author(CORRECTOR)) == repeat
    shown = answer_seen(folder, order_[0], "word", CORRECTOR, shown=repeat.id)
    assert (shown.given, shown.judgements, shown.handed) == (
        replace(repeat, taken_back=True),
        (),
        again.handed,
    )
    assert answer_seen(folder, order_[0], "word", EXAMINER, shown=repeat.id).shown is None
    with pytest.raises(UsageError, match="handed to somebody else"):
        handed_by(again.handed, order_[0], "word", EXAMINER)


def test_seeds_come_once_to_all_but_who_judged_them(folder: Path, record: Record, layout: Layout) -> None:
    order_ = many(record, layout)
    by(folder, ONE, booklet=order_[2])
    set_rules(folder, "word", JudgingRules(seeds=(order_[2],)), ADA)
    given = dict[str, list[tuple[int, Round | None]]]()
    for who in (TWO, ONE, THREE):
        for _ in range(6):
            found = next_answer(folder, "word", who.actor, now=NOW)
            if found.booklet is None:
                break
            kind = handed_by(found.handed, found.booklet, "word", who.actor)
            given.setdefault(who.who, []).append((found.booklet, kind))
            by(folder, who, HALF, booklet=found.booklet, handed=kind, looked=0)
    assert given[TWO.who] == [(order_[0], None), (order_[1], None), (order_[2], Round.SEED)]
    assert ONE.who not in given
    assert given[THREE.who] == [(order_[2], Round.SEED)]
    assert given_to(folder, order_[2]) == Worth(Fraction(2))


def test_what_is_assigned_comes_first_and_to_no_other(folder: Path, record: Record, layout: Layout) -> None:
    a, b, c = many(record, layout)
    mine = assign(folder, "2.1", Assigned(ONE.who, Part(3, 3), due=date(2026, 3, 1)), ADA)
    assert next_answer(folder, "word", ONE.actor, now=NOW).booklet == c
    other = next_answer(folder, "word", TWO.actor, now=NOW)
    assert (other.booklet, other.open, other.others, other.there) == (a, 2, 1, 2)
    assign(folder, "word", Assigned(TWO.who, stretch=Stretch(2, 3)), ADA)
    besides = frozenset({a})
    assert next_answer(folder, "word", TWO.actor, besides=besides, now=NOW).booklet == b
    with pytest.raises(RefusedError, match="already"):
        assign(folder, "word", Assigned(TWO.who, stretch=Stretch(2, 3)), ADA)
    withdraw(folder, mine.id, ADA)
    with pytest.raises(NotFoundError, match="nothing is assigned"):
        withdraw(folder, mine.id, ADA)
    with pytest.raises(NotFoundError, match="nothing is assigned"):
        hand_over(folder, mine.id, "Ada", ADA)
    mine = assign(folder, "word", Assigned(ONE.who, due=date(2026, 3, 1), note="soon"), ADA)
    other_ = hand_over(folder, mine.id, THREE.who, ADA)
    assert other_.assigned == replace(mine.assigned, to=THREE.who)
    with pytest.raises(RefusedError, match="already"):
        hand_over(folder, other_.id, THREE.who, ADA)
    with pytest.raises(UsageError, match="nobody is named"):
        hand_over(folder, other_.id, " ", ADA)
    withdraw(folder, other_.id, ADA)
    with opened(folder):
        assert [each.assigned.to for each in arrangements.all_().assignments] == [TWO.who]
    assert given_to(folder, 2) is not None


def test_only_those_named_judge_where_the_examiner_says_so(
    folder: Path, record: Record, layout: Layout
) -> None:
    a, b, c = many(record, layout)
    set_rules(folder, "word", JudgingRules(only_named=True), ADA)
    found = next_answer(folder, "word", ONE.actor, now=NOW)
    assert (found.booklet, found.others) == (None, 3)
    assign(folder, "word", Assigned(ONE.who, stretch=Stretch(1, 2)), ADA)
    assert next_answer(folder, "word", ONE.actor, now=NOW).booklet == a
    by(folder, ONE, booklet=b)
    with pytest.raises(RefusedError, match=f"booklet {c} is not assigned to Corrector 1"):
        by(folder, ONE, booklet=c)
    by(folder, ADA, booklet=c)  # an examiner may always


@pytest.mark.parametrize(
    "assigned",
    [
        Assigned(" "),
        Assigned("Ada", Part(0, 3)),
        Assigned("Ada", Part(4, 3)),
        Assigned("Ada", stretch=Stretch(0, 3)),
        Assigned("Ada", stretch=Stretch(4, 3)),
        Assigned("Ada", round=Round.FINAL),
    ],
)
def test_a_share_that_cannot_be_is_refused(folder: Path, assigned: Assigned) -> None:
    with pytest.raises(UsageError):
        assign(folder, "word", assigned, ADA)


def test_nothing_that_is_open_is_in_no_line_of_who_does_what(
    folder: Path, record: Record, layout: Layout
) -> None:
    a, b, _ = many(record, layout)
    today = date(2026, 2, 20)
    second(folder)
    assign(folder, "word", Assigned(ONE.who, Part(1, 3), due=date(2026, 2, 18)), ADA)
    assign(folder, "word", Assigned(TWO.who, Part(1, 1), round=Round.SECOND, due=date(2026, 2, 23)), ADA)
    (word,) = judging_work(folder, today).questions
    assert [(p.to, p.there, p.left, p.days) for p in word.portions] == [
        (ONE.who, 1, 1, -2),
        (TWO.who, 3, 0, 3),
    ]
    assert (word.loose, word.open) == (2, {Round.FIRST: 3})
    assert [p.to for p in judging_work(folder, today).pressing] == [ONE.who]
    by(folder, ONE, booklet=a)
    by(folder, TWO, booklet=b)
    (word,) = judging_work(folder, today).questions
    assert [(p.to, p.left, p.overdue, p.soon) for p in word.portions] == [
        (ONE.who, 0, False, False),
        (TWO.who, 1, False, True),
    ]
    # Of their own first judgement they cannot make the second: that is anybody's, and is told of.
    assert (word.loose, word.open) == (2, {Round.FIRST: 1, Round.SECOND: 2})
    assert next_answer(folder, "word", THREE.actor, now=NOW).open == 2
    assert pressing(folder, today) == judging_work(folder, today).of(TWO.who)
    assert pressing(folder.with_name("nothing")) == ()


def test_the_figures_follow_from_what_was_judged(folder: Path, record: Record, layout: Layout) -> None:
    a, b, c = many(record, layout)
    by(folder, ONE, booklet=c)
    set_rules(folder, "word", JudgingRules(SecondCorrection(tolerance=TOL), Repeats(2, 0), (c,)), ADA)
    by(folder, ONE, booklet=a)
    by(folder, TWO, HALF, booklet=a)
    by(folder, ONE, NOTHING, booklet=a, handed=Round.REPEAT)
    by(folder, THREE, HALF, booklet=c, handed=Round.SEED)
    by(folder, TWO, booklet=c)
    found = judging_figures(folder)
    assert [(f.who, f.judged, f.mean) for f in found.figures] == [
        (ONE.who, 2, 2),
        (TWO.who, 2, Fraction(3, 2)),
        (THREE.who, 0, None),
    ]
    one, two, three = found.figures
    assert (one.doubles.count, one.doubles.mean, two.doubles.mean) == (2, HALF_, -HALF_)
    assert (one.repeats.count, one.repeats.mean, three.seeds.mean) == (1, Fraction(-2), -TOL)
    assert (found.differences[0].booklet, found.differences[0].who) == (a, ONE.who)
    assert found.numbers["word"] == "2.1"
    assert judging_figures(folder, "other").figures == ()
    assert b not in {d.booklet for d in found.differences}


@scanned
def test_a_changed_rubric_counts_each_round_anew_and_makes_nobody_a_corrector(folder: Path) -> None:
    second(folder)
    by(folder, ONE, booklet=1)
    by(folder, TWO, booklet=1)
    assert given_to(folder, 1) == Worth(Fraction(2))
    change_rubric(folder, "word", [RubricLine("1", credits=Fraction(1), text="a word")], ADA, apply=True)
    with opened(folder):
        about = judgements.about(frozenset({1}))
    assert [(each.round, each.judged.credits) for each in about[2:]] == [
        (Round.FIRST, Fraction(1)),
        (Round.SECOND, Fraction(1)),
    ]
    assert given_to(folder, 1) == Worth(Fraction(1))
    made = by(folder, ONE, NOTHING, booklet=1)
    assert made.round is Round.FIRST, "it is still theirs"
    assert given_to(folder, 1) == Open((Doubt.AWAITS_THIRD,))
    seen = answer_seen(folder, 1, "word", Author(PEOPLE[5]).actor)
    assert seen.round is Round.THIRD


def test_who_decides_between_others_is_given_one_answer_at_a_time(
    folder: Path, record: Record, layout: Layout
) -> None:
    order_ = many(record, layout)
    second(folder)
    for number in order_:
        by(folder, ONE, booklet=number)
    assert next_answer(folder, "word", TWO.actor, most=6, now=NOW).booklets == tuple(order_)
    made = by(folder, TWO, NOTHING, booklet=order_[0])
    assert next_answer(folder, "word", THREE.actor, most=6, now=NOW).booklets == (order_[0],)
    let_go(folder, "word", frozenset(order_), THREE.actor)
    let_go(folder, "word", frozenset(order_), TWO.actor)
    found = next_answer(folder, "word", THREE.actor, most=6, after=order_[0], now=NOW)
    assert found.booklets == (order_[1], order_[2])
    assert sheet_seen(folder, "word", [order_[0]], THREE.who).looked == 0
    take_back(folder, "word", TWO)
    assert sheet_seen(folder, "word", [order_[0]], THREE.who).judged is None
    own = sheet_seen(folder, "word", [order_[0]], TWO.who).judged
    assert own == replace(made, taken_back=True)


GRADES = ((), ("5.0",), ("4.0", "5.0"), ("1.0",))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_state_is_what_the_records_amount_to(
    folder: Path, record: Record, layout: Layout, seed: int
) -> None:
    """Rules change, people judge, take back, settle boxes: each answer derived alone is as from nothing."""
    draw = random.Random(seed)  # noqa: S311 - no secret is drawn
    record(
        *(result(layout, 2 * n, n + 1, 1, crossed="letters/choice/a letters/choice/c") for n in range(3)),
        *(result(layout, 2 * n + 1, n + 1, 2) for n in range(3)),
    )
    for step in range(14):
        booklet, who = draw.randrange(1, 4), Author(draw.choice(PEOPLE[:4]))
        what = draw.choice(("rules", "judge", "judge", "judge", "back", "settle", "final"))
        try:
            if what == "rules":
                tolerance = Fraction(draw.randrange(3), 2)
                counts, grades = draw.choice(list(Counts)), draw.choice(GRADES)
                percent = draw.choice((50, 100))
                second(folder, percent=percent, grades=grades, tolerance=tolerance, counts=counts)
            elif what == "back":
                take_back(folder, "word", who)
            elif what == "settle":
                mark = draw.choice((Mark.CROSSED, Mark.EMPTY))
                settle(folder, booklet, "numbers/choice/b", Marked(mark), ADA)
            else:
                ticked = draw.choice((A_WORD, HALF, NOTHING))
                author, handed = (ADA, Round.FINAL) if what == "final" else (who, None)
                judge(folder, booklet, "word", ticked, author, act=f"act {step}", handed=handed)
        except (RefusedError, NotFoundError):
            continue
        with opened(folder) as records:
            frame = up_to_date.look(records)
            assert list(derive.verify(frame)) == []
            if step % 7 == 6:
                assert list(verify_stored()) == []
