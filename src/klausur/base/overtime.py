"""How long work may take: so much processor time, and many times that by the clock, which stops what hangs.

A busy machine makes work last longer, but take no more processor time. So processor time is what tells work
without end, and the clock only what waits for something that never comes.
"""

import faulthandler
import math
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

try:
    import resource
except ImportError:  # Windows: there, only the clock limits
    resource = None  # type: ignore[assignment]

BUSY = -signal.SIGPROF if hasattr(signal, "SIGPROF") else 1
"""Exit code of a process that took more processor time than it may, `within` its limit."""

HUNG = -signal.SIGALRM if hasattr(signal, "SIGALRM") else 1
"""Exit code of a process that hung, `within` its limit."""

_ROUNDS, _START = 10, 60.0
"""A machine may be so many times slower than idle, and take so many seconds before it begins."""


class BusyError(Exception):
    """A program took more processor time than it may; the message says how much that is."""


class HungError(Exception):
    """A program came to no end in a time in which nothing takes so long; the message says which."""


def patience(seconds: float) -> float:
    """The seconds by the clock after which work hangs that may take ``seconds`` of processor time."""
    return _START + _ROUNDS * seconds


def busy(seconds: float) -> str:
    """That work took more processor time than it may, in words that go on behind its name."""
    return f"took more than {seconds:g} s of processor time"


def hung(seconds: float) -> str:
    """That work which may take ``seconds`` of processor time hung, in words that go on behind its name."""
    return f"hung: it was not done after {patience(seconds):g} s by the clock"


def why_ended(exit_code: int | None, seconds: float) -> str | None:
    """Which limit ended a process that worked `within` them, as `busy` and `hung` say it; None if neither."""
    if exit_code == BUSY:
        return busy(seconds)
    return hung(seconds) if exit_code == HUNG else None


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """End this process if the work inside takes more than ``seconds`` of processor time, or hangs.

    Its exit code is then `BUSY` or `HUNG`; a library inside is ended too. Only a process that may end like
    this can use it, and no two at once. (The system's timers take a microsecond to set; the thread that
    stands in for them on Windows, which knows the clock alone, 0.3 ms.)
    """
    if hasattr(signal, "setitimer"):  # nobody handles these signals, so they end the process
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, patience(seconds))
    else:
        faulthandler.dump_traceback_later(patience(seconds), exit=True)
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        else:
            faulthandler.cancel_dump_traceback_later()


def run(command: Sequence[str], given: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end: ``given`` on its standard input, what it writes as bytes.

    Args:
        command: the program and its arguments.
        given: its whole input.
        seconds: the processor time that it may take, in whole seconds (rounded up), where the system can
            limit that of another process (Linux).

    Raises:
        BusyError: it took more.
        HungError: it came to no end.
        OSError: it cannot be started.
    """
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        _limit(process.pid, seconds)
        try:
            out, errors = process.communicate(given, timeout=patience(seconds))
        except subprocess.TimeoutExpired:
            process.kill()
            raise HungError(hung(seconds)) from None
        except BaseException:  # Ctrl-C, for instance
            process.kill()
            raise
    if resource is not None and process.returncode == -signal.SIGXCPU:
        raise BusyError(busy(seconds))
    return subprocess.CompletedProcess(command, process.returncode, out, errors)


def _limit(pid: int, seconds: float) -> None:
    """Limit a process that was just started.

    From here, because no thread may run code between fork and exec; it has taken microseconds by now.
    """
    if not hasattr(resource, "prlimit"):
        return
    soft = math.ceil(seconds)
    with suppress(ProcessLookupError):  # it has ended
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        resource.prlimit(pid, resource.RLIMIT_CPU, (soft, soft + 1))
