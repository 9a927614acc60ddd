from datetime import UTC, datetime

import pytest
from tests.cast import EXAMINER

from klausur.base.errors import RefusedError
from klausur.exam.model import ONE
from klausur.paper.layout import BookletLayout, Layout
from klausur.paper.run import Booklet, PrintRun, plan
from klausur.roster.model import Candidate
from klausur.state.facts import Author, Edition, Enrolled, Numbers, Papers, Standing
from klausur.store import candidates, printings
from klausur.store.folder import writing
from klausur.store.printings import Amount

ADA = Author(EXAMINER)


def test_what_was_printed_comes_back(run: Papers, print_run: PrintRun, layout: Layout) -> None:
    assert printings.papers() == run
    assert (run.booklets, run.candidates) == (print_run.booklets, print_run.candidates)
    assert (run.exam, run.exam_number) == (layout.exam, layout.exam_number)
    assert printings.layout() == layout
    (printing,) = run.printings
    assert (printing.booklets, printing.extras, printing.done is not None) == (
        Numbers(1, 2),
        Numbers(1, 0),
        True,
    )


def test_a_later_printing_takes_the_next_numbers_and_the_earlier_papers_stay(
    run: Papers, print_run: PrintRun, layout: Layout
) -> None:
    with writing():
        more = printings.reserve(1, Amount(1, extras=3), ONE, "Ada Example", after=1)
    assert (more.number, more.booklets, more.extras) == (2, Numbers(3, 1), Numbers(1, 3))
    assert printings.papers().abandoned == (more,)
    late = Candidate("4711", "Jürgen Muster")
    with writing():
        (who,) = candidates.add([late], ADA)
        new = PrintRun(run.exam_number, (Booklet(3, late),))
        only = Layout(
            layout.exam_number,
            layout.exam,
            layout.source_digest,
            layout.paper,
            layout.size,
            layout.pages,
            (BookletLayout(3, (0, 1)),),
        )
        printings.finish(more, new, only, people={late.registration: who.id})
    papers = printings.papers()
    assert papers.booklets == (*print_run.booklets, Booklet(3, late))
    assert papers.extras == (1, 2, 3)
    assert papers.abandoned == ()
    assert [b.number for b in printings.layout().booklets] == [1, 2, 3]
    assert printings.layout().pages == layout.pages


def test_numbers_of_an_abandoned_printing_are_never_used_again(run: Papers) -> None:
    with writing():
        printings.reserve(1, Amount(5, stickers=5, extras=5, lists=1), ONE, "Ada Example", after=1)
        more = printings.reserve(1, Amount(1, stickers=1, extras=1, lists=1), ONE, "Ada Example", after=2)
    assert (more.booklets.first, more.stickers.first, more.extras.first, more.lists.first) == (8, 6, 6, 2)
    assert run.booklets == printings.papers().booklets


@pytest.mark.usefixtures("run")
def test_a_printing_that_was_planned_before_another_one_began_is_refused() -> None:
    with writing():
        printings.reserve(1, Amount(1), ONE, "Ada Example", after=1)
    with pytest.raises(RefusedError, match="meanwhile"), writing():
        printings.reserve(1, Amount(1), ONE, "Jürgen Muster", after=1)


def test_numbers_go_on_across_editions(run: Papers) -> None:
    now = datetime.now(UTC)
    second = Edition(
        2, run.exam_number, "small", "a4", "6" * 64, "a misprint", "Ada Example", now, None, frozen=True
    )
    with writing():
        printings.begin_edition(second)
        more = printings.reserve(2, Amount(2), ONE, "Ada Example", after=1)
    assert (more.edition, more.booklets) == (2, Numbers(3, 2))
    assert [e.number for e in printings.papers().editions] == [1, 2]


@pytest.mark.usefixtures("run")
def test_the_newest_word_on_a_candidate_counts_and_their_papers_follow() -> None:
    (ada,) = candidates.enrolled()
    with writing():
        candidates.say([Enrolled(ada.id, Candidate("0815", "Ada Muster"), Standing.ILL, "a note")], ADA)
    (now,) = candidates.enrolled()
    assert (now.candidate.name, now.standing, now.former) == ("Ada Muster", Standing.ILL, ("03711234",))
    assert printings.papers().booklets[0].candidate == now.candidate
    assert [said.candidate.registration for said, _, _ in candidates.history(ada.id)] == ["03711234", "0815"]


@pytest.mark.usefixtures("run")
def test_stickers_and_extra_sheets_come_back(layout: Layout) -> None:
    people = (
        Candidate("1", "Ada Example", extra_minutes=30, note="enlarged"),
        Candidate("2", "Jürgen Muster"),
    )
    printed = plan(7, people, 1, stickers=True, extras=5)
    assert printed.candidates == people
    with writing():
        more = printings.reserve(1, Amount(3, stickers=2, extras=5), ONE, "Ada Example", after=1)
    assert (list(more.stickers), 3 in more.booklets, "3" in more.booklets) == ([1, 2], True, False)
    assert layout.booklets
