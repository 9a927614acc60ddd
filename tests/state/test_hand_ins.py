"""Hand-ins: what is told of pages, which hand-in counts, and who is late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from klausur.paper.code import Sheet
from klausur.scan.result import Reason
from klausur.state.hand_ins import (
    HomeTimes,
    LateVerdict,
    SeenPage,
    Sight,
    StoredDecision,
    StoredHandIn,
    TimesFault,
    counting,
    fault,
    missing,
    pages_found,
    sights,
    to_decide,
)

NOW = datetime(2026, 2, 17, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TIMES = HomeTimes(NOW - 60 * MINUTE, NOW - 30 * MINUTE, NOW, 5 * MINUTE)
PAGES, OWN = 3, 7


def seen_page(draw: st.DrawFn) -> SeenPage:
    reason = draw(st.none() | st.sampled_from(Reason))
    number, page = draw(st.sampled_from([0, OWN, 8])), draw(st.integers(1, PAGES))
    if reason is None:
        return SeenPage("f", 0, number=number or OWN, page=page)
    return SeenPage("f", 0, number=number, page=page, reason=reason)


@st.composite
def histories(draw: st.DrawFn) -> tuple[StoredHandIn, ...]:
    made = []
    for version in range(1, draw(st.integers(0, 5)) + 1):
        verdict = draw(st.none() | st.sampled_from(LateVerdict))
        made.append(
            StoredHandIn(
                version,
                1,
                OWN,
                version,
                (),
                str(version),
                NOW + draw(st.integers(-10, 40)) * MINUTE,
                tuple(seen_page(draw) for _ in range(draw(st.integers(0, 5)))),
                None if verdict is None else StoredDecision(1, verdict, "Ada", NOW, "so"),
            )
        )
    return tuple(made)


@given(histories(), st.sampled_from([0, 10]))
def test_the_last_complete_one_in_time_counts(made: tuple[StoredHandIn, ...], extra: int) -> None:
    found = counting(made, TIMES, extra, PAGES)
    able = [
        each
        for each in made
        if each.when <= NOW + (extra + 5) * MINUTE or each.verdict is LateVerdict.ACCEPTED
    ]
    if not able:
        assert found is None
        return
    assert found in able
    assert found is not None
    whole = [each for each in able if not missing(each, PAGES)]
    if whole:
        assert found == whole[-1]
    else:
        most = max(len(pages_found(each)) for each in able)
        assert found == [each for each in able if len(pages_found(each)) == most][-1]
    waits = to_decide(made, TIMES, extra)
    assert not {each.id for each in waits} & {each.id for each in able}
    assert all(each.when > NOW + (extra + 5) * MINUTE for each in waits)


@given(histories(), st.integers(0, 4))
def test_nothing_counts_before_all_that_may_was_looked_at(made: tuple[StoredHandIn, ...], at: int) -> None:
    blind = tuple(replace(each, seen=None) if n == at else each for n, each in enumerate(made))
    hidden = at < len(made) and (
        not TIMES.is_late(made[at].when, 0) or made[at].verdict is LateVerdict.ACCEPTED
    )
    if hidden:
        assert counting(blind, TIMES, 0, PAGES) is None
    else:
        assert counting(blind, TIMES, 0, PAGES) == counting(made, TIMES, 0, PAGES)


@given(histories())
def test_a_page_of_another_paper_is_never_found(made: tuple[StoredHandIn, ...]) -> None:
    for each in made:
        told = sights(each.seen or (), OWN)
        assert len(told) == len(each.seen or ())
        for page, sight in told:
            if sight is Sight.FOUND or (page.reason is None and sight is Sight.AGAIN):
                assert page.number == OWN
                assert page.reason is None
        assert len(pages_found(each)) == sum(sight is Sight.FOUND for _, sight in told)


def test_what_is_no_booklet_is_not_theirs_whatever_its_number() -> None:
    page = SeenPage("f", 0, sheet=Sheet.EXTRA, number=OWN, page=1)
    ((_, sight),) = sights([page], OWN)
    assert sight is Sight.OTHER_BOOKLET


def test_times_follow_one_another() -> None:
    assert fault(TIMES) is None
    assert fault(replace(TIMES, release=TIMES.questions)) is None
    assert fault(replace(TIMES, release=TIMES.questions + MINUTE)) is TimesFault.QUESTIONS
    assert fault(replace(TIMES, until=TIMES.questions)) is TimesFault.UNTIL
    assert fault(replace(TIMES, grace=-MINUTE)) is TimesFault.GRACE
    assert fault(replace(TIMES, grace=181 * MINUTE)) is TimesFault.GRACE
