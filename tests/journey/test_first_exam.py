"""The tutorial, command by command: each works, and what it is said to show is shown."""

import re
import shlex
from pathlib import Path

import pytest

from .conftest import Desk

pytestmark = pytest.mark.nightly

PAGE = Path(__file__).parents[2] / "docs/guide/first-exam.md"
BLOCKS = re.findall(r"^```(sh|text)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def words(line: str, folder: Path) -> list[str]:
    """The words of a command as a shell hands them on."""
    found: list[str] = []
    for word in shlex.split(line):
        files = (
            sorted(path.relative_to(folder).as_posix() for path in folder.glob(word)) if "*" in word else []
        )
        found += files or [word]
    return found


def test_the_tutorial_works(desk: Desk) -> None:
    said = ""
    run: list[str] = []
    for kind, block in BLOCKS:
        if kind == "text":
            for line in block.strip().splitlines():
                assert line in said, f"{run[-1]} does not say: {line}"
            continue
        said = ""
        for line in block.strip().splitlines():
            name, *rest = words(line, desk.folder)
            assert name == "klausur"
            # what is open is said with another exit code than that of a mistake
            said += desk.run(*rest, expect=(0, 1) if rest[0] == "grade" else 0)
            run.append(rest[0])
    assert run == [
        *("new", "check", "preview", "print", "day", "rehearse", "scan", "status", "settle", "grade", "log")
    ]
    first = desk.folder / "first"
    for name in ("preview/proof.pdf", "day/seat-plans.pdf", "results.csv", "results.xlsx", "day.md"):
        assert (first / name).is_file()
    assert len((first / "results.csv").read_text("utf-8").splitlines()) == 1 + 12
