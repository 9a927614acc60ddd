"""The folder ``print/``: each printing has a folder of its own in it, and nothing there is ever overwritten.

Files are made aside, in the records' folder, and put into place when the printing is recorded. Whoever is
killed between leaves them aside: the next printing puts in place what was recorded, and clears away the rest.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from klausur.base.errors import BusyError, NotFoundError, RefusedError, ToolError
from klausur.state.facts import Papers, Printing
from klausur.store.folder import Records

try:
    import fcntl
except ImportError:  # Windows; there the transaction alone stands between two who print at once
    fcntl = None  # type: ignore[assignment]

FOLDER = "print"
_ASIDE, _LOCK = "printing", "printing.lock"


@contextmanager
def alone(records: Records) -> Iterator[None]:
    """Be the only one who prints here; the system lets go of it when this process ends, however it does.

    Raises:
        BusyError: somebody else is printing.
        ToolError: the folder cannot be written.
    """
    try:
        records.root.mkdir(mode=0o700, exist_ok=True)
        held = (records.root / _LOCK).open("ab")
    except OSError as error:
        raise ToolError(
            f"{records.root} cannot be written: {error.strerror}", "look at the rights of the exam folder"
        ) from error
    with held as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError(
                    "somebody else is printing this exam just now", "wait until it is done, and look again"
                ) from error
        yield


def aside(records: Records, number: int) -> Path:
    """A new folder in which a printing's files are made."""
    place = records.root / _ASIDE / str(number)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def digests(folder: Path) -> tuple[tuple[str, str], ...]:
    """The names of all files in a folder, each with its SHA-256."""
    found = []
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            found.append((path.name, hashlib.file_digest(file, "sha256").hexdigest()))
    return tuple(found)


def put(records: Records, printing: Printing) -> Path:
    """Put a printing's files where people find them."""
    target = named(records.exam, printing)
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        raise RefusedError(f"{target} is there already", "move it away, and print again")
    (records.root / _ASIDE / str(printing.number)).rename(target)
    return target


def tidy(records: Records, papers: Papers) -> tuple[Path, ...]:
    """Finish or clear away what somebody left aside who was stopped. For who is `alone`.

    Returns:
        the folders that were put in place now.
    """
    place = records.root / _ASIDE
    done = {str(p.number): p for p in papers.finished}
    found = []
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if path.name in done and not named(records.exam, done[path.name]).exists():
            found.append(put(records, done[path.name]))
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()  # an older Klausur made its files here
    return tuple(found)


def place_of(folder: Path, printing: Printing) -> Path:
    """The folder with a printing's files.

    The first one of an older Klausur lies in ``print/`` itself. The date may be another one elsewhere: it is
    looked for by number.

    Raises:
        NotFoundError: it is gone.
    """
    usual = named(folder, printing)
    found = [usual, *sorted((folder / FOLDER).glob(f"????-??-??-{printing.number}"))]
    if not printing.files:
        found.append(folder / FOLDER)
    for path in found:
        if path.is_dir():
            return path
    raise NotFoundError(
        f"{usual} is not there", f"take it back from a backup: it holds what printing {printing.number} made"
    )


def named(folder: Path, printing: Printing) -> Path:
    """Where a printing's files are put."""
    return folder / FOLDER / f"{printing.made.astimezone():%Y-%m-%d}-{printing.number}"
