"""What a booklet amounts to: doubts of pages that are there twice, of decisions beside another image."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.base.geometry import Box
from klausur.exam.content import Content
from klausur.exam.model import Choice, Problem, Question, QuestionKind
from klausur.paper.answers import Answer, Doubt, Given, Open, Waived, Worth
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import Field, FieldKind, Mark
from klausur.read.model import Reading
from klausur.scan.model import Reason, Unplaced
from klausur.state.answers import BookletAnswers, BookletRecords, booklet, differing, disputed, outdated
from klausur.state.facts import Spot, StoredImage, StoredReading, StoredSettlement, Verdict
from klausur.state.judgements import Judged, StoredJudgement

NOW = datetime(2026, 2, 17, 12, tzinfo=UTC)


def reading(value: str, *, flagged: bool = False, field: str = "x/choice/a") -> Reading:
    return Reading(field, FieldKind.CHOICE_BOX, "x", value, 0.9, flagged, "hand", "1")


def read(number: int, value: str, *, flagged: bool = False) -> StoredReading:
    return StoredReading(number, 1, Spot(1, 1), reading(value, flagged=flagged), None)


def settled(value: str | None, beside: int | None) -> StoredSettlement:
    return StoredSettlement(1, Sheet.BOOKLET, 1, "x/choice/a", value, beside, "Ada Example", NOW, "")


@pytest.mark.parametrize(
    ("decision", "now", "opens"),
    [
        (settled(Mark.EMPTY, 7), read(7, Mark.OTHER, flagged=True), False),  # made beside this very reading
        (settled(Mark.EMPTY, 7), read(9, Mark.CROSSED), True),  # the page came again with another mark
        (settled(Mark.EMPTY, 7), read(9, Mark.EMPTY), False),  # and bears the decision out
        (settled(Mark.CROSSED, 7), read(9, Mark.CROSSED, flagged=True), True),  # not plainly
        (settled(Mark.CROSSED, None), read(9, Mark.EMPTY), True),  # decided before any page was there
        (settled(Mark.CROSSED, 7), None, False),  # the page was taken away: the decision is all there is
        (settled(None, 7), read(9, Mark.CROSSED), False),  # taken back
        (None, read(9, Mark.CROSSED), False),
    ],
)
def test_a_decision_beside_another_image_opens_the_question_unless_the_new_one_bears_it_out(
    decision: StoredSettlement | None, now: StoredReading | None, opens: object
) -> None:
    assert outdated(decision, now) is opens


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        (reading(Mark.EMPTY), reading(Mark.EMPTY), False),
        (reading(Mark.EMPTY), reading(Mark.CROSSED), True),
        (reading(Mark.EMPTY), reading(Mark.OTHER, flagged=True), True),  # a faint mark that the first lacks
        (reading(Mark.OTHER, flagged=True), reading(Mark.EMPTY), True),
        (reading(Mark.EMPTY), reading(Mark.EMPTY, flagged=True), True),
        (reading(Mark.OTHER, flagged=True), reading(Mark.OTHER, flagged=True), False),
        (reading(Mark.EMPTY), reading(Mark.CROSSED, field="y/choice/a"), False),  # nothing to compare with
    ],
)
def test_two_images_differ_by_any_mark_or_doubt_that_one_has_alone(
    one: Reading, other: Reading, differ: object
) -> None:
    assert bool(differing([one], [other])) is differ
    assert bool(differing([other], [one])) is differ


def test_pages_are_told_in_their_order() -> None:
    found = booklet(1, PLAIN, [], 9, BookletRecords({8: 1, 1: 2}, frozenset({16, 8})))
    assert (found.found, found.missing, found.disputed) == ((1, 8), (2, 3, 4, 5, 6, 7, 9), (8, 16))
    back = booklet(1, PLAIN, [], 25, BookletRecords({24: 1, 8: 2, 16: 3}, waived={24, 16, 8, 9, 1}))
    assert (back.waived, back.returned) == ((1, 9), (8, 16, 24))


def test_what_is_merely_not_scanned_yet_is_nothing_to_settle() -> None:
    answers = (
        Answer("not-scanned", Open((Doubt.PAGE_MISSING,))),
        Answer("unclear", Open((Doubt.MARK_UNCLEAR,))),
        Answer("both", Open((Doubt.PAGE_MISSING, Doubt.MARK_UNCLEAR))),
        Answer("decided", Worth(Fraction(1))),
    )
    assert [a.question for a in BookletAnswers(1, (), (1,), answers).open] == ["unclear", "both"]


def test_every_doubt_says_what_it_is() -> None:
    assert {str(doubt) for doubt in Doubt} >= {"page-missing", "page-twice", "settled-before-this-image"}


@pytest.mark.parametrize(
    ("decisions", "open_"),
    [
        ((), True),
        ((settled(Mark.EMPTY, 7),), False),
        ((settled(None, 7),), True),  # taken back: the page is there with two contents as before
    ],
)
def test_a_page_with_two_contents_waits_until_each_of_its_boxes_is_settled(
    decisions: tuple[StoredSettlement, ...], open_: object
) -> None:
    place = Place("1.md")
    text = Content("x", "x", "x", place)
    question = Question(
        "x", "1.1", QuestionKind.CHOICE, "X", text, Fraction(1), place, (Choice("a", text, right=True),)
    )
    exam = replace(PLAIN, problems=(Problem("1", 1, "One", None, (question,), place),))
    box = Field("x/choice/a", FieldKind.CHOICE_BOX, Box(10, 10, 4, 4), question="x", choice="a")
    seen = BookletRecords({1: 5}, frozenset({1}), (read(7, Mark.EMPTY),), decisions)
    found = booklet(1, exam, [(1, box)], 1, seen)
    assert found.disputed == (1,)
    (answer,) = found.answers
    assert bool(answer.open) is open_
    assert answer.doubts == ((Doubt.PAGE_TWICE,) if open_ else ())


@pytest.mark.parametrize(
    ("beside", "pages", "disputed", "waived", "amounts_to"),
    [
        ({5}, {1: 5, 2: 6}, (), (), Worth(Fraction(1))),
        ({5}, {1: 5, 2: 6}, {2}, (), Worth(Fraction(1))),  # it does not stand on that page
        ({5}, {1: 5, 2: 6}, {1}, (), Open((Doubt.PAGE_TWICE,), ("x/credit/2",))),
        ({4}, {1: 5, 2: 6}, (), (), Open((Doubt.JUDGED_BEFORE,), ("x/credit/2",))),
        ({4}, {1: 5, 2: 6}, {1}, (), Open((Doubt.PAGE_TWICE, Doubt.JUDGED_BEFORE), ("x/credit/2",))),
        ({4}, {2: 6}, (), (), Open((Doubt.JUDGED_BEFORE,), ("x/credit/2",))),  # the page was taken away
        ({4}, {2: 6}, (), {1}, Waived(1)),  # and the booklet is to count without it
        ((), {2: 6}, (), {1}, Worth(Fraction(1))),  # judged without the page: that is known, and counts
    ],
)
def test_an_answer_counts_as_judged_unless_it_was_judged_beside_other_pages(
    beside: Collection[int],
    pages: Mapping[int, int],
    disputed: Collection[int],
    waived: Collection[int],
    amounts_to: Given,
) -> None:
    place = Place("1.md")
    question = Question("x", "1.1", QuestionKind.TEXT, "X", Content("x", "x", "x", place), Fraction(2), place)
    exam = replace(PLAIN, problems=(Problem("1", 1, "One", None, (question,), place),))
    box = Field("x/credit/2", FieldKind.CREDIT_BOX, Box(10, 10, 4, 4), question="x", credits=Fraction(2))
    crossed = Reading(box.id, box.kind, "x", Mark.CROSSED, 0.9, flagged=False, reader="hand", version="1")
    read_ = [StoredReading(7, 5, Spot(1, 1), crossed, None)] if 1 in pages else []
    judged = StoredJudgement(1, 1, "x", Judged(Fraction(1)), frozenset(beside), "a", "Ada Example", NOW)
    seen = BookletRecords(pages, frozenset(disputed), read_, waived=frozenset(waived), judgements=[judged])
    (answer,) = booklet(1, exam, [(1, box)], 2, seen).answers
    assert answer == Answer("x", amounts_to)


def test_a_page_is_disputed_while_an_image_waits_that_shows_something_else() -> None:
    code = PageCode(1, 7, 2)
    waits = StoredImage(1, "ab" * 32, "a.pdf", 0, None, Unplaced(Reason.TWICE, code=code), None)
    assert disputed([waits]) == {Spot(7, 2)}
    decided = replace(waits, id=2, verdict=Verdict.IGNORED)
    elsewhere = replace(waits, id=3, unplaced=Unplaced(Reason.NO_CODE))
    nowhere = replace(waits, id=4, unplaced=Unplaced(Reason.TWICE))
    assert disputed([decided, elsewhere, nowhere]) == set()
    assert waits.part == 0, "an image shows one page but where it is said otherwise"
