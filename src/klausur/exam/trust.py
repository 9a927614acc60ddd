"""Whose programs may run: a folder that somebody handed on is opened, but none of its programs runs unasked.

A folder is trusted as it is, by a digest of all that its programs may be or load: a change takes trust
away. What ships with Klausur, the scaffold and the reference exam, is trusted. What a user trusts is kept
with the user, never in the folder. On a server others decide; nothing here knows people.
"""

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from klausur.base.errors import KlausurError, NotFoundError, ToolError
from klausur.exam import draw, figures, fonts, reference, scaffold
from klausur.exam.inside import inside

REMEDY = "look at the programs in problems/, then run 'klausur trust FOLDER', or give --trust"

_TEXTS = frozenset({".md", ".toml", ".txt", ".lock", ".rst", ".tex", ".log", ".html"})
_LISTS = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".ods"})
_LEFT_OUT = _TEXTS | _LISTS | frozenset(figures.FORMS) | fonts.ENDINGS
_WRITTEN = frozenset({"print", "preview", "rehearsal", "results.json"})
"""What Klausur itself writes into an exam's folder, beside texts and lists."""

_FILE = "trusted.json"


@dataclass(frozen=True, slots=True)
class Trusted:
    """What a user trusts: digests of folders, each with the place where it lay; and folders for good."""

    digests: Mapping[str, str]
    always: tuple[str, ...] = ()


def programs(folder: Path) -> tuple[str, ...]:
    """The programs beside an exam's problems, by their path in its folder."""
    where = ("problems", draw.FOLDER)
    return tuple(sorted(f"{name}/{path.name}" for name in where for path in (folder / name).glob("*.py")))


def is_trusted(folder: Path) -> bool:
    """Whether the programs of an exam's folder may run."""
    known = _read()
    place = folder.resolve()
    if any(place.is_relative_to(root) for root in known.always):
        return True
    files = dict(_files(folder))
    if None in files.values():
        return False
    return set(files.items()) <= _shipped() or _digest(files) in known.digests


def is_shipped(folder: Path) -> bool:
    """Whether all programs of an exam's folder ship with Klausur: nobody need trust them."""
    return set(_files(folder)) <= _shipped()


def trust(folder: Path, *, always: bool = False) -> tuple[str, ...]:
    """Trust a folder as it is now, or ``always``: whatever becomes of it, with all folders in it.

    Returns:
        the programs that may run from now on.

    Raises:
        NotFoundError: there is no such folder.
        KlausurError: it holds links to elsewhere, or nothing can be kept.
    """
    if not folder.is_dir():
        raise NotFoundError(f"{folder} is no folder", "name the folder that holds exam.toml")
    known, place = _read(), str(folder.resolve())
    if always:
        _write(replace(known, always=tuple(dict.fromkeys((*known.always, place)))))
        return programs(folder)
    files = dict(_files(folder))
    out = [name for name, found in files.items() if found is None]
    if out:
        message = f"{folder} holds {out[0]}, which cannot be read or is a link to another folder"
        raise KlausurError(message, "put a copy of the file in its place")
    _write(replace(known, digests={**known.digests, _digest(files): place}))
    return programs(folder)


def forget(folder: Path) -> None:
    """Trust a folder no longer, as it is or was.

    Raises:
        KlausurError: nothing can be kept.
    """
    known, place = _read(), str(folder.resolve())
    now = _digest(dict(_files(folder)))
    digests = {digest: at for digest, at in known.digests.items() if at != place and digest != now}
    _write(Trusted(digests, tuple(at for at in known.always if at != place)))


def _files(folder: Path) -> Iterator[tuple[str, str | None]]:
    """What programs may be or load, by path, with a digest; None for what lies elsewhere or is unreadable."""
    for at, names, files in os.walk(folder):
        top = Path(at)
        links = [name for name in names if (top / name).is_symlink()]
        names[:] = [name for name in names if not _is_left(name, top == folder) and name not in links]
        for name in sorted((*files, *links)):
            path = (top / name).relative_to(folder).as_posix()
            if name.startswith(".") or Path(name).suffix.lower() in _LEFT_OUT:
                continue
            if top == folder and name in _WRITTEN:
                continue
            yield path, _digest_of(folder, path)


def _is_left(name: str, at_top: bool) -> bool:  # noqa: FBT001 - by its place
    return name.startswith(".") or name == "__pycache__" or (at_top and name in _WRITTEN)


def _digest_of(folder: Path, path: str) -> str | None:
    file = inside(folder, path)
    try:
        return None if file is None else hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None


def _digest(files: Mapping[str, str | None]) -> str:
    return hashlib.sha256(json.dumps(sorted(files.items())).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """The files that ship with Klausur, by path and digest."""
    files = [(name, data) for name, several in scaffold.programs().items() for data in several]
    with contextlib.suppress(ToolError):
        files += reference.files()
    return frozenset((name, hashlib.sha256(data).hexdigest()) for name, data in files)


def kept_at() -> Path:
    """The file that keeps what the user trusts."""
    given = os.environ.get("XDG_STATE_HOME")
    if not given and sys.platform == "win32":
        given = os.environ.get("LOCALAPPDATA")
    return (Path(given) if given else Path.home() / ".local" / "state") / "klausur" / _FILE


def _read() -> Trusted:
    """What is kept; a damaged file keeps nothing."""
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        plain = json.loads(kept_at().read_text("utf-8"))
        match plain:
            case {"digests": dict(digests), "always": list(always)}:
                return Trusted(
                    {str(digest): str(at) for digest, at in digests.items()}, tuple(map(str, always))
                )
    return Trusted({})


def _write(known: Trusted) -> None:
    file = kept_at()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as fresh:
            json.dump({"digests": dict(known.digests), "always": list(known.always)}, fresh, indent=1)
        Path(fresh.name).replace(file)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}"
        raise KlausurError(message, "see that you may write there, or set XDG_STATE_HOME") from error
