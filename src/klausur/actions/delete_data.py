"""Delete data whose time is over: scans, or everything about candidates, with a signed certificate.

The certificate is recorded with the deletion, in one transaction with the rows that go; then files go. Who is
stopped in between finds the list of files in the records, and whoever deletes next goes on there.

What was deleted is also noted outside of the exam's folder, for `klausur.actions.restore`: so an archive that
is older does not bring it back.
"""

import hashlib
import os
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from klausur.actions import deletions_noted, up_to_date
from klausur.actions.day import FOLDER as DAY
from klausur.actions.deletion_certificate import (
    FORMAT,
    Certificate,
    GoneFile,
    holds,
    parsed,
    read,
    signed,
    text,
)
from klausur.actions.grade import CSV, JSON, XLSX
from klausur.actions.print_folder import FOLDER as PRINT
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.actions.the_list import LISTS
from klausur.base.errors import RefusedError, UsageError
from klausur.state.facts import Author
from klausur.state.retention import Data
from klausur.store import audit, deletions, derive, jobs, pages, retention, scan_copies, sqlite
from klausur.store.folder import NAME, Records, key, opened, writing
from klausur.store.frame import Frame
from klausur.store.row_seals import packed

FOLDER = "deletions"
"""Where certificates lie in an exam's folder."""

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class DeletionPlan:
    """What would be deleted.

    Attributes:
        what: scans, or results too.
        files: with their sizes.
        rows: how many rows of the records, by table.
        remains: what stays, in words.
    """

    what: frozenset[Data]
    files: tuple[GoneFile, ...]
    rows: dict[str, int]
    remains: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(each.size for each in self.files)


@dataclass(frozen=True, slots=True)
class DeletedData:
    """What was deleted: the certificate, its file, and where it was noted for later restores."""

    certificate: Certificate
    file: Path
    noted: Path


def plan(folder: Path, what: Collection[Data], progress: Progress = quiet) -> DeletionPlan:
    """What would be deleted; nothing is.

    Args:
        folder: the exam folder.
        what: which data.
        progress: told the files looked at.

    Raises:
        NotFoundError: nothing was printed yet.
        UsageError: nothing is named.
        RefusedError: it is deleted already, or results would go before scans.
    """
    with opened(folder) as records:
        up_to_date.look(records)
        return _plan(records, what, progress)


def delete(folder: Path, what: Collection[Data], author: Author, progress: Progress = quiet) -> DeletedData:
    """Delete data for ever.

    Args:
        folder: the exam folder.
        what: which data.
        author: who deletes them, and why.
        progress: told the files looked at.

    Raises:
        NotFoundError, UsageError, RefusedError: as `plan` has it.
        ToolError: the key is lost: nothing could be signed.
    """
    allow(author.actor, Verb.DELETE_DATA)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        planned = _plan(records, what, progress)
        tag_key = key(records)
        with writing():
            certificate = _deleted(frame, planned, author, tag_key)
        return _finished(records, certificate)


