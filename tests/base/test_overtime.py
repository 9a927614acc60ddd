"""Limits count processor time: who works too long is ended, who has to wait is not."""

import os
import signal
import subprocess
import sys
import time

import pytest

from klausur.base import overtime

WORK = """
import sys, time
from klausur.base import overtime
{before}
with overtime.within({seconds}):
    {work}
print("done", flush=True)
"""
SPIN = "while True: pass"


def started(work: str, seconds: float = 1.0, before: str = "") -> subprocess.Popen[str]:
    """A process that works within its limits."""
    return subprocess.Popen(
        [sys.executable, "-c", WORK.format(work=work, seconds=seconds, before=before)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_who_works_too_long_is_ended_and_told() -> None:
    process = started(SPIN, 0.2)
    said, _ = process.communicate()
    assert (process.returncode, said) == (overtime.BUSY, "")
    assert overtime.why_ended(process.returncode, 0.2) == "took more than 0.2 s of processor time"


def test_who_is_kept_from_working_may_go_on() -> None:
    process = started("print('begun', flush=True); sys.stdin.readline()")
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    os.kill(process.pid, signal.SIGSTOP)
    time.sleep(1.2)
    os.kill(process.pid, signal.SIGCONT)
    said, _ = process.communicate("\n")
    assert (process.returncode, said) == (0, "done\n")


def test_who_hangs_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    process = started("time.sleep(3600)", before="overtime.patience = lambda _: 0.2")
    process.communicate()
    monkeypatch.setattr(overtime, "patience", lambda _seconds: 0.2)
    assert process.returncode == overtime.HUNG
    assert overtime.why_ended(process.returncode, 1) == "hung: it was not done after 0.2 s by the clock"


def test_other_ends_are_no_limits() -> None:
    assert overtime.why_ended(3, 1) is None
    assert overtime.why_ended(-signal.SIGKILL, 1) is None


def test_a_program_runs_to_its_end() -> None:
    code = "import sys; print(sys.stdin.read()[::-1]); print('words', file=sys.stderr); sys.exit(3)"
    done = overtime.run([sys.executable, "-c", code], b"abc", 60)
    assert (done.stdout, done.stderr, done.returncode) == (b"cba\n", b"words\n", 3)


def test_a_program_may_not_work_too_long() -> None:
    with pytest.raises(overtime.BusyError, match=r"^took more than 0.5 s of processor time$"):
        overtime.run([sys.executable, "-c", SPIN], b"", 0.5)


def test_a_program_may_wait() -> None:
    done = overtime.run(["sh", "-c", "sleep 2.2; echo done"], b"", 1)
    assert done.stdout == b"done\n"


def test_a_program_may_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overtime, "patience", lambda _seconds: 0.2)
    with pytest.raises(overtime.HungError, match=r"^hung: .* 0.2 s by the clock$"):
        overtime.run(["sleep", "3600"], b"", 1)


def test_a_program_that_is_not_there_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="no-such-program"):
        overtime.run(["/no-such-program"], b"", 1)
