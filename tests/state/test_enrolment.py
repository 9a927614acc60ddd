"""A newer list against the records: what the plan says, and that carrying it out gives the newer list."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.roster.model import Candidate
from klausur.state.enrolment import Update, beside, clash, corrected, plan, said
from klausur.state.facts import Enrolled, Standing

ADA = Enrolled(1, Candidate("0371", "Ada Example", "Hall 1", "A1"))
JUERGEN = Enrolled(2, Candidate("0372", "Jürgen Muster", "Hall 1", "A3", 30))
EVA = Enrolled(3, Candidate("0373", "Eva Beispiel", note="front row"))
OLD = (ADA, JUERGEN, EVA)
NOW = tuple(e.candidate for e in OLD)


def test_the_same_list_changes_nothing() -> None:
    assert plan(OLD, NOW) == Update()
    assert plan(OLD, NOW[::-1]) == Update(), "in whatever order"


def test_who_came_who_went_and_what_changed() -> None:
    zoe = Candidate("0399", "Zoë Neu")
    moved = replace(JUERGEN.candidate, room="Hall 2", seat="", extra_minutes=0)
    found = plan(OLD, (ADA.candidate, moved, zoe))
    assert found.came == (zoe,)
    assert [(c.enrolled, c.to, c.fields) for c in found.changed] == [
        (JUERGEN, moved, ("room", "seat", "extra_minutes"))
    ]
    assert (found.gone, found.sat) == ((EVA,), ())


def test_what_a_list_has_no_column_for_stays() -> None:
    plain = [Candidate(c.registration, c.name) for c in NOW]
    assert plan(OLD, plain, says={"registration", "name"}) == Update()


def test_a_new_number_with_a_name_that_is_gone_is_a_hint_and_no_guess() -> None:
    umlaut = Candidate("0999", "Ju\u0308rgen Muster")
    found = plan(OLD, (ADA.candidate, EVA.candidate, umlaut))
    ((came, perhaps),) = [(n.came, n.perhaps) for n in found.namesakes]
    assert (came, perhaps) == (umlaut, (JUERGEN,))
    assert (found.came, found.gone, found.changed) == ((), (), ())


def test_a_list_that_still_has_the_old_number_is_a_hint_too() -> None:
    corrected_ = replace(ADA, candidate=replace(ADA.candidate, registration="0999"), former=("0371",))
    found = plan((corrected_,), (Candidate("0371", "Ada Married"),))
    assert [n.perhaps for n in found.namesakes] == [(corrected_,)]
    assert found.gone == ()


def test_who_is_not_gone_though_the_list_lacks_them() -> None:
    ill = replace(ADA, standing=Standing.ILL, why="certificate")
    out = replace(JUERGEN, standing=Standing.WITHDRAWN, why="by mail")
    assert plan((ill, out, EVA), (), sat={"0373"}) == Update(sat=(EVA,))
    back = plan((ill, out), (ADA.candidate, JUERGEN.candidate))
    assert back == Update(withdrawn=(out,)), "nobody comes back because an old list has them"


def test_a_correction_keeps_the_reason_of_a_standing() -> None:
    ill = replace(ADA, standing=Standing.ILL, why="certificate")
    to = replace(ADA.candidate, name="Ada Married")
    assert corrected(ill, to, "typing mistake") == replace(ill, candidate=to)
    assert corrected(ADA, to, "typing mistake") == replace(ADA, candidate=to, why="typing mistake")


@pytest.mark.parametrize(
    ("number", "besides", "whose"), [("s12", None, 9), ("S12", 9, None), ("s1", None, None)]
)
def test_numbers_clash_whatever_their_case(number: str, besides: int | None, whose: int | None) -> None:
    found = clash((Enrolled(9, Candidate("S12", "Max Muster")),), number, besides=besides)
    assert (found and found.id) == whose


NAMES = st.sampled_from(
    ["Ada Example", "Jürgen Muster", "Ju\u0308rgen Muster", "Zoë Neu", "Ωmega", "Max Muster"]
)
PEOPLE = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(["01", "1", "s1", "S1", "2", "3", "4", "5"]),
        NAMES,
        st.sampled_from(["", "Hall 1", "Hörsaal 2"]),
        st.sampled_from(["", "A1"]),
        st.sampled_from([0, 30]),
        st.sampled_from(["", "front row"]),
    ),
    max_size=8,
    unique_by=lambda c: c.registration.casefold(),
)
STANDINGS = st.lists(st.sampled_from(Standing), min_size=8, max_size=8)


def applied(old: Sequence[Enrolled], update: Update, *, withdraw: bool) -> tuple[Enrolled, ...]:
    """The list after the update, as the records would have it."""
    now = {e.id: e for e in old} | {e.id: e for e in said(update, "newer", withdraw_missing=withdraw)}
    return (*now.values(), *(Enrolled(100 + n, c) for n, c in enumerate(update.came)))


@given(
    was=PEOPLE,
    standings=STANDINGS,
    new=PEOPLE,
    sat=st.sets(st.sampled_from(["01", "2", "3"])),
    rng=st.randoms(),
)
def test_carrying_out_the_plan_gives_the_newer_list(
    was: list[Candidate], standings: list[Standing], new: list[Candidate], sat: set[str], rng: Random
) -> None:
    old = [Enrolled(n, c, standings[n], "why") for n, c in enumerate(was)]
    update = plan(old, new, sat=sat)
    after = applied(old, update, withdraw=True)
    held = {n.came.registration for n in update.namesakes}
    by_number = {e.candidate.registration: e for e in after}
    assert len(by_number) == len(after), "registration numbers stay unique"
    for person in new:
        if person.registration in held:
            assert person.registration not in by_number
        else:
            assert by_number[person.registration].candidate == person
    listed = {c.registration.casefold() for c in new}
    perhaps = {e.id for n in update.namesakes for e in n.perhaps}
    for before, now in zip(old, after, strict=False):
        assert before.id == now.id
        left = (
            before.standing is Standing.REGISTERED
            and before.candidate.registration.casefold() not in listed
            and before.candidate.registration not in sat
            and before.id not in perhaps
        )
        assert now.standing is (Standing.WITHDRAWN if left else before.standing)
    again = plan(after, new, sat=sat)
    assert (again.came, again.changed, again.gone) == ((), (), ()), (
        "taking it over twice changes nothing more"
    )

    mixed_old, mixed_new = [*old], [*new]
    rng.shuffle(mixed_old)
    rng.shuffle(mixed_new)
    other = plan(mixed_old, mixed_new, sat=sat)
    for group in ("came", "changed", "gone", "sat", "withdrawn"):
        assert set(getattr(other, group)) == set(getattr(update, group))
    assert {n.came for n in other.namesakes} == {n.came for n in update.namesakes}


def test_who_sits_at_a_seat_that_somebody_is_given() -> None:
    walk_in = Candidate("0399", "Nora Newcomer", "hall 1", "a1")
    assert beside(OLD, walk_in) == (ADA.candidate,)
    assert beside(OLD, replace(walk_in, seat="A2")) == ()
    assert beside(OLD, replace(walk_in, room="", seat="")) == (), "Eva has no seat either"
    assert beside(OLD, ADA.candidate) == (), "nobody is in their own way"
    gone = replace(ADA, standing=Standing.WITHDRAWN)
    assert beside((gone, JUERGEN), walk_in) == ()
