"""Windows of marks as files: written and read again as they were, and refused where they are not."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from klausur.base.errors import KlausurError, NotFoundError, ToolError
from klausur.paper.fields import Mark
from klausur.read.mark_files import MANIFEST, MARKS, MarkFile, read, write
from klausur.scan.tones import ScanKind

ROW = MarkFile(
    "",
    "",
    "ab12",
    Mark.CROSSED,
    Mark.EMPTY,
    0.9731,
    flagged=True,
    reader="marks",
    version="1",
    scan=ScanKind.GREY,
    dpi=299.8,
)


def png(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    grey, colour = rng.integers(0, 256, (80, 80), np.uint8), rng.integers(0, 256, (80, 80, 3), np.uint8)
    other = replace(ROW, hand="cd34", state=Mark.FILLED, flagged=False)
    assert write(tmp_path / "marks", [(ROW, png(grey)), (other, png(colour))], "the tests") == 2
    return tmp_path / "marks"


def test_what_is_written_is_read_again_pixel_by_pixel(folder: Path) -> None:
    rows, windows = read(folder)
    rng = np.random.default_rng(1)
    assert (windows[0] == rng.integers(0, 256, (80, 80, 1), np.uint8)).all()
    assert (windows[1] == rng.integers(0, 256, (80, 80, 3), np.uint8)).all()
    assert [replace(row, file="", sha256="") for row in rows] == [
        ROW,
        replace(ROW, hand="cd34", state=Mark.FILLED, flagged=False),
    ]
    assert all((folder / row.file).is_file() and row.file.startswith(f"windows/{row.hand}-") for row in rows)


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("which", [MARKS, "window"])
def test_a_file_that_was_changed_is_refused_by_name(folder: Path, which: str) -> None:
    path = folder / (read(folder)[0][1].file if which == "window" else which)
    spoil(path)
    with pytest.raises(ToolError, match=path.name):
        read(folder)


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": "klausur-marks/9"}'])
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(ToolError, match=MANIFEST):
        read(folder)


@pytest.mark.parametrize("lacking", [MANIFEST, MARKS, "window"])
def test_a_folder_that_was_not_written_to_its_end_is_refused(folder: Path, lacking: str) -> None:
    (folder / (read(folder)[0][0].file if lacking == "window" else lacking)).unlink()
    with pytest.raises(KlausurError) as said:
        read(folder)
    assert isinstance(said.value, ToolError if lacking == "window" else NotFoundError)
    assert "readings --settled" in said.value.remedy


def test_a_window_of_another_size_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [(ROW, png(np.zeros((80, 81), np.uint8)))], "the tests")
    with pytest.raises(ToolError, match="81 × 80 pixels"):
        read(tmp_path)
