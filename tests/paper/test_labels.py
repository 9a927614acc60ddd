"""Label sheets: the known ones lie on their paper, described ones are read or refused with a reason."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.errors import UsageError
from klausur.base.geometry import Box
from klausur.paper import labels
from klausur.paper.labels import KNOWN, LEAST, LabelSheet

OURS = {
    "paper": '"a4"', "columns": "3", "rows": "8", "w": "63.5", "h": "33.9", "left": "7.2", "top": "12.9",
    "pitch_x": "66", "pitch_y": "33.9",
}  # fmt: skip


def described(folder: Path, **changes: str | None) -> labels.Labels:
    """One sheet, ours with changes; a key whose value is None is left out."""
    lines = [f"{key} = {value}" for key, value in {**OURS, **changes}.items() if value is not None]
    path = folder / "labels.toml"
    path.write_text("[ours]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return labels.read(path)


@pytest.mark.parametrize("sheet", KNOWN.values(), ids=KNOWN)
def test_known_labels_lie_in_the_middle_of_their_sheet_and_apart(sheet: LabelSheet) -> None:
    boxes = [sheet.box(n) for n in range(sheet.count)]
    whole = Box(0, 0, max(b.right for b in boxes), max(b.bottom for b in boxes))
    assert whole.inside(sheet.size)
    assert sheet.size.w - whole.right == pytest.approx(sheet.left, abs=0.02)
    assert sheet.size.h - whole.bottom == pytest.approx(sheet.top, abs=0.02)
    assert not any(a.grown(-0.01).overlaps(b) for n, a in enumerate(boxes) for b in boxes[:n])
    assert (sheet.w, sheet.h) >= (LEAST.w, LEAST.h)


@pytest.mark.parametrize(
    ("name", "count", "w", "h"),
    [("L4731", 189, 25.4, 10), ("L7160", 21, 63.5, 38.1), ("5160", 30, 66.675, 25.4)],
)
def test_the_common_sheets_are_as_sold(name: str, count: int, w: float, h: float) -> None:
    sheet = KNOWN[name]
    assert (sheet.count, sheet.w, sheet.h) == (count, w, h)


def test_positions_count_row_by_row() -> None:
    sheet = KNOWN["L7160"]
    assert [(sheet.box(n).x, sheet.box(n).y) for n in (0, 1, 3)] == [
        (sheet.left, sheet.top),
        (sheet.left + sheet.pitch_x, sheet.top),
        (sheet.left, sheet.top + sheet.pitch_y),
    ]


def test_a_sheet_is_read_and_found_whatever_the_capitals(tmp_path: Path) -> None:
    read = described(tmp_path)
    assert read.diagnostics == ()
    assert read.sheets["ours"] == LabelSheet("ours", "a4", 3, 8, 63.5, 33.9, 7.2, 12.9, 66.0, 33.9)
    assert labels.find("OURS", read.sheets) == read.sheets["ours"]
    assert labels.find("l4731", {}) == KNOWN["L4731"]


def test_a_described_sheet_goes_before_a_known_one_of_the_same_name(tmp_path: Path) -> None:
    path = tmp_path / "labels.toml"
    path.write_text("[l4731]\n" + "\n".join(f"{k} = {v}" for k, v in OURS.items()), encoding="utf-8")
    assert labels.find("L4731", labels.read(path).sheets).w == 63.5


def test_an_unknown_sheet_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match="'L9999'") as caught:
        labels.find("L9999", {})
    assert all(name in caught.value.remedy for name in KNOWN)


def test_labels_may_reach_to_every_edge_of_their_sheet(tmp_path: Path) -> None:
    """As on sheets of 3 × 8 labels of 70 × 37.125 mm, which have no rim; and with the least size."""
    whole = {"left": "0", "top": "0", "w": "70", "h": "37.125", "pitch_x": "70", "pitch_y": "37.125"}
    assert list(described(tmp_path, **whole).sheets) == ["ours"]
    far = {"columns": "1", "rows": "1", "pitch_x": "1000", "pitch_y": "-1000"}
    assert list(described(tmp_path, **far).sheets) == ["ours"], "there is no other label to overlap with"
    least = {"columns": "1", "rows": "1", "w": f"{LEAST.w}", "h": f"{LEAST.h}"}
    assert list(described(tmp_path, **least).sheets) == ["ours"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"w": None}, "w is missing"),
        ({"paper": None}, "paper is missing"),
        ({"paper": '"a3"'}, "paper is 'a3'"),
        ({"width": "3"}, "'width' is unknown"),
        ({"rows": "8.0"}, "rows is 8.0"),
        ({"rows": "true"}, "rows is True"),
        ({"w": '"63.5"'}, "w is '63.5'"),
        ({"left": "nan"}, "left is nan"),
        ({"rows": "1001"}, "rows is 1001"),
        ({"left": "-1000.5"}, "left is -1000.5"),
        ({"pitch_x": "inf"}, "pitch_x is inf"),
        ({"rows": "0"}, "no labels"),
        ({"columns": "-1"}, "no labels"),
        ({"h": "5"}, "too small"),
        ({"w": "20", "columns": "1"}, "too small"),
        ({"rows": "9"}, "beside the sheet"),
        ({"left": "-1"}, "beside the sheet"),
        ({"top": "-1"}, "beside the sheet"),
        ({"left": "15"}, "beside the sheet"),
        ({"pitch_x": "60"}, "overlap"),
        ({"pitch_y": "30"}, "overlap"),
    ],
)
def test_what_cannot_be_printed_is_told(tmp_path: Path, changes: dict[str, str | None], says: str) -> None:
    read = described(tmp_path, **changes)
    assert read.sheets == {}
    (found,) = read.diagnostics
    assert (found.code, found.place.file) == ("labels-file", "labels.toml")
    assert says in found.message
    assert found.hint


def test_every_fault_is_told_at_once_and_good_sheets_stay(tmp_path: Path) -> None:
    path = tmp_path / "labels.toml"
    good = "\n".join(f"{k} = {v}" for k, v in OURS.items())
    path.write_text(f"size = 3\n[good]\n{good}\n[bad]\nw = 1\n", encoding="utf-8")
    read = labels.read(path)
    assert list(read.sheets) == ["good"]
    assert len(read.diagnostics) == 1 + len(OURS) - 1


@pytest.mark.parametrize("data", [b"", b"[a", b"\xff\xfe\x00", b"w = 1\n"])
def test_no_file_is_too_broken_to_be_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "labels.toml"
    path.write_bytes(data)
    read = labels.read(path)
    assert read.sheets == {}
    assert bool(read.diagnostics) == bool(data)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (found,) = labels.read(tmp_path / "labels.toml").diagnostics
    assert found.code == "labels-file"


@given(
    st.dictionaries(st.sampled_from(sorted(OURS)), st.integers() | st.floats() | st.booleans() | st.text())
)
def test_any_values_make_a_sheet_that_can_be_printed_or_a_finding(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, object]
) -> None:
    def toml(value: object) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int | float) else '"x"'

    read = described(
        tmp_path_factory.mktemp("labels"), **{key: toml(value) for key, value in changes.items()}
    )
    assert bool(read.sheets) != bool(read.diagnostics)
    for sheet in read.sheets.values():
        assert sheet.box(sheet.count - 1).grown(-0.02).inside(sheet.size)


def test_the_guide_lists_the_known_sheets_and_its_own_can_be_read(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/guide/exam-day.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(\w+)` \| ([\d.]+) × ([\d.]+)[^|]*\| (\d+) \| (A4|US Letter) \|$", guide, re.MULTILINE
    )
    paper = {"A4": "a4", "US Letter": "letter"}
    assert {name: (float(w), float(h), int(count), paper[on]) for name, w, h, count, on in rows} == {
        s.name: (round(s.w + 1e-9, 1), round(s.h, 1), s.count, s.paper) for s in KNOWN.values()
    }
    path = tmp_path / "labels.toml"
    path.write_text(guide.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    read = labels.read(path)
    assert (list(read.sheets), read.diagnostics) == (["ours"], ())
    assert f"at least {LEAST.w:g} × {LEAST.h:g} mm" in guide
