from dataclasses import replace
from hashlib import sha256

import pytest

from klausur.exam.model import QuestionKind
from klausur.paper import layout as layouts
from klausur.paper.asked import Asked, AskedChoice
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun, plan
from klausur.roster.model import Candidate
from klausur.store import runs
from klausur.state.facts import StoredRun


def test_a_print_run_comes_back_with_its_candidates_and_layout(
    run: StoredRun, print_run: PrintRun, layout: Layout
) -> None:
    found = runs.current()
    assert found is not None
    assert found == run
    assert found.run == print_run
    assert runs.layout(found) == layout
    assert found.layout_digest == sha256(layouts.to_json(layout)).hexdigest()
    assert found.source_digest == layout.source_digest


def test_the_newest_printing_is_the_current_one(run: StoredRun, print_run: PrintRun, layout: Layout) -> None:
    again = runs.append(replace(print_run, exam_number=9), replace(layout, exam_number=9), seed=3)
    found = runs.current()
    assert found is not None
    assert (found.id, found.run.exam_number, found.seed) == (again.id, 9, 3)
    assert found.id != run.id


@pytest.mark.usefixtures("run")
def test_stickers_extra_sheets_and_what_was_asked_come_back(layout: Layout) -> None:
    people = (
        Candidate("1", "Ada Example", extra_minutes=30, note="enlarged print"),
        Candidate("2", "Jürgen Muster", "Hall 1", "B2"),
    )
    printed = plan(7, people, 1, stickers=True, extras=5)
    question = Asked("pick", QuestionKind.CHOICE, (AskedChoice("a", "00ff", right=True),))
    stored = runs.append(printed, replace(layout, exam_number=7), seed=None, asked=(question,))
    assert stored.run == printed
    found = runs.current()
    assert found == stored
    assert found.run.candidates == people
    assert found.run.extras == 5
    assert found.asked == (question,)