def finish(folder: Path, author: Author) -> tuple[Path, ...]:
    """Go on with deletions at which somebody was stopped; the certificates of all of them.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    allow(author.actor, Verb.DELETE_DATA)
    with opened(folder) as records:
        up_to_date.frame(records)
        every = [parsed(each.certificate) for each in deletions.all_()]
        return tuple(_finished(records, each).file for each in every)


def again(folder: Path, certificates: Iterable[Certificate], author: Author) -> tuple[Certificate, ...]:
    """Delete in an older copy of an exam what was deleted from it since: for what is brought back.

    Args:
        folder: the exam folder.
        certificates: of all deletions that are known, of this exam.
        author: who brings it back.

    Returns:
        Those of deletions that this copy did not have.
    """
    allow(author.actor, Verb.DELETE_DATA)
    done = []
    with opened(folder) as records:
        for each in certificates:
            frame = Frame(folder)
            if each.act in {known.act for known in deletions.all_()} or not frame.begun:
                continue
            planned = DeletionPlan(frozenset(each.what), tuple(_files(records, each.what)), {}, ())
            with writing():
                made = _deleted(frame, planned, author, key(records), act=each.act)
            _finished(records, made, note=False)
            done.append(made)
    return tuple(done)


def check(folder: Path, file: Path) -> Certificate:
    """A certificate out of a file, as it was signed with this exam's key.

    Raises:
        NotFoundError: there is no such file, or the folder has no records.
        RefusedError: it is none, of another exam, or was changed.
    """
    with opened(folder) as records:
        found = read(file)
        if not holds(found, key(records)):
            raise RefusedError(
                f"{file} is not as it was signed with this exam's key", "look for the one in the records"
            )
    return found


def _plan(records: Records, what: Collection[Data], progress: Progress) -> DeletionPlan:
    wanted = frozenset(what)
    gone = frozenset(data for each in deletions.all_() for data in each.what)
    if not wanted:
        raise UsageError("nothing is named that is to be deleted", "name scans, results, or both")
    if wanted <= gone:
        raise RefusedError("this is deleted already", "nothing: see its certificate")
    if Data.RESULTS in wanted and Data.SCANS not in wanted | gone:
        raise RefusedError("scans show what results say", "delete the scans with them")
    rows = (
        {model.__name__.lower(): len(keys) for model, keys in deletions.about_people().items()}
        if Data.RESULTS in wanted
        else {}
    )
    return DeletionPlan(wanted, tuple(_files(records, wanted, progress)), rows, _remains(wanted))


def _remains(what: Collection[Data]) -> tuple[str, ...]:
    """What stays, in words."""
    always = (
        "the exam's source, what was printed without names, its key and rubrics",
        "the audit trail, which says who did what and when, and names registration numbers",
        (
            "archives and copies that were made before: what is restored from an archive where this is noted "
            "is deleted there again"
        ),
    )
    if Data.RESULTS in what:
        return always
    return ("the list of candidates, what was read, decided and judged, and all results", *always)


def _deleted(
    frame: Frame, planned: DeletionPlan, author: Author, tag_key: bytes, *, act: str = ""
) -> Certificate:
    """Record the deletion and delete its rows, in the open transaction; the certificate."""
    rows = deletions.about_people() if Data.RESULTS in planned.what else {}
    seals = retention.seals(rows)
    head = audit.head()
    edition = frame.papers.edition
    made = signed(
        Certificate(
            FORMAT,
            act or str(uuid.uuid4()),
            edition.exam,
            edition.exam_number,
            tuple(sorted(planned.what)),
            author.who,
            author.actor.role.value,
            datetime.now(UTC).isoformat(timespec="seconds"),
            author.why,
            "" if head is None else str(head),
            planned.files,
            {table: len(keys) for table, keys in seals.items()},
            hashlib.sha256(packed(seals).encode("ascii")).hexdigest() if rows else "",
            deletions.remaining(),
            _remains(planned.what),
        ),
        tag_key,
    )
    deletions.append(made.act, planned.what, text(made), author)
    if rows:
        retention.delete(rows, author)
        derive.rebuild(frame.anew())
    jobs.effect({"certificate": made.act, "files": len(made.files), "rows": sum(made.rows.values())})
    said = {"what": sorted(planned.what), "files": len(planned.files), "certificate": made.signature}
    audit.append("delete-data", author.actor, {**said, "why": author.why})
    return made


def _finished(records: Records, certificate: Certificate, *, note: bool = True) -> DeletedData:
    """Delete the files, as far as they are as they were, and put the certificate where people find it."""
    for each in certificate.files:
        path = records.exam / each.name
        if path.is_file() and not path.is_symlink() and _digest(path) == each.sha256:
            path.unlink()
            _tidy_empty(records.exam, path.parent)
        if path.parent == records.scans and path.name == each.sha256:
            scan_copies.delete(records, each.sha256)
    sqlite.forget_deleted()
    place = records.exam / FOLDER
    place.mkdir(exist_ok=True)
    file = place / f"{certificate.when[:10]}-{'-'.join(certificate.what)}-{certificate.act[:8]}.json"
    _write(file, text(certificate))
    noted = deletions_noted.note(certificate) if note else file
    return DeletedData(certificate, file, noted)


def _files(records: Records, what: Collection[Data], progress: Progress = quiet) -> Iterator[GoneFile]:
    """The files that go, with their digests."""
    paths = list(dict.fromkeys(_paths(records, what)))
    for done, path in enumerate(paths, start=1):
        name = path.relative_to(records.exam).as_posix()
        yield GoneFile(name, path.stat().st_size, _digest(path))
        progress(done, len(paths))
    if Data.SCANS in what:
        here = {path.name for path in paths if path.parent == records.scans}
        for sha256, size in scan_copies.elsewhere(records):
            if sha256 not in here:
                name = (records.scans / sha256).relative_to(records.exam).as_posix()
                yield GoneFile(name, size, sha256)


def _paths(records: Records, what: Collection[Data]) -> Iterator[Path]:
    exam = records.exam
    if Data.SCANS in what:
        for place in (records.scans, records.unplaced):
            yield from _below(place)
        yield from (path for path in (records.root / "watched.json",) if path.is_file())
        yield from _copies(records)
    if Data.RESULTS in what:
        for place in (exam / PRINT, exam / DAY, records.root / "printing"):
            yield from _below(place)
        for name in (CSV, XLSX, JSON, *LISTS):
            if (exam / name).is_file() and not (exam / name).is_symlink():
                yield exam / name


def _copies(records: Records) -> Iterator[Path]:
    """Files in the exam's folder with the bytes of a file that was scanned."""
    known = {each.sha256 for each in pages.files()}
    sizes = set(scan_copies.there(records).values())
    for path in _below(records.exam):
        if path.stat().st_size in sizes and _digest(path) in known:
            yield path


def _below(place: Path) -> Iterator[Path]:
    """The files in a folder and below it, without what is hidden there, and no links."""
    for at, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if name != NAME and not name.startswith("."))
        for name in sorted(names):
            path = Path(at, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _tidy_empty(exam: Path, place: Path) -> None:
    """Take folders away that are empty now."""
    while place != exam and place.name not in {"scans", "unplaced", NAME} and not any(place.iterdir()):
        place.rmdir()
        place = place.parent


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(file: Path, content: str) -> None:
    part = file.with_suffix(".part")
    part.write_text(content, "utf-8")
    part.replace(file)
