"""The key is mended in the records: looked at first, recorded, taken back, and the source is behind."""

from fractions import Fraction
from pathlib import Path

import pytest
from tests.actions.test_key import change, differing, results
from tests.cast import EXAMINER

from klausur.actions.change_rubric import change_rubric, rubric_now
from klausur.actions.compare_key import compare_key
from klausur.actions.key_effects import Way
from klausur.actions.mend_key import KeyMeanwhileError, Mend, key_now, mend_key, undo_key
from klausur.actions.take_over_key import take_over_key
from klausur.actions.write_back_key import write_back_key
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, UsageError
from klausur.exam.differences import DifferenceKind
from klausur.exam.differences.parts import Item
from klausur.exam.model import Scheme, SchemeKind, Strike
from klausur.exam.rubric_lines import RubricLine
from klausur.state.facts import Author
from klausur.store import audit
from klausur.store import verify as stored
from klausur.store.folder import opened

K = DifferenceKind
WHY = Author(EXAMINER, "B is a vowel here")
RIGHT_B = Mend(Item(K.RIGHT, "letters"), ("b",))


@pytest.fixture
def desk(folder: Path, scanned: None) -> Path:  # noqa: ARG001 - what lies in the records
    return folder


def credits(folder: Path) -> list[tuple[Fraction | None, ...]]:
    return [row.questions for row in results(folder).rows]


def sound(folder: Path) -> None:
    assert differing(folder) == []
    with opened(folder):
        assert list(stored.verify()) == []


def test_a_mend_is_looked_at_then_recorded_then_taken_back(desk: Path) -> None:
    before = credits(desk)
    dry = mend_key(desk, [RIGHT_B], Author(EXAMINER), dry_run=True)
    assert [d.text for d in dry.differences] == ["the right choices of question letters: a, c → b"]
    assert [(e.booklet, e.way, e.questions[0].old, e.questions[0].new) for e in dry.effects] == [
        (1, Way.LOSES, Fraction(2), Fraction(0)),
        (2, Way.OPEN, Fraction(0), Fraction(2)),
    ]
    assert credits(desk) == before
    assert not dry.recorded
    made = mend_key(desk, [RIGHT_B], WHY, looked=0)
    assert made.recorded
    assert made.effects == dry.effects
    at = [column.number for column in results(desk).asked].index("1.1")
    assert [row[at] for row in credits(desk)][:2] == [0, 2]
    sound(desk)
    assert [str(d.kind) for d in compare_key(desk).behind] == ["right"]
    with opened(desk):
        (event,) = (event for event in audit.events() if event.verb == "mend-key")
    assert "B is a vowel here" in event.detail
    (decision,) = key_now(desk).decisions
    assert (decision.who, decision.why) == (EXAMINER.name, "B is a vowel here")
    undo_key(desk, decision.id, Author(EXAMINER))
    assert credits(desk) == before
    assert compare_key(desk).behind == ()
    with pytest.raises(RefusedError, match="decided about the key since"):
        undo_key(desk, decision.id, WHY)
    sound(desk)


@pytest.mark.parametrize(
    ("mend", "says"),
    [
        (
            Mend(Item(K.ACCEPTED, "letters"), (("b",),)),
            "what else is accepted of question letters: nothing → b",
        ),
        (Mend(Item(K.STRUCK, "letters"), Strike.BETTER), "whether question letters is struck: not struck"),
        (Mend(Item(K.STRUCK, "word"), Strike.DROPPED), "whether question word is struck: not struck"),
        (Mend(Item(K.SCHEME, "numbers"), Scheme(SchemeKind.PARTIAL)), "the scheme of question numbers"),
        (
            Mend(Item(K.SCHEME), Scheme(SchemeKind.PER_CHOICE)),
            "the exam's scheme: all-or-nothing → per-choice",
        ),
    ],
)
def test_each_kind_of_mend_counts_and_is_written_back(desk: Path, mend: Mend, says: str) -> None:
    made = mend_key(desk, [mend], WHY)
    assert made.differences[0].text.startswith(says)
    assert made.changes[0].new == mend.value
    sound(desk)
    assert write_back_key(desk, WHY).by_hand == ()
    assert compare_key(desk).behind == ()


def test_several_mends_are_one_decision(desk: Path) -> None:
    made = mend_key(desk, [RIGHT_B, Mend(Item(K.STRUCK, "numbers"), Strike.FULL)], WHY)
    assert len(made.changes) == 2
    now = key_now(desk)
    assert len(now.decisions) == 1
    assert now.exam.grading.strike("numbers") is Strike.FULL


def test_what_cannot_be_is_refused(desk: Path) -> None:
    with pytest.raises(UsageError, match="without a reason"):
        mend_key(desk, [RIGHT_B], Author(EXAMINER))
    with pytest.raises(UsageError, match="nothing of the key is changed"):
        mend_key(desk, [Mend(Item(K.RIGHT, "letters"), ("a", "c"))], WHY)
    with pytest.raises(UsageError, match="has no choice z"):
        mend_key(desk, [Mend(Item(K.RIGHT, "letters"), ("z",))], WHY)
    with pytest.raises(NotFoundError, match="no question 'x'"):
        mend_key(desk, [Mend(Item(K.RIGHT, "x"), ("a",))], WHY)
    with pytest.raises(UsageError, match="is not mended here"):
        mend_key(desk, [Mend(Item(K.CREDITS, "word"), Fraction(1))], WHY)
    with pytest.raises(KlausurError, match="would have errors"):
        mend_key(desk, [Mend(Item(K.SCHEME, "letters"), Scheme(SchemeKind.KPRIM))], WHY)
    with pytest.raises(NotFoundError, match="no decision 9"):
        undo_key(desk, 9, WHY)


def test_the_second_of_two_is_told_of_the_first(desk: Path) -> None:
    mend_key(desk, [RIGHT_B], WHY, looked=0)
    with pytest.raises(KeyMeanwhileError, match="Ada Example decided about the key meanwhile") as met:
        mend_key(desk, [Mend(Item(K.STRUCK, "letters"), Strike.FULL)], WHY, looked=0)
    assert met.value.last.why == "B is a vowel here"
    mend_key(desk, [Mend(Item(K.STRUCK, "letters"), Strike.FULL)], WHY, looked=met.value.last.id)


def test_undo_takes_a_take_over_back_and_leaves_rubrics_as_they_are(desk: Path) -> None:
    change_rubric(desk, "word", [RubricLine("1", credits=Fraction(1), text="a word")], WHY)
    change(desk, "problems/1-choices.md", ("- [x] The letter E.", "- [ ] The letter E."))
    take_over_key(desk, WHY)
    decision = key_now(desk).decided
    undo_key(desk, decision, WHY)
    assert rubric_now(desk, "word").lines[0].credits == 1
    choices = next(q for q in key_now(desk).exam.questions if q.id == "letters").choices
    assert [choice.id for choice in choices if choice.right] == ["a", "c"]
    assert [str(d.kind) for d in compare_key(desk).merge.changed] == [
        "right"
    ]  # the source's mend is new again
    sound(desk)
