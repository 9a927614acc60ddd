from dataclasses import replace
from hashlib import sha256

from klausur.paper import layout as layouts
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun
from klausur.store import runs
from klausur.store.facts import StoredRun


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
