from fractions import Fraction
from pathlib import Path

import pytest
from tests.cast import CORRECTOR, EXAMINER, PROCTOR
from tests.open_points import told

from klausur.actions.grade import grade
from klausur.actions.readings import readings
from klausur.actions.settle import Decision, Marked, SettledMeanwhileError, TakenBack, settle
from klausur.actions.settle_tie import settle_booklet
from klausur.actions.waiting import waiting
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.paper.answers import Chosen, Doubt, Worth
from klausur.read.model import Mark
from klausur.state.facts import Author, Bond
from klausur.store import audit
from klausur.store.folder import opened

ADA = Author(EXAMINER, "circled in red")
pytestmark = pytest.mark.usefixtures("scanned")


def settled(folder: Path, booklet: int) -> dict[str, str]:
    rows = readings(folder, booklet=booklet)
    return {row.reading.field: row.settled for row in rows if row.settled is not None}


def test_what_waits_is_listed_with_where_to_look(folder: Path) -> None:
    found = waiting(folder)
    assert [(q.booklet, q.number, q.doubts, q.page, q.image) for q in found.questions] == [
        (2, "1.2", (Doubt.MARK_UNCLEAR,), 1, 2),
        (2, "2.1", (Doubt.NO_CREDIT,), 2, 3),
    ]
    assert {q.file for q in found.questions} == {"scan.pdf"}
    assert [w.image.index for w in found.images] == [4, 5]


def test_one_box(folder: Path) -> None:
    (made,) = settle(folder, 2, "numbers/choice/a", Marked(Mark.EMPTY), ADA)
    assert (made.field, made.value, made.who, made.why) == (
        "numbers/choice/a",
        Mark.EMPTY,
        "Ada Example",
        "circled in red",
    )
    assert settled(folder, 2) == {"numbers/choice/a": Mark.EMPTY}
    assert [q.question for q in waiting(folder).questions] == ["word"]


def test_a_question_s_choices_settle_all_of_its_boxes(folder: Path) -> None:
    settle(folder, 2, "letters", Chosen(frozenset("ac")), ADA)
    assert settled(folder, 2) == {
        "letters/choice/a": Mark.CROSSED,
        "letters/choice/b": Mark.EMPTY,
        "letters/choice/c": Mark.CROSSED,
    }


def test_none_chosen_is_a_decision(folder: Path) -> None:
    settle(folder, 2, "numbers", Chosen(frozenset()), ADA)
    assert set(settled(folder, 2).values()) == {Mark.EMPTY}
    assert [q.question for q in waiting(folder).questions] == ["word"]


def test_credits_settle_all_credit_boxes(folder: Path) -> None:
    settle(folder, 2, "word", Worth(Fraction(1)), ADA)
    assert settled(folder, 2) == {
        "word/credit/0": Mark.EMPTY,
        "word/credit/1": Mark.CROSSED,
        "word/credit/2": Mark.EMPTY,
    }


def test_questions_go_by_number_too(folder: Path) -> None:
    settle(folder, 2, "2.1", Worth(Fraction(2)), ADA)
    settle(folder, 2, "1.2/choice/a", Marked(Mark.CROSSED), ADA)
    assert settled(folder, 2)["word/credit/2"] == Mark.CROSSED
    assert settled(folder, 2)["numbers/choice/a"] == Mark.CROSSED


def test_a_decision_can_be_taken_back_and_the_reading_counts_again(folder: Path) -> None:
    before = readings(folder)
    settle(folder, 2, "numbers", Chosen(frozenset("b")), ADA)
    back = settle(folder, 2, "numbers/choice/a", TakenBack(), ADA)
    assert [(s.field, s.value) for s in back] == [("numbers/choice/a", None)]
    assert settled(folder, 2) == {"numbers/choice/b": Mark.CROSSED}
    settle(folder, 2, "numbers", TakenBack(), ADA)
    assert readings(folder) == before
    with pytest.raises(NotFoundError, match="nothing is settled"):
        settle(folder, 2, "numbers", TakenBack(), ADA)


