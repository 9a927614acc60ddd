"""Candidates object within the window, and somebody else than who decided answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import CORRECTOR, EXAMINER, PROCTOR

from klausur.actions import objections, personal_links, publish, settle
from klausur.actions.change_rubric import change_rubric
from klausur.actions.judge import Ticked, judge
from klausur.actions.objections import answer, raise_objection
from klausur.actions.own_results import own_results
from klausur.actions.settle import Marked as Settled
from klausur.actions.settle_page import settle_page
from klausur.actions.verify import verify
from klausur.base.errors import KlausurError, MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.base.geometry import Box
from klausur.exam.rubric_lines import RubricLine
from klausur.state.facts import Actor, Author, Enrolled, Role, Spot, Verdict
from klausur.state.objections import About, Marked, Outcome, Said
from klausur.state.publication import Part, Terms, Window
from klausur.store import pages
from klausur.store.folder import opened

ADA = Author(EXAMINER)
KONRAD = Author(CORRECTOR)
SELF = Author(Actor("0371", Role.CANDIDATE))
ALL = Terms(frozenset(Part), objections=Window(datetime.now(UTC) + timedelta(days=30)))
WORD = Said(About.QUESTION, "word", " It is a word. ", Marked(Spot(1, 2), Box(20, 30, 40, 10)))


@pytest.fixture
def told(folder: Path, scanned: None) -> Path:
    """Konrad has judged Ada's word, and results are published."""
    del scanned
    judge(folder, 1, "word", Ticked(), KONRAD, act="konrad-1")
    publish.set_terms(folder, ALL, ADA)
    publish.publish(folder, ADA)
    return folder


def who(folder: Path, registration: str = "0371") -> Enrolled:
    return next(e for e, _ in personal_links.listed(folder) if e.candidate.registration == registration)


def raised(folder: Path, said: Said = WORD, act: str = "act-1") -> int:
    return raise_objection(folder, who(folder), said, SELF, act=act).id


def earned(folder: Path) -> Fraction | None:
    found = own_results(folder, who(folder), ALL)
    return next(each.credits for each in found.questions if each.id == "word")


def test_another_person_judges_anew_and_the_candidate_sees_it(told: Path) -> None:
    number = raised(told)
    assert raised(told) == number  # sent twice
    with pytest.raises(RefusedError, match="decided this yourself"):
        answer(told, number, "No.", KONRAD)
    with pytest.raises(UsageError, match="gives a reason"):
        answer(told, number, " ", ADA)
    judge(told, 1, "word", Ticked({"1": 1}), ADA, act="ada-1")
    assert objections.seen_one(told, number).judged_anew("Ada Example")
    reply = answer(told, number, "", ADA).reply
    assert reply is not None
    assert (reply.outcome, reply.credits, reply.who) == (Outcome.CHANGED, Fraction(2), "Ada Example")
    assert reply.judgement is not None
    assert earned(told) == 2
    (mine,) = objections.of_candidate(told, who(told))
    assert (mine.text, mine.told.credits, mine.told.judges) == (
        "It is a word.",
        Fraction(0),
        ("Konrad Korrektor",),
    )
    assert mine.mark == WORD.mark
    assert mine.reply == reply
    with pytest.raises(MeanwhileError, match="Ada Example has answered"):
        answer(told, number, "Once more.", ADA)
    found = objections.figures(told)
    assert (found.raised, found.waiting, found.changed, found.stands) == (1, 0, 1, 0)
    assert verify(told, actor=EXAMINER).holds


def test_a_reason_leaves_it_as_it_was(told: Path) -> None:
    number = raised(told)
    reply = answer(told, number, "It is none in any dictionary.", ADA).reply
    assert reply is not None
    assert (reply.outcome, reply.judgement) == (Outcome.STANDS, None)
    assert earned(told) == 0


def test_it_stands_whatever_is_scanned_or_changed_in_the_rubric(told: Path) -> None:
    number = raised(told)
    change_rubric(told, "word", (RubricLine("1", credits=Fraction(1), text="some word"),), ADA)
    with opened(told):
        image = pages.occupant(Spot(1, 2))
    assert image is not None
    settle_page(told, image.id, Verdict.IGNORED, ADA)  # the page is gone, until it is scanned again
    with pytest.raises(RefusedError, match="is open"):
        answer(told, number, "No.", ADA)
    settle_page(told, image.id, Verdict.UNDONE, ADA)
    seen = objections.seen_one(told, number)
    assert (seen.objection.question, seen.objection.mark) == ("word", WORD.mark)
    assert seen.credits == 0
    assert answer(told, number, "It stays.", ADA).reply is not None


def test_who_settled_a_box_does_not_answer_for_it(told: Path) -> None:
    settle.settle(told, 1, "numbers/choice/a", Settled("crossed"), KONRAD)
    number = raised(told, Said(About.QUESTION, "numbers", "I have crossed b alone."))
    with pytest.raises(RefusedError, match="decided this yourself"):
        answer(told, number, "No.", KONRAD)
    settle.settle(told, 1, "numbers/choice/a", Settled("empty"), ADA)
    reply = answer(told, number, "You are right.", ADA).reply
    assert reply is not None
    assert (reply.outcome, reply.credits) == (Outcome.CHANGED, Fraction(2))


def test_what_is_clerical_is_answered_by_anybody(told: Path) -> None:
    number = raised(told, Said(About.PAGE_MISSING, "", "Page 3 is not there."))
    reply = answer(told, number, "There is none.", KONRAD).reply
    assert reply is not None
    assert reply.outcome is Outcome.DONE
    (seen,) = objections.listed(told)
    assert (seen.question, seen.booklet) == (None, 1)


@pytest.mark.parametrize(
    ("said", "error", "match"),
    [
        (replace(WORD, text=" "), UsageError, "says why"),
        (replace(WORD, text="a" * 4001), UsageError, "says why"),
        (replace(WORD, question="nothing"), NotFoundError, "no question"),
        (replace(WORD, mark=Marked(Spot(2, 2), Box(1, 1, 1, 1))), UsageError, "no page of yours"),
        (replace(WORD, mark=Marked(Spot(1, 2), Box(200, 1, 20, 1))), UsageError, "no page of yours"),
        (replace(WORD, mark=Marked(Spot(1, 2), Box(20, 20, -5, 1))), UsageError, "no page of yours"),
    ],
)
def test_what_cannot_be_objected_to(told: Path, said: Said, error: type[KlausurError], match: str) -> None:
    with pytest.raises(error, match=match):
        raised(told, said)


def test_it_is_taken_within_the_window_and_one_at_a_time(told: Path) -> None:
    raised(told)
    with pytest.raises(RefusedError, match="nobody has answered yet"):
        raised(told, act="act-2")
    with pytest.raises(UsageError, match="something else"):
        raised(told, Said(About.OTHER, "", "Hm."), act="act-1")
    publish.set_terms(told, replace(ALL, objections=Window(datetime.now(UTC))), ADA)
    with pytest.raises(RefusedError, match="no objection is taken now"):
        raised(told, replace(WORD, question="letters", mark=None), act="act-3")
    publish.revoke(told, ADA)
    with pytest.raises(RefusedError, match="no results are published"):
        raised(told, Said(About.OTHER, "", "Hm."), act="act-4")


def test_a_proctor_neither_objects_nor_answers(told: Path) -> None:
    number = raised(told)
    with pytest.raises(RefusedError, match="may not answer objections"):
        answer(told, number, "No.", Author(PROCTOR))
    with pytest.raises(RefusedError, match="may not object"):
        raise_objection(told, who(told), WORD, Author(PROCTOR), act="act-9")
