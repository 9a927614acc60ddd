"""A site's backup becomes a site again, in a new home, once every byte of it was verified.

All is unpacked beside the new home and looked at there; the home appears when everything was right. Exams all
lie below its ``exams`` afterwards, wherever they lay before. Where the settings name a PostgreSQL server, the
rows of the site and of its exams go there; where they name an object store, files and scans go there.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.actions.progress import Progress, quiet
from klausur.base import object_address
from klausur.base.alone import alone, deserted
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, ToolError
from klausur.site import backup_format as packed
from klausur.site import home as homes
from klausur.site.backup_format import Backup
from klausur.state.facts import Actor
from klausur.web import start

_ASIDE = ".klausur-home-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup holds.

    Attributes:
        home: where it is now; None if it was only verified.
        site: what it is called.
        made: when it was backed up.
        exams: those in it, by their names in addresses.
        moved: those that lay elsewhere than below the home before.
        lacking: those that could not be backed up, with the reason.
        wrong: where records were not as they were written when they were backed up, in words.
    """

    home: Path | None
    site: str
    made: str
    exams: tuple[str, ...]
    moved: tuple[str, ...]
    lacking: tuple[tuple[str, str], ...]
    wrong: tuple[str, ...]


def restore_home(
    file: Path, root: Path | None, key: Path | None, *, actor: Actor, progress: Progress = quiet
) -> Restored:
    """Bring a site back, or only see that its backup is whole.

    Args:
        file: the backup.
        root: the new home; None to verify only.
        key: the file with the key that it was encrypted to, if it was.
        actor: who does it.
        progress: told the exams that were verified.

    Raises:
        NotFoundError: there is no folder that the new home would be in.
        RefusedError: the home is there already, the database on the server has people, or the object store
            has files of a site.
        KlausurError: the backup is damaged, or it is none, or is not for this key.
        ToolError: the object store does not take what goes there.
    """
    if root is not None:
        _refuse(root)
    with _aside(root) as aside:
        said = packed.unpack(file, aside, key)
        place = aside / "home"
        place.mkdir(mode=0o700, exist_ok=True)
        folders = _folders(said)
        if root is not None:
            _set_up(place, aside / packed.ROWS)
        from klausur.actions.restore import restore  # noqa: PLC0415 - Django is ready now, if it is wanted

        wrong: list[str] = []
        for done, exam in enumerate(said.exams, start=1):
            target = place / "exams" / folders[exam.slug]
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if exam.member:
                found = restore(aside / exam.member, None if root is None else target, actor=actor)
                wrong += [f"{exam.slug}: {each}" for each in found.wrong]
            elif root is not None:
                (aside / packed.SOURCES / exam.slug).rename(target)
            progress(done, len(said.exams))
        if root is not None:
            _put(place, root, folders, file)
    moved = tuple(exam.slug for exam in said.exams if Path(exam.folder).is_absolute())
    slugs = tuple(exam.slug for exam in said.exams)
    return Restored(root, said.site, said.made, slugs, moved, said.lacking, tuple(wrong))


def _refuse(root: Path) -> None:
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise RefusedError(f"{root} is there already", "name a new folder; nothing is put over another site")
    if not root.resolve().parent.is_dir():
        raise NotFoundError(f"there is no folder {root.resolve().parent}", "make it first")


def _folders(said: Backup) -> dict[str, str]:
    """Where each exam lies below ``exams``, by its name in addresses: where it did, or by that name.

    Raises:
        KlausurError: a folder lies outside.
    """
    inside = {exam.slug: exam.folder for exam in said.exams if not Path(exam.folder).is_absolute()}
    if any(".." in Path(folder).parts for folder in inside.values()):
        raise KlausurError("the backup names a folder outside of the home", "take another backup")
    taken = set(inside.values())
    for exam in said.exams:
        if exam.slug not in inside:
            names = (exam.slug, *(f"{exam.slug}-{n}" for n in range(2, len(said.exams) + 2)))
            inside[exam.slug] = next(name for name in names if name not in taken)
            taken.add(inside[exam.slug])
    return inside


