"""``klausur trust``, and what the other commands say of a folder that is not trusted."""

from pathlib import Path

import pytest
from tests.cli.conftest import Call

PROGRAM = '''"""Evidence."""
from klausur.evidence import exact


@exact("speed", solution="$1 + 1 = @$")
def two():
    return 2
'''
PROBLEM = """# Light

## Speed {#speed credits=1}

How long?

::: solution
It is $1 + 1 = 2$.
:::

::: rubric
- [+1] so
:::
"""


@pytest.fixture
def folder(klausur: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An exam with evidence, of somebody who trusts nothing yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    exam = tmp_path / "exam"
    assert klausur("new", exam).code == 0
    for old in (exam / "problems").iterdir():
        old.unlink()
    (exam / "problems/1-light.md").write_text(PROBLEM)
    (exam / "problems/1-light.py").write_text(PROGRAM)
    return exam


def test_evidence_that_is_asked_for_and_not_trusted_is_told(klausur: Call, folder: Path) -> None:
    assert klausur("check", folder).code == 0
    said = klausur("check", folder, "--prove")
    assert said.code == 1
    assert "evidence-not-run" in said.out
    assert "klausur trust" in said.out
    assert "runs problems" not in said.out


def test_trust_once_then_it_says_what_it_runs(klausur: Call, folder: Path) -> None:
    said = klausur("trust", folder)
    assert said.code == 0
    assert "problems/1-light.py may run now" in said.out
    proved = klausur("check", folder, "--prove")
    assert proved.code == 0, proved.out
    assert "runs problems/1-light.py: with" in proved.out
    assert "1 proved" in proved.out
    assert klausur("trust", folder, "--forget").code == 0
    assert klausur("check", folder, "--prove").code == 1


def test_trust_in_scripts(klausur: Call, folder: Path) -> None:
    said = klausur("check", folder, "--prove", "--trust", "--json")
    assert said.code == 0, said.out
    assert said.json["proof"]["proved"] == 1
    again = klausur("trust", folder, "--json").json
    assert again["programs"] == ["problems/1-light.py"]
    assert len(again["confined"]) == 4
    assert klausur("trust", folder, "--always", "--forget").code == 2


def test_what_needs_no_program_is_printed_all_the_same(klausur: Call, folder: Path) -> None:
    said = klausur("print", folder, "--spare", 1)
    assert said.code == 0, said.out + said.err
    assert "evidence-not-run" in said.out


def test_a_script_that_takes_keys_over_trusts_the_folder_too(klausur: Call, folder: Path) -> None:
    assert klausur("print", folder, "--spare", 1).code == 0
    assert klausur("key", folder, "--trust", "--json").code == 0
    assert klausur("check", folder, "--prove").code == 0
