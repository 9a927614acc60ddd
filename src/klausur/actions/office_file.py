"""Reading a list that others made: its bytes, and what to say where it is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from klausur.base.errors import KlausurError, NotFoundError
from klausur.roster.delimited import MAX_BYTES, TableError


def bytes_of(path: Path) -> bytes:
    """The bytes of a list.

    Raises:
        NotFoundError: there is no such file.
        KlausurError: it is too large for a list.
    """
    try:
        if not path.is_file():  # a folder, or a pipe that would never end
            raise NotFoundError(f"{path} is no file", "name the list that was handed out")
        if path.stat().st_size > MAX_BYTES:
            raise KlausurError(
                f"{path} has more than {MAX_BYTES:,} bytes: this is no list of candidates",
                "name the list itself",
            )
        return path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path} cannot be opened: {error.strerror}", "look at its rights") from error


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Whatever is wrong with a list is said with its name, and its line where that is known."""
    try:
        yield
    except TableError as error:
        at = f"{path}:{error.line}" if error.line else str(path)
        raise KlausurError(
            f"{at}: the list {error}", "give the file as it was handed out, as CSV or XLSX"
        ) from error
    except KlausurError as error:
        raise type(error)(f"{path}: {error}", error.remedy) from error
