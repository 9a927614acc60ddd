"""Backup: a site with its people, exams and files in one file, while everybody goes on working.

What belongs together is copied in an order in which the later may know more than the earlier, and never less:
first the site's rows, then its files, then exams. So a job that was done meanwhile waits once more in the
backup, and who takes it up finds that its effect is in the exam's records.
"""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur import __version__
from klausur.actions.archive import archive
from klausur.actions.progress import Progress, quiet
from klausur.base import object_address
from klausur.base.alone import alone, deserted
from klausur.base.errors import KlausurError, NotFoundError, UsageError
from klausur.site import audit, files, rows
from klausur.site.backup_format import EXAMS, FORMAT, HOME, ROWS, SOURCES, BackedUp, Backup, Packer, written
from klausur.site.exams import slug_of
from klausur.site.home import Home
from klausur.site.invitations import TERMINAL
from klausur.site.models import Exam
from klausur.state.facts import Actor
from klausur.store.folder import Records
from klausur.store.objects import ChangedError

_ASIDE = "backup."
_LEFT_OUT = ("exams", "working", "site.sqlite3", "site.sqlite3-wal", "site.sqlite3-shm")
"""What of a home is packed otherwise, or not at all."""


@dataclass(frozen=True, slots=True)
class Made:
    """The file that was written.

    Attributes:
        file: where it is.
        size: its bytes.
        exams: those in it.
        encrypted: whether it is.
        lacking: exams that could not be packed, with the reason.
        wrong: where records are not as they were written, in words; they are packed as they are. And what
            of an object store is not as it was put there; it is not packed.
        gone: older backups that were deleted.
    """

    file: Path
    size: int
    exams: tuple[str, ...]
    encrypted: bool
    lacking: tuple[tuple[str, str], ...]
    wrong: tuple[str, ...]
    gone: tuple[Path, ...] = ()


def backup(
    home: Home,
    place: Path,
    recipients: Sequence[str],
    *,
    actor: Actor,
    keep: int = 0,
    progress: Progress = quiet,
) -> Made:
    """Write a backup of the site that runs here.

    Args:
        home: the site's.
        place: a file that is not there yet, or a folder, in which the file is named by site and time.
        recipients: the public keys of those who can read it; it is not encrypted if there are none.
        actor: who does it.
        keep: in a folder, how many backups of this site stay, the oldest ones going; 0: all.
        progress: told the exams packed.

    Raises:
        UsageError: one of the recipients is no key, or the place lies in the home.
        RefusedError: the file is there already.
        ToolError: it cannot be written.
    """
    if place.resolve().is_relative_to(home.root.resolve()):
        raise UsageError(f"{place} lies in the site's home", "put backups elsewhere, best on another machine")
    now = datetime.now(UTC)
    file = place / _name(home, now, recipients) if place.is_dir() else place
    wrong: list[str] = []
    with _aside(home) as aside:
        rows.to_file(aside / ROWS)
        with written(file, recipients) as packer:
            packer.add(ROWS, aside / ROWS)
            if object_address.named() is not None:
                wrong += _far_files(packer)
            far = {member.name for member in packer.members}
            for path in _files(home.root, _LEFT_OUT):
                name = HOME + path.relative_to(home.root).as_posix()
                if name not in far:  # what lies here too is older than the store
                    packer.add(name, path)
            packed, lacking = _exams(home, packer, aside, actor, wrong, progress)
            packer.end(
                Backup(
                    FORMAT,
                    home.name,
                    now.isoformat(),
                    __version__,
                    packed,
                    lacking,
                    tuple(packer.members),
                )
            )
    audit.append(audit.BACKUP, TERMINAL, file=file.name)
    gone = tuple(_older(file, home, keep)) if keep and place.is_dir() else ()
    slugs = tuple(exam.slug for exam in packed)
    return Made(file, file.stat().st_size, slugs, bool(recipients), lacking, tuple(wrong), gone)


def _far_files(packer: Packer) -> Iterator[str]:
    """Pack the site's files out of an object store, as if they lay in the home, but for one that is gone.

    Yields:
        what is not packed, as it is not what was put there.
    """
    kept = files.here()
    for key in list(kept.keys()):
        try:
            with suppress(NotFoundError), kept.at_hand(key) as path:
                packer.add(f"{HOME}files/{key}", path)
        except ChangedError as error:
            yield f"{error}, and is not in the backup"


def _exams(
    home: Home, packer: Packer, aside: Path, actor: Actor, wrong: list[str], progress: Progress
) -> tuple[tuple[BackedUp, ...], tuple[tuple[str, str], ...]]:
    """Pack them one after the other; who cannot be packed keeps the others from nothing."""
    packed: list[BackedUp] = []
    lacking: list[tuple[str, str]] = []
    every = list(Exam.objects.order_by("slug"))
    for done, exam in enumerate(every, start=1):
        folder = home.folder(exam.folder)
        try:
            if Records(folder).there:
                made = archive(folder, aside / f"{exam.slug}.zip", actor=actor)
                packer.add(f"{EXAMS}{exam.slug}.zip", made.file)
                made.file.unlink()
                wrong += [f"{exam.slug}: {each}" for each in made.wrong]
                packed.append(BackedUp(exam.slug, exam.folder, f"{EXAMS}{exam.slug}.zip", made.head))
            elif folder.is_dir():
                for path in _files(folder):
                    packer.add(f"{SOURCES}{exam.slug}/{path.relative_to(folder).as_posix()}", path)
                packed.append(BackedUp(exam.slug, exam.folder, "", None))
            else:
                lacking.append((exam.slug, f"its folder {folder} is gone"))
        except KlausurError as error:
            lacking.append((exam.slug, str(error)))
        progress(done, len(every))
    return tuple(packed), tuple(lacking)


def _files(root: Path, but: Collection[str] = ()) -> Iterator[Path]:
    """The plain files below a folder, without those that are not whole yet, hidden ones and links."""
    for path in sorted(root.iterdir()):
        if path.name in but or path.name.startswith(".") or path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file() and path.suffix != ".part":
            yield path


@contextmanager
def _aside(home: Home) -> Iterator[Path]:
    """A place for copies; what killed backups have left there goes."""
    home.working.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as held:
        with alone(home.working):  # so that no other backup takes the new folder for one that was left
            for left in filter(deserted, home.working.glob(f"{_ASIDE}*/")):
                shutil.rmtree(left, ignore_errors=True)
            made = Path(held.enter_context(TemporaryDirectory(prefix=_ASIDE, dir=home.working)))
            held.enter_context(alone(made))
        yield made


def _name(home: Home, now: datetime, recipients: Sequence[str]) -> str:
    return f"{_begins(home)}{now:%Y%m%dT%H%M%SZ}.tar{'.age' if recipients else ''}"


def _begins(home: Home) -> str:
    return f"klausur-{slug_of(home.name)}-"


def _older(file: Path, home: Home, keep: int) -> Iterator[Path]:
    """Delete the oldest backups of this site beside the new one, by the times in their names."""
    pattern = f"{_begins(home)}{'[0-9]' * 8}T{'[0-9]' * 6}Z.tar*"
    for old in sorted(path for path in file.parent.glob(pattern) if path.suffix != ".part")[:-keep]:
        old.unlink()
        yield old
