"""``printed.toml``: what an exam folder itself says of having been printed, in public and with its source.

A clone of the source has no records. Were it printed as if nothing had been, two papers would exist under two
keys, and neither folder could read the other's pages.
"""

import hashlib
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from klausur.base.errors import RefusedError, ToolError
from klausur.state.facts import Papers
from klausur.store.folder import NAME, Records

FILE = "printed.toml"

_LETTERS = 16
"""Of the SHA-256 of a key in hexadecimal; enough to tell keys apart, and of no use to make codes with."""

_RESTORE = "bring its records back: restore the folder from a backup, or run 'klausur restore' on its archive"


@dataclass(frozen=True, slots=True)
class Mark:
    """The number in the page codes, and a fingerprint of the key that signs them."""

    exam_number: int
    key: str


def fingerprint(key: bytes) -> str:
    """What tells a key from others without giving it away."""
    return hashlib.sha256(key).hexdigest()[:_LETTERS]


def read(folder: Path) -> Mark | None:
    """What ``printed.toml`` says; None if there is none.

    Raises:
        RefusedError: it is damaged.
    """
    path = folder / FILE
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
        number, key = plain["exam_number"], plain["key"]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise RefusedError(
            f"{path} cannot be understood: {error}", "take it back from version control or a backup"
        ) from error
    if not isinstance(number, int) or not isinstance(key, str):
        raise RefusedError(f"{path} names no exam number and key", "take it back from version control")
    return Mark(number, key)


def write(folder: Path, mark: Mark) -> None:
    """Write ``printed.toml``, if it does not say so already."""
    if read(folder) == mark:
        return
    part = folder / f".{FILE}.part"
    part.write_text(
        "# This exam was printed. Keep this file with the exam's source: by it, Klausur knows a copy of\n"
        "# the folder that lacks the records, and does not print it a second time as if it were new.\n"
        f"exam_number = {mark.exam_number}\n"
        f'key = "{mark.key}"  # a fingerprint; the key itself is secret\n',
        encoding="utf-8",
    )
    part.replace(folder / FILE)


def has_records(folder: Path) -> bool:
    """Whether there are records; what is there and must not be read is not taken for nothing.

    Raises:
        RefusedError: the folder was printed, and its records are not here.
        ToolError: the records may not be read or written.
    """
    records = Records(folder)
    found = [path for path in (records.database, records.named) if _exists(path)]
    for path in found:
        if not os.access(path, os.R_OK | os.W_OK):
            raise _forbidden(path)
    if not found and read(folder) is not None:
        raise RefusedError(
            f"{folder / FILE} says that this exam was printed, and its records ({NAME}) are not here",
            _RESTORE,
        )
    return bool(found)


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError as error:
        raise _forbidden(path) from error
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _forbidden(path: Path) -> ToolError:
    return ToolError(
        f"{path} may not be read and written by you", "ask the folder's owner for the rights to it"
    )


def hold_against(folder: Path, papers: Papers, key: bytes | None) -> None:
    """See that the records are those of the papers that the folder was printed with.

    Args:
        folder: the exam folder.
        papers: what the records say was printed.
        key: that of the records, None if nothing was printed with it.

    Raises:
        RefusedError: they are not.
    """
    mark = read(folder)
    if mark is None:
        return
    if key is None:
        raise RefusedError(
            f"{folder / FILE} says that this exam was printed, and its records know nothing of it", _RESTORE
        )
    if mark != Mark(papers.exam_number, fingerprint(key)):
        what = "exam number" if mark.exam_number != papers.exam_number else "key"
        raise RefusedError(f"{folder / FILE} names another {what} than the records have", _RESTORE)
