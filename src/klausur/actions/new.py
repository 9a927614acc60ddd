"""Begin an exam: a folder with a small exam that checks and prints, to be written over."""

from dataclasses import dataclass
from pathlib import Path

from klausur.base.errors import RefusedError, UsageError
from klausur.exam import scaffold


@dataclass(frozen=True, slots=True)
class Begun:
    """The files that were written."""

    folder: Path
    files: tuple[Path, ...]


def new(folder: Path) -> Begun:
    """Write the scaffold of an exam.

    Raises:
        UsageError: there is a file of that name.
        RefusedError: the folder holds something already.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", "name a new folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise RefusedError(f"{folder} is not empty", "name a new folder")
    return Begun(folder, scaffold.write(folder))
