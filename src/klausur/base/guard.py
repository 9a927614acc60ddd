"""What must not happen while the records' lock is held: anything slow.

`klausur.store.folder.writing` holds the one lock of an exam's records; whoever decodes, renders, parses,
waits for another process or writes files meanwhile makes everybody else wait. The seams where that would
begin call `refuse_if_locked`; they lie in rooms below the store, and so does this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOCKED: ContextVar[bool] = ContextVar("klausur_locked", default=False)


@contextmanager
def locked() -> Iterator[None]:
    """While this is open, in this thread or task, the seams refuse."""
    token = _LOCKED.set(True)
    try:
        yield
    finally:
        _LOCKED.reset(token)


def is_locked() -> bool:
    """Whether this thread or task holds the lock of an exam's records."""
    return _LOCKED.get()


def refuse_if_locked(what: str) -> None:
    """Called where something slow begins.

    Args:
        what: what would be done, as it stands in the message: "starting pandoc".

    Raises:
        RuntimeError: a transaction of `klausur.store.folder.writing` is open.
    """
    if _LOCKED.get():
        raise RuntimeError(
            f"{what} inside writing(): the records' lock is held; do it before, then look again and write"
        )
