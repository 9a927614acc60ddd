"""Pages spread over processes: results in the order of the images, a bounded number of pages in flight.

Any `concurrent.futures.Executor` will do, this module's processes or a cluster's. The layout travels to each
worker about once: a task names it by its digest, and only a worker that does not know it asks for it. A
worker that dies, or takes more time or memory than a page may (`klausur.scan.limits`), takes no page along:
each page that was in flight is tried once more, alone.
"""

import hashlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver
from typing import Any, ParamSpec, TypeVar

import cv2

from klausur.base import overtime
from klausur.base.guard import refuse_if_locked
from klausur.paper.layout import Layout
from klausur.read import page
from klausur.read.model import Results
from klausur.scan import limits
from klausur.scan.model import PageImage, Reason, Unplaced

_P = ParamSpec("_P")
_T = TypeVar("_T")

_WAITING_PER_WORKER = 3
"""Pages in flight for each worker: one at work, one that waits for it, one for the time between."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""By these, NumPy and OpenCV start no threads as they are loaded. The process that workers are forked from
must have one thread only: a lock that another one held would never be free in a worker."""

_STRIKES = 10
"""Pages of one file that may break their limits, or the process that reads them, before no more is tried."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What all pages of a scan share, pickled once; ``digest`` names it. ``data`` is empty in most tasks."""

    digest: bytes
    data: bytes = b""

    @classmethod
    def of(cls, layout: Layout, key: bytes) -> "_Context":
        data = pickle.dumps((layout, key), pickle.HIGHEST_PROTOCOL)
        return cls(hashlib.sha256(data).digest(), data)

    @property
    def name(self) -> "_Context":
        return _Context(self.digest)


def processes(jobs: int | None = None) -> Executor:
    """Worker processes to read pages with, one for each core unless ``jobs`` says otherwise.

    They end with the process that started them, even where that was killed.
    """
    return _Processes(jobs or cores())


def results(
    images: Iterable[PageImage],
    layout: Layout,
    key: bytes,
    executor: Executor | None = None,
    *,
    in_flight: int | None = None,
) -> Iterator[Results]:
    """Read pages; the results of each image (one per page on it), in the order of the images.

    Args:
        images: consumed as results are taken, at most ``in_flight`` ahead.
        layout: of the print run that the pages should belong to.
        key: the exam's key.
        executor: where to read; None reads in this process.
        in_flight: how many pages may be under way; by default a few for each of this machine's cores.
    """
    refuse_if_locked("reading pages")
    if executor is None:
        yield from (page.process(image, layout, key) for image in images)
        return
    context = _Context.of(layout, key)
    most = in_flight or _WAITING_PER_WORKER * getattr(executor, "jobs", cores())
    strikes: Counter[str] = Counter()
    waiting: deque[tuple[PageImage, Future[Results | None] | None]] = deque()
    for image in images:
        waiting.append((image, _submitted(executor, image, context.name, strikes)))
        if len(waiting) >= most:
            yield _taken(*waiting.popleft(), executor, context, strikes)
    while waiting:
        yield _taken(*waiting.popleft(), executor, context, strikes)


class ReaderEndedError(Exception):
    """Work ended the process that did it: too much memory or time was taken, or a decoder crashed."""


