"""Run by `python -m`: TeX on one picture in a folder of its own, kept apart as authors' programs are.

Arguments are the folder, who it goes on as (or nothing), and the folders that it shall not see.
"""

import os
import shutil
import sys
from pathlib import Path

from klausur.exam.evidence import confined

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MEMORY = 2**30
"""Bytes of address space; a picture takes some 100 MB."""

_FILE = 50_000_000
"""Bytes of the largest file that it may write."""

_NO_COMMANDS = {"openin_any": "p", "openout_any": "p", "shell_escape": "f", "max_print_line": "1000"}
"""TeX reads and writes nothing but its own files and those of its folder, and starts no program."""


def main(folder: str, user: str, *homes: str) -> None:
    """Become TeX.

    Raises:
        OSError: it cannot be started.
    """
    scratch, program = Path(folder), shutil.which("pdflatex") or "pdflatex"
    seen = confined.environment(scratch, {**_NO_COMMANDS, "TEXMFVAR": folder, "TEXMFHOME": folder})
    confined.enter(scratch, scratch, map(Path, homes), MEMORY, user)
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
    os.chdir(scratch)
    os.execve(  # noqa: S606 - without a shell
        program,
        ["pdflatex", "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode", "picture.tex"],
        seen,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
