import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from tests.actions.conftest import Record, nowhere, result
from tests.cast import CORRECTOR, EXAMINER
from tests.waits import counted

from klausur.actions.grade import grade
from klausur.actions.judge import JudgedMeanwhileError, Ticked, judge, overrule, take_back
from klausur.actions.judging_progress import judging_progress
from klausur.actions.judging_queue import LEASE, let_go, next_answer, park, reply
from klausur.actions.settle_page import settle_page
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.paper.answers import Doubt, Open, Worth
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.scan.model import Reason
from klausur.state.facts import Actor, Author, Role, Verdict
from klausur.state.judgements import GivenItem, order
from klausur.store import audit, derive, judgements, looks
from klausur.store import verify as stored
from klausur.store.folder import opened
from klausur.store.frame import Frame

KONRAD, ADA = Author(CORRECTOR), Author(EXAMINER, "look again")
A_WORD = Ticked({"1": 1})
NOW = datetime(2026, 2, 18, 9, tzinfo=UTC)
scanned = pytest.mark.usefixtures("scanned")


def given_to(folder: Path, booklet: int = 2) -> object:
    """What is known of the word in a booklet, while State and records agree and nothing was changed."""
    with opened(folder):
        assert list(derive.verify(Frame(folder))) == []
        assert list(stored.verify()) == []
        (answer,) = (a.answer for a in looks.answers(booklet=booklet) if a.question == "word")
    return answer.given


@scanned
def test_a_judgement_is_what_the_answer_is_worth_and_keeps_what_it_gave(folder: Path) -> None:
    made = judge(folder, 2, "2.1", replace(A_WORD, comment=" well: $x$ "), KONRAD, act="one")
    assert made.judged.items == (GivenItem("1", "a word", Fraction(2)),)
    assert made.judged.credits == 2
    assert (made.judged.comment, made.who) == ("well: $x$", "Konrad Korrektor")
    assert given_to(folder) == Worth(Fraction(2))
    with opened(folder):
        assert judgements.about(frozenset({2})) == (made,)
        assert audit.events()[-1].verb == "judge"


@scanned
def test_a_judgement_beats_what_is_crossed_on_the_paper(folder: Path) -> None:
    assert given_to(folder, 1) == Worth(Fraction(2))
    judge(folder, 1, "word", Ticked(), KONRAD, act="one")
    assert given_to(folder, 1) == Worth(Fraction(0))
    take_back(folder, "word", KONRAD)
    assert given_to(folder, 1) == Worth(Fraction(2))


@scanned
def test_what_is_sent_twice_is_recorded_once(folder: Path) -> None:
    made = judge(folder, 2, "word", A_WORD, KONRAD, act="one")
    with opened(folder):
        before = audit.head()
    assert judge(folder, 2, "word", Ticked(), KONRAD, act="one") == made
    with opened(folder):
        assert audit.head() == before
    with pytest.raises(UsageError, match="another answer"):
        judge(folder, 1, "word", A_WORD, KONRAD, act="one")


@scanned
@pytest.mark.postgresql
def test_who_judges_waits_few_times_for_a_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge(folder, 1, "word", A_WORD, KONRAD, act="one")  # whatever is looked up once
    next_answer(folder, "word", CORRECTOR)
    waits = counted(monkeypatch)
    judge(folder, 2, "word", A_WORD, KONRAD, act="two")
    assert len(waits) == 4, "it begins, all is asked, the judgement gets its number, the rest is written"
    assert sum(waits) > 15
    waits.clear()
    next_answer(folder, "word", CORRECTOR)
    assert len(waits) <= 3, "it begins, all is asked, the lease is written"


@scanned
def test_a_dry_run_records_nothing(folder: Path) -> None:
    assert judge(folder, 2, "word", A_WORD, KONRAD, act="one", dry_run=True).judged.credits == 2
    assert given_to(folder) == Open((Doubt.NO_CREDIT,), ("word/credit/0", "word/credit/1", "word/credit/2"))


@scanned
def test_the_second_of_two_sees_what_the_first_gave(folder: Path) -> None:
    first = judge(folder, 2, "word", A_WORD, KONRAD, act="one", looked=0)
    with pytest.raises(JudgedMeanwhileError, match="Konrad Korrektor gave 2 meanwhile") as met:
        judge(folder, 2, "word", Ticked(), ADA, act="two", looked=0)
    assert met.value.last == first
    same = judge(folder, 2, "word", A_WORD, ADA, act="three", looked=0)  # they agree
    judge(folder, 2, "word", Ticked(), ADA, act="four", looked=same.id)
    assert given_to(folder) == Worth(Fraction(0))


