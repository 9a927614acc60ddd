"""Which processes a verb works with."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from klausur.read import pool

FEW = 8
"""So many pages are read in this process before another one has started."""


@contextmanager
def executor(
    jobs: int | None, pieces: int, *, hostile: bool = False, cluster: str = ""
) -> Iterator[Executor | None]:
    """Processes for ``pieces`` pieces of work, or None where this process is enough.

    Args:
        jobs: how many processes; 1 means this one, None one per processor. 0 means this one even for what
            is hostile, for tests and profiles.
        pieces: how much there is to do.
        hostile: the work is on bytes from outside, which might end the process that works on them: it is
            always done in others.
        cluster: the address of a cluster that works instead (`klausur.read.cluster`); empty for none.

    Raises:
        ToolError: the cluster does not answer.
    """
    if cluster and pieces:
        from klausur.read.cluster import connected  # noqa: PLC0415 - few have one

        with connected(cluster) as found:
            yield found
        return
    if not pieces or jobs == 0 or (not hostile and (jobs == 1 or pieces <= FEW)):
        yield None
        return
    with pool.processes(jobs if jobs is None else min(jobs, pieces)) as found:
        yield found