def test_a_booklet_that_was_never_scanned_can_be_settled_and_graded(folder: Path) -> None:
    settle(folder, 3, "letters", Chosen(frozenset("ac")), ADA)
    settle(folder, 3, "numbers", Chosen(frozenset("b")), ADA)
    settle(folder, 3, "word", Worth(Fraction(0)), ADA)
    row = next(r for r in grade(folder, actor=EXAMINER).results.rows if r.booklet == 3)
    assert (row.total, row.grade, told(row)[:2]) == (None, "", ("no candidate", "cover-missing"))
    settle_booklet(folder, 2, Bond.NOBODY, ADA)
    settle_booklet(folder, 3, Bond.TIED, ADA, registration="0372")
    row = next(r for r in grade(folder, actor=EXAMINER).results.rows if r.booklet == 3)
    assert (row.total, row.grade, row.registration) == (Fraction(4), "4.0", "0372")


@pytest.mark.parametrize(
    ("booklet", "target", "decision", "error", "says"),
    [
        (9, "letters", Chosen(frozenset()), NotFoundError, "no booklet 9"),
        (0, "letters", Chosen(frozenset()), NotFoundError, "no booklet 0"),
        (2, "lettres", Chosen(frozenset()), NotFoundError, "no question or box 'lettres'"),
        (2, "7.7", Chosen(frozenset()), NotFoundError, "no question or box '7.7'"),
        (2, "letters/choice/z", Marked(Mark.EMPTY), NotFoundError, "letters/choice/z"),
        (2, "letters", Chosen(frozenset("ax")), UsageError, "no choice x"),
        (2, "letters", Worth(Fraction(1)), UsageError, "another kind"),
        (2, "word", Chosen(frozenset("a")), UsageError, "another kind"),
        (2, "word", Worth(Fraction(1, 2)), UsageError, "no box for 0.5 credits"),
        (2, "letters", Marked(Mark.CROSSED), UsageError, "has 3 boxes"),
        (2, "letters/choice/a", Marked(Mark.OTHER), UsageError, "settles nothing"),
        (2, "letters/choice/a", Chosen(frozenset("a")), UsageError, "single box"),
        (2, "letters", TakenBack(), NotFoundError, "nothing is settled"),
    ],
)
def test_what_does_not_fit_is_refused_and_records_nothing(
    folder: Path, booklet: int, target: str, decision: Decision, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        settle(folder, booklet, target, decision, ADA)
    assert not settled(folder, 2)
    with opened(folder):
        assert "settle" not in {event.verb for event in audit.events()}


def test_who_only_watches_over_the_room_settles_nothing(folder: Path) -> None:
    with pytest.raises(RefusedError, match="proctor"):
        settle(folder, 2, "numbers/choice/a", Marked(Mark.EMPTY), Author(PROCTOR))
    assert not settled(folder, 2)


def test_every_decision_leaves_an_audit_event(folder: Path) -> None:
    settle(folder, 2, "numbers", Chosen(frozenset("b")), ADA)
    with opened(folder):
        event = audit.events()[-1]
    assert (event.verb, event.who) == ("settle", "Ada Example")
    assert '"numbers/choice/b": "crossed"' in event.detail
    assert '"why": "circled in red"' in event.detail


def test_what_a_box_may_be_settled_as_is_told(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        settle(folder, 2, "letters/choice/a", Marked(Mark.OTHER), ADA)
    assert caught.value.remedy == "say one of empty, crossed, filled"


KONRAD = Author(CORRECTOR)


def test_the_second_of_two_is_told_what_the_first_said(folder: Path) -> None:
    box = "numbers/choice/a"
    (first,) = settle(folder, 2, box, Marked(Mark.EMPTY), ADA, looked=0)
    with pytest.raises(SettledMeanwhileError, match="Ada Example settled it as empty meanwhile") as met:
        settle(folder, 2, box, Marked(Mark.CROSSED), KONRAD, looked=0)
    assert met.value.last == first
    (same,) = settle(folder, 2, box, Marked(Mark.EMPTY), KONRAD, looked=0)  # they agree
    assert (same.who, same.id > first.id) == (CORRECTOR.name, True), "each has decided, and it is on record"
    (back,) = settle(folder, 2, box, TakenBack(), ADA, looked=same.id)
    with pytest.raises(SettledMeanwhileError, match="Ada Example took back what was settled meanwhile"):
        settle(folder, 2, box, Marked(Mark.CROSSED), KONRAD, looked=same.id)
    settle(folder, 2, "letters/choice/a", Marked(Mark.CROSSED), ADA)  # about another box
    settle(folder, 2, box, Marked(Mark.CROSSED), KONRAD, looked=back.id)
    assert settled(folder, 2)[box] == Mark.CROSSED


def test_who_wants_the_last_word_has_it(folder: Path) -> None:
    settle(folder, 2, "numbers/choice/a", Marked(Mark.EMPTY), ADA)
    settle(folder, 2, "numbers/choice/a", Marked(Mark.CROSSED), KONRAD, looked=None)
    assert settled(folder, 2) == {"numbers/choice/a": Mark.CROSSED}


@pytest.mark.parametrize(
    ("target", "decision", "other"),
    [
        ("numbers/choice/a", Marked(Mark.EMPTY), Marked(Mark.CROSSED)),
        ("numbers", Chosen(frozenset("b")), Chosen(frozenset("a"))),
        ("word", Worth(Fraction(1)), Worth(Fraction(2))),  # one of its three boxes holds the same either way
    ],
)
def test_who_got_no_answer_and_asks_again_is_told_what_is_recorded_and_no_more_is(
    folder: Path, target: str, decision: Decision, other: Decision
) -> None:
    (elsewhere,) = settle(folder, 2, "letters/choice/a", Marked(Mark.CROSSED), ADA)
    made = settle(folder, 2, target, decision, ADA, looked=elsewhere.id)
    assert settle(folder, 2, target, decision, ADA, looked=elsewhere.id) == made
    with pytest.raises(SettledMeanwhileError, match="Ada Example settled it as") as met:  # in another window
        settle(folder, 2, target, other, ADA, looked=elsewhere.id)
    assert met.value.last in made
    newest = max(each.id for each in made)
    again = settle(folder, 2, target, decision, ADA, looked=newest)  # who has seen it says it once more
    assert [each.field for each in again] == [each.field for each in made]
    assert min(each.id for each in again) > newest


def test_a_box_of_a_question_that_one_has_settled_is_not_all_of_it(folder: Path) -> None:
    settle(folder, 2, "numbers/choice/a", Marked(Mark.EMPTY), ADA, looked=0)
    settle(folder, 2, "numbers", Chosen(frozenset("b")), ADA, looked=0)
    assert settled(folder, 2) == {"numbers/choice/a": Mark.EMPTY, "numbers/choice/b": Mark.CROSSED}


def test_who_takes_back_twice_is_told_so_unless_something_still_stands(folder: Path) -> None:
    settle(folder, 2, "letters/choice/a", Marked(Mark.CROSSED), ADA)  # about another question, and it stays
    last = max(each.id for each in settle(folder, 2, "numbers", Chosen(frozenset("b")), ADA))
    (one,) = settle(folder, 2, "numbers/choice/a", TakenBack(), ADA, looked=last)
    (other,) = settle(folder, 2, "numbers", TakenBack(), ADA, looked=last)
    assert (one.field, other.field) == ("numbers/choice/a", "numbers/choice/b")
    assert settle(folder, 2, "numbers", TakenBack(), ADA, looked=last) == (one, other)
    assert settled(folder, 2) == {"letters/choice/a": Mark.CROSSED}
    with pytest.raises(NotFoundError, match="nothing is settled"):  # it was not they who did it
        settle(folder, 2, "numbers", TakenBack(), KONRAD, looked=last)
    with pytest.raises(NotFoundError, match="nothing is settled"):  # they have seen that it is done
        settle(folder, 2, "numbers", TakenBack(), ADA, looked=other.id)
