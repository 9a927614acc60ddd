"""Which processes a verb works with."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from klausur.read import pool

FEW = 8
"""So many pages are read in this process before another one has started."""


@contextmanager
def executor(jobs: int | None, pieces: int) -> Iterator[Executor | None]:
    """Processes for ``pieces`` pieces of work, or None where this process is enough.

    Args:
        jobs: how many processes; 1 means this one, None one per processor.
        pieces: how much there is to do.
    """
    if jobs == 1 or pieces <= FEW:
        yield None
        return
    with pool.processes(jobs) as found:
        yield found
