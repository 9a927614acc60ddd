"""What must not happen while the records' lock is held: anything slow.

`klausur.store.folder.writing` holds the one lock of an exam's records; whoever decodes, renders, parses,
waits for another process or writes files meanwhile makes everybody else wait. The seams where that would
begin call `refuse_if_locked`; they lie in rooms below the store, and so does this. Python's own slow work is
put off: a collection of all garbage took 50 ms, three times as long as a decision.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOCKED: ContextVar[bool] = ContextVar("klausur_locked", default=False)


class _Collector:
    """The garbage collector of this process, at rest while any of its threads holds a lock."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._resting = 0
        self._works = False

    def rest(self) -> None:
        with self._turn:
            if not self._resting:
                self._works = gc.isenabled()
                gc.disable()
            self._resting += 1

    def go_on(self) -> None:
        with self._turn:
            self._resting -= 1
            if not self._resting and self._works:
                gc.enable()


_COLLECTOR = _Collector()


@contextmanager
def locked() -> Iterator[None]:
    """While this is open, in this thread or task, the seams refuse, and no garbage is collected."""
    token = _LOCKED.set(True)
    _COLLECTOR.rest()
    try:
        yield
    finally:
        _COLLECTOR.go_on()
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
