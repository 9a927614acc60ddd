"""Objections: when they are taken, who answers them, and what comes of them."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from klausur.state.objections import (
    MOST,
    About,
    Figures,
    Outcome,
    Refusal,
    StoredObjection,
    StoredReply,
    Told,
    figures,
    may_answer,
    outcome,
    refuses,
)
from klausur.state.publication import Part, Publication, Step, StoredStep, Terms, Window

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = st.sampled_from(["Ada", "Konrad", "Petra"])
CREDITS = st.none() | st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(2)])


def publication(
    ends: datetime | None, step: Step = Step.PUBLISHED, shows: Part = Part.QUESTIONS
) -> Publication:
    terms = Terms(frozenset({shows}), objections=None if ends is None else Window(ends))
    return Publication(terms, StoredStep(1, step, None, "", "Ada", NOW))


@st.composite
def objections(draw: st.DrawFn) -> StoredObjection:
    about = draw(st.sampled_from(About))
    replied = draw(st.booleans())
    raised = NOW - draw(st.integers(1, 99)) * HOUR
    reply = StoredReply(Outcome.STANDS, "no", None, None, draw(PEOPLE), raised + HOUR)
    return StoredObjection(
        draw(st.integers(1, 99)),
        1,
        1,
        about,
        draw(st.sampled_from(["word", "letters"])) if about is About.QUESTION else "",
        "look",
        None,
        Told(draw(CREDITS), tuple(draw(st.sets(PEOPLE)))),
        "act",
        "0371",
        raised,
        reply if replied else None,
    )


@given(
    st.lists(objections(), max_size=8),
    st.sampled_from(About),
    st.integers(-2, 2),
    st.sampled_from([Step.PUBLISHED, Step.REVOKED]),
)
def test_objections_are_taken_within_the_window_one_after_the_other(
    before: list[StoredObjection], about: About, hours: int, step: Step
) -> None:
    question = "word" if about is About.QUESTION else ""
    found = refuses(publication(NOW + hours * HOUR, step), before, about, question, NOW)
    same = [each for each in before if (each.about, each.question) == (about, question)]
    if step is Step.REVOKED:
        assert found is Refusal.NOT_PUBLISHED
    elif about is About.QUESTION and hours <= 0:
        assert found is Refusal.NOT_NOW
    elif any(each.reply is None for each in same):
        assert found is Refusal.WAITING
    else:
        assert found is (Refusal.TOO_OFTEN if len(same) >= MOST else None)


def test_who_sees_no_credits_objects_to_none() -> None:
    window = NOW + HOUR
    total = publication(window, shows=Part.TOTAL)
    assert refuses(total, (), About.QUESTION, "word", NOW) is Refusal.NOT_NOW
    assert refuses(total, (), About.PAGE_MISSING, "", NOW) is None
    assert refuses(publication(None), (), About.QUESTION, "word", NOW) is Refusal.NOT_NOW
    assert refuses(publication(None), (), About.NOT_MINE, "", NOW) is None


@given(objections(), PEOPLE, CREDITS)
def test_nobody_answers_for_what_they_decided(
    each: StoredObjection, who: str, credits: Fraction | None
) -> None:
    assert may_answer(each, who) == (who not in each.told.judges)
    found = outcome(each, credits)
    assert (found is Outcome.DONE) == each.about.clerical
    if not each.about.clerical:
        assert (found is Outcome.CHANGED) == (credits != each.told.credits)


@given(st.lists(objections(), max_size=12))
def test_figures_count_every_objection_once(some: list[StoredObjection]) -> None:
    found = figures(some, NOW)
    assert found.raised == len(some)
    assert found.waiting + sum(each.reply is not None for each in some) == found.raised
    assert found.changed + found.stands <= found.raised - found.waiting
    assert (found.longest is None) == (found.waiting == 0)
    assert found.typical in {None, HOUR}


def test_there_are_no_figures_of_nothing() -> None:
    assert figures((), NOW) == Figures(0, 0, 0, 0, 0, None, None)


def test_the_oldest_that_waits_is_told_and_three_are_taken_of_one_thing() -> None:
    assert MOST == 3
    sooner, later = (
        StoredObjection(
            n, 1, 1, About.OTHER, "", "look", None, Told(None, ()), f"act {n}", "0371", NOW - n * HOUR
        )
        for n in (1, 5)
    )
    assert figures([sooner, later], NOW).longest == 5 * HOUR
