"""The exams that `klausur new` writes: small ones of three kinds in two languages, to be written over."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from klausur.base.errors import KlausurError, RefusedError, UsageError

LANGUAGES = ("en", "de")
_COMMON = ("rooms.toml", "day.md")
_DATE = "DATE"
_PROGRAM = ".py.txt"
"""How programs end here, so that nobody takes them for modules of Klausur."""

_AHEAD, _TUESDAY = timedelta(weeks=6), 1


class StarterKind(StrEnum):
    """Which kind of exam is begun."""

    MIXED = "mixed"
    MC = "mc"
    MATH = "math"


def files(day: date, *, kind: StarterKind = StarterKind.MIXED, language: str = "en") -> dict[str, bytes]:
    """The files of a starter exam on a day, by their path in the folder.

    Raises:
        UsageError: there is none in this language.
    """
    if language not in LANGUAGES:
        known = " or ".join(f"--language {name}" for name in LANGUAGES)
        raise UsageError(
            f"there is no exam to start from in {language!r}", f"name one that there is: {known}"
        )
    here = resources.files(__package__) / "starters" / language
    found = {name: (here / name).read_bytes() for name in _COMMON}
    found |= dict(_below(here / kind, ""))
    head = found["exam.toml"].decode()
    found["exam.toml"] = head.replace(f"date = {_DATE}", f"date = {day.isoformat()}", 1).encode()
    return found


@cache
def programs() -> Mapping[str, tuple[bytes, ...]]:
    """The programs of all starter exams, by their path in the folder."""
    found: dict[str, tuple[bytes, ...]] = {}
    for language in LANGUAGES:
        for kind in StarterKind:
            for name, data in files(date.min, kind=kind, language=language).items():
                if name.endswith(".py"):
                    found[name] = (*found.get(name, ()), data)
    return found


def some_day(today: date) -> date:
    """A day for an exam of which none is known yet: a Tuesday, six weeks ahead or a little more."""
    day = today + _AHEAD
    return day + timedelta(days=(_TUESDAY - day.weekday()) % 7)


def write(folder: Path) -> tuple[Path, ...]:
    """Write the starter exam of mixed questions in English into a new or empty folder.

    Raises:
        RefusedError: the folder holds something already.
        UsageError: the name is that of a file.
        KlausurError: the folder cannot be written.
    """
    return put(folder, files(some_day(date.today())))  # noqa: DTZ011 - the day where the author is


def put(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files, by their path, into a new or empty folder; raises like `write`."""
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file", "name a new folder")
        if folder.is_dir() and any(folder.iterdir()):
            raise RefusedError(f"{folder} is not empty", "name a new folder: nothing is ever written over")
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise KlausurError(message, "name a folder that you may write to") from error
    return add(folder, files)


def add(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files, by their path, into a folder in which none of them is.

    Raises:
        KlausurError: the folder cannot be written.
    """
    try:
        written = []
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            written.append(path)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise KlausurError(message, "name a folder that you may write to") from error
    return tuple(written)


def _below(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        name = prefix + entry.name
        if entry.is_dir():
            found += _below(entry, f"{name}/")
        else:
            found.append(
                (name.removesuffix(_PROGRAM) + ".py" if name.endswith(_PROGRAM) else name, entry.read_bytes())
            )
    return found
