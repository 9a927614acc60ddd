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
from klausur.exam.model import Choice, GradeKey, Problem, Question, QuestionKind
from klausur.paper.answers import Answer, Doubt, Given, Open, Waived, Worth
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import SPACES, Field, FieldKind, Inked, Mark
from klausur.read.model import Reading
from klausur.scan.model import Reason, Unplaced
from klausur.state.alike import BLANK
from klausur.state.answers import (
    BookletAnswers,
    BookletRecords,
    booklet,
    differing,
    disputed,
    outdated,
    pages_found,
    sureness,
)
from klausur.state.arrangements import JudgingRules, SecondCorrection
from klausur.state.facts import Spot, StoredImage, StoredReading, StoredSettlement, Verdict
from klausur.state.judgements import Judged, Round, StoredJudgement

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


PLACE = Place("1.md")
ASKED = tuple(
    Question(name, number, QuestionKind.TEXT, "", Content("x", "x", "x", PLACE), Fraction(2), PLACE)
    for name, number in (("x", "1.1"), ("y", "1.2"))
)
TEXTS = replace(
    PLAIN,
    problems=(Problem("1", 1, "One", None, ASKED, PLACE),),
    grades=GradeKey((("4.0", Fraction(2)),), "5.0"),
)
"""Two questions of 2 credits each that people judge; who has 2 in all passes."""
ON_PAGES = [
    (page, Field(f"{name}/{last}", kind, Box(10, 10, 4, 4), name, credits=credits))
    for page, name, last, kind, credits in (
        (1, "x", "credit/2", FieldKind.CREDIT_BOX, Fraction(2)),
        (2, "y", "credit/0", FieldKind.CREDIT_BOX, Fraction(0)),
        (2, "y", "credit/2", FieldKind.CREDIT_BOX, Fraction(2)),
        (2, "y", "answer", FieldKind.ANSWER_AREA, None),
    )
]


def held(*crossed: str) -> list[StoredReading]:
    """What was read in these Fields: nothing stands in any but those that are named."""
    found = []
    for number, (page, box) in enumerate(ON_PAGES, start=1):
        marks = (Inked.WRITTEN, Inked.BLANK) if box.kind in SPACES else (Mark.CROSSED, Mark.EMPTY)
        value = marks[0] if box.id in crossed else marks[1]
        reading_ = Reading(box.id, box.kind, box.question, value, 0.9, False, "hand", "1")  # noqa: FBT003
        found.append(StoredReading(number, page + 4, Spot(1, page), reading_, None))
    return found


def judgement(
    who: str, credits: int = 1, round_: Round = Round.FIRST, *, images: frozenset[int] = frozenset({5})
) -> StoredJudgement:
    number = credits
    return StoredJudgement(
        number, 1, "x", Judged(Fraction(credits)), images, f"act-{number}", who, NOW, round=round_
    )


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
    crossed = held("x/credit/2", Mark.CROSSED) if 1 in pages else []
    judgements = [judgement("Ada Example", images=frozenset(beside))]
    seen = BookletRecords(
        pages, frozenset(disputed), crossed, waived=frozenset(waived), judgements=judgements
    )
    answer, _ = booklet(1, TEXTS, ON_PAGES, 2, seen).answers
    assert answer == Answer("x", amounts_to)


def test_an_answer_that_was_judged_to_earn_nothing_earns_nothing() -> None:
    seen = BookletRecords({1: 5, 2: 6}, readings=held("x/credit/2"), judgements=[judgement("Ada Example", 0)])
    assert booklet(1, TEXTS, ON_PAGES, 2, seen).answers[0] == Answer("x", Worth(Fraction(0)))


ONCE = [judgement("Ada Example")]
BOTH = [*ONCE, judgement("Konrad Korrektor", 2, Round.SECOND)]
WAITS = Open((Doubt.AWAITS_SECOND,))


