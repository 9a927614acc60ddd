"""What a look at many booklets is told of each question: what is open, and how sure the reader was."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import Choice, Problem, Question, QuestionKind
from klausur.paper.answers import Answer, Chosen, Doubt, Given, Open, Worth
from klausur.state.answers import BookletAnswers
from klausur.state.booklets import amount
from klausur.state.judgements import Round
from klausur.state.rounds import Counted

PLACE = Place("1.md")
TEXT = Content("x", "x", "x", PLACE)
CHOICES = (Choice("a", TEXT, right=True), Choice("b", TEXT, right=False))
ASKED = (
    Question("mc", "1.1", QuestionKind.CHOICE, "", TEXT, Fraction(2), PLACE, CHOICES),
    Question("why", "1.2", QuestionKind.TEXT, "", TEXT, Fraction(2), PLACE),
)
EXAM = replace(PLAIN, problems=(Problem("1", 1, "One", None, ASKED, PLACE),))
PAGES = {"mc": 2, "mc/choice/a": 2, "mc/choice/b": 3, "why": 4, "why/credit/0": 4}
SURE = {"mc/choice/a": 0.8, "mc/choice/b": 0.6}
DECIDED = Chosen(frozenset())


@pytest.mark.parametrize(
    ("given", "sure", "page", "told"),
    [
        (DECIDED, SURE, 2, (0, 1.0)),
        (Open((Doubt.PAGE_MISSING,)), {}, 2, (0, 1.0)),
        (Open((Doubt.MARK_UNCLEAR,), ("mc/choice/b",)), SURE, 3, (1, 0.6)),
        (Open((Doubt.MARK_UNCLEAR,), ("mc/choice/a", "mc/choice/b")), SURE, 2, (2, 0.6)),
        # a person settled one box before the page came again: the reader has no say there
        (Open((Doubt.SETTLED_BEFORE,), ("mc/choice/b", "mc/choice/a")), {"mc/choice/b": 0.6}, 3, (2, 0.0)),
    ],
)
def test_of_boxes_that_a_person_settles_the_least_sure_one_says_how_sure_the_reader_is(
    given: Given, sure: dict[str, float], page: int, told: tuple[int, float]
) -> None:
    found = BookletAnswers(7, (2, 3, 4), (), (Answer("mc", given),), pages=PAGES, sure=sure)
    _, (mc,) = amount(EXAM, {"mc": "1.1"}, found)
    assert (mc.page, mc.boxes, mc.sure) == (page, *told)


def test_what_is_settled_as_a_whole_has_no_boxes_to_settle_one_by_one() -> None:
    answers = (Answer("mc", DECIDED), Answer("why", Open((Doubt.NO_CREDIT,), ("why/credit/0",))))
    counted = {"why": Counted(None, (), Round.FIRST)}
    found = BookletAnswers(7, (2, 4), (), answers, pages=PAGES, sure={"why/credit/0": 0.3}, counted=counted)
    told, (mc, why) = amount(EXAM, {"mc": "1.2", "why": "1.1"}, found)
    assert (told.used, told.open, told.credits) == (True, 1, None)
    assert (mc.at, mc.shown, mc.open, mc.awaits) == (0, "1.2", False, None)
    assert (why.at, why.shown, why.open, why.awaits) == (1, "1.1", True, Round.FIRST)
    assert (why.boxes, why.sure) == (0, 1.0)


@pytest.mark.parametrize("awaits", [Round.SECOND, Round.THIRD, None])
def test_an_open_answer_is_judged_in_the_round_that_it_awaits_or_anew(awaits: Round | None) -> None:
    counted = {"why": Counted(Fraction(1), (), awaits, ("Ada", "Ben"))}
    answers = (Answer("mc", DECIDED), Answer("why", Open((Doubt.JUDGED_BEFORE,), ("why/credit/0",))))
    found = BookletAnswers(7, (2, 4), (), answers, pages=PAGES, counted=counted)
    _, (_, why) = amount(EXAM, {"mc": "1.2", "why": "1.1"}, found)
    assert (why.awaits, why.judges) == (awaits or Round.FIRST, ("Ada", "Ben"))


def test_of_a_booklet_of_which_nothing_is_known_no_question_is_told() -> None:
    unknown = BookletAnswers(7, (), (2, 3, 4), (Answer("mc", Open((Doubt.PAGE_MISSING,))),), pages=PAGES)
    told, answers = amount(EXAM, {"mc": "1.1"}, unknown)
    assert (told.number, told.used, told.open, told.missing, answers) == (7, False, 0, (2, 3, 4), ())
    one = replace(unknown, answers=(Answer("mc", Worth(Fraction(1))),))
    assert amount(EXAM, {"mc": "1.1"}, one)[0].used, "a person settled it"
