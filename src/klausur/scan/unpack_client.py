"""The program's side of the process that takes scanned files apart (`klausur.scan.unpack`).

One such process serves the whole program. It is started when it is first needed, again where a file has ended
it, and ends with the program.
"""

import atexit
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

import msgspec

from klausur.base.guard import refuse_if_locked
from klausur.scan import limits, messages
from klausur.scan.messages import Reply, Request

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PIPE = 1 << 20  # bytes; by default it is 64 kB

_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(64 << 20), "MALLOC_TRIM_THRESHOLD_": str(128 << 20)}
"""Has the C library keep the memory of a page for the next one, which halves what a page costs (Linux)."""

_LEAVE = 2.0
"""Seconds that the process has to end by itself."""


class UnpackerEndedError(Exception):
    """The process ended over a request; ``str(error)`` says why. The next request starts a new one."""


@dataclass(frozen=True, slots=True)
class _Process:
    """The process, the limits that it was started with, and the program that started it."""

    process: subprocess.Popen[bytes]
    limits: str
    owner: int


_running: _Process | None = None
_turn = threading.Lock()


def ask(request: Request, seconds: int, *data: bytes) -> tuple[Reply, tuple[bytes, ...]]:
    """The answer of the process that takes files apart, and what comes along with it.

    Args:
        request: the question.
        seconds: the limit of time that it will be held to, for the words of the error.
        data: what goes along.

    Raises:
        EndedError: the process crashed or was ended over this.
    """
    refuse_if_locked("taking a scanned file apart")
    with _turn:
        process = _started()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process was started without pipes")
        try:
            messages.send(process.stdin, request, *data)
            return messages.reply(process.stdout)
        except (EOFError, OSError, msgspec.MsgspecError) as error:
            raise UnpackerEndedError(limits.why_ended(_end(), seconds)) from error
        except BaseException:  # Ctrl-C, for instance: the answer would come to the next request
            _end(kill=True)
            raise


def _started() -> subprocess.Popen[bytes]:
    """The process; a new one where there is none, or its limits or the program are other ones."""
    global _running  # noqa: PLW0603 - there is one for the whole program
    stated = limits.stated_here()
    if _running is not None and _running.owner != os.getpid():
        _running = None  # it belongs to the program that this one was forked from
    if _running is not None and (_running.limits != stated or _running.process.poll() is not None):
        _end()
    if _running is None:
        command = [
            sys.executable,
            "-P",
            "-m",
            "klausur.scan.unpack",
        ]  # -P: nothing is imported from where we are
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env={**os.environ, **_MEMORY})
        _widen(process.stdout)
        _running = _Process(process, stated, os.getpid())
    return _running.process


def _widen(pipe: IO[bytes] | None) -> None:
    """Let a pipe hold a whole page, where the system can: both sides then wait less often."""
    if pipe is not None and fcntl is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # the system gives no more
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _end(*, kill: bool = False) -> int | None:
    """End the process, and say what its exit code was."""
    global _running
    held, _running = _running, None
    if held is None or held.owner != os.getpid():
        return None
    process = held.process
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    if kill:
        process.kill()
    try:
        return process.wait(_LEAVE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


atexit.register(_end)