@pytest.mark.parametrize(
    ("rules", "judgements", "crossed", "amounts_to"),
    [
        (None, ONCE, "y/credit/2", Worth(Fraction(1))),
        (JudgingRules(only_named=True), ONCE, "y/credit/2", Worth(Fraction(1))),
        (JudgingRules(SecondCorrection()), ONCE, "y/credit/2", WAITS),
        (JudgingRules(SecondCorrection(percent=0)), ONCE, "y/credit/2", Worth(Fraction(1))),
        # the booklet's grade is 4.0; then 5.0; then it has none yet
        (JudgingRules(SecondCorrection(grades=("5.0",))), ONCE, "y/credit/2", Worth(Fraction(1))),
        (JudgingRules(SecondCorrection(grades=("5.0",))), ONCE, "y/credit/0", WAITS),
        (JudgingRules(SecondCorrection(grades=("5.0",))), ONCE, "y/answer", Worth(Fraction(1))),
        (JudgingRules(SecondCorrection()), BOTH, "y/answer", Open((Doubt.AWAITS_THIRD,))),
        (
            JudgingRules(SecondCorrection(tolerance=Fraction(1))),
            BOTH,
            "y/answer",
            Worth(Fraction(2)),
        ),  # 1.5, rounded
        # it must be looked at again before anybody else judges it
        (
            JudgingRules(SecondCorrection()),
            [judgement("Ada Example", images=frozenset({4}))],
            "y/answer",
            Open((Doubt.JUDGED_BEFORE,), ("x/credit/2",)),
        ),
    ],
)
def test_who_judges_a_second_time_is_awaited_where_that_is_due(
    rules: JudgingRules | None, judgements: list[StoredJudgement], crossed: str, amounts_to: Given
) -> None:
    seen = BookletRecords({1: 5, 2: 6}, readings=held("x/credit/2", crossed), judgements=judgements)
    of_each = None if rules is None else {"x": rules, "y": JudgingRules(SecondCorrection())}
    answer, other = booklet(1, TEXTS, ON_PAGES, 2, seen, of_each).answers
    assert answer == Answer("x", amounts_to)
    assert other.open is (crossed == "y/answer")


def test_of_what_is_left_to_people_the_reader_says_how_sure_it_was_and_of_nothing_else() -> None:
    plain, flagged = (reading(Mark.EMPTY, flagged=flag) for flag in (False, True))
    assert [sureness(read_) for read_ in (None, plain, flagged)] == [0.0, 0.0, 0.9]


def test_an_open_answer_has_in_common_what_its_question_s_fields_show() -> None:
    blank = booklet(1, TEXTS, ON_PAGES, 2, BookletRecords({1: 5, 2: 6}, readings=held()))
    assert blank.alike == {"y": BLANK, "x": ""}, "of x there is no space in which nothing could stand"
    settled_ = replace(settled(Mark.EMPTY, 7), field="y/credit/0")
    said = BookletRecords({1: 5, 2: 6}, readings=held(), settlements=[settled_])
    assert booklet(1, TEXTS, ON_PAGES, 2, said).alike == {"x": ""}, "somebody has looked at y"


@pytest.mark.parametrize(
    ("found", "waived", "answers", "used"),
    [
        ((), (), (), False),
        ((), (), (Answer("x", Open((Doubt.PAGE_MISSING,))),), False),
        ((1,), (), (), True),
        ((), (1,), (), True),
        ((), (), (Answer("x", Worth(Fraction(1))),), True),
    ],
)
def test_a_booklet_is_used_once_anything_is_known_of_it(
    found: tuple[int, ...], waived: tuple[int, ...], answers: tuple[Answer, ...], *, used: bool
) -> None:
    assert BookletAnswers(1, found, (), answers, waived=waived).used is used


def test_the_pages_that_are_there_are_those_that_images_count_as() -> None:
    spots = [Spot(7, 2), Spot(7, 1), Spot(8, 1), Spot(7, 3, Sheet.EXTRA), None]
    images = [StoredImage(n, "ab" * 32, "a.pdf", n, spot, None, None) for n, spot in enumerate(spots)]
    assert pages_found(images) == {7: {1, 2}, 8: {1}}


def test_a_page_is_disputed_while_an_image_waits_that_shows_something_else() -> None:
    code = PageCode(1, 7, 2)
    waits = StoredImage(1, "ab" * 32, "a.pdf", 0, None, Unplaced(Reason.TWICE, code=code), None)
    assert disputed([waits]) == {Spot(7, 2)}
    decided = replace(waits, id=2, verdict=Verdict.IGNORED)
    elsewhere = replace(waits, id=3, unplaced=Unplaced(Reason.NO_CODE))
    nowhere = replace(waits, id=4, unplaced=Unplaced(Reason.TWICE))
    assert disputed([decided, elsewhere, nowhere]) == set()
    assert waits.part == 0, "an image shows one page but where it is said otherwise"
