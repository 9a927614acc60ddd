"""Begin an exam: a folder with a small exam that checks and prints, to be written over."""

from dataclasses import dataclass
from pathlib import Path

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
        KlausurError: the folder cannot be written.
    """
    return Begun(folder, scaffold.write(folder))