@contextmanager
def _aside(root: Path | None) -> Iterator[Path]:
    """A folder to unpack in, for its owner alone, beside the home; what killed ones have left goes."""
    if root is None:
        with TemporaryDirectory(prefix=_ASIDE) as made:
            yield Path(made)
        return
    beside = root.resolve().parent
    with ExitStack() as held:
        with alone(beside):  # so that no other restore takes the new folder for one that was left
            for left in filter(deserted, beside.glob(f"{_ASIDE}*/")):
                shutil.rmtree(left, ignore_errors=True)
            aside = Path(held.enter_context(TemporaryDirectory(prefix=_ASIDE, dir=beside)))
            held.enter_context(alone(aside))
        yield aside


def _set_up(place: Path, rows: Path) -> None:
    """Start the site of the unpacked home, with its own rows where its settings have them."""
    homes.make(place)
    home = homes.read(place)
    rows.rename(home.site_database)
    start.start(home)
    _refuse_store()
    start.connect(replace(home, database=""))
    start.bring_up_to_date()  # the file, in whatever form a Klausur left it
    if home.database:
        start.connect(home)
        start.bring_up_to_date()
        from klausur.site import rows as of_site  # noqa: PLC0415 - Django is ready now

        of_site.from_file(home.site_database)
        for left in place.glob("site.sqlite3*"):
            left.unlink()


def _put(place: Path, root: Path, folders: Mapping[str, str], file: Path) -> None:
    """Say where the exams are, and move the home to where it belongs."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django is ready now

    from klausur.site import audit  # noqa: PLC0415 - the same
    from klausur.site.invitations import TERMINAL  # noqa: PLC0415 - the same
    from klausur.site.models import Exam  # noqa: PLC0415 - the same

    with transaction.atomic():
        for slug, folder in folders.items():
            Exam.objects.filter(slug=slug).update(folder=folder)
        audit.append(audit.RESTORE, TERMINAL, file=file.name)
    connection.close()
    _send_files(place)
    shutil.rmtree(place / "working", ignore_errors=True)
    try:
        place.rename(root)
    except OSError as error:
        raise RefusedError(f"{root} is there already, or cannot be made", "name a new folder") from error
    _send_scans(root, folders)


def _refuse_store() -> None:
    """See that no site has files where the settings name an object store: two would delete each other's."""
    from klausur.site import files  # noqa: PLC0415 - Django is ready now

    at = object_address.named()
    if at is not None and next(iter(files.here().keys()), None) is not None:
        raise RefusedError(
            f"{at.shown} has files of a site already",
            "KLAUSUR_SITE_FILES=s3://BUCKET/OTHER?… klausur restore, and the same in klausur.toml afterwards",
        )


def _send_scans(root: Path, folders: Mapping[str, str]) -> None:
    """Bring the exams' scans into the object store, where the settings name one.

    Raises:
        ToolError: it does not take them; the home is whole, and what it has not lies in the exams' folders.
    """
    from klausur.store import scan_copies  # noqa: PLC0415 - Django is ready now
    from klausur.store.folder import Records  # noqa: PLC0415 - the same

    for folder in folders.values():
        records = Records(root / "exams" / folder)
        try:
            if records.scans.is_dir():
                scan_copies.send_all(records)
        except ToolError as error:
            raise ToolError(
                f"{root} is restored, and some scans lie in folders still: {error}",
                f"klausur tidy {records.exam}, and so on for each exam",
            ) from error


def _send_files(place: Path) -> None:
    """Bring the site's files into the object store, where the settings name one."""
    from klausur.site import files  # noqa: PLC0415 - Django is ready now

    if object_address.named() is None:
        return
    kept, folder = files.here(), files.FilesInFolder(place / "files")
    for key in list(folder.keys()):
        if not key.startswith("words/"):
            kept.put(key, files.pieces(folder, key))
            folder.delete(key)
