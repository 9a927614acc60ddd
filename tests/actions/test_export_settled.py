"""What people said of marks, as files to learn from: with the right windows, and without names."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.audit_marks import draw, look_again
from klausur.actions.export_settled import export_settled
from klausur.actions.log import EventFilter, log
from klausur.actions.scan import scan
from klausur.actions.settle import Marked, settle
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.fields import Mark
from klausur.read.ink import dark
from klausur.read.mark_files import read
from klausur.state.facts import Author
from klausur.store import boxes, readings
from klausur.store.folder import opened

ME = Author(EXAMINER)

pytestmark = pytest.mark.long


@pytest.fixture
def place(rehearsed: Path, tmp_path: Path) -> Path:
    place = copy_exam(rehearsed, tmp_path / "exam")
    scan(place, [next((place / "rehearsal").glob("*.pdf"))], actor=EXAMINER, jobs=0)
    return place


def test_what_people_said_is_written_with_its_window_and_no_name(place: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="said nothing"):
        export_settled(place, tmp_path / "none", ME, jobs=1)
    found = draw(place, 12, ME, seed=3)
    with opened(place):
        seen = boxes.of_readings(set(found.drawn))
    said: dict[int, str | None] = {key: str(box.reading.value) for key, box in seen.items()}
    look_again(place, said, ME)
    box = seen[found.drawn[0]]
    settle(place, box.booklet, box.reading.field, Marked(Mark.FILLED), ME)
    made = export_settled(place, tmp_path / "marks", ME, jobs=1)
    rows, windows = read(tmp_path / "marks")
    assert (made.marks, made.lacking) == (len(rows), 0) == (len(found.drawn), 0)
    assert made.hands == len({row.hand for row in rows}) == len({b.booklet for b in seen.values()})
    assert sorted(row.state for row in rows if row.state is not row.read) == [Mark.FILLED]
    assert sorted(row.read for row in rows) == sorted(b.reading.value for b in seen.values())
    assert {(row.scan, row.reader) for row in rows} == {("grey", "marks")}
    assert all(280 < row.dpi < 320 for row in rows)
    inside = np.zeros((80, 80), bool)
    inside[26:54, 26:54] = True
    ink = dark(windows, 0.25, inside)
    assert all((n > 40) == (row.read is Mark.CROSSED) for n, row in zip(ink, rows, strict=True)), ink
    every = b"".join(p.read_bytes() for p in (tmp_path / "marks").rglob("*.*") if p.suffix != ".png").decode()
    with opened(place):
        questions = {r.reading.question for r in readings.readings() if r.reading.question}
    assert questions
    assert not [name for name in questions if name in every]
    (event,) = log(place, EventFilter(("export-settled",))).events
    assert json.loads(event.detail)["marks"] == made.marks
    with pytest.raises(RefusedError, match="holds other things"):
        export_settled(place, tmp_path / "marks", ME)


def test_a_hand_is_the_same_in_each_export(place: Path, tmp_path: Path) -> None:
    with opened(place):
        first = next(r for r in readings.readings() if r.reading.value == Mark.CROSSED)
    settle(place, first.spot.booklet, first.reading.field, Marked(Mark.CROSSED), ME)
    for name in ("one", "two"):
        export_settled(place, tmp_path / name, ME, jobs=1)
    (one,), (two,) = (read(tmp_path / name)[0] for name in ("one", "two"))
    assert one == two
    assert str(first.spot.booklet) != one.hand
    assert len(one.hand) == 16
