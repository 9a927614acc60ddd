"""Run by `python -m`: another program (TeX, R) in a folder of its own, kept apart as authors' programs are.

Arguments are the folder, who it goes on as (or nothing), how many folders it shall not see, these, and the
program with its arguments. `run` is the other side of it.
"""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

from klausur.base import overtime
from klausur.exam.evidence import confined

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MEMORY = 2 * 2**30
"""Bytes of address space; a picture of TeX takes some 100 MB, R some 500."""

_FILE = 50_000_000
"""Bytes of the largest file that it may write."""

_OWN = {"openin_any": "p", "openout_any": "p", "shell_escape": "f", "max_print_line": "1000"}
"""TeX reads and writes nothing but its own files and those of its folder, and starts no program."""


def run(folder: Path, program: list[str], seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run a program apart, in a folder of its own that it may write.

    Raises:
        BusyError, HungError, OSError: as `klausur.base.overtime.run` has them.
    """
    homes = [*map(str, confined.hidden())]
    apart = [str(folder), confined.other(), str(len(homes)), *homes, *program]
    return overtime.run([sys.executable, "-m", __name__, *apart], b"", seconds)


def made(folder: Path, name: str) -> bytes | None:
    """A file that such a program left in its folder; None if there is none, or a link to another place."""
    plain = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | plain)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def main(folder: str, user: str, number: str, *rest: str) -> None:
    """Become the program.

    Raises:
        OSError: it cannot be started.
    """
    homes, command = rest[: int(number)], list(rest[int(number) :])
    scratch, program = Path(folder), shutil.which(command[0]) or command[0]
    seen = confined.environment(scratch, {**_OWN, "TEXMFVAR": folder, "TEXMFHOME": folder})
    confined.enter(scratch, scratch, map(Path, homes), MEMORY, user)
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
    os.chdir(scratch)
    os.execve(program, command, seen)  # noqa: S606 - without a shell


if __name__ == "__main__":
    main(*sys.argv[1:])
