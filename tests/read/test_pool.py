"""Pages through processes. The pages are damaged on purpose: how one is read is told in test_page."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import psutil
import pytest

from klausur.base.geometry import Size
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.read import pool
from klausur.read.model import PageResult, Results
from klausur.scan.model import PageImage, Reason, SourceForm

P = ParamSpec("P")
T = TypeVar("T")

LAYOUT = Layout(1, "e", "", "a4", Size(210, 297), (PageLayout(1, ()),), (BookletLayout(1, (0,)),))
KEY = bytes(32)


def images(count: int) -> list[PageImage]:
    return [PageImage("f", n, SourceForm.IMAGE, b"") for n in range(count)]


@pytest.fixture(scope="module")
def workers() -> Iterator[Executor]:
    with pool.processes(2) as executor:
        yield executor


def flat(results: Iterator[Results]) -> list[PageResult]:
    return [result for (result,) in results]


def are_all_there(results: list[PageResult], count: int) -> None:
    assert [r.index for r in results] == list(range(count))
    assert all(r.unplaced is not None and r.unplaced.reason is Reason.UNREADABLE for r in results)


def forked_from() -> tuple[int, int]:
    """In a worker: which process it was forked from, and how many threads that has."""
    return os.getppid(), len(list(Path(f"/proc/{os.getppid()}/task").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells the threads of a process")
def test_workers_are_forked_from_a_process_with_one_thread(workers: Executor) -> None:
    """Its lock would stay locked in them for ever; from 3.12 on Python warns of it, on everybody's screen."""
    flat(pool.results(images(40), LAYOUT, KEY, workers))
    process, threads = workers.submit(forked_from).result()
    assert process != os.getpid()
    assert threads == 1


def test_results_come_in_the_order_of_the_images(workers: Executor) -> None:
    are_all_there(flat(pool.results(images(40), LAYOUT, KEY, workers)), 40)


def test_processes_threads_and_this_process_agree(workers: Executor) -> None:
    here = list(pool.results(images(5), LAYOUT, KEY, None))
    with ThreadPoolExecutor(2) as threads:
        assert list(pool.results(images(5), LAYOUT, KEY, threads)) == here
    assert list(pool.results(images(5), LAYOUT, KEY, workers)) == here


@pytest.mark.parametrize("in_flight", [1, 3, 50])
def test_no_more_pages_are_taken_than_may_be_in_flight(in_flight: int) -> None:
    taken = 0

    def counted() -> Iterator[PageImage]:
        nonlocal taken
        for image in images(20):
            taken += 1
            yield image

    with ThreadPoolExecutor(2) as threads:
        for done, _ in enumerate(pool.results(counted(), LAYOUT, KEY, threads, in_flight=in_flight), 1):
            assert taken <= done + in_flight
    assert taken == 20


class Spy(Executor):
    """Passes tasks on, and keeps the sizes of the layouts that travelled."""

    def __init__(self, to: Executor) -> None:
        self.to = to
        self.sizes: list[int] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        context: Any = args[1]
        self.sizes.append(len(context.data))
        return self.to.submit(fn, *args, **kwargs)


def test_the_layout_travels_once_to_each_worker() -> None:
    with pool.processes(1) as executor:
        spy = Spy(executor)
        are_all_there(flat(pool.results(images(12), LAYOUT, KEY, spy, in_flight=1)), 12)
        assert sum(size > 0 for size in spy.sizes) == 1
        again = Spy(executor)
        list(pool.results(images(3), LAYOUT, KEY, again, in_flight=1))
        assert again.sizes == [0, 0, 0]


class Faulty(Executor):
    """Ends the process that should read one page, the first time it comes."""

    def __init__(self, to: Executor, index: int) -> None:
        self.to = to
        self.index = index

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        image: Any = args[0]
        if image.index == self.index:
            self.index = -1
            return self.to.submit(os._exit, 1)
        return self.to.submit(fn, *args, **kwargs)


def test_a_worker_that_dies_loses_no_page() -> None:
    with pool.processes(2) as executor:
        are_all_there(flat(pool.results(images(15), LAYOUT, KEY, Faulty(executor, 4))), 15)


class Deadly(bytes):
    """The bytes of an image that ends every process it comes to."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (1,)


def test_a_page_that_kills_every_process_is_unplaced_and_the_others_are_read() -> None:
    pages = images(9)
    pages[3] = PageImage("f", 3, SourceForm.IMAGE, Deadly())
    with pool.processes(2) as executor:
        results = flat(pool.results(pages, LAYOUT, KEY, executor))
    assert [r.index for r in results] == list(range(9))
    dead = results[3].unplaced
    assert dead is not None
    assert dead.reason is Reason.FAILED
    assert "died" in dead.detail
    assert all(r.unplaced and r.unplaced.reason is Reason.UNREADABLE for r in results if r.index != 3)


def spin() -> NoReturn:
    while True:
        pass


class Endless(bytes):
    """The bytes of an image over which every process works for ever."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Slow, ()


