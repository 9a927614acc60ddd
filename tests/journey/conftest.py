"""Whole exams as a person drives them: every step is the installed command, in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Desk:
    """A place to work at: a folder, and the command."""

    folder: Path

    def run(self, *words: str, expect: int | tuple[int, ...] = 0) -> str:
        """Run ``klausur`` with these words in the folder; what it printed. Its exit code must be expected."""
        done = subprocess.run(
            [sys.executable, "-m", "klausur", *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        codes = expect if isinstance(expect, tuple) else (expect,)
        assert done.returncode in codes, f"klausur {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, *words: str, expect: int | tuple[int, ...] = 0) -> Any:  # noqa: ANN401 - JSON is what it is
        """Run with ``--json``; the value it printed."""
        return json.loads(self.run(*words, "--json", expect=expect).strip().splitlines()[-1])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))
