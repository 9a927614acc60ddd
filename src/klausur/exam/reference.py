"""The reference exam: found in the installed package or in the checkout, and copied where a demo needs it."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from klausur.base.errors import ToolError
from klausur.exam import scaffold

NAME = "deep-learning"


def write(folder: Path) -> tuple[Path, ...]:
    """Write the reference exam into a new or empty folder.

    Raises:
        RefusedError: the folder holds something already.
        UsageError: the name is that of a file.
        KlausurError: the folder cannot be written.
        ToolError: this installation lacks the exam.
    """
    return scaffold.put(folder, dict(files()))


def files() -> list[tuple[str, bytes]]:
    """The files of the reference exam, by path.

    Raises:
        ToolError: this installation lacks it.
    """
    return _files(find(), "")


def find() -> Traversable:
    """The folder of the reference exam.

    Raises:
        ToolError: this installation lacks it.
    """
    package = resources.files("klausur")
    packed = package / "exams" / NAME
    if packed.is_dir():
        return packed
    checkout = Path(str(package)).parents[1] / "exams" / NAME
    if checkout.is_dir():
        return checkout
    raise ToolError("the reference exam is not part of this installation", "install Klausur again")


def _files(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    """All files below a folder, by path; records and other hidden ones stay behind."""
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.startswith("."):
            continue
        name = f"{prefix}{entry.name}"
        found += _files(entry, f"{name}/") if entry.is_dir() else [(name, entry.read_bytes())]
    return found
