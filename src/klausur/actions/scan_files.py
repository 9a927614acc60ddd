"""Which files a scan is to read: those named, and what lies in folders, to their last subfolder.

What a file is, its content says (`klausur.scan.intake`), never its name; so all that lies in a folder is
looked at. Here is told only of what nobody looks at: what file managers leave there, what a
rehearsal writes beside its scans, and the folders of exams, whose own papers would pass for filled ones.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from klausur.base import file_names
from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.errors import NotFoundError
from klausur.rehearse.truth import FIELDS, MARKS, PAGES
from klausur.store.folder import NAME

_JUNK = "file managers leave such files beside others: it is no scan"
_TRUTH = "a rehearsal wrote it beside its scans, to be compared with what is read: it is no scan"
_EXAM = "this is the folder of an exam: the papers in it are no scans, and are left alone"


def files(paths: Sequence[Path]) -> Iterator[Path | Diagnostic]:
    """The files that are meant, those of a folder in the order of their names; findings about others.

    Raises:
        NotFoundError: a folder has no file in it.
    """
    for path in paths:
        if not _is_folder(path):
            yield path
            continue
        some = False
        for found in inside(path):
            some = True
            yield found
        if not some:
            raise NotFoundError(
                f"{file_names.shown(path)} holds no file", "name the folder that the scanner writes to"
            )


def inside(folder: Path) -> Iterator[Path | Diagnostic]:
    """The files of a folder, to its last subfolder, in the order of their names; findings about others."""
    return _inside(folder, set())


def _inside(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Diagnostic]:
    """What is in a folder; links are followed, but never to a folder that was ``seen``."""
    try:
        there = folder.stat()
        if (there.st_dev, there.st_ino) in seen:
            return
        seen.add((there.st_dev, there.st_ino))
        if (folder / NAME).is_dir():
            hint = "name the folder inside that has the scans, or move them out"
            yield Diagnostic("scan-unreadable", _EXAM, Place(file_names.shown(folder)), hint)
            return
        every = sorted(folder.iterdir(), key=os.fsencode)
    except OSError as error:
        why = f"the folder cannot be read: {error.strerror or error}"
        yield Diagnostic("scan-unreadable", why, Place(file_names.shown(folder)), "check its rights")
        return
    truth = {MARKS, PAGES, FIELDS} <= {path.name for path in every}
    for path in every:
        if _is_folder(path):
            yield from _inside(path, seen)
        elif truth and path.name in {MARKS, PAGES, FIELDS}:
            yield Diagnostic("scan-left", _TRUTH, Place(file_names.shown(path)), "nothing needs to be done")
        elif file_names.is_junk(path):
            yield Diagnostic("scan-left", _JUNK, Place(file_names.shown(path)), "nothing needs to be done")
        else:
            yield path


def _is_folder(path: Path) -> bool:
    """Whether this is a folder; what nobody may look at is none, and refused as a file."""
    try:
        return path.is_dir()
    except OSError:
        return False
