"""Uploads: files that come in pieces, go on where they stopped, and are checked before they are kept.

A browser says what file it has and is told which pieces are there; it sends the others one after the other,
each with its SHA-256. The first piece tells the format. Pieces are files by themselves until all are there,
so a server that is killed loses none, and two windows that send the same file disturb each other in nothing.
"""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from klausur.actions import scan_look
from klausur.base import file_names
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.scan import formats
from klausur.site import files, jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import DIGEST, Exam, Job, Person, Upload
from klausur.state.facts import Role

PIECE = 4 << 20
"""Bytes of each piece but the last."""

KEPT = timedelta(days=14)
"""So long an upload that nobody goes on with is kept."""

RESERVE = 256 << 20
"""Bytes that stay free on the disk, whoever sends what: records are written meanwhile."""

LONGEST = 400

ROOM = "uploads"
"""Below which the files of uploads lie, each upload's in a folder of its own."""


class NotNextError(RefusedError):
    """Another piece is wanted now: that from byte ``received`` on."""

    def __init__(self, received: int) -> None:
        super().__init__(
            f"this piece does not follow: the file is there up to byte {received}", "go on from there"
        )
        self.received = received


class DamagedError(RefusedError):
    """A piece did not arrive as it was sent; it is wanted once more."""


Sender = Person | int
"""Who sends files: somebody with an account, or a candidate of the exam by their number in its records."""


def _by(sender: Sender) -> dict[str, Any]:
    return {"by": None, "candidate": sender} if isinstance(sender, int) else {"by": sender, "candidate": None}


def begin(exam: Exam, sender: Sender, name: str, size: int, *, limit: int, fresh: bool = False) -> Upload:
    """Begin to send a file; or go on with one of this name and size that the same sender began here.

    Args:
        exam: for which exam.
        sender: who sends it.
        name: as the browser has it, with the folders that were chosen with it.
        size: in bytes.
        limit: the most bytes that a file may have.
        fresh: what is there of such a file is another one's: begin anew.

    Raises:
        UsageError: it has no name, or no bytes.
        RefusedError: it is too large, or the disk has no room for it and what else is written meanwhile.
    """
    called = file_names.shown(name.strip())[:LONGEST]
    if not called or size <= 0:
        raise UsageError(f"{called or 'the file'} is empty", "choose the file that the scanner wrote")
    if size > limit:
        raise RefusedError(
            f"{called} has {_mebibytes(size)}, and this site takes {_mebibytes(limit)} at most",
            "scan in several files, or ask the administrator to raise 'upload' in klausur.toml",
        )
    if size + RESERVE > files.here().room():
        raise RefusedError(f"the disk has no room for {called}", "ask the administrator to make room for it")
    unfinished = Upload.objects.filter(exam=exam, **_by(sender), name=called, size=size, digest="", fault="")
    if fresh:
        for one in unfinished:
            drop(one)
    found = unfinished.order_by("made").first()
    return found or Upload.objects.create(exam=exam, **_by(sender), name=called, size=size)


def find(exam: Exam, sender: Sender, number: uuid.UUID) -> Upload:
    """An upload that somebody began; one that was handed over, too: they may not have got the answer.

    Raises:
        NotFoundError: there is none of this exam and this sender.
    """
    found = Upload.objects.filter(pk=number, exam=exam, **_by(sender), fault="").first()
    if found is None:
        raise NotFoundError("this upload is not known here any more", "choose the file again")
    return found


def mine(exam: Exam, sender: Sender, number: uuid.UUID) -> Upload:
    """An upload that somebody began and that was not handed over, also one that was refused.

    Raises:
        NotFoundError: there is none of this exam and this sender.
    """
    found = Upload.objects.filter(pk=number, exam=exam, **_by(sender), digest="").first()
    if found is None:
        raise NotFoundError("this upload is not known here any more", "load the page again")
    return found


def take(upload: Upload, offset: int, digest: str, data: bytes) -> Upload:
    """Keep the next piece of a file. After the last one nothing more is wanted, and nothing changes.

    Raises:
        NotNextError: another piece is wanted now.
        UsageError: it has more or fewer bytes than a piece.
        DamagedError: it is not what was sent.
        RefusedError: the file is of no known format; then it is remembered why.
    """
    if offset != upload.received:
        raise NotNextError(upload.received)
    if offset == upload.size and not data:
        return upload
    if len(data) != min(PIECE, upload.size - offset):
        raise UsageError("this is no piece of the file: it has another size", "choose the file again")
    if hashlib.sha256(data).hexdigest() != digest:
        raise DamagedError("a piece of the file arrived damaged", "send it once more")
    if offset == 0 and formats.of(data[: formats.HEAD]) is None:
        refuse(upload, formats.UNKNOWN, formats.CONVERT)
        raise RefusedError(formats.UNKNOWN, formats.CONVERT)
    files.here().put(_piece(upload, len(upload.pieces), digest), [data])
    # The row as it was seen: of two windows that send the same piece at once, one is told to go on elsewhere.
    row = Upload.objects.filter(pk=upload.pk, received=offset, digest="", fault="")
    known = [*upload.pieces, digest]
    if not row.update(received=offset + len(data), pieces=known):
        now = Upload.objects.filter(pk=upload.pk).values_list("received", flat=True).first()
        raise NotNextError(now or 0)
    upload.received, upload.pieces = offset + len(data), known
    return upload


