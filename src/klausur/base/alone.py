"""One process at a time in a folder, which carries the lock itself, so that no file could be left behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else is in here for the same folder; a process that dies lets others in."""
    if fcntl is None:
        yield
        return
    at = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(at, fcntl.LOCK_EX)
        yield
    finally:
        os.close(at)


def deserted(folder: Path) -> bool:
    """Whether nobody is `alone` in a folder; where the system cannot say, somebody may be."""
    if fcntl is None:
        return False
    at = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(at, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(at)