@scanned
@pytest.mark.parametrize(
    ("ticked", "says"),
    [
        (Ticked({"7": 1}), "no item '7'"),
        (Ticked({"1": 2}), "counts only once"),
        (Ticked({"1": -1}), "-1 times"),
        (Ticked(adjustment=Fraction(1)), "need a reason"),
        (Ticked({"1": 1}, Fraction(1), "more"), "3 are no credits"),
        (Ticked(adjustment=Fraction(-1), reason="less"), "-1 are no credits"),
    ],
)
def test_what_does_not_fit_the_rubric_is_refused(folder: Path, ticked: Ticked, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        judge(folder, 2, "word", ticked, KONRAD, act="one")
    assert isinstance(given_to(folder), Open)


@scanned
def test_what_people_do_not_judge_and_what_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="scored by what is crossed"):
        judge(folder, 2, "letters", Ticked(), KONRAD, act="one")
    with pytest.raises(NotFoundError, match="no question 'x'"):
        judge(folder, 2, "x", Ticked(), KONRAD, act="one")
    with pytest.raises(NotFoundError, match="no booklet 99"):
        judge(folder, 99, "word", Ticked(), KONRAD, act="one")
    with pytest.raises(RefusedError, match=r"no page of question 2\.1 of booklet 3 was found"):
        judge(folder, 3, "word", Ticked(), KONRAD, act="one")


@scanned
def test_an_adjustment_has_a_reason(folder: Path) -> None:
    more = Ticked(adjustment=Fraction(1, 2), reason="half of one")
    assert judge(folder, 2, "word", more, KONRAD, act="one").judged.credits == Fraction(1, 2)
    assert given_to(folder) == Worth(Fraction(1, 2))


@scanned
def test_taking_back_goes_from_judgement_to_judgement(folder: Path) -> None:
    judge(folder, 2, "word", A_WORD, KONRAD, act="one")
    judge(folder, 2, "word", Ticked(), KONRAD, act="two")
    assert take_back(folder, "word", KONRAD).act == "two"
    assert given_to(folder) == Worth(Fraction(2))
    assert take_back(folder, "word", KONRAD).act == "one"
    assert isinstance(given_to(folder), Open)
    with pytest.raises(NotFoundError, match="no judgement of yours"):
        take_back(folder, "word", KONRAD)


@scanned
def test_an_examiner_takes_back_what_others_judged_once(folder: Path) -> None:
    made = judge(folder, 2, "word", A_WORD, KONRAD, act="one")
    assert overrule(folder, made.id, ADA) == made
    assert isinstance(given_to(folder), Open)
    with pytest.raises(RefusedError, match="already"):
        overrule(folder, made.id, ADA)


def test_an_answer_whose_page_came_anew_is_looked_at_again(
    folder: Path, record: Record, layout: Layout
) -> None:
    twice = PageCode(layout.exam_number, 2, 2)
    record(result(layout, 0, 2, 2), nowhere(1, Reason.TWICE, twice), result(layout, 2, 2, 1))
    judge(folder, 2, "word", A_WORD, KONRAD, act="one")
    given = given_to(folder)
    assert isinstance(given, Open)
    assert given.doubts == (Doubt.PAGE_TWICE,)
    settle_page(folder, 2, Verdict.IGNORED, ADA)
    assert given_to(folder) == Worth(Fraction(2))
    settle_page(folder, 1, Verdict.IGNORED, ADA)  # it was no page of this booklet
    given = given_to(folder)
    assert isinstance(given, Open)
    assert given.doubts == (Doubt.JUDGED_BEFORE,)
    settle_page(folder, 1, Verdict.UNDONE, ADA)
    assert given_to(folder) == Worth(Fraction(2))


@scanned
def test_what_was_judged_is_in_the_grades(folder: Path) -> None:
    judge(folder, 2, "word", Ticked(adjustment=Fraction(1, 2), reason="half"), KONRAD, act="one")
    graded = grade(folder, actor=EXAMINER).results
    at = [column.number for column in graded.asked].index("2.1")
    (row,) = (row for row in graded.rows if row.booklet == 2)
    assert row.questions[at] == Fraction(1, 2)


def many(record: Record, layout: Layout, count: int = 3) -> list[int]:
    """The word is there in so many booklets, in the order in which it is judged."""
    record(*(result(layout, n, n + 1, 2) for n in range(count)))
    return order("word", range(1, count + 1))


def test_who_asks_is_given_what_nobody_else_looks_at(folder: Path, record: Record, layout: Layout) -> None:
    first, second, third = many(record, layout)
    assert next_answer(folder, "word", CORRECTOR, now=NOW).booklet == first
    assert next_answer(folder, "word", EXAMINER, now=NOW).booklet == second
    mine = next_answer(folder, "word", CORRECTOR, besides=frozenset({first}), now=NOW)
    assert (mine.booklet, mine.open, mine.held) == (third, 3, 1)
    assert next_answer(folder, "word", EXAMINER, besides=frozenset({second}), now=NOW).booklet is None
    let_go(folder, "word", frozenset({third}), CORRECTOR)
    ada = next_answer(folder, "word", EXAMINER, besides=frozenset({second}), now=NOW)
    assert ada.booklet == third


