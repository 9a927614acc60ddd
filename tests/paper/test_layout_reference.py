"""docs/reference/layout.md says what the code does."""

import json
import re
from pathlib import Path

from klausur.base.geometry import PAPERS
from klausur.paper.code import CODE_SIDE, KEY_BYTES, KINDS, MODULES, PageCode, Sheet, encode
from klausur.paper.fields import (
    DIGIT_H,
    DIGIT_W,
    FIDUCIAL,
    FIDUCIAL_CORNERS,
    MARK_BOX,
    MARK_WINDOW,
    FieldKind,
)
from klausur.paper.layout import SCHEMA, from_json, to_json

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "layout.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first column is headed so, each a list of cells."""
    rows = []
    for line in PAGE[PAGE.index(f"| {heading} |") :].split("\n")[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_every_kind_of_field_is_documented_once_and_no_other() -> None:
    assert sorted(row[0].strip("`") for row in table("kind")) == sorted(FieldKind)


def test_every_key_of_the_file_is_documented() -> None:
    example = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])  # type: ignore[index]  # it is there
    layout = from_json(json.dumps(example).encode())
    again = json.loads(to_json(layout))
    assert again == example
    named = set(re.findall(r"`([a-z\[\].]+)`", PAGE))
    for outer in ("exam", "paper"):
        assert {f"{outer}.{key}" for key in example[outer]} <= named
    for outer in ("pages", "booklets"):
        assert {f"{outer}[].{key}" for key in example[outer][0]} <= {
            name.removesuffix("[]") for name in named
        }
    assert {"id", "kind", "question", "choice", "credits", "x", "y", "w", "h"} <= named
    assert example["schema"] == SCHEMA


def test_the_measures_stand_there() -> None:
    assert f"{MARK_BOX:g} mm square" in PAGE
    assert f"at least {MARK_WINDOW:g} mm apart" in PAGE
    assert f"{FIDUCIAL:g} mm black square" in PAGE
    assert f"{DIGIT_W:g} × {DIGIT_H:g} mm each" in PAGE
    assert f"{MODULES} × {MODULES} modules on {CODE_SIDE:g} mm" in PAGE
    assert f"key has {KEY_BYTES} bytes" in PAGE
    assert "(" + ", ".join(f"`{corner}`" for corner in FIDUCIAL_CORNERS) + ")" in PAGE
    assert "numbered 0 to 3 in this order" in PAGE
    assert list(FIDUCIAL_CORNERS.values()) == [0, 1, 2, 3]
    for name in PAPERS:
        assert f"`{name}`" in PAGE


def test_the_bytes_of_a_page_code_lie_as_documented() -> None:
    data = encode(PageCode(0x01020304, 0x050607, 8), bytes(KEY_BYTES))
    for sheet, kind in KINDS.items():
        assert f"`{kind:X}` {sheet}" in PAGE
    parts = {}
    for row in table("bytes"):
        first, _, last = row[0].partition("–")
        parts[row[1].split(",")[0].split(":")[0].split()[0]] = data[int(first) : int(last or first) + 1]
    assert parts == {
        "kind": bytes([KINDS[Sheet.BOOKLET]]),
        "exam": bytes([1, 2, 3, 4]),
        "booklet": bytes([5, 6, 7]),
        "page": bytes([8]),
        "tag": data[9:],
    }
    assert len(data) == 16
