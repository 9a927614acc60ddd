"""Typst in a process of its own gives the same, and what goes wrong there is told here."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from klausur.base.errors import ToolError, UsageError
from klausur.typeset import engine
from klausur.typeset.typst_process import apart, shared, together

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


def leave_a_folder() -> str:
    place = tempfile.mkdtemp()
    Path(place, "kept").write_bytes(b"kept")
    return place


def leave_a_folder_and_die() -> None:
    leave_a_folder()
    die()


def test_what_a_process_keeps_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with together():
        place = Path(shared("one", leave_a_folder))
        assert (place / "kept").is_file()
        assert place.is_relative_to(tmp_path)
        with pytest.raises(ToolError):
            shared("one", leave_a_folder_and_die)
        shared("one", leave_a_folder)
    assert not [*tmp_path.iterdir()]


def where() -> int:
    return os.getpid()


def test_together_one_process_does_all() -> None:
    with together():
        first, second = shared("one", where), shared("other", where)
        with together():
            third = shared("one", where)
        assert apart(where) not in {first, os.getpid()}
    assert first == second == third != os.getpid()


def test_each_name_may_have_a_process_of_its_own() -> None:
    with together(for_each=True):
        assert shared("one", where) == shared("one", where) != shared("other", where)


def test_what_is_kept_is_typeset_as_it_would_be_afresh(tmp_path: Path) -> None:
    sources = [f"#set page(height: {n}cm)\n#context [#metadata(here().page())<fact>] {n}" for n in (3, 4, 3)]
    afresh = [engine.typeset(source, {}, root=tmp_path, ask=True) for source in sources]
    with together():
        kept = [engine.typeset(source, {}, root=tmp_path, ask=True, keep="it") for source in sources]
        other = engine.typeset(sources[0], {"other": 1}, root=tmp_path, ask=True, keep="it")
        (tmp_path / "late.txt").write_text("words")
        late = engine.typeset('#read("/late.txt")', {}, root=tmp_path, files=["late.txt"], keep="it")
    assert kept == afresh
    assert other == afresh[0]
    assert isinstance(late, engine.Typeset)


def test_after_a_process_that_ended_another_one_goes_on() -> None:
    with together():
        with pytest.raises(ToolError, match="ended"):
            shared("", die)
        assert shared("", where) != os.getpid()
