"""Lists that were brought and are looked at: kept for a day, each under a name that nobody can guess."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from klausur.base.errors import NotFoundError
from klausur.site import files
from klausur.site.models import Exam

GOOD_FOR = timedelta(days=1)


def keep(exam: Exam, name: str, data: bytes, now: datetime | None = None) -> UUID:
    """Keep a list; what was kept for more than a day before is cleared away."""
    store, time = files.here(), now or datetime.now(UTC)
    below = _below(exam)
    for key in list(store.keys(below)):
        if datetime.fromtimestamp(int(key.removeprefix(below).split("/")[1]), UTC) < time - GOOD_FOR:
            store.delete(key)
    kept = uuid4()
    store.put(f"{below}/{int(time.timestamp())}/{kept}/{files.named(name)}", [data])
    return kept


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
    return f"lists/{exam.pk}"
