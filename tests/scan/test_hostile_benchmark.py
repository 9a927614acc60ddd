"""benchmarks/hostile.py: one verdict for every file, none unreported and none over its limits."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest

from klausur.read import pool
from klausur.scan.limits import Limits

if TYPE_CHECKING:
    from types import ModuleType

    from tests.scan.conftest import Printer


@pytest.fixture(scope="module")
def hostile() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks/hostile.py"
    spec = importlib.util.spec_from_file_location("benchmark_hostile", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_file_that_is_made_has_a_verdict_within_its_limits(hostile: ModuleType, tmp_path: Path) -> None:
    hostile.make(tmp_path, 12, seed=7)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper/notes").write_text("no scan", encoding="utf-8")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.pdf")
    rows = {Path(row.file).name: row for row in hostile.examined(tmp_path, jobs=1)}
    assert set(rows) == {path.name for path in tmp_path.rglob("*") if not path.is_dir()}
    assert [row for row in rows.values() if row.bad] == []
    assert {row.verdict for row in rows.values()} <= {"placed", "to a person", "refused"}
    assert rows["notes"].verdict == "refused"
    assert all(row.memory > 0 for row in rows.values())
    assert all(row.why for row in rows.values())


def test_a_file_of_which_nothing_is_said_is_found_out(
    hostile: ModuleType, tmp_path: Path, printer: Printer
) -> None:
    path = tmp_path / "page.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path)
    with pool.processes(1) as workers:
        broken = hostile.examine(path, "no layout", printer.key, workers)
        good = hostile.examine(path, printer.layout, printer.key, workers)
    assert not good.bad
    assert broken.verdict != "placed"
    assert hostile.Row("a", "unreported", "", 0, 0, 0, 0).bad
    assert hostile.over(replace(good, cpu=10.0, pages=1), Limits(seconds=1, file_seconds=1))
    assert hostile.over(replace(good, memory=4000.0), Limits())
    assert not hostile.over(good, Limits())
