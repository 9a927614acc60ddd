"""Which files of an exam's folder its programs read: opened files, modules, folders that were listed.

An audit hook of Python's own sees them; what a library reads without Python's help it does not see.
"""

import os
import sys
from pathlib import Path

from klausur.exam.evidence.kept_results import file_digest

_LISTS = frozenset({"os.listdir", "os.scandir"})
_IMPORTING = frozenset({"importlib._bootstrap_external", "_frozen_importlib_external"})

_folder: list[Path] = []
_besides: list[Path] = []
_seen: dict[str, str] = {}


def watch(folder: Path, besides: Path) -> None:
    """Watch what this process reads of a folder from now on, besides one file. Cannot be undone."""
    _folder[:] = [folder.resolve()]
    _besides[:] = [besides.resolve()]
    sys.addaudithook(_heard)


def until_now() -> dict[str, str]:
    """What was read so far: by path in the folder, with the digest of what it held when it was read."""
    return dict(_seen)


def _heard(event: str, args: tuple[object, ...]) -> None:
    if event == "open":
        path, _mode, flags = args
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
            return
    elif event in _LISTS:
        path = args[0]
        if sys._getframe(1).f_globals.get("__name__") in _IMPORTING:  # noqa: SLF001 - modules count when they are read
            return
    else:
        return
    if isinstance(path, str | bytes | os.PathLike):
        _note(Path(os.fsdecode(path)))


def _note(path: Path) -> None:
    try:
        resolved = path.resolve()
        inside = resolved.relative_to(_folder[0]).as_posix()
    except (ValueError, OSError):
        return
    if inside not in _seen and resolved not in _besides:
        _seen[inside] = ""  # what reads it for its digest is heard, too
        _seen[inside] = file_digest(path)
