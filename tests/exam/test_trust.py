"""Nothing in a folder runs unasked: its programs do once it is trusted, as it is, and no longer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from klausur.base.errors import KlausurError, NotFoundError
from klausur.exam import reference, scaffold, trust
from klausur.exam.evidence.model import Outcome
from klausur.exam.evidence.run import run as evidence_run
from klausur.exam.source import parse

DRAWN = """# Light

## Speed {#speed credits=1 kind=text}

How long for {{n}} m? $1 + 1 = 2$

::: solution
It is $1 + 1 = 2$.
:::

::: rubric
- [+1] so
:::
"""
PROGRAM = """
from pathlib import Path
from klausur.evidence import computes

Path({place!r}).write_text("ran")


def parameters(rng):
    return {{"n": 3}}


@computes("speed", "1 + 1 = @")
def two():
    return 2
"""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who trusts nothing yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def folder(make: Callable[..., Path], tmp_path: Path) -> Path:
    """An exam whose program tells that it ran."""
    return make(
        {"problems/1-light.md": DRAWN, "problems/1-light.py": PROGRAM.format(place=str(tmp_path / "ran"))}
    )


def found(folder: Path) -> set[str]:
    """The codes of all findings."""
    return {d.code for d in parse(folder).diagnostics}


def test_no_program_runs_before_its_folder_is_trusted(folder: Path, tmp_path: Path) -> None:
    parsed = parse(folder)
    assert {d.code for d in parsed.diagnostics} == {"not-trusted"}
    assert parsed.exam is not None
    proof = evidence_run(parsed.exam)
    assert [d.code for d in proof.diagnostics] == ["evidence-not-run"]
    assert {claim.outcome for claim in proof.claims} == {Outcome.UNPROVEN}
    assert not (tmp_path / "ran").exists()
    assert trust.trust(folder) == ("problems/1-light.py",)
    assert "not-trusted" not in found(folder)


@pytest.mark.parametrize("name", ["problems/1-light.py", "problems/more.py", "lib/table.json", "x.so"])
def test_trust_goes_with_a_change_of_what_may_run(folder: Path, name: str) -> None:
    trust.trust(folder)
    assert trust.is_trusted(folder)
    file = folder / name
    before = file.read_bytes() if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_bytes((before or b"") + b"\n")
    assert not trust.is_trusted(folder)
    file.write_bytes(before) if before is not None else file.unlink()
    assert trust.is_trusted(folder)


def test_trust_stays_with_texts_lists_pictures_and_what_klausur_writes(folder: Path) -> None:
    trust.trust(folder)
    written = (
        "print/1/layout.json .klausur/key problems/__pycache__/x.pyc results.json results.csv printed.toml"
    )
    for name in ("problems/2-more.md", "candidates.csv", "figures/a.svg", *written.split()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("new")
    assert trust.is_trusted(folder)


def test_trust_is_of_content_and_of_places_for_good(folder: Path, tmp_path: Path) -> None:
    trust.trust(folder)
    folder.rename(tmp_path / "moved")
    assert trust.is_trusted(tmp_path / "moved")
    trust.forget(tmp_path / "moved")
    assert not trust.is_trusted(tmp_path / "moved")
    trust.trust(tmp_path, always=True)
    (tmp_path / "moved/problems/1-light.py").write_text("")
    assert trust.is_trusted(tmp_path / "moved")
    trust.forget(tmp_path)
    assert not trust.is_trusted(tmp_path / "moved")


def test_what_leads_out_is_never_trusted(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "problems/lib").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KlausurError, match="problems/lib"):
        trust.trust(folder)
    assert not trust.is_trusted(folder)
    with pytest.raises(NotFoundError):
        trust.trust(tmp_path / "none")


def test_what_ships_is_trusted_until_it_is_changed(tmp_path: Path) -> None:
    scaffold.write(tmp_path / "new")
    reference.write(tmp_path / "reference")
    assert trust.is_trusted(tmp_path / "new")
    assert trust.is_trusted(tmp_path / "reference")
    assert trust.programs(tmp_path / "reference")
    first = tmp_path / "reference" / trust.programs(tmp_path / "reference")[0]
    first.write_text(first.read_text() + "\n")
    assert not trust.is_trusted(tmp_path / "reference")


@pytest.mark.parametrize("text", ["", "[]", '{"digests": 1}', "\0", json.dumps({"digests": {}, "always": 3})])
def test_a_damaged_list_trusts_nothing(folder: Path, text: str) -> None:
    trust.trust(folder)
    trust.kept_at().write_text(text)
    assert not trust.is_trusted(folder)
