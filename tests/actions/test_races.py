"""Two at once: what must not both be recorded is refused for one of them, on either database."""

import multiprocessing
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from tests.cast import EXAMINER

from klausur.actions.settle import settle
from klausur.actions.settle_tie import settle_booklet
from klausur.actions.verify import verify
from klausur.base.errors import RefusedError
from klausur.paper.answers import Chosen
from klausur.paper.code import Sheet
from klausur.state.facts import Author, Bond
from klausur.store import ties
from klausur.store.folder import opened

ADA = Author(EXAMINER, "at once")
TRIES = 4


def at_once(works: Sequence[Callable[[], object]]) -> list[str]:
    """Run each in a process of its own, begun together; returns how each ended, by its error's name."""
    context = multiprocessing.get_context("fork")
    barrier, ends = context.Barrier(len(works)), context.SimpleQueue()

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
            ends.put(type(error).__name__)
        else:
            ends.put("done")

    processes = [context.Process(target=run, args=(work,)) for work in works]
    for process in processes:
        process.start()
    found = [ends.get() for _ in works]
    for process in processes:
        process.join()
    return sorted(found)


@pytest.mark.usefixtures("scanned")
def test_one_candidate_is_given_one_booklet_whoever_asks_first(folder: Path) -> None:
    for _ in range(TRIES):
        ended = at_once(
            [partial(settle_booklet, folder, n, Bond.TIED, ADA, registration="0371") for n in (2, 3)]
        )
        assert ended == ["RefusedError", "done"]
        with opened(folder):
            (said,) = (t.number for t in ties.ties(Sheet.BOOKLET) if t.bond is Bond.TIED)
        settle_booklet(folder, said, Bond.UNDONE, ADA)
    assert verify(folder, actor=EXAMINER).holds


@pytest.mark.usefixtures("scanned")
def test_many_decisions_at_once_are_all_recorded(folder: Path) -> None:
    works = [
        partial(settle, folder, number, name, Chosen(frozenset("a")), ADA)
        for number in (1, 2, 3)
        for name in ("letters", "numbers")
    ]
    assert at_once(works) == ["done"] * 6
    assert verify(folder, actor=EXAMINER).holds


@pytest.mark.usefixtures("scanned")
def test_what_people_said_is_refused_in_the_transaction(folder: Path) -> None:
    settle_booklet(folder, 3, Bond.TIED, ADA, registration="0371")
    with pytest.raises(RefusedError, match="booklet 3 is settled"):
        settle_booklet(folder, 2, Bond.TIED, ADA, registration="0371")
