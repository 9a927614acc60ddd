"""docs/reference/scanning.md tells of every reason and every measure."""

from dataclasses import fields
from pathlib import Path

import pytest

from klausur.scan.model import Quality, Reason

PAGE = (Path(__file__).parents[2] / "docs/reference/scanning.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*Reason, *(field.name for field in fields(Quality))])
def test_it_is_documented(word: str) -> None:
    assert f"\n| `{word}` |" in PAGE
