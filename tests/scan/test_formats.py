"""The table of formats holds together, stands for what it says, and is what people are told."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image

from klausur.base.diagnostics import Diagnostic
from klausur.scan import formats, limits, openers
from klausur.scan.decode import DECODERS, bound, decode
from klausur.scan.formats import FORMATS, Format
from klausur.scan.intake import Scan, open_scan, picture
from klausur.scan.model import PageImage, SourceForm

PAGE = (Path(__file__).parents[2] / "docs/reference/scanning.md").read_text(encoding="utf-8")
SIDE = Image.fromarray(np.tile(np.arange(200, dtype=np.uint8), (200, 1)))
ROWS = pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)


def pillow(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    SIDE.save(out, form, **options)
    return out.getvalue()


def pdf() -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(2):
        made.add_blank_page()
    made.save(out)
    return out.getvalue()


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(SIDE.convert("RGB")).save(out)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("1", pillow("PNG"))
        file.writestr("2", pillow("TIFF"))
    return out.getvalue()


def bomb() -> bytes:
    """A ZIP that grows as much as what its limits are about."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("1", pillow("PNG") + bytes(101 << 20))
    return out.getvalue()


EXAMPLES: dict[str, Callable[[], bytes]] = {
    "PDF": pdf,
    "JPEG": lambda: pillow("JPEG"),
    "PNG": lambda: pillow("PNG"),
    "TIFF": lambda: pillow("TIFF", save_all=True, append_images=[SIDE]),
    "JPEG 2000": lambda: pillow("JPEG2000"),
    "HEIC": heic,
    "WebP": lambda: pillow("WEBP"),
    "ZIP": zipped,
}
"""A file of each format; of two pages where it can have several."""


def opened(folder: Path, data: bytes) -> Scan | Diagnostic:
    (folder / "file").write_bytes(data)
    return open_scan(folder / "file")


@ROWS
def test_a_file_is_known_by_its_first_bytes_opened_and_decoded(row: Format, tmp_path: Path) -> None:
    data = EXAMPLES[row.name]()
    assert formats.of(data[: formats.HEAD]) is row
    scan = opened(tmp_path, data)
    assert isinstance(scan, Scan), scan
    with scan:
        pages = list(scan.pages())
    assert len(pages) == scan.count == (2 if "pages" in row.limits else 1)
    for page in pages:
        assert min(decode(page).shape[:2]) >= 200
    if row.decoder is not None:
        alone = PageImage("f", 0, SourceForm.IMAGE, data)
        assert (picture(alone) == data) is row.shown


@ROWS
def test_a_file_that_is_cut_off_is_refused(row: Format, tmp_path: Path) -> None:
    data = EXAMPLES[row.name]()
    assert isinstance(opened(tmp_path, data[: len(data) // 2]), Diagnostic)


@ROWS
def test_a_file_is_held_to_the_limits_of_its_row(
    row: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in row.limits:
        data = bomb() if name in {"unpacked", "ratio"} else EXAMPLES[row.name]()
        monkeypatch.setenv(limits.NAME, f"{name}=1")
        refused = opened(tmp_path, data)
        assert isinstance(refused, Diagnostic)
        assert f"{limits.NAME}={name}=" in refused.hint, name


def test_all_that_a_row_names_is_there() -> None:
    assert {row.opener for row in FORMATS} == set(openers.OPENERS)
    assert bound(FORMATS, DECODERS) is DECODERS
    with pytest.raises(LookupError, match="heif"):
        bound(FORMATS[:4], DECODERS)
    with pytest.raises(LookupError, match="png"):
        bound(FORMATS, {name: of for name, of in DECODERS.items() if name != "png"})
    assert all(row.pillow for row in FORMATS if row.decoder == "pillow")


@ROWS
def test_it_is_told_of(row: Format) -> None:
    (table,) = re.findall(r"^\| form \|.*?\n\n", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert re.search(rf"\b{re.escape(row.name)}\b", table)
