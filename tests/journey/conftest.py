"""Whole exams as a person drives them, command by command.

What makes papers and records runs as the program does, in a process of its own; the looks and decisions in
between, of which there are dozens, are called in this process, which saves starting Python for each.
"""

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from klausur.cli.main import run

PROCESSES = frozenset({"new", "check", "print", "rehearse", "scan"})


@dataclass(frozen=True, slots=True)
class Desk:
    """A place to work at: a folder, and the command."""

    folder: Path

    def run(self, *words: str, expect: int | tuple[int, ...] = 0) -> str:
        """Run ``klausur`` with these words in the folder; what it printed. Its exit code must be expected."""
        code, out, err = (self._started if words[0] in PROCESSES else self._called)(words)
        codes = expect if isinstance(expect, tuple) else (expect,)
        assert code in codes, f"klausur {' '.join(words)}\n{out}\n{err}"
        return out

    def ask(self, *words: str, expect: int | tuple[int, ...] = 0) -> Any:  # noqa: ANN401 - JSON is what it is
        """Run with ``--json``; the value it printed."""
        return json.loads(self.run(*words, "--json", expect=expect).strip().splitlines()[-1])

    def _started(self, words: tuple[str, ...]) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "klausur", *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def _called(self, words: tuple[str, ...]) -> tuple[int, str, str]:
        out, err, code = io.StringIO(), io.StringIO(), 0
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["klausur", *words])
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    run()
                except SystemExit as end:
                    code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))
