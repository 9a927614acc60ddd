"""Archive: an exam's source, records, scans and papers in one file that can be verified and restored."""

import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import msgspec

from klausur import __version__
from klausur.actions.archive_format import (
    DATABASE,
    FOLDER,
    FORMAT,
    KEPT,
    MANIFEST,
    PIECE,
    Manifest,
    Packed,
    is_packed,
    why_not,
)
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.alone import alone
from klausur.base.errors import RefusedError, ToolError, UsageError
from klausur.state.facts import Actor
from klausur.state.head import Head
from klausur.store import audit, copy, printings, scan_copies, sqlite
from klausur.store import verify as trail
from klausur.store.connections import entered
from klausur.store.folder import NAME, Records, opened
from klausur.store.objects import ChangedError

_ASIDE = "archiving"
_PACKED_ALREADY = {".pdf", ".png", ".jpg", ".jpeg", ".heic", ".zip", ".xlsx", ".tif", ".tiff"}


@dataclass(frozen=True, slots=True)
class Archived:
    """The file that was made.

    Attributes:
        file: where it is.
        files: how many files it holds.
        size: its bytes.
        sha256: of its bytes.
        head: the newest event of its records.
        wrong: where the records are not as they were written, in words; they are archived as they are. And
            which scans of an object store are not as they came; they are not archived.
        left_out: links to folders, which are not followed.
    """

    file: Path
    files: int
    size: int
    sha256: str
    head: Head | None
    wrong: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def archive(folder: Path, file: Path, *, actor: Actor, progress: Progress = quiet) -> Archived:
    """Pack an exam while people may go on working with it: the records are those of one moment.

    Args:
        folder: the exam folder.
        file: where to; it holds the key, so only its owner may read it.
        actor: who archives.
        progress: told the bytes packed.

    Raises:
        NotFoundError: the folder has no records.
        RefusedError: there is such a file already, or a file has a name that is not possible everywhere.
        UsageError: the file would lie in the exam's folder, so that the next archive held this one.
    """
    allow(actor, Verb.ARCHIVE)
    if file.exists():
        raise RefusedError(f"{file} is there already", "name another file")
    if file.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"{file} lies in the exam's folder", "put the archive elsewhere, best on another disk"
        )
    with opened(folder) as records, _aside(records) as database:
        copy.to_file(database)
        exam = printings.papers().exam if printings.begun() else folder.resolve().name
        with entered(sqlite.database(database)):
            head = audit.head()
            wrong = list(trail.verify())
        found = _Found(records)
        copies = {f"{NAME}/scans/{sha256}": size for sha256, size in scan_copies.elsewhere(records)}
        far = {name: size for name, size in copies.items() if name not in found.files}
        sources = {DATABASE: database, **found.files, **{name: records.exam / name for name in far}}
        odd = why_not(sources)
        if odd:
            raise RefusedError(f"{folder} cannot be archived: {odd}", "rename the file, or move it elsewhere")
        part = file.with_name(f"{file.name}.part")
        try:
            packed = _pack(part, sources, records, far, wrong, progress)
            with zipfile.ZipFile(part, "a") as out:
                said = Manifest(
                    FORMAT, exam, datetime.now(UTC).isoformat(), actor.name, __version__, head, packed
                )
                out.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(said), indent=1))
            with part.open("rb+") as made:
                os.fsync(made.fileno())
                digest = hashlib.file_digest(made, "sha256").hexdigest()
            part.replace(file)
        except OSError as error:
            raise ToolError(f"{file} cannot be written: {error.strerror}", "look at the disk") from error
        finally:
            part.unlink(missing_ok=True)
    return Archived(file, len(packed), file.stat().st_size, digest, head, tuple(wrong), tuple(found.left_out))


@contextmanager
def _aside(records: Records) -> Iterator[Path]:
    """A place for a copy of the rows, one archive at a time; what a killed one left is cleared away."""
    place = records.root / _ASIDE
    place.mkdir(mode=0o700, exist_ok=True)
    with alone(place):
        _clear(place)
        try:
            yield place / "db.sqlite3"
        finally:
            _clear(place)


def _clear(place: Path) -> None:
    for path in place.iterdir():
        path.unlink()


class _Found:
    """The files of an exam's folder that are packed, by their names in the archive, and what is left out."""

    def __init__(self, records: Records) -> None:
        self.left_out: list[str] = []
        self.files = {str(name): records.exam / name for name in self._names(records) if is_packed(name)}

    def _names(self, records: Records) -> Iterator[PurePosixPath]:
        exam = records.exam
        kept = [records.root / name for name in KEPT]
        for place in (exam, *kept):
            if place.is_file():
                yield PurePosixPath(place.relative_to(exam).as_posix())
            for at, folders, names in os.walk(place):
                here = Path(at)
                if place == exam:
                    folders[:] = sorted(name for name in folders if not name.startswith("."))
                self.left_out += [
                    (here / name).relative_to(exam).as_posix()
                    for name in folders
                    if (here / name).is_symlink()
                ]
                for name in sorted(names):
                    if (here / name).is_file() and not name.endswith(".part"):
                        yield PurePosixPath((here / name).relative_to(exam).as_posix())


def _pack(
    part: Path,
    sources: dict[str, Path],
    records: Records,
    far: Mapping[str, int],
    wrong: list[str],
    progress: Progress,
) -> tuple[Packed, ...]:
    """Write the files; those that lie far from here, copies of scans, are fetched one at a time."""
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)  # the key is in it
    total = sum(far[name] if name in far else path.stat().st_size for name, path in sources.items())
    done = 0
    packed: list[Packed] = []
    with zipfile.ZipFile(part, "w") as out:
        for name, named in sources.items():
            path = _fetched(records, named.name, wrong) if name in far else named
            if path is None:
                continue
            stored = path.suffix.lower() in _PACKED_ALREADY or f"{NAME}/scans/" in name
            info = zipfile.ZipInfo(FOLDER + name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o100600 << 16
            digest, size = hashlib.sha256(), 0
            with path.open("rb") as source, out.open(info, "w", force_zip64=True) as member:
                while piece := source.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    member.write(piece)
                    progress(min(done + size, total), total)
            done += size
            packed.append(Packed(name, size, digest.hexdigest()))
    return tuple(packed)


def _fetched(records: Records, sha256: str, wrong: list[str]) -> Path | None:
    """Where the copy of a scan can be read that lies far from here; None if it is not as it came, or gone."""
    try:
        path = scan_copies.path(records, sha256)
    except ChangedError as error:
        wrong.append(str(error))
        return None
    return path if path.is_file() else None