def guarded(executor: Executor | None, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Other work on scanned images, in a worker, held to the limits of a page.

    What a page in flight does to its worker does no harm: the work is done once more, with nothing beside it.

    Args:
        executor: where to work; None works in this process.
        work: a function of a module, whose arguments and result pickle.
        args: its own.
        kwargs: its own.

    Raises:
        EndedError: the work ended its worker.
    """
    refuse_if_locked("work on images")
    if executor is None:
        return work(*args, **kwargs)
    try:
        return executor.submit(_held_to_limits, work, *args, **kwargs).result()
    except (BrokenExecutor, MemoryError):
        pass
    try:
        return executor.submit(_held_to_limits, work, *args, **kwargs).result()
    except (BrokenExecutor, MemoryError) as error:
        raise ReaderEndedError("it ends the process that decodes it") from error


def _held_to_limits(work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """A worker's task."""
    if not _limited:
        return work(*args, **kwargs)
    with overtime.within(limits.here().seconds):
        return work(*args, **kwargs)


def _taken(
    image: PageImage,
    future: Future[Results | None] | None,
    executor: Executor,
    context: _Context,
    strikes: Counter[str],
) -> Results:
    """The results of an image in flight, whatever became of its worker."""
    try:
        done = future.result() if future is not None else None
        if future is not None and done is None:  # the worker does not know the layout: send it along
            done = executor.submit(_process, image, context).result()
    except BrokenExecutor:
        done = None
    return done if done is not None else _alone(image, context, strikes)


def _alone(image: PageImage, context: _Context, strikes: Counter[str]) -> Results:
    """Read a page in a process of its own, after the one that had it has died."""
    if strikes[image.file] >= _STRIKES:
        why = f"not tried: {_STRIKES} pages of its file ended the processes that read them"
        return (page.unplaced(image, Unplaced(Reason.FAILED, why)),)
    here, there = _method().Pipe(duplex=False)
    arguments = (there, limits.stated_here(), image, context)
    own = _method().Process(target=_tell, args=arguments, daemon=True)
    own.start()
    there.close()
    try:
        done: Results | None = here.recv()
    except EOFError:
        done = None
    own.join()
    here.close()
    if done is not None:
        return done
    strikes[image.file] += 1
    late = own.exitcode in {overtime.BUSY, overtime.HUNG}
    cause = limits.why_ended(own.exitcode, limits.here().seconds)
    why = cause if late else f"the process that read this page died, twice: {cause}"
    return (page.unplaced(image, Unplaced(Reason.UNREADABLE if late else Reason.FAILED, why)),)


def _tell(to: Any, limits_: str, image: PageImage, context: _Context) -> None:  # noqa: ANN401 - a connection's class depends on the platform
    """Read one page in this process, and pass on what came of it."""
    _settle_in(limits_)
    to.send(_process(image, context))


def _submitted(
    executor: Executor, image: PageImage, context: _Context, strikes: Counter[str]
) -> Future[Results | None] | None:
    if strikes[image.file] >= _STRIKES:
        return None
    try:
        return executor.submit(_process, image, context)
    except BrokenExecutor:
        return None


_known: dict[bytes, tuple[Layout, bytes]] = {}
"""In a worker: the layout and key of the scan at hand, by digest."""


def _process(image: PageImage, context: _Context) -> Results | None:
    """A worker's task. None if this worker does not know the layout and the task does not carry it."""
    if context.digest not in _known:
        if not context.data:
            return None
        _known.clear()
        _known[context.digest] = pickle.loads(context.data)  # noqa: S301 - this program pickled it itself
    return _held_to_limits(page.process, image, *_known[context.digest])


_limited = False
"""Whether this process was started for pages alone, and may be ended over one."""


class _Processes(Executor):
    """A process pool that starts anew after a worker has died; the tasks in flight then fail as broken."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool = self._started()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """As every Executor's."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool.shutdown(wait=False)
            self._pool = self._started()
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature is Executor's
        """As every Executor's."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _started(self) -> ProcessPoolExecutor:
        found = ProcessPoolExecutor(self.jobs, _method(), _settle_in, (limits.stated_here(),))
        # All workers start with the first task and none with a later one, as where Python itself forks them:
        # one that is started just as another dies is handed pipes that are being closed, and the server that
        # forks it may end over them.
        found._safe_to_dynamically_spawn_children = False  # type: ignore[attr-defined]  # noqa: SLF001
        return found


def _method() -> Any:  # noqa: ANN401 - a context's class depends on the platform
    """How processes are started: never by a plain fork, which can copy a lock that another thread holds."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    method = multiprocessing.get_context("forkserver")
    # Imported once, then each worker starts in milliseconds.
    method.set_forkserver_preload(["__main__", __name__])
    with _environment(_ONE_THREAD):
        forkserver.ensure_running()
    return method


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """Have what is started meanwhile find this in its environment."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _settle_in(limits_: str) -> None:
    """Make a fresh process a worker: one thread each, limits, and no life beyond that of the program."""
    global _limited  # noqa: PLW0603 - a fact about the process
    _limited = True
    limits.state(limits_)  # those of the program: this process has the environment of an older one
    limits.confine(limits.here().memory)
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which then ends its workers
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: Any) -> None:  # noqa: ANN401 - multiprocessing names no class for it
    """Wait for the program to end, then end: a worker whose program was killed would wait for ever."""
    parent.join()
    os._exit(1)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
