"""Typst in a process of its own: for sources that would leave this one large, and for many in turn.

Typst keeps all that it has computed for the next time, hundreds of megabytes for the covers of a thousand
booklets, and gives it back only when its process ends. Within `together` one process stays, so that what is
typeset again, or in another form, is not laid out anew.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import IO, Self, TypeVar

from klausur.base import overtime
from klausur.base.errors import KlausurError, ToolError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_R = TypeVar("_R")

_SECONDS = 120.0
"""Of processor time for each thing that is asked. A slice of a list takes 2 s, an exam of 18 pages 0.5 s."""

_MEMORY = 16 * 2**30
"""Bytes of address space: an exam takes a hundredth of it, a picture made to harm would take all."""

_LENGTH = 8
"""Bytes that say how long the message behind them is."""


class Worker:
    """A process that does one thing after another; a context manager, and leaving it ends the process.

    It is started when it is first asked, and anew where something has ended it.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._place: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.end()

    def ask(self, function: Callable[..., _R], *arguments: object) -> _R:
        """What a module's function returns for these arguments, computed there.

        Raises:
            KlausurError: what the function raises of it.
            ToolError: the process ended before it was done, took too much processor time or hung.
        """
        process = self._started()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
        try:
            with contextlib.suppress(OSError):  # it has ended, as reading tells
                _send(process.stdin, (function, arguments))
            message = _received(process.stdout)
        except BaseException:  # Ctrl-C, for instance
            self.end()
            raise
        if message is None:
            raise self._ended()
        found = pickle.loads(message)  # noqa: S301 - written by `main`, below
        if isinstance(found, KlausurError):
            raise found
        result: _R = found
        return result

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
            # What it keeps goes with it, however it ends.
            self._place = tempfile.TemporaryDirectory(prefix="klausur-typst-", ignore_cleanup_errors=True)
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self._place.name)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
        return self._process

    def _ended(self) -> ToolError:
        """Why the process ended before it was done."""
        assert self._process is not None and self._errors is not None  # noqa: S101, PT018 - it was asked
        status = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        self.end()
        limit = overtime.why_ended(status, _SECONDS)
        if limit is not None:
            return ToolError(
                f"Typst {limit}", "look for a picture or table that is made of far too many parts"
            )
        return ToolError(f"Typst's process ended: {said[0]}", "see whether there is enough memory")

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                with contextlib.suppress(OSError):  # bytes that a dead process will never read
                    pipe.close()
        if self._place is not None:
            self._place.cleanup()
        self._process = None


class _Shared:
    """Processes that stay: one for all, or one for each name and one for what has none."""

    def __init__(self, *, for_each: bool) -> None:
        self._for_each = for_each
        self._workers: dict[str, Worker] = {}
        self._turn = threading.Lock()

    def worker(self, name: str) -> Worker:
        with self._turn:
            return self._workers.setdefault(name if self._for_each else "", Worker())

    def end(self) -> None:
        for worker in self._workers.values():
            worker.end()


_SHARED: ContextVar[_Shared | None] = ContextVar("klausur_typst_workers", default=None)


@contextlib.contextmanager
def together(*, for_each: bool = False) -> Iterator[None]:
    """While this is open, in this thread or task, one process that stays typesets what is kept under a name.

    With ``for_each`` each name under which papers are kept has a process of its own. Typst forgets what was
    not used in its last ten papers; so it forgets little, and threads may typeset several at once. Within
    another one it changes nothing.
    """
    if is_shared():
        yield
        return
    there = _Shared(for_each=for_each)
    token = _SHARED.set(there)
    try:
        yield
    finally:
        _SHARED.reset(token)
        there.end()


def is_shared() -> bool:
    """Whether this is `together`."""
    return _SHARED.get() is not None


def shared(name: str, function: Callable[..., _R], *arguments: object) -> _R:
    """What a module's function returns for these arguments, computed in the process that stays.

    ``name`` says which one, where each name has its own. Only within `together`.

    Raises:
        KlausurError: what the function raises of it.
        ToolError: the process ended before it was done, took too much processor time or hung.
    """
    there = _SHARED.get()
    if there is None:
        raise RuntimeError("no process stays: this is not together()")
    return there.worker(name).ask(function, *arguments)


def apart(function: Callable[..., _R], *arguments: object) -> _R:
    """What a module's function returns for these arguments, computed in a fresh process.

    Raises:
        KlausurError: what the function raises of it.
        ToolError: the process ended before it was done, took too much processor time or hung.
    """
    with Worker() as worker:
        return worker.ask(function, *arguments)


def _send(pipe: IO[bytes], message: object) -> None:
    data = pickle.dumps(message)
    pipe.write(len(data).to_bytes(_LENGTH) + data)
    pipe.flush()


def _received(pipe: IO[bytes]) -> bytes | None:
    """The next whole message; None at the end."""
    length = pipe.read(_LENGTH)
    if len(length) < _LENGTH:
        return None
    data = pipe.read(int.from_bytes(length))
    return data if len(data) == int.from_bytes(length) else None


def main() -> None:
    """Do what standard input asks for, and write each result, or error, to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks, which then ends this
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    out = sys.stdout.buffer
    while (message := _received(sys.stdin.buffer)) is not None:
        function, arguments = pickle.loads(message)  # noqa: S301 - written by `Worker.ask`, above
        try:
            with overtime.within(_SECONDS):
                found = function(*arguments)
        except KlausurError as error:
            found = error
        _send(out, found)


if __name__ == "__main__":
    main()
