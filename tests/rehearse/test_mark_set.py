"""The set of marks on which readers are measured: whole, known, and the same whenever it is written."""

from collections import Counter
from pathlib import Path

import pytest

from klausur.base.errors import RefusedError
from klausur.read import mark_files
from klausur.rehearse import mark_set
from klausur.scan.tones import ScanKind

pytestmark = pytest.mark.nightly

BOXES = 21 * len(mark_set.STATES)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set") / "marks"
    told: list[int] = []
    count = mark_set.make(folder, "tests", sheets=1, progress=lambda done, _: told.append(done))
    assert count == len(mark_set.WAYS) * BOXES
    assert told == list(range(1, len(mark_set.WAYS) + 1))
    return folder


def test_every_way_has_all_states_by_the_same_hands(written: Path) -> None:
    for way in mark_set.WAYS:
        rows, windows = mark_files.read(written / way)
        states = Counter(row.state for row in rows)
        assert states == {state: 21 * count for state, count in Counter(mark_set.STATES).items()}
        assert len({row.hand for row in rows}) == 21
        assert windows.shape == (BOXES, 80, 80, 3)


def test_the_kind_of_scan_is_told_from_its_pixels(written: Path) -> None:
    kinds = {way: mark_files.read(written / way)[0][0].scan for way in mark_set.WAYS}
    assert kinds.pop("two-level") is ScanKind.TWO_LEVEL
    assert kinds.pop("colour") is kinds.pop("phone") is ScanKind.COLOUR
    assert set(kinds.values()) == {ScanKind.GREY}


def test_it_is_the_same_whenever_it_is_written(written: Path, tmp_path: Path) -> None:
    mark_set.make(tmp_path / "again", "tests", sheets=1)
    for way in ("office", "phone"):
        assert (tmp_path / "again" / way / "marks.csv").read_bytes() == (
            written / way / "marks.csv"
        ).read_bytes()


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(RefusedError, match="other things"):
        mark_set.make(tmp_path, "tests")
