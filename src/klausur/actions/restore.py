"""Restore: an archived exam into a new folder, on any machine, once every byte of it was verified."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError

from klausur.actions import delete_data, deletions_noted
from klausur.actions.archive_format import BROKEN, DATABASE, Manifest, opened_manifest, pieces, refused
from klausur.actions.deletion_certificate import Certificate, read
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.alone import alone, deserted
from klausur.base.errors import KlausurError, NotFoundError, RefusedError
from klausur.state.facts import Actor, Author
from klausur.state.head import Head
from klausur.store import copy, printings, server, sqlite, upgrade
from klausur.store import verify as trail
from klausur.store.connections import connection, entered
from klausur.store.folder import NAME, Records, key, opened

_KEY = f"{NAME}/key"
_ASIDE = ".restore-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What an archive holds. ``folder`` is where it is now; None if it was only verified.

    ``head`` is the newest event of its records; ``wrong`` says in words where they were not as they were
    written when they were archived. ``deleted`` is what was deleted again, since its time was over before.
    """

    folder: Path | None
    exam: str
    made: str
    who: str
    files: int
    head: Head | None
    wrong: tuple[str, ...]
    deleted: tuple[str, ...] = ()


def restore(
    file: Path,
    folder: Path | None,
    *,
    actor: Actor,
    deletions: Iterable[Path] = (),
    progress: Progress = quiet,
) -> Restored:
    """Bring an archive back, or only see that it is whole.

    What was deleted from the exam since the archive was made, because its time was over, does not come back:
    as far as that is noted here, or somebody brings its certificates.

    All is unpacked beside the new folder and looked at there; the folder appears when everything was right.
    Where KLAUSUR_DATABASE names a server, the records go there.

    Args:
        file: the archive.
        folder: a new folder; None to verify only.
        actor: who restores it.
        deletions: files with certificates of deletions.
        progress: told the bytes verified.

    Raises:
        NotFoundError: there is no such file, or no folder that the new one would be in.
        RefusedError: the folder is there already, or the disk is too small.
        KlausurError: the archive is damaged, or it is none.
    """
    allow(actor, Verb.RESTORE)
    if not file.is_file():
        raise NotFoundError(f"there is no file {file}", "name the archive")
    if folder is not None:
        _refuse_folder(folder)
    brought = tuple(map(read, deletions))
    deleted: tuple[str, ...] = ()
    with _opened(file) as found:
        said = opened_manifest(found, file.stat().st_size)
        with _aside(None if folder is None else folder.resolve().parent) as aside:
            place = aside / "exam"
            _unpack(found, said, place, progress, all_=folder is not None)
            wrong = _verified(place / DATABASE, said)
            if folder is not None:
                _move_records(place)
                deleted = tuple(_deleted_again(place, brought, Author(actor, "restored from an archive")))
                _put(place, folder)
    return Restored(folder, said.exam, said.made, said.who, len(said.files), said.head, wrong, deleted)


def _deleted_again(place: Path, brought: Iterable[Certificate], author: Author) -> Iterator[str]:
    """Delete what was deleted from this exam since it was archived; what, in words."""
    with opened(place) as records:
        if not printings.begun():
            return
        known = deletions_noted.known(printings.papers().exam_number, key(records), brought)
    for each in delete_data.again(place, known, author):
        yield f"{' and '.join(each.what)}, which {each.who} deleted"


def _refuse_folder(folder: Path) -> None:
    if folder.exists():
        raise RefusedError(
            f"{folder} is there already", "name a new folder; nothing is put over another exam"
        )
    if not folder.resolve().parent.is_dir():
        raise NotFoundError(f"there is no folder {folder.resolve().parent}", "make it first")


@contextmanager
def _aside(beside: Path | None) -> Iterator[Path]:
    """A folder to unpack in, beside the new one; what killed restores have left there goes."""
    if beside is None:
        with tempfile.TemporaryDirectory(prefix=_ASIDE) as aside:
            yield Path(aside)
        return
    with ExitStack() as held:
        with alone(beside):  # so that no other restore takes the new folder for one that was left
            for left in filter(deserted, beside.glob(f"{_ASIDE}*/")):
                named = Records(left / "exam").named
                if named.is_file() and server.address() is not None:
                    server.drop(named)
                shutil.rmtree(left, ignore_errors=True)
            made = held.enter_context(tempfile.TemporaryDirectory(prefix=_ASIDE, dir=beside))
            held.enter_context(alone(Path(made)))
        yield Path(made)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        found = zipfile.ZipFile(file)
    except BROKEN as error:
        raise refused(str(file), f"it is no archive, or it is damaged: {error}") from error
    with found:
        yield found


def _unpack(archive: zipfile.ZipFile, said: Manifest, place: Path, progress: Progress, *, all_: bool) -> None:
    """Write the files, or the records alone, and see that each is what was packed."""
    total = sum(file.size for file in said.files)
    written = total if all_ else sum(file.size for file in said.files if file.name == DATABASE)
    if written > shutil.disk_usage(place.parent).free:
        raise RefusedError(
            f"{archive.filename} needs {written:,} bytes, and the disk has not that much", "make room for it"
        )
    (place / NAME).mkdir(mode=0o700, parents=True)
    done = 0
    for file in said.files:
        target = place / file.name
        if all_ or file.name == DATABASE:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch(mode=0o600 if file.name in {_KEY, DATABASE} else 0o666, exist_ok=False)
            with target.open("wb") as out:
                for piece in pieces(archive, file):
                    out.write(piece)
        else:
            for _ in pieces(archive, file):
                pass
        done += file.size
        progress(done, total)


def _verified(database: Path, said: Manifest) -> tuple[str, ...]:
    """Look at the records, in whatever form a Klausur left them, and bring them up to date.

    Raises:
        KlausurError: they are no records, or others than the archive says.
    """
    try:
        with entered(sqlite.database(database)):
            with connection().cursor() as cursor:
                # What is run by itself when rows are looked at or written has no place in an exam's records.
                cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')")
                if cursor.fetchone() is not None:
                    raise refused(DATABASE, "it holds more than records")
                cursor.execute("PRAGMA quick_check")
                if cursor.fetchone() != ("ok",):
                    raise refused(DATABASE, "it is damaged")
            upgrade.bring_up_to_date("what is archived")
            return tuple(trail.verify(said.head))
    except DatabaseError as error:
        raise refused(DATABASE, f"it cannot be used: {error}") from error


def _move_records(place: Path) -> None:
    """Move the records of what was unpacked to the server if there is one."""
    if server.address() is not None:
        moved = place.parent / "db.sqlite3"
        (place / DATABASE).replace(moved)
        with opened(place, create=True):
            copy.from_file(moved)
            left = tuple(trail.verify())
            if left != _of_file(moved):
                raise KlausurError("the records came to be others on the server", "report this as a mistake")
    else:
        with opened(place):
            pass


def _put(place: Path, folder: Path) -> None:
    """Move what was unpacked to where it belongs."""
    try:
        place.rename(folder)
    except OSError as error:
        raise RefusedError(f"{folder} is there already, or cannot be made", "name a new folder") from error
    if Records(folder).named.is_file():
        with opened(folder):  # the server notes where the folder is now
            pass


def _of_file(file: Path) -> tuple[str, ...]:
    with entered(sqlite.database(file)):
        return tuple(trail.verify())
