"""A rubric in use: what a change does to what is judged, two who change it, and taking it back."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.actions.conftest import Record, result
from tests.cast import CORRECTOR, EXAMINER

from klausur.actions.answer_seen import answer_seen
from klausur.actions.change_rubric import (
    RubricChange,
    RubricMeanwhileError,
    change_rubric,
    rubric_now,
    undo_rubric,
)
from klausur.actions.compare_key import compare_key
from klausur.actions.judge import RubricChangedError, Ticked, judge
from klausur.actions.judging_queue import next_answer
from klausur.actions.take_over_key import take_over_key
from klausur.actions.write_back_key import write_back_key
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.exam.rubric_lines import RubricLine
from klausur.paper.answers import Doubt, Open, Worth
from klausur.paper.layout import Layout
from klausur.state.facts import Author
from klausur.state.rubric_changes import NewLook
from klausur.store import audit, derive, judgements, looks
from klausur.store import verify as stored
from klausur.store.folder import opened
from klausur.store.frame import Frame

KONRAD, ADA = Author(CORRECTOR), Author(EXAMINER, "too strict")
ONE, HALF = Fraction(1), Fraction(1, 2)
WORD = RubricLine("1", credits=Fraction(2), text="a word")
NEW = RubricLine("", credits=HALF, text="a long word, $x^2$")


@pytest.fixture
def three(folder: Path, record: Record, layout: Layout) -> Path:
    """Three booklets with an answer to the word."""
    record(*(result(layout, n, n + 1, 2) for n in range(3)))
    return folder


def change(folder: Path, *lines: RubricLine, **said: bool | str) -> RubricChange:
    return change_rubric(folder, "word", lines, ADA, **said)  # type: ignore[arg-type]


def known(folder: Path, booklet: int) -> object:
    """What is known of the word in a booklet, while State and records agree and nothing was changed."""
    with opened(folder):
        assert list(derive.verify(Frame(folder))) == []
        assert list(stored.verify()) == []
        (answer,) = (a.answer for a in looks.answers(booklet=booklet) if a.question == "word")
    return answer.given


def lines(folder: Path) -> list[tuple[str, str, Fraction | None]]:
    return [(line.id, line.text, line.credits) for line in rubric_now(folder, "word").lines]


def test_a_change_is_in_force_at_once_and_the_exam_stays_as_printed(three: Path) -> None:
    made = change(three, replace(WORD, text="a word of its own"), NEW)
    assert [c.text for c in made.changes] == [
        "item 1: “a word” → “a word of its own”",
        "item 2 added: [+0.5] a long word, x²",
    ]
    assert lines(three) == [
        ("1", "a word of its own", Fraction(2)),
        ("2", "a long word, $x^2$", HALF),
    ]
    rubric = answer_seen(three, 1, "word").question.rubric
    assert rubric is not None
    assert [item.id for item in rubric.root.items] == ["1", "2"]
    assert "<math>" in rubric.root.items[1].content.html
    judged = judge(three, 1, "word", Ticked({"2": 1}), KONRAD, act="one").judged
    assert (judged.credits, judged.items[0].text) == (HALF, "a long word, x²")
    with opened(three):
        event = audit.events()[-2]
    assert event.verb == "change-rubric"
    assert "too strict" in event.detail
    change(three, replace(NEW, id="2"))
    assert lines(three) == [("2", "a long word, $x^2$", HALF)]
    change(three, WORD, replace(NEW, id="2"), NEW)
    assert [name for name, _, _ in lines(three)] == ["1", "2", "3"]  # an id that is gone is not given again
    known(three, 1)


def test_what_is_judged_stays_unless_it_is_counted_anew(three: Path) -> None:
    first = judge(three, 1, "word", Ticked({"1": 1}, -HALF, "a slip", "well"), KONRAD, act="one")
    judge(three, 2, "word", Ticked(), KONRAD, act="two")
    dry = change(three, replace(WORD, credits=ONE), dry_run=True)
    (effect,) = dry.effects
    assert (effect.old, effect.new, effect.touched, effect.looks) == (Fraction(3, 2), HALF, ("1",), ())
    assert (dry.judged, dry.recorded) == (2, None)
    assert lines(three) == [("1", "a word", Fraction(2))]
    change(three, replace(WORD, credits=ONE))
    assert known(three, 1) == Worth(Fraction(3, 2))
    made = change(three, replace(WORD, credits=ONE, text="one word"), apply=True)
    assert made.moved == (1,)
    assert known(three, 1) == Worth(HALF)
    with opened(three):
        old, new = judgements.about(frozenset({1}))
    assert old == first
    assert (new.who, new.judged.comment, new.judged.reason) == (EXAMINER.name, "well", "a slip")
    assert (new.judged.items[0].text, new.images) == ("one word", first.images)
    assert made.recorded is not None
    undo_rubric(three, made.recorded.id, ADA)
    assert known(three, 1) == Worth(Fraction(3, 2))
    assert lines(three) == [("1", "a word", ONE)]
    with pytest.raises(RefusedError, match="changed again since"):
        undo_rubric(three, made.recorded.id, ADA)
    with pytest.raises(NotFoundError):
        undo_rubric(three, 99, ADA)


@pytest.mark.parametrize("apply", [False, True])
def test_what_wants_a_new_look_is_handed_out_again_with_its_reason(three: Path, apply: bool) -> None:  # noqa: FBT001
    judge(three, 1, "word", Ticked({"1": 1}), KONRAD, act="one")
    judge(three, 2, "word", Ticked(), KONRAD, act="two")
    judge(three, 3, "word", Ticked({"1": 1}), KONRAD, act="three")
    made = change(three, replace(WORD, credits=ONE), NEW, again=True, apply=apply)
    assert made.again == (1, 2, 3)
    given = known(three, 1)
    assert isinstance(given, Open)
    assert given.doubts == (Doubt.RUBRIC_CHANGED,)
    found = next_answer(three, "word", CORRECTOR)
    assert found.open == 3
    seen = answer_seen(three, 1, "word")
    assert seen.look is not None
    assert seen.look.reasons == (NewLook.NEW,)
    assert seen.counting is not None
    assert [item.id for item in seen.counting.judged.items] == ["1"]
    judge(three, 1, "word", Ticked({"1": 1, "2": 1}), KONRAD, act="four")
    assert known(three, 1) == Worth(Fraction(3, 2))
    assert next_answer(three, "word", CORRECTOR).open == 2
    assert made.recorded is not None
    undo_rubric(three, made.recorded.id, ADA)
    assert known(three, 1) == Worth(Fraction(3, 2))  # judged since: that stays
    assert known(three, 2) == Worth(Fraction(0))
    assert known(three, 3) == Worth(Fraction(2))


def test_a_look_that_waits_is_not_lost_when_the_rubric_is_changed_again(three: Path) -> None:
    judge(three, 1, "word", Ticked({"1": 1}), KONRAD, act="one")
    change(three, WORD, NEW, again=True)
    change(three, replace(WORD, credits=ONE), replace(NEW, id="2"), apply=True)
    assert isinstance(known(three, 1), Open)
    look = answer_seen(three, 1, "word").look
    assert look is not None
    assert look.reasons == (NewLook.NEW,)
    newest = rubric_now(three, "word").last
    assert newest is not None
    undo_rubric(three, newest.id, ADA)
    assert isinstance(known(three, 1), Open)
    made = change(three, replace(NEW, id="2"), again=True)
    look = answer_seen(three, 1, "word").look
    assert look is not None
    assert look.reasons == (NewLook.NEW, NewLook.GONE)
    assert made.recorded is not None
    undo_rubric(three, made.recorded.id, ADA)
    look = answer_seen(three, 1, "word").look
    assert look is not None
    assert look.reasons == (NewLook.NEW,)


def test_each_reason_for_a_new_look(three: Path) -> None:
    group = RubricLine("", cap=Fraction(2), text="at most")
    many = RubricLine("", 1, HALF, each=True, text="per word")
    change(three, WORD, group, many)
    judge(three, 1, "word", Ticked({"3": 3}), KONRAD, act="one")
    judge(three, 2, "word", Ticked({"1": 1}, -HALF, "slip"), KONRAD, act="two")
    group, many = replace(group, id="2"), replace(many, id="3")

    def reasons(*lines: RubricLine) -> dict[int, tuple[NewLook, ...]]:
        found = change(three, *lines, dry_run=True)
        return {e.judgement.booklet: e.looks for e in found.effects}

    assert reasons(WORD, replace(group, cap=ONE), many) == {1: (NewLook.CAP,)}
    assert reasons(WORD, group, replace(many, each=False)) == {1: (NewLook.ONCE,)}
    assert reasons(group, many) == {2: (NewLook.GONE, NewLook.OUTSIDE)}
    assert reasons(WORD, group, many, NEW) == {1: (NewLook.NEW,), 2: (NewLook.NEW,)}
    moved = change(three, group, many, WORD, dry_run=True)
    assert [c.moved for c in moved.changes] == [True]
    assert moved.effects == ()


def test_the_second_of_two_sees_both_and_nothing_is_lost(three: Path) -> None:
    looked = rubric_now(three, "word").stamp
    change(three, replace(WORD, credits=ONE), NEW, looked=looked)
    with pytest.raises(RubricMeanwhileError, match="Ada Example changed this rubric meanwhile") as met:
        change(three, replace(WORD, text="one word"), looked=looked)
    assert [c.text for c in met.value.theirs] == [
        "item 1: +2 → +1",
        "item 2 added: [+0.5] a long word, x²",
    ]
    assert [c.text for c in met.value.mine] == ["item 1: “a word” → “one word”"]
    both, clashes = met.value.both
    assert clashes == ()
    assert [(line.id, line.credits, line.text) for line in both] == [
        ("1", ONE, "one word"),
        ("2", HALF, "a long word, $x^2$"),
    ]
    change(three, *both, looked=rubric_now(three, "word").stamp)
    assert [text for _, text, _ in lines(three)] == ["one word", "a long word, $x^2$"]
    with pytest.raises(RubricMeanwhileError) as met:
        change(three, replace(WORD, credits=Fraction(3, 2)), looked=looked)
    assert met.value.both[1] == ("1",)
    change(three, replace(WORD, credits=Fraction(3, 2)))  # who does not ask has the last word
    assert lines(three) == [("1", "a word", Fraction(3, 2))]


def test_who_judges_by_an_earlier_rubric_is_told_of_what_matters_to_them(three: Path) -> None:
    seen = answer_seen(three, 1, "word").rubric
    change(three, replace(WORD, credits=ONE))
    with pytest.raises(RubricChangedError) as met:
        judge(three, 1, "word", Ticked({"1": 1}), KONRAD, act="one", by=seen)
    assert [c.text for c in met.value.changed] == ["item 1: +2 → +1"]
    assert judge(three, 1, "word", Ticked(), KONRAD, act="two", by=seen).judged.credits == 0
    assert judge(three, 1, "word", Ticked(), KONRAD, act="two", by=seen).act == "two"
    seen = answer_seen(three, 2, "word").rubric
    change(three, replace(WORD, credits=ONE), NEW)
    with pytest.raises(RubricChangedError):
        judge(three, 2, "word", Ticked(), KONRAD, act="three", by=seen)
    assert judge(three, 2, "word", Ticked({"1": 1}), KONRAD, act="four").judged.credits == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((), "without an item"),
        ((replace(WORD, depth=1),), "stands further in"),
        ((RubricLine("", cap=ONE, text="a group"), WORD), "has no items"),
        ((RubricLine("", cap=Fraction(0)), replace(WORD, depth=1)), "gives nothing"),
        ((replace(WORD, credits=Fraction(5000)),), "are no credits"),
        ((replace(WORD, id="7"),), "has no item '7'"),
        ((WORD, WORD), "is there twice"),
        ((WORD, replace(NEW, text="")), "says nothing"),
        ((replace(WORD, text="$\\frac{1$"),), "cannot be typeset"),
        ((replace(WORD, text="x" * 3000),), "too long"),
        ((WORD,), "nothing of the rubric is changed"),
    ],
)
def test_what_makes_no_rubric_is_refused(three: Path, given: tuple[RubricLine, ...], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        change(three, *given)
    assert lines(three) == [("1", "a word", Fraction(2))]


def test_other_questions_have_no_rubric_to_change(three: Path) -> None:
    with pytest.raises(UsageError, match="scored by what is crossed"):
        rubric_now(three, "letters")
    with pytest.raises(NotFoundError, match="no question 'x'"):
        rubric_now(three, "x")
    with pytest.raises(NotFoundError, match="edition 7 has no question"):
        rubric_now(three, "word", edition=7)


def test_a_decision_about_the_key_keeps_the_rubric_that_is_in_force(three: Path) -> None:
    made = change(three, replace(WORD, text="one word"))
    assert [str(d.kind) for d in compare_key(three).behind] == ["rubric"]
    source = three / "problems/1-choices.md"
    text = source.read_text("utf-8")
    source.write_text(text.replace("- [x] The letter E.", "- [ ] The letter E."), "utf-8")
    take_over_key(three, ADA)
    assert lines(three) == [("1", "one word", Fraction(2))]
    assert made.recorded is not None
    with pytest.raises(RefusedError, match="the key was decided anew"):
        undo_rubric(three, made.recorded.id, ADA)
    change(three, replace(WORD, text="two words"), NEW)
    assert lines(three)[0] == ("1", "two words", Fraction(2))
    known(three, 1)


def test_a_changed_rubric_is_written_into_the_source(three: Path) -> None:
    odd = 'a *word*: "so" & $\\frac{1}{x}$, [or] 5_6 \\$3 ...'
    change(
        three,
        replace(WORD, credits=ONE, text=odd),
        RubricLine("", cap=ONE, either=True, text="a group"),
        RubricLine("", 1, HALF, each=True, text="one of it"),
        RubricLine("", credits=-HALF, text="wrong"),
    )
    first, *others = rubric_now(three, "word").lines
    change(three, *others, first)  # what was printed first is last, under its name
    back = write_back_key(three, ADA)
    assert back.by_hand == ()
    assert compare_key(three).behind == ()
    assert not compare_key(three).new
    assert rubric_now(three, "word").lines[-1].text == odd