def test_who_asks_is_told_what_became_of_those_before_them(
    folder: Path, record: Record, layout: Layout
) -> None:
    first, second, third = many(record, layout)
    all_ = frozenset({first, second, third})
    found = next_answer(folder, "word", CORRECTOR, besides=all_, now=NOW)
    assert (found.done, found.aside) == ((), ())
    judge(folder, first, "word", A_WORD, KONRAD, act="one")
    park(folder, second, "word", "Is that a word?", KONRAD, act="aside")
    found = next_answer(folder, "word", CORRECTOR, besides=all_, now=NOW)
    assert (found.done, found.aside, found.open, found.parked) == ((first,), (second,), 1, 1)


def test_what_somebody_left_comes_back_when_their_time_is_over(
    folder: Path, record: Record, layout: Layout
) -> None:
    first, second, _ = many(record, layout)
    next_answer(folder, "word", CORRECTOR, now=NOW)
    assert next_answer(folder, "word", EXAMINER, now=NOW + LEASE - timedelta(seconds=1)).booklet == second
    assert next_answer(folder, "word", EXAMINER, now=NOW + LEASE).booklet == first


def test_what_is_put_aside_waits_for_the_examiner(folder: Path, record: Record, layout: Layout) -> None:
    first, second, _ = many(record, layout)
    park(folder, first, "2.1", " Is that a word? ", KONRAD, act="aside")
    park(folder, first, "2.1", "sent again", KONRAD, act="aside")
    assert next_answer(folder, "word", CORRECTOR, now=NOW) == replace(
        next_answer(folder, "word", CORRECTOR, now=NOW), booklets=(second,), open=2, parked=1
    )
    (word,) = judging_progress(folder).questions
    assert (word.there, word.open, word.parked, word.done) == (3, 2, 1, 0)
    with opened(folder):
        (waits,) = judgements.waiting_parkings("word")
    assert (waits.booklet, waits.text, waits.who) == (first, "Is that a word?", "Konrad Korrektor")
    reply(folder, waits.id, "It is.", ADA)
    assert next_answer(folder, "word", CORRECTOR, now=NOW).booklet == first
    with pytest.raises(RefusedError, match=r"replied: It is\."):
        reply(folder, waits.id, "No.", ADA)
    with pytest.raises(NotFoundError):
        reply(folder, 99, "No.", ADA)
    for text in ("", "  "):
        with pytest.raises(UsageError):
            park(folder, first, "2.1", text, KONRAD, act="empty")
        with pytest.raises(UsageError):
            reply(folder, waits.id, text, ADA)


def test_who_judges_what_was_put_aside_has_replied(folder: Path, record: Record, layout: Layout) -> None:
    first, *_ = many(record, layout)
    park(folder, first, "word", "Is that a word?", KONRAD, act="aside")
    judge(folder, first, "word", A_WORD, ADA, act="one")
    with opened(folder):
        assert judgements.waiting_parkings() == ()


PEOPLE = tuple(Actor(f"Corrector {n}", Role.CORRECTOR) for n in range(1, 21))


@pytest.mark.parametrize("seed", range(3))
def test_twenty_correctors_are_given_each_answer_once(
    folder: Path, record: Record, layout: Layout, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret is drawn
    left = set(many(record, layout))
    clock, before = NOW, dict[Actor, set[int]]()
    for step in itertools.count():
        who = draw.choice(PEOPLE)
        clock += timedelta(seconds=draw.randrange(90))
        holds = before.setdefault(who, set())
        what = draw.choice(("ask", "judge", "leave"))
        if what == "leave":
            holds.clear()
        elif what == "judge" and holds:
            number = holds.pop()
            judge(folder, number, "word", A_WORD, Author(who), act=f"{step}", looked=None)
            left.discard(number)
        elif what == "ask":
            found = next_answer(folder, "word", who, besides=frozenset(holds), now=clock)
            assert found.open == len(left)
            if found.booklet is None:
                assert found.held + len(holds & left) >= found.open
                if not left:
                    break
            else:
                assert found.booklet in left - holds
                holds.add(found.booklet)
    with opened(folder):
        judged = [j.booklet for j in judgements.about(question="word")]
    assert sorted(set(judged)) == [1, 2, 3]


def test_while_nobody_is_late_nothing_is_given_out_twice(
    folder: Path, record: Record, layout: Layout
) -> None:
    order_of_all = many(record, layout)
    given = [next_answer(folder, "word", who, now=NOW).booklet for who in PEOPLE]
    assert given == [*order_of_all, *[None] * (len(PEOPLE) - len(order_of_all))]
