import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base import file_names


@given(st.binary(max_size=40).filter(lambda name: b"\0" not in name))
def test_any_name_can_be_written_down(name: bytes) -> None:
    shown = file_names.shown(Path(os.fsdecode(name)))
    assert shown.encode("utf-8").decode("utf-8").isprintable() or not shown


def test_a_usual_name_stays_as_it_is_and_a_long_one_keeps_its_end() -> None:
    assert file_names.shown("scans/Größe 1.pdf") == "scans/Größe 1.pdf"
    assert file_names.short("x" * 200 + ".pdf") == "…" + "x" * 96 + ".pdf"
    assert file_names.shown("a\x1b[2J\n.pdf").count("\N{REPLACEMENT CHARACTER}") == 2


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "a/__MACOSX/b.pdf", "a/._b.pdf"])
def test_what_file_managers_leave_is_known(name: str) -> None:
    assert file_names.is_junk(PurePosixPath(name))
    assert not file_names.is_junk(PurePosixPath("a/b.pdf"))
