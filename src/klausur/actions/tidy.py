"""Tidy: take less room on disk for an exam, and lose nothing.

Pictures of images that no longer wait are taken away: they are made again where one waits once more. Files
that people have scanned lie on disk twice, where they put them and as the records' own copy: with ``link``
both names lead to one file, which nobody can then write to.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import kept_scans, up_to_date
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError
from klausur.scan.cut_short import BrokenError
from klausur.scan.intake import digest
from klausur.state.facts import Actor
from klausur.store import audit, pages, scan_copies
from klausur.store.folder import NAME, Records, opened, writing


@dataclass(frozen=True, slots=True)
class _Twin:
    """A scanned file, what the system said of it when it was read, and the kept copy with the same bytes."""

    path: Path
    facts: os.stat_result
    copy: Path


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was, or would be, done, and how many bytes that saves.

    Attributes:
        pictures: of images that no longer wait, taken away.
        linked: files that are one with the kept copy now.
        saved: bytes.
        kept: bytes of the kept copies, each image in them as it came.
        done: whether anything was done, or only looked at.
    """

    pictures: tuple[Path, ...]
    linked: tuple[Path, ...]
    saved: int
    kept: int
    done: bool


def tidy(
    folder: Path,
    *,
    actor: Actor,
    link: Path | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> Tidied:
    """Take away what can be made again, and join what is there twice.

    Args:
        folder: the exam folder.
        actor: who tidies.
        link: a folder of scanned files, with its subfolders, that are to share their place with the copies.
        dry_run: only say what would be done.
        progress: told the files looked at.

    Raises:
        NotFoundError: nothing was printed yet, or ``link`` is no folder.
        RefusedError: ``link`` is on another disk, or holds the records themselves.
    """
    allow(actor, Verb.TIDY)
    with opened(folder) as records:
        up_to_date.look(records)
        if link is not None:
            _see_that_it_can_be_linked(records, link)
        pictures = tuple(_old(records))
        same = () if link is None else tuple(_same(records, link, progress))
        saved = sum(path.stat().st_size for path in pictures)
        kept = sum(scan_copies.there(records).values())
        if not dry_run:
            for path in pictures:
                path.unlink(missing_ok=True)
            same = tuple(twin for twin in same if _join(twin))
            if link is None:
                scan_copies.send_all(records)
        saved += sum(twin.facts.st_size for twin in same)
        if not dry_run and (pictures or same):
            with writing():
                detail = {"pictures": len(pictures), "linked": len(same), "bytes": saved}
                audit.append("tidy", actor, detail)
    return Tidied(pictures, tuple(twin.path for twin in same), saved, kept, not dry_run)


def _old(records: Records) -> Iterator[Path]:
    """The pictures of images that do not wait."""
    waits = {(image.file, image.index) for image in pages.images(waiting=True)}
    for place, path in kept_scans.pictures(records).items():
        if place not in waits:
            yield path


def _see_that_it_can_be_linked(records: Records, link: Path) -> None:
    if not link.is_dir():
        raise NotFoundError(f"{link} is no folder", "name the folder of the scanned files")
    if link.resolve().is_relative_to(records.scans.resolve().parent):
        raise RefusedError(f"{link} holds the records themselves", "name the folder of the scanned files")
    if link.stat().st_dev != records.scans.stat().st_dev:
        raise RefusedError(
            f"{link} is on another disk than the records", "files can only share their place on one disk"
        )


def _same(records: Records, link: Path, progress: Progress) -> Iterator[_Twin]:
    """The files below a folder whose bytes are kept and that are not one file with their copy yet."""
    kept = {path.stat().st_size for path in records.scans.iterdir() if path.is_file()}
    found = list(_files(link))
    for done, path in enumerate(found, start=1):
        facts = path.stat()
        if facts.st_size in kept and stat.S_ISREG(facts.st_mode):
            copy = _copy(records, path)
            if copy is not None and not copy.samefile(path):
                yield _Twin(path, facts, copy)
        progress(done, len(found))


def _files(link: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(link):
        folders[:] = [name for name in folders if name != NAME]
        yield from _plain(Path(place, name) for name in sorted(names))


def _plain(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if not path.is_symlink() and path.is_file())


def _copy(records: Records, path: Path) -> Path | None:
    """The kept copy with the same bytes, itself looked at: a damaged one takes nobody's place."""
    try:
        sha256 = digest(path)
        copy = records.scans / sha256
        return copy if copy.is_file() and digest(copy) == sha256 else None
    except BrokenError:
        return None


def _join(twin: _Twin) -> bool:
    """Let a file's name lead to its kept copy, which can be read but not written from now on.

    Returns:
        False for a file that was written to since it was read, and stays as it is.
    """
    twin.copy.chmod(twin.copy.stat().st_mode & ~0o222)
    part = twin.path.with_name(f".{twin.path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)  # of a program that was killed here
    part.hardlink_to(twin.copy)
    now = twin.path.stat()
    unchanged = _state(now) == _state(twin.facts)
    if unchanged:
        part.replace(twin.path)
    else:
        part.unlink()
    return unchanged


def _state(facts: os.stat_result) -> tuple[int, int, int]:
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
