"""Traces: the file's form, whose they are, and which are plain crosses."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from tests.learn.own_traces import WRITERS, crossing, line, written

from klausur.base.errors import UsageError
from klausur.learn import printed, traces
from klausur.learn.crops import CLASSES, DRAWN, SCANS, by_writer
from klausur.learn.scans import Kind
from klausur.learn.traced import crossed, sheet, with_pen
from klausur.learn.traces import Part, Trace, Traces, part_of
from klausur.read.model import Mark
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.raster import filled_share


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("traces") / "traces.jsonl.gz")


def one_line(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "traces.jsonl.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_every_writer_is_in_one_part_only(file: Path) -> None:
    parts = {part: traces.read(file, part) for part in Part}
    names = [set(some.writers) for some in parts.values()]
    assert sum(map(len, names)) == len(set().union(*names)) == WRITERS
    assert all(part_of(name) is part for part, some in parts.items() for name in some.writers)
    assert len(parts[Part.TRAIN].writers) > WRITERS / 3


def test_parts_do_not_depend_on_what_else_the_file_holds(file: Path, tmp_path: Path) -> None:
    fewer = written(tmp_path / "fewer.jsonl.gz", writers=40)
    for part in Part:
        kept = {name for name in traces.read(file, part).writers if int(name.split("/")[1]) < 40}
        assert set(traces.read(fewer, part).writers) == kept


def test_labels_alone_are_not_trusted(file: Path) -> None:
    known = traces.read(file, Part.TRAIN)
    assert all(trace.label == "X" and len(trace.strokes) == 2 for trace in known.crosses)
    assert {trace.label for trace in known.odd} == {"V", "/"}


def test_a_cross_is_two_strokes_that_meet_in_their_middle() -> None:
    def trace(*strokes: list[list[float]]) -> Trace:
        ends = [np.array(stroke) for stroke in strokes]
        return Trace("a/1", "x", tuple(np.linspace(one[0], one[1], 51) for one in ends))

    falling, rising = [[-0.5, -0.5], [0.5, 0.5]], [[0.5, -0.5], [-0.5, 0.5]]
    meeting = trace(falling, rising).meeting
    assert meeting is not None
    assert np.abs(meeting).max() < 0.02
    assert trace(falling).meeting is None, "one bar"
    assert trace(falling, [[0.5, -0.5], [0.5, 0.5]]).meeting is None, "they meet at an end"
    assert trace(falling, [[-0.5, -0.4], [0.5, 0.3]]).meeting is None, "nearly parallel"
    assert trace(falling, [[0.5, -0.5], [0.2, -0.2]]).meeting is None, "apart"
    assert trace(falling, rising, rising).meeting is None, "three strokes"


def test_steps_of_a_tablet_are_smoothed_and_places_kept(tmp_path: Path) -> None:
    steps = [[n // 2 / 20, (n + 1) // 2 / 20] for n in range(41)]
    across = [[1 - x, y] for x, y in steps]
    writer = next(n for n in range(99) if part_of(f"own/{n}") is Part.TEST)
    path = one_line(tmp_path, line(writer, "x", [steps, across]))
    (trace,) = traces.read(path, Part.TEST).crosses
    for stroke in trace.strokes:
        turns = np.diff(np.arctan2(*np.diff(stroke, axis=0).T[::-1]))
        assert np.abs(turns).max() < 0.35, "from right angles"
    every = np.concatenate(trace.strokes)
    assert np.abs(every.min(axis=0) + every.max(axis=0)).max() < 0.02
    assert (every.max(axis=0) - every.min(axis=0)).max() == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"site": "a", "writer": 1, "label": "x"}\n', "line 1"),
        ('{"site": "a", "writer": 1, "label": "x", "strokes": [[[0, "y"]]]}\n', "line 1"),
        (line(1, "1", [[[0, 0], [0, 1]]]), "no plain cross"),
        ("", "no plain cross"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as told:
        traces.read(one_line(tmp_path, text), Part.TRAIN)
    assert "readers.md" in told.value.remedy


def test_a_file_that_is_no_gzip_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("{}\n")
    for name in ("plain", "missing"):
        with pytest.raises(UsageError, match="cannot be read"):
            traces.read(tmp_path / name, Part.TRAIN)
    cut = gzip.compress(line(1, "x", crossing(np.random.default_rng(0))).encode())[:-9]
    (tmp_path / "cut").write_bytes(cut)
    with pytest.raises(UsageError, match="cannot be read"):
        traces.read(tmp_path / "cut", Part.TRAIN)


def test_a_cross_meets_where_it_is_put_at_its_size(file: Path) -> None:
    known = traces.read(file, Part.TRAIN)
    rng = stream(Population.TRAIN, 3)
    for number, trace in enumerate(known.crosses[:20]):
        person = with_pen(hand(rng), rng)
        size = 2.0 + 0.3 * number
        strokes = crossed(trace, size, np.array((1.0, -1.0)), person, rng)
        apart = np.hypot(*(strokes[0].points[:, None] - strokes[1].points[None]).transpose(2, 0, 1))
        i, _ = np.unravel_index(int(apart.argmin()), apart.shape)
        assert np.hypot(*(strokes[0].points[i] - (1.0, -1.0))) < 0.25
        spread = np.ptp(np.concatenate([stroke.points for stroke in strokes]), axis=0).max()
        assert spread == pytest.approx(size, rel=0.25)
        assert max(stroke.width.max() for stroke in strokes) < 0.45 * size


def test_what_is_filled_is_plainly_filled_and_what_is_odd_is_not_empty(file: Path) -> None:
    known = traces.read(file, Part.TRAIN)
    for number in range(25):
        rng = stream(Population.TRAIN, 12, number)
        written_by = sheet(known, number, printed.BOX, hand(rng), rng)
        filled = written_by.strokes(Mark.FILLED, rng)
        assert filled_share(filled, printed.BOX.grown(-printed.FRAME)) >= 0.7
        assert filled_share(written_by.strokes(Mark.CROSSED, rng), printed.BOX) < 0.7
        points = np.concatenate([stroke.points for stroke in written_by.strokes(Mark.OTHER, rng)])
        assert (np.abs(points) <= 4.0).all(axis=1).any()
        assert written_by.strokes(Mark.EMPTY, rng) == []


def test_windows_of_a_writer_are_drawn_the_same_again_and_name_the_writer(file: Path) -> None:
    known = traces.read(file, Part.TRAIN)
    crops = by_writer(known, 5, Part.TRAIN, 7)
    assert (by_writer(known, 5, Part.TRAIN, 7).windows == crops.windows).all()
    assert (by_writer(known, 6, Part.TRAIN, 7).windows != crops.windows).any()
    assert [CLASSES[k] for k in crops.labels[::SCANS]] == list(DRAWN)
    assert {known.writers[who] for who in crops.people} == {known.crosses[7].writer}
    assert set(crops.kinds.tolist()) <= set(range(len(Kind)))


def test_crosses_come_round_one_after_the_other(file: Path) -> None:
    known = Traces(traces.read(file, Part.TRAIN).crosses[:3], ())
    assert [known.writers[known.who(n)] for n in range(6)] == [t.writer for t in known.crosses * 2]
