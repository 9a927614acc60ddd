"""Pages spread over a Dask cluster, for who has one: the same executor as `klausur.read.pool`, elsewhere.

A task on the cluster is handed to a process that the cluster's worker starts itself, as this machine does: so
limits of memory, time and threads hold there, and a page that ends its process comes back as a broken pool,
and takes neither the cluster's worker nor other pages along. What Dask makes of tasks by itself stays out of
it: arguments travel as bytes, so that no page is hashed, looked through, or mistaken for a key.
"""

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import partial
from typing import Any, ParamSpec, TypeVar

from klausur import __version__
from klausur.base.errors import ToolError
from klausur.read import pool
from klausur.scan import limits

_P = ParamSpec("_P")
_T = TypeVar("_T")

SCHEME = "dask://"
"""With which a cluster's address begins here; behind it stands what Dask calls host and port."""

_PATIENCE = "20s"
"""In which the cluster should answer."""


def connected(address: str) -> Executor:
    """The workers of a cluster.

    Args:
        address: of its scheduler, ``dask://host:8786``.

    Raises:
        ToolError: it does not answer, has no workers, or Dask is not installed.
    """
    try:
        import distributed  # noqa: PLC0415 - who has a cluster has it
    except ImportError as error:
        raise ToolError(
            "a cluster needs Dask, which is not installed", "pip install 'klausur[dask]'"
        ) from error
    untyped: Any = distributed
    scheduler = f"tcp://{address.removeprefix(SCHEME)}"
    try:
        client = untyped.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ToolError(
            f"the cluster at {address} does not answer: {error}", "look whether its scheduler runs there"
        ) from error
    jobs = sum(client.nthreads().values())
    if not jobs:
        client.close()
        raise ToolError(f"the cluster at {address} has no workers", f"start some: dask worker {scheduler}")
    return _Cluster(client, jobs)


class _Cluster(Executor):
    """The executor; ``jobs`` are the cluster's threads, by which pages in flight are counted."""

    def __init__(self, client: Any, jobs: int) -> None:  # noqa: ANN401 - Dask has no types
        self.jobs = jobs
        self._client = client

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """As every Executor's."""
        task = pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL)
        here = (limits.stated_here(), __version__)
        sent = self._client.submit(_done, task, *here, pure=False, retries=0)
        found: Future[_T] = Future()
        found.set_running_or_notify_cancel()
        sent.add_done_callback(partial(_pass_on, found))
        return found

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature is Executor's
        """As every Executor's; the cluster goes on."""
        del wait, cancel_futures
        self._client.close()


def _pass_on(found: Future[Any], sent: Any) -> None:  # noqa: ANN401 - as above
    """What came of a task: errors of the cluster are those of a pool that broke."""
    if sent.status == "finished":
        found.set_result(sent.result())
        return
    error = sent.exception() if sent.status == "error" else None
    if isinstance(error, ToolError | MemoryError | BrokenExecutor):
        found.set_exception(error)
    else:
        found.set_exception(BrokenExecutor(f"the cluster lost it: {error or sent.status}"))


_own = threading.local()
"""In a worker of the cluster: each of its threads' own process, and the limits that it was started with."""


def _done(task: bytes, limits_: str, version: str) -> object:
    """The cluster's task: done in a process of this worker's own."""
    if version != __version__:
        raise ToolError(
            f"the cluster has Klausur {__version__}, and {version} asks for pages to be read",
            "install the same one on both",
        )
    if getattr(_own, "limits", None) != limits_:
        limits.state(limits_)
        _own.pool, _own.limits = pool.processes(1), limits_
    fn, args, kwargs = pickle.loads(task)  # noqa: S301 - this program pickled it itself
    try:
        return _own.pool.submit(fn, *args, **kwargs).result()
    except AssertionError as error:  # so says multiprocessing where a process may have none of its own
        raise ToolError(
            "the cluster's workers may not start processes",
            "start them with DASK_DISTRIBUTED__WORKER__DAEMON=False",
        ) from error
