"""Limits that a server's processes count together."""

import subprocess
import sys
from pathlib import Path

import pytest

from klausur.web import limits
from klausur.web.limits import Limit, Together, Tries

PROCESS = """
import sys
from pathlib import Path
from klausur.web import limits
limits.share(Path(sys.argv[1]))
limit = limits.Limit(30, 600, of="trials")
print(sum(limit.takes("a place") for _ in range(25)))
"""


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that this process counts in."""
    path = tmp_path / "limits.sqlite"
    monkeypatch.setattr(limits, "_shared", Together(path))
    return path


def test_four_processes_take_together_what_one_may(tmp_path: Path) -> None:
    words = [sys.executable, "-c", PROCESS, str(tmp_path / "limits.sqlite")]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sum(int(process.communicate()[0]) for process in running) == 30


def test_what_is_limited_is_counted_apart_and_for_its_time(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    one = Limit(2, 10, lambda: now[0], of="one")
    assert [one.takes("a"), one.takes("a"), one.takes("a"), one.takes("b")] == [True, True, False, True]
    monkeypatch.setattr(limits, "_shared", Together(shared))  # as another process has it
    assert Limit(2, 10, lambda: now[0], of="one").spent("a")
    assert not Limit(2, 10, lambda: now[0], of="another").spent("a")
    assert Limit(2, 10, lambda: now[0]).takes("a"), "without a word for what is limited it is its own"
    now[0] = 110.0
    assert not one.spent("a")


def test_a_link_that_was_good_in_one_process_is_good_in_all(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Tries(3, 60, of="links")
    here.passed("mine")
    for _ in range(3):
        here.failed("a gateway")
    monkeypatch.setattr(limits, "_shared", Together(shared))
    there = Tries(3, 60, of="links")
    assert there.lets("a gateway", "mine")
    assert not there.lets("a gateway", "another")
    assert there.lets("elsewhere", "another")


@pytest.mark.usefixtures("shared")
def test_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EVERY", 10)
    monkeypatch.setattr(limits, "MOST_SHARED", 10)
    many = Limit(1, 600, of="many")
    for n in range(100):
        assert many.takes(f"place {n}")
    assert not many.takes("place 99")
    assert many.takes("place 1"), "what is long ago is forgotten"


def test_names_are_not_written(shared: Path) -> None:
    Limit(1, 600, of="names").takes("198.51.100.7")
    assert all(b"198.51" not in file.read_bytes() for file in shared.parent.iterdir())


def test_a_file_that_cannot_be_written_leaves_each_process_to_itself(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Together(shared)
    broken.close()
    monkeypatch.setattr(limits, "_shared", broken)
    alone, tries = Limit(1, 600, of="alone"), Tries(1, 600, of="links")
    assert [alone.takes("a"), alone.takes("a"), alone.spent("a")] == [True, False, True]
    tries.passed("mine")
    tries.failed("a place")
    assert tries.lets("a place", "mine")
    assert not tries.lets("a place", "another")
    limits.share(shared.parent / "no folder" / "limits.sqlite")
    assert [alone.spent("a"), alone.takes("b")] == [True, True]
