"""Lists that were brought and are looked at: kept for a day, each under a name that nobody can guess."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from klausur.base.errors import NotFoundError
from klausur.site import files
from klausur.site.models import Exam

GOOD_FOR = timedelta(days=1)
ROOM = "lists"


def keep(exam: Exam, name: str, data: bytes, now: datetime | None = None) -> UUID:
    """Keep a list; what was kept for more than a day before is cleared away."""
    time = now or datetime.now(UTC)
    sweep(time)
    kept = uuid4()
    files.here().put(f"{_below(exam)}/{int(time.timestamp())}/{kept}/{files.named(name)}", [data])
    return kept


def sweep(now: datetime) -> None:
    """Delete the lists of all exams that were kept for more than a day."""
    store = files.here()
    for key in list(store.keys(ROOM)):
        _, _, when, *_ = key.split("/")
        if datetime.fromtimestamp(int(when), UTC) < now - GOOD_FOR:
            store.delete(key)


def as_file(exam: Exam, kept: UUID) -> AbstractContextManager[Path]:
    """The list as a file under the name that it came with, as far as that is one.

    Raises:
        NotFoundError: no such list is kept for this exam.
    """
    store = files.here()
    key = next((key for key in store.keys(_below(exam)) if f"/{kept}/" in key), None)
    if key is None:
        raise NotFoundError("this list is not kept any more", "bring it again")
    return store.at_hand(key)


def _below(exam: Exam) -> str:
    return f"{ROOM}/{exam.pk}"
