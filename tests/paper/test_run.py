"""The plan of a print run."""

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.errors import UsageError
from klausur.paper.code import MAX_BOOKLET
from klausur.paper.run import From, PrintRun, plan
from klausur.roster.model import Candidate

rosters = st.lists(st.builds(Candidate, st.text(max_size=8), st.text(max_size=8)), max_size=8)


@given(rosters, st.integers(0, 8))
def test_everybody_gets_a_booklet_in_order_then_the_spares(roster: list[Candidate], spare: int) -> None:
    if not roster and not spare:
        return
    run = plan(5, roster, spare)
    assert run.exam_number == 5
    assert [b.number for b in run.booklets] == list(range(1, len(roster) + spare + 1))
    assert [b.candidate for b in run.booklets] == [*roster, *[None] * spare]


@pytest.mark.parametrize("spare", [0, -1, MAX_BOOKLET + 1])
def test_what_cannot_be_printed_is_refused(spare: int) -> None:
    with pytest.raises(UsageError) as caught:
        plan(5, [], spare)
    assert str(MAX_BOOKLET) in caught.value.remedy


@given(rosters, st.integers(0, 8), st.integers(0, 4))
def test_stickers_and_extra_sheets_are_numbered_from_one_too(
    roster: list[Candidate], spare: int, extras: int
) -> None:
    if not roster and not spare + extras:
        return
    run = plan(5, roster, spare, stickers=True, extras=extras)
    assert [b.candidate for b in run.booklets] == [None] * (len(roster) + spare)
    assert [(s.number, s.candidate) for s in run.stickers] == list(enumerate(roster, start=1))
    assert run.extras == tuple(range(1, extras + 1))
    assert (run.candidates, run.first_list) == (tuple(roster), 1)
    assert run.seats == (*roster, *[None] * spare)


def test_a_later_printing_goes_on_counting() -> None:
    ada = Candidate("1", "Ada")
    run = plan(5, [ada], 1, stickers=True, extras=2, first=From(4, 7, 3, 2), listed=["0"])
    assert [b.number for b in run.booklets] == [4, 5]
    assert [s.number for s in run.stickers] == [7]
    assert (run.extras, run.first_list, run.listed) == ((3, 4), 2, frozenset("0"))


@pytest.mark.parametrize(
    ("spare", "extras", "booklets", "first_extra", "fits"),
    [
        (2, 0, MAX_BOOKLET - 1, 1, True),
        (2, 0, MAX_BOOKLET, 1, False),
        (0, 2, 1, MAX_BOOKLET - 1, True),
        (0, 2, 1, MAX_BOOKLET, False),
        (1, -1, 1, 1, False),
        (3, -1, 1, 1, False),
    ],
)
def test_the_last_number_of_each_kind_fits_into_a_page_code(
    spare: int, extras: int, booklets: int, first_extra: int, *, fits: bool
) -> None:
    with nullcontext() if fits else pytest.raises(UsageError):
        plan(5, [], spare, extras=extras, first=From(booklets, 1, first_extra, 1))


def test_a_run_of_which_nothing_else_is_said_is_a_first_one() -> None:
    run = PrintRun(5, ())
    assert (run.first_list, run.extras, run.stickers, run.listed) == (1, (), (), frozenset())
