import pytest
from django.db import IntegrityError
from tests.cast import EXAMINER

from klausur.paper.code import Sheet
from klausur.state.facts import Author, Bond, Papers
from klausur.store import models
from klausur.store.folder import writing
from klausur.store.ties import tie, ties

ADA = Author(EXAMINER, "asked them")


@pytest.mark.usefixtures("run")
def test_the_newest_word_about_a_paper_counts_and_none_is_lost() -> None:
    tie(Sheet.BOOKLET, 2, Bond.TIED, ADA, candidate=1)
    tie(Sheet.BOOKLET, 2, Bond.NOBODY, ADA)
    tie(Sheet.EXTRA, 2, Bond.TIED, ADA, booklet=1)
    (found,) = ties(Sheet.BOOKLET)
    assert (found.number, found.bond, found.candidate) == (2, Bond.NOBODY, None)
    (extra,) = ties(Sheet.EXTRA)
    assert (extra.number, extra.booklet, extra.who, extra.why) == (2, 1, "Ada Example", "asked them")
    made = tie(Sheet.BOOKLET, 2, Bond.UNDONE, ADA)
    assert ties(Sheet.BOOKLET) == (made,)
    assert models.TieSettlement.objects.count() == 4


def test_a_tie_names_the_candidate_as_it_was_printed(run: Papers) -> None:
    made = tie(Sheet.BOOKLET, 2, Bond.TIED, ADA, candidate=1)
    assert made.candidate == run.booklets[0].candidate


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("sheet", "bond"),
    [(Sheet.BOOKLET, Bond.TIED), (Sheet.EXTRA, Bond.TIED), (Sheet.PROTOCOL, Bond.TIED)],
)
def test_a_tie_to_nothing_cannot_be_recorded(sheet: Sheet, bond: Bond) -> None:
    with pytest.raises(IntegrityError), writing():
        tie(sheet, 1, bond, ADA)
    with pytest.raises(IntegrityError), writing():
        tie(Sheet.BOOKLET, 1, Bond.NOBODY, ADA, candidate=1)
