"""What was printed so far, and the files that each printing has made. Nothing is written here."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions import print_folder
from klausur.base.errors import NotFoundError
from klausur.state.facts import Printing
from klausur.store import printings
from klausur.store.folder import Records, opened


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """A file of a printing, by its name in the printing's folder; ``size`` in bytes, None if it is gone."""

    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class PrintedFolder:
    """A printing and its files; none if it was never finished. ``named`` booklets have a name on them."""

    printing: Printing
    named: int = 0
    files: tuple[PrintedFile, ...] = ()


def printed(folder: Path) -> tuple[PrintedFolder, ...]:
    """All printings, the newest first; none if nothing was ever printed."""
    if not Records(folder).there:
        return ()
    with opened(folder):
        every, names = printings.every(), printings.named()
    return tuple(
        PrintedFolder(each, sum(n in names for n in each.booklets), tuple(_files(folder, each)))
        for each in reversed(every)
    )


def file_of(folder: Path, number: int, name: str) -> Path:
    """A file of a printing.

    Raises:
        NotFoundError: there is no such printing, it has made no file of this name, or the file is gone.
    """
    found = None
    if Records(folder).there:
        with opened(folder):
            found = next((each for each in printings.every() if each.number == number), None)
    if found is None or name not in dict(found.files):
        raise NotFoundError("no printing has made such a file", "look at what each has made")
    path = print_folder.place_of(folder, found) / name
    if not path.is_file():
        raise NotFoundError(f"{name} is gone from the exam's folder", "take it back from a backup")
    return path


def _files(folder: Path, printing: Printing) -> list[PrintedFile]:
    if printing.done is None:
        return []
    try:
        place = print_folder.place_of(folder, printing)
    except NotFoundError:
        return [PrintedFile(name, None) for name, _ in printing.files]
    paths = [(name, place / name) for name, _ in printing.files]
    return [PrintedFile(name, path.stat().st_size if path.is_file() else None) for name, path in paths]
