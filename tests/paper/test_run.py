"""The plan of a print run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.errors import UsageError
from klausur.paper.code import MAX_BOOKLET
from klausur.paper.run import plan
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
