"""The simulated site does as much work as there is, once, and as fast as its figures allow."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import klausur
from scale_model import BATCH, LEASE, POLL, Costs, Day, simulate

COSTS = Costs(page=0.1, record=0.01, job=0.02)
ONE_EXAM = Day(exams=1, pages=400, file=400)


def test_one_worker_takes_the_time_that_its_pages_take() -> None:
    done = simulate(ONE_EXAM, COSTS, 1, cores=1, deaths=0)
    scanned = ONE_EXAM.pages / 1.0
    assert done.pages == ONE_EXAM.pages
    assert done.hours * 3600 == pytest.approx(scanned + 0.02 + 400 * 0.11, abs=1.1)


def test_two_workers_do_at_least_1_85_times_as_much_where_there_is_enough() -> None:
    day = Day(exams=8, pages=1000, file=100)
    slow = replace(COSTS, page=2.0)
    one, two = (simulate(day, slow, workers, cores=1, deaths=0) for workers in (1, 2))
    assert two.rate / one.rate > 1.85
    assert one.busy > 0.98


def test_one_exam_s_lock_is_what_many_workers_wait_for() -> None:
    day = Day(exams=1, pages=4000, file=40)
    locked = Costs(page=0.1, record=1.5, job=0.02)
    found = simulate(day, locked, 16, cores=1, deaths=0)
    assert found.rate == pytest.approx(1 / 1.5, rel=0.05), "one page at a time, however many workers"


def test_whoever_dies_loses_no_page_and_its_file_waits_for_the_lease() -> None:
    day = Day(exams=4, pages=800, file=200)
    found = simulate(day, replace(COSTS, page=1.0), 4, cores=1, deaths=20)
    assert found.lost > 3
    assert found.pages == day.all_pages
    assert found.wait[1] > LEASE
    assert found == simulate(day, replace(COSTS, page=1.0), 4, cores=1, deaths=20)


def test_it_knows_the_program_s_own_numbers() -> None:
    source = Path(klausur.__file__).parent
    for file, line in (
        ("actions/scan.py", f"BATCH = {BATCH}"),
        ("site/jobs.py", f"LEASE = timedelta(seconds={LEASE:.0f})"),
        ("site/worker.py", f"POLL = {POLL}"),
    ):
        assert f"\n{line}\n" in (source / file).read_text("utf-8"), line