class Slow(bytes):
    """Comes to no end when it is looked at."""

    def __len__(self) -> int:
        return spin()


class Greedy(bytes):
    """The bytes of an image that take more memory than there may be."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Large, ()


class Large(bytes):
    """Takes a lot of memory when it is looked at."""

    def __len__(self) -> int:
        return len(bytearray(1 << 32))


@pytest.mark.long
def test_a_page_without_end_is_ended_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLAUSUR_LIMITS", "seconds=1")
    pages = images(9)
    pages[3] = PageImage("f", 3, SourceForm.IMAGE, Endless())
    with pool.processes(2) as executor:
        results = flat(pool.results(pages, LAYOUT, KEY, executor))
    ended = results.pop(3).unplaced
    assert ended is not None
    assert ended.reason is Reason.UNREADABLE
    assert "more than 1 s of processor time" in ended.detail
    assert all(r.unplaced and r.unplaced.reason is Reason.UNREADABLE for r in results)
    assert [r.index for r in results] == [0, 1, 2, 4, 5, 6, 7, 8]


def test_a_page_that_takes_too_much_memory_costs_itself_only() -> None:
    pages = images(5)
    pages[3] = PageImage("f", 3, SourceForm.IMAGE, Greedy())
    with pool.processes(2) as executor:
        results = flat(pool.results(pages, LAYOUT, KEY, executor))
    refused = results.pop(3).unplaced
    assert refused is not None
    assert "Memory" in refused.detail
    assert all(r.unplaced and r.unplaced.reason is Reason.UNREADABLE for r in results)


def test_a_file_whose_pages_end_every_process_is_left_alone_after_a_while() -> None:
    others = [PageImage("g", n, SourceForm.IMAGE, b"") for n in range(3)]
    pages = [PageImage("f", n, SourceForm.IMAGE, Deadly()) for n in range(30)] + others
    with pool.processes(2) as executor:
        results = flat(pool.results(pages, LAYOUT, KEY, executor))
    assert [(r.file, r.index) for r in results] == [(p.file, p.index) for p in pages]
    details = [r.unplaced.detail for r in results if r.unplaced is not None]
    assert len(details) == 33
    assert sum("twice" in detail for detail in details) == 10
    assert sum("not tried" in detail for detail in details) == 20


def test_all_workers_start_with_the_first_task() -> None:
    """None is started by a later one, while another may be dying."""
    with pool.processes(3) as executor:
        started = executor._pool  # type: ignore[attr-defined]  # noqa: SLF001
        assert started._safe_to_dynamically_spawn_children is False  # noqa: SLF001
        assert not started._processes  # noqa: SLF001
        assert executor.submit(len, "abc").result() == 3
        assert len(started._processes) == 3  # noqa: SLF001


PROGRAM = """
import os, sys
from klausur.read import pool
if __name__ == "__main__":
    executor = pool.processes(2)
    print(*{executor.submit(os.getpid).result() for _ in range(8)}, flush=True)
    sys.stdin.read()
"""


def test_workers_end_with_a_program_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, str(script)], stdin=pipe, stdout=pipe, text=True) as program:
        assert program.stdout is not None
        workers = [psutil.Process(int(word)) for word in program.stdout.readline().split()]
        assert workers
        program.kill()
    psutil.wait_procs(workers)


def test_other_work_that_kills_its_worker_is_told_and_takes_nothing_down() -> None:
    with pool.processes(1) as executor:
        with pytest.raises(pool.ReaderEndedError):
            pool.guarded(executor, os._exit, 1)
        assert pool.guarded(executor, divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            pool.guarded(executor, divmod, 7, 0)
    assert pool.guarded(None, divmod, 7, 2) == (3, 1)


def test_other_work_is_done_though_a_page_in_flight_ends_its_worker() -> None:
    with pool.processes(1) as executor:
        executor.submit(os._exit, 1)
        assert pool.guarded(executor, divmod, 7, 2) == (3, 1)


def test_other_work_is_held_to_the_limits_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLAUSUR_LIMITS", "seconds=1 memory=100")
    with pool.processes(1) as executor:
        with pytest.raises(pool.ReaderEndedError):
            pool.guarded(executor, spin)
        with pytest.raises(pool.ReaderEndedError):
            pool.guarded(executor, bytes, 300 << 20)


def test_work_may_wait_longer_than_it_may_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLAUSUR_LIMITS", "seconds=1")
    with pool.processes(1) as executor:
        first = executor.submit(os.getpid).result()
        pool.guarded(executor, time.sleep, 1.2)
        assert executor.submit(os.getpid).result() == first
