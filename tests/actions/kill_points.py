"""Kills work on an exam folder at one of its write points, in a process forked for it.

A write point is an SQL statement that writes or begins, and a commit before and after it is done; a file that
is opened for writing below the folder, before it is there and when it is there and empty; and a file that is
renamed, linked or removed there, or a folder that is made or removed. Forking is for a process that has no
threads.
"""

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

READS = ("SELECT", "PRAGMA", "EXPLAIN", "SET ")
MOVES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Work = Callable[[Path], object]


class Points:
    """Counts the write points that this process passes, and kills it at one of them."""

    def __init__(self, folder: Path, last: int | None) -> None:
        self.folder, self.last, self.done = str(folder), last, 0
        self.process = os.getpid()

    def pass_(self) -> bool:
        """Whether this is the one."""
        self.done += 1
        return self.done == self.last

    def step(self) -> None:
        if self.pass_():
            os.kill(self.process, signal.SIGKILL)

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        """Python's audit hook, which is told of every file before anything is done to it."""
        if os.getpid() != self.process:
            return
        if event == "open" and self._writes(args[0], args[2]):
            self.step()
            if self.pass_():
                self.last = None  # this opening is told of, too
                os.open(args[0], args[2], 0o600)
                os.kill(self.process, signal.SIGKILL)
        elif event in MOVES and (self._here(args[0]) or self._beside(args)):
            self.step()

    def _writes(self, path: object, flags: object) -> bool:
        """Whether a file is opened for writing; a temporary one is told of twice, first as its folder."""
        return (
            isinstance(flags, int)
            and bool(flags & WRITES)
            and self._here(path)
            and not Path(str(path)).is_dir()
        )

    def _here(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self.folder)

    def _beside(self, args: tuple[Any, ...]) -> bool:
        """Whether a path that is relative to an open folder lies below ours."""
        at = args[-1]
        return isinstance(at, int) and at > 2 and self._here(_target(at))

    def join(self, connection: BaseDatabaseWrapper, **_: object) -> None:
        """Django has connected."""
        if self.wrap in connection.execute_wrappers:
            return
        connection.execute_wrappers.append(self.wrap)
        commit = connection._commit  # type: ignore[attr-defined]  # noqa: SLF001 - passed by no wrapper

        def counted() -> None:
            self.step()
            commit()
            self.step()

        connection._commit = counted  # type: ignore[attr-defined]  # noqa: SLF001 - the same

    def wrap(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201 - Django's protocol, typed nowhere
        text = str(sql).lstrip("( ").upper()
        if not text.startswith(READS) or text.startswith("PRAGMA USER_VERSION ="):
            self.step()
        return execute(sql, params, many, context)


def _target(descriptor: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink())
    except OSError:
        return ""


def begin(work: Callable[[], object]) -> tuple[int, int]:
    """Begin some work in a forked process; returns its id and where it will say what came of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(work(), pipe)
            code = 0
        except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as its parent
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    return child, reading


def finish(begun: tuple[int, int]) -> Any:  # noqa: ANN401 - what the work returned
    """Wait for work that was begun; None if it was killed."""
    child, reading = begun
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return None
    if os.WEXITSTATUS(status) != 0:
        raise SystemExit("work in a forked process failed")
    return pickle.loads(said)  # noqa: S301 - from our own child


def apart(work: Callable[[], object]) -> Any:  # noqa: ANN401 - what the work returned
    """Do some work in a forked process."""
    return finish(begin(work))


def counted(folder: Path, work: Work, last: int | None) -> int:
    """Work on a folder, killed at the ``last`` write point if there are so many; returns how many."""
    points = Points(folder, last)
    sys.addaudithook(points.hook)
    connection_created.connect(points.join)
    work(folder)
    return points.done
