"""The exam day: acts come in any order, several tablets speak of one person, and booklets are counted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.roster.model import Candidate
from klausur.state.day import (
    ActFault,
    ActKind,
    Attendee,
    CheckIn,
    Counted,
    DayAct,
    Difference,
    Incident,
    ScannedPages,
    StoredAct,
    after,
    attendees,
    clock,
    closed,
    fates,
    fault,
    room_count,
)
from klausur.state.facts import Enrolled, Standing

NINE = datetime(2026, 2, 17, 9, tzinfo=UTC)
ADA = Enrolled(1, Candidate("0371", "Ada Example", "Hall", "A1", extra_minutes=15))
BO = Enrolled(2, Candidate("0372", "Bo Muster", "Hall", "A2"))
WORDS = tuple(word for word in CheckIn if word is not CheckIn.OUT)


def act(kind: ActKind, minute: float = 0, name: str = "", **values: object) -> DayAct:
    at = NINE + timedelta(minutes=minute)
    return DayAct(name or f"{kind}-{minute}-{values}"[:36], kind, at, **{"room": "Hall", **values})  # type: ignore[arg-type]


def came(*acts: DayAct) -> tuple[StoredAct, ...]:
    """The records, if acts come in this order."""
    return tuple(StoredAct(n, each, "Petra", NINE) for n, each in enumerate(acts, start=1))


def people(*acts: DayAct, enrolled: Sequence[Enrolled] = (ADA, BO)) -> tuple[Attendee, ...]:
    return attendees(enrolled, came(*acts), {1: [1], 2: [2]}, {})


said = st.lists(
    st.tuples(st.sampled_from(WORDS), st.integers(0, 5), st.sampled_from(["one", "two"])),
    min_size=1,
    max_size=6,
)


@given(said, st.randoms(use_true_random=False))
def test_the_last_word_by_time_counts_however_acts_arrive(
    spoken: list[tuple[CheckIn, int, str]], random: object
) -> None:
    acts = [
        act(ActKind.CHECK_IN, minute, f"act-{n}", candidate=1, value=word, device=device)
        for n, (word, minute, device) in enumerate(spoken)
    ]
    mixed = list(acts)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    counts = max(acts, key=lambda each: (each.at, each.act))
    (first, _), (other, _) = people(*acts), people(*mixed)
    assert first.said is not None
    assert other.said is not None
    assert first.said.done == other.said.done == counts
    assert first.check_in is other.check_in
    # Nobody knew of anything: what another tablet said otherwise is shown, in whatever order it came.
    contrary = {each.act for each in acts if each.device != counts.device and each.value != counts.value}
    for found in (first, other):
        assert {each.done.act for each in found.conflicts} == contrary
    # Whoever has seen all of it ends the conflict.
    final = act(ActKind.CHECK_IN, 9, "final", candidate=1, value="present", device="three", seen=len(acts))
    assert people(*mixed, final)[0].conflicts == ()


def test_the_list_leads_where_it_says_who_did_not_come() -> None:
    present = act(ActKind.CHECK_IN, candidate=1, value=CheckIn.PRESENT)
    absent = act(ActKind.CHECK_IN, 1, candidate=1, value=CheckIn.ABSENT)
    by = {
        standing: attendees([Enrolled(1, ADA.candidate, standing)], came(present), {}, {})[0].check_in
        for standing in Standing
    }
    assert by == {
        Standing.REGISTERED: CheckIn.PRESENT,
        Standing.WITHDRAWN: CheckIn.OUT,
        Standing.ABSENT: CheckIn.ABSENT,
        Standing.ILL: CheckIn.ILL,
        Standing.EXCLUDED: CheckIn.OUT,
    }
    assert people(present, absent)[0].check_in is CheckIn.EXPECTED  # somebody took that back on the list
    assert people()[0].check_in is CheckIn.EXPECTED


def test_a_booklet_given_to_two_is_whose_it_was_given_to_last_and_both_are_shown() -> None:
    acts = (
        act(ActKind.BOOKLET, 1, "a", candidate=1, number=9, device="one"),
        act(ActKind.BOOKLET, 2, "b", candidate=2, number=9, device="two"),
        act(ActKind.EXTRA, 3, "c", candidate=2, number=5),
    )
    ada, bo = people(*acts)
    assert (ada.booklets, bo.booklets, bo.booklet, bo.extras) == ((1,), (2, 9), 9, (5,))
    assert [[c.done.act for c in each.conflicts] for each in (ada, bo)] == [["a"], ["a"]]


def test_who_is_out_of_the_room_is_told_until_they_are_back_and_a_mistake_counts_no_more() -> None:
    out = act(ActKind.INCIDENT, 5, "out", candidate=1, value=Incident.TOILET_OUT)
    back = act(ActKind.INCIDENT, 9, "back", candidate=1, value=Incident.TOILET_IN)
    assert people(out)[0].out == out.at
    assert people(back, out)[0].out is None
    assert people(out, act(ActKind.STRUCK, 6, value="out"))[0].out is None


def test_the_clock_runs_from_the_beginning_and_gives_back_what_was_lost() -> None:
    acts = came(
        act(ActKind.BEGAN, 4, "began"),
        act(ActKind.INCIDENT, 20, value=Incident.FIRE_ALARM, minutes=12),
        act(ActKind.INCIDENT, 21, value=Incident.LOST_MINUTES, minutes=5, room=""),
        act(ActKind.INCIDENT, 22, value=Incident.LOST_MINUTES, minutes=90, room="Elsewhere"),
        act(ActKind.INCIDENT, 23, value=Incident.LOST_MINUTES, minutes=3, candidate=2),
        act(ActKind.INCIDENT, 24, "wrong", value=Incident.LOST_MINUTES, minutes=60),
        act(ActKind.STRUCK, 25, value="wrong"),
        act(ActKind.ANNOUNCED, 26, text="Question 3: cm, not mm."),
    )
    here = attendees((ADA, BO), acts, {}, {})
    found = clock("Hall", NINE, 90, acts, here)
    assert (found.begun, found.lost) == (True, 17)
    assert found.end == NINE + timedelta(minutes=4 + 90 + 17)
    assert found.longer == ((3, 1), (15, 1))
    assert found.end_with(15) - found.end == timedelta(minutes=15)
    assert [each.done.text for each in found.announced] == ["Question 3: cm, not mm."]
    assert clock("Hall", NINE, 90, (), here).end == NINE + timedelta(minutes=90)


booklets = st.integers(1, 6)


@given(
    st.sets(st.sampled_from([1, 2])),
    st.lists(st.tuples(booklets, st.sampled_from(Counted)), max_size=8),
    st.none() | st.dictionaries(booklets, st.integers(0, 4)),
)
def test_every_difference_is_named_and_nothing_else(
    there: set[int], counting: list[tuple[int, Counted]], pages: dict[int, int] | None
) -> None:
    acts = [act(ActKind.CHECK_IN, 0, f"c{n}", candidate=n, value=CheckIn.PRESENT) for n in sorted(there)]
    acts += [
        act(ActKind.COUNTED, 60 + at, f"n{at}", number=number, value=word)
        for at, (number, word) in enumerate(counting)
    ]
    scanned = None if pages is None else {n: ScannedPages(found, 4) for n, found in pages.items()}
    records = came(*acts)
    who = attendees((ADA, BO), records, {1: [1], 2: [2]}, {})
    found = {each.number: each for each in fates(range(1, 7), who, records, scanned)}
    counted = {n for n in range(1, 7) if [w for number, w in counting if number == n][-1:] == [Counted.IN]}
    for number in range(1, 7):
        seen = 0 if pages is None else pages.get(number, 0)
        wrong = set(found[number].differences) if number in found else set()
        assert (Difference.NOT_COUNTED in wrong) == (number in there and number not in counted and not seen)
        assert (Difference.NOBODY_CAME in wrong) == (number in counted and number in {1, 2} - there)
        assert (Difference.NOT_SCANNED in wrong) == (pages is not None and number in counted and not seen)
        assert (Difference.PAGES_MISSING in wrong) == (0 < seen < 4)
        assert (Difference.SCANNED_UNCOUNTED in wrong) == bool(seen and number not in counted)
    count = room_count("Hall", who, tuple(found.values()))
    assert (count.counted, count.handed) == (len(counted), len(there))
    assert count.by[CheckIn.PRESENT] == len(there)
    assert sum(count.by.values()) == count.people == 2


def test_what_comes_after_a_room_was_closed_is_told() -> None:
    acts = came(
        act(ActKind.CLOSED, 90, text="Petra Aufsicht"),
        act(ActKind.CHECK_IN, 3, candidate=1, value=CheckIn.PRESENT),
        act(ActKind.CHECK_IN, 3, candidate=2, value=CheckIn.PRESENT, room="Elsewhere"),
    )
    closing = closed("Hall", acts)
    assert closing == acts[0]
    assert closed("Elsewhere", acts) is None
    assert after(acts[0], acts, frozenset({"Hall"})) == (acts[1],)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (act(ActKind.CHECK_IN, candidate=1, value="asleep"), ActFault.VALUE),
        (act(ActKind.CHECK_IN, candidate=1, value=CheckIn.OUT), ActFault.VALUE),
        (act(ActKind.CHECK_IN, value=CheckIn.PRESENT), ActFault.NOBODY),
        (act(ActKind.COUNTED, value=Counted.IN), ActFault.NO_NUMBER),
        (act(ActKind.CLOSED, text=" "), ActFault.NOT_SIGNED),
        (act(ActKind.ANNOUNCED), ActFault.NO_TEXT),
        (act(ActKind.ANNOUNCED, text="x" * 2001), ActFault.LONG),
        (act(ActKind.SEAT, candidate=1), ActFault.NO_SEAT),
        (act(ActKind.STRUCK), ActFault.NO_ACT),
        (act(ActKind.INCIDENT, value=Incident.LOST_MINUTES), ActFault.NO_MINUTES),
    ],
)
def test_an_act_that_says_nothing_is_refused(wrong: DayAct, why: ActFault) -> None:
    assert fault(wrong) is why
    assert fault(act(ActKind.CHECK_IN, candidate=1, value=CheckIn.PRESENT)) is None
