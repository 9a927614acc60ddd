"""Typst in a process of its own gives the same, and what goes wrong there is told here."""

import os
import signal
from pathlib import Path

import pytest

from klausur.base.errors import ToolError, UsageError
from klausur.typeset import engine
from klausur.typeset.typst_process import apart

SOURCE = """#set page(width: 40mm, height: 30mm)
#for row in json(bytes(sys.inputs.rows)) [#metadata((name: row.name))<fact> #row.name]"""


def refuse(what: str) -> None:
    raise UsageError(f"not {what}", "ask for something else")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_many_rows_are_typeset_as_few_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"name": f"Zoë {n}"} for n in range(40)]
    here = engine.typeset(SOURCE, {}, root=tmp_path, rows=rows, ask=True)
    monkeypatch.setattr(engine, "_LARGE", 100)
    there = engine.typeset(SOURCE, {}, root=tmp_path, rows=rows, ask=True)
    assert isinstance(there, engine.Typeset)
    assert there == here
    assert [fact["name"] for fact in there.facts] == [row["name"] for row in rows]


def test_a_fault_comes_back_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_LARGE", 1)
    found = engine.typeset("#nothing", {}, root=tmp_path, rows=["row"])
    assert isinstance(found, engine.TypstFault)
    assert "nothing" in found.message


def test_what_a_function_raises_is_raised_here() -> None:
    with pytest.raises(UsageError, match="not that") as raised:
        apart(refuse, "that")
    assert raised.value.remedy == "ask for something else"


def test_a_process_that_ends_is_told() -> None:
    with pytest.raises(ToolError, match="ended"):
        apart(die)
