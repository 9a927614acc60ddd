"""Pages on a Dask cluster: the same results as here, whatever a page does, and limits that hold there."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.actions.conftest import write_exam
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.rehearse import rehearse
from klausur.actions.scan import scan
from klausur.base.errors import ToolError
from klausur.read import cluster, pool
from klausur.rehearse.level import Level
from klausur.scan import limits
from klausur.store import readings
from klausur.store.folder import opened

pytestmark = [pytest.mark.nightly, pytest.mark.above_records]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of two workers on this machine, as `dask worker` starts them."""
    import dask
    import distributed

    untyped: Any = distributed
    said = {"distributed.worker.daemon": False}
    with (
        dask.config.set(said),
        untyped.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as started,
    ):
        yield started.scheduler_address.replace("tcp://", cluster.SCHEME)


def twice(number: int, key: str = "") -> str:
    """A piece of work; ``key`` is a word that Dask takes for its own."""
    return f"{2 * number}{key}"


def die() -> None:
    """What a page may do to its process."""
    os.kill(os.getpid(), signal.SIGKILL)


def limited() -> tuple[int, int]:
    """The bytes that this process may take, and those that are stated."""
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)[0], limits.here().memory


def test_work_comes_back_and_words_of_dask_s_own_do_no_harm(address: str) -> None:
    with cluster.connected(address) as workers:
        assert getattr(workers, "jobs", 0) == 2
        assert [workers.submit(twice, n, key="x").result() for n in range(3)] == ["0x", "2x", "4x"]
        same = [workers.submit(os.getpid) for _ in range(6)]
        assert os.getpid() not in {each.result() for each in same}


def test_what_ends_its_process_is_a_broken_pool_and_others_go_on(address: str) -> None:
    with cluster.connected(address) as workers:
        for _ in range(5):  # more than Dask lets a task end its workers
            with pytest.raises(BrokenExecutor):
                workers.submit(die).result()
        assert workers.submit(twice, 4).result() == "8"
        with pytest.raises(pool.ReaderEndedError):
            pool.guarded(workers, die)


def test_limits_are_those_of_who_asks(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with cluster.connected(address) as workers:
        monkeypatch.setenv(limits.NAME, "memory=3000")
        held, stated = workers.submit(limited).result()
        assert stated == 3000
        assert 0 < held < 1 << 40


def test_a_scan_by_the_cluster_records_what_one_here_does(address: str, tmp_path: Path) -> None:
    place = tmp_path / "here"
    write_exam(place)
    print_booklets(place, actor=EXAMINER, wanted=PrintRequest(spare=3), seed=3)
    files = rehearse(place, actor=EXAMINER, seed=3, level=Level.HARD, jobs=1).files
    there = copy_exam(place, tmp_path / "there")
    done = [scan(place, files, actor=EXAMINER, jobs=0), scan(there, files, actor=EXAMINER, cluster=address)]
    assert done[0].readings == done[1].readings > 0
    found = []
    for folder in (place, there):
        with opened(folder):
            found.append([(each.spot, each.reading) for each in readings.readings()])
    assert found[0] == found[1]


def test_a_cluster_that_is_none_or_has_another_klausur_is_told(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster.connected(address) as workers:
        monkeypatch.setattr(cluster, "__version__", "9.9")
        with pytest.raises(ToolError, match=r"9\.9"):
            workers.submit(twice, 1).result()
    monkeypatch.setattr(cluster, "_PATIENCE", "1s")
    with pytest.raises(ToolError, match="does not answer"):
        cluster.connected("dask://127.0.0.1:1")