def join(upload: Upload) -> str:
    """Put the pieces of a file together, once all are there; who is stopped meanwhile does so again.

    Returns:
        The SHA-256 of the whole file.

    Raises:
        NotFoundError: another window has done so at the same time, and its pieces are gone.
    """
    whole = hashlib.sha256()

    def content() -> Iterator[bytes]:
        for number, digest in enumerate(upload.pieces):
            for part in files.pieces(files.here(), _piece(upload, number, digest)):
                whole.update(part)
                yield part

    files.here().put(key(upload), content())
    return whole.hexdigest()


def key(upload: Upload) -> str:
    """The key of the whole file: it ends in its name, by which the records know it."""
    return f"{_place(upload)}/whole/{files.named(upload.name.rpartition('/')[2])}"


def refuse(upload: Upload, why: str, remedy: str) -> None:
    """Remember why a file is not wanted, and delete what came of it."""
    Upload.objects.filter(pk=upload.pk).update(fault=why, remedy=remedy)
    _delete(upload)


def drop(upload: Upload) -> None:
    """Forget an upload, with what came of it."""
    _delete(upload)
    upload.delete()


def unfinished(exam: Exam) -> QuerySet[Upload, Upload]:
    """The scans of an exam that were begun and are not all there, or were refused; oldest first."""
    found = Upload.objects.filter(Q(digest="") | ~Q(fault=""), exam=exam, by__isnull=False)
    return found.select_related("by").order_by("made")


def of_candidate(exam: Exam, candidate: int) -> QuerySet[Upload, Upload]:
    """The files that a candidate has sent and not handed in yet, also those that are not all there."""
    return Upload.objects.filter(exam=exam, candidate=candidate).order_by("made")


def finish(upload: Upload) -> None:
    """Put a candidate's file together that is all there; it waits to be handed in. Again, nothing changes."""
    waits = Upload.objects.filter(pk=upload.pk, digest="")
    if not waits.exists():
        return
    try:
        digest = join(upload)
    except NotFoundError:
        if waits.exists():  # no other window has done so at the same time
            raise
        return
    waits.update(digest=digest)
    _delete_pieces(upload)


def unsent(exam: Exam, candidate: int, number: uuid.UUID) -> Upload:
    """A file that a candidate has not handed in yet.

    Raises:
        NotFoundError: they have sent none of this number.
    """
    found = of_candidate(exam, candidate).filter(pk=number).first()
    if found is None:
        raise NotFoundError("this upload is not known here any more", "load the page again")
    return found


def hand_over(upload: Upload, folder: Path, person: Person, role: Role) -> Job | None:
    """Have a file read that is all there; None if the exam knows these bytes, and nothing changes.

    However often this is asked for, also at once: there is one job.

    Raises:
        RefusedError: their role does not include it.
    """
    if (job := _job(upload)) is not None:
        return job
    try:
        digest = join(upload)
    except NotFoundError:
        if (job := _job(upload)) is not None:
            return job
        raise
    if scan_look.is_known(folder, digest):
        drop(upload)
        return None
    with transaction.atomic():
        # The row first: of two who are here at once, the second one waits for it, and finds it changed.
        if Upload.objects.filter(pk=upload.pk, digest="").update(digest=digest):
            job = jobs.ask(Kind.SCAN, upload.exam, person, role, file=key(upload), name=upload.name)
            Upload.objects.filter(pk=upload.pk).update(job=job)
    if job is None and (job := _job(upload)) is None:
        raise NotFoundError("this upload is not known here any more", "choose the file again")
    _delete_pieces(upload)
    return job


def _job(upload: Upload) -> Job | None:
    """The job by which a file is read that was handed over."""
    found = Upload.objects.select_related("job").filter(pk=upload.pk).first()
    return None if found is None else found.job


def sweep(now: datetime) -> None:
    """Forget uploads that nobody went on with for long, and those that were read: the exam has its copy.

    With them go files of which no upload is known, as of exams that the site has given up.
    """
    old = Upload.objects.filter(job=None, made__lt=now - KEPT)
    read = Upload.objects.filter(job__state=JobState.DONE)
    for upload in (*old, *read):
        drop(upload)
    kept = files.here()
    places = {place for place in (key.split("/")[1] for key in kept.keys(ROOM)) if _is_hex(place)}
    for gone in places - {pk.hex for pk in Upload.objects.values_list("pk", flat=True)}:
        _delete_below(f"{ROOM}/{gone}")


def told(upload: Upload) -> dict[str, Any]:
    """What a browser is told of an upload."""
    pieces = list(upload.pieces)
    return {"id": str(upload.pk), "received": upload.received, "piece": PIECE, "pieces": pieces}


def is_digest(text: str) -> bool:
    """Whether this is a SHA-256 in hexadecimal."""
    return len(text) == DIGEST and all(c in "0123456789abcdef" for c in text)


def _is_hex(text: str) -> bool:
    return len(text) == 32 and all(c in "0123456789abcdef" for c in text)


def _place(upload: Upload) -> str:
    return f"{ROOM}/{upload.pk.hex}"


def _piece(upload: Upload, number: int, digest: str) -> str:
    return f"{_place(upload)}/pieces/{number:06}-{digest}"


def _delete_pieces(upload: Upload) -> None:
    _delete_below(f"{_place(upload)}/pieces")


def _delete(upload: Upload) -> None:
    _delete_below(_place(upload))


def _delete_below(place: str) -> None:
    kept = files.here()
    for one in list(kept.keys(place)):
        kept.delete(one)


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB" if size < 10 << 20 else f"{size >> 20} MiB"
