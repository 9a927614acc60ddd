"""A process that does jobs: it takes one after the other, and keeps each by renewing its lease in a thread.

Several may run, on other machines too where these share the site's database and its folders. One that is
asked to end gives its job back; one that is killed loses it to another when the lease has passed.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Self

from django.db import DatabaseError, InterfaceError, connection

from klausur.base.errors import KlausurError
from klausur.site import jobs, tidying
from klausur.site.jobs import LEASE, RENEW, Taken
from klausur.site.work import Say, do, name_of_this, silent
from klausur.store.jobs import LapsedError

POLL = 1.0
"""Seconds between two looks at the table, and between two words of how far a job is."""

TIDY = 3600.0
"""Seconds between two times that a worker tidies up which has nothing to do."""

_TROUBLE = 5.0
"""Seconds until a database that cannot be asked is asked again."""

_LOG = logging.getLogger("klausur.jobs")

SERVER = "KLAUSUR_SERVER"
"""The environment variable with the process that has started this one, and without which it ends."""


class Ending:
    """Whether this process shall end, because it was interrupted or asked to end.

    A signal interrupts what may be interrupted, a job and the wait for one, and nothing between: a job that
    was taken is given back.
    """

    def __init__(self) -> None:
        self.asked = False
        self._open = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        del number, frame
        self.asked = True
        if self._open:
            raise KeyboardInterrupt

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Something that a signal may interrupt, by KeyboardInterrupt."""
        self._open = True
        try:
            if self.asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._open = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take the signals while this is open."""
        before = {number: signal.signal(number, self) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Renewal(threading.Thread):
    """Keeps a job while it is done, and says how far it is.

    Attributes:
        lapsed: another worker has the job now.
    """

    def __init__(self, taken: Taken, lease: timedelta = LEASE) -> None:
        super().__init__(name="renewal", daemon=True)
        self.lapsed = False
        self._taken, self._lease = taken, lease
        self._far = 0, 0
        self._over = threading.Event()

    def told(self, done: int, total: int) -> None:
        """Take down how far the job is.

        Raises:
            LapsedError: another worker has it now.
        """
        if self.lapsed:
            raise LapsedError("another worker has this job now", "nothing: it goes on there")
        self._far = done, total

    def __enter__(self) -> Self:
        """Begin."""
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End; the job is renewed no more."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Renew until it is over."""
        every = self._lease.total_seconds() / RENEW
        said, due = self._far, time.monotonic() + every
        try:
            while not self._over.wait(min(POLL, every)):
                far = self._far
                if far == said and time.monotonic() < due:
                    continue
                try:
                    kept = jobs.renew(self._taken, *far, lease=self._lease)
                except (DatabaseError, InterfaceError):
                    connection.close()  # asked again in a second, for as long as the job goes on
                    continue
                if not kept:
                    self.lapsed = True
                    return
                said, due = far, time.monotonic() + every
        finally:
            connection.close()


def work(
    *,
    lease: timedelta = LEASE,
    processes: int | None = None,
    once: bool = False,
    say: Say = silent,
    hourly: Callable[[], object] | None = None,
) -> None:
    """Do jobs until this process shall end.

    Args:
        lease: how long a job is this worker's if it does not renew it; the same for all workers.
        processes: that read pages; None: one per processor.
        once: end when no job is left that could be begun now.
        say: told what becomes of each job.
        hourly: what else is to be done now and then, between jobs.
    """
    ending, name = Ending(), name_of_this()
    tidied = asked = -TIDY
    with ending.watched():
        while not ending.asked and not _alone():
            if time.monotonic() >= tidied + TIDY:
                tidied = time.monotonic()
                _tidy(say)
            if hourly is not None and time.monotonic() >= asked + TIDY:
                asked = time.monotonic()
                _now_and_then(hourly, say)
            try:
                taken = jobs.take(name, lease=lease)
            except (DatabaseError, InterfaceError) as error:
                connection.close()
                _trouble(say, "the site's database cannot be asked", error)
                _wait(ending, _TROUBLE)
                continue
            if taken is not None:
                _done(taken, ending, lease, processes, say)
                tidied = -TIDY
            elif once:
                return
            else:
                _wait(ending, POLL)


def _done(taken: Taken, ending: Ending, lease: timedelta, processes: int | None, say: Say) -> None:
    try:
        with Renewal(taken, lease) as renewal:
            do(taken, renewal.told, processes=processes, say=say, during=ending.interruptible)
    except KeyboardInterrupt:
        say(f"{taken.job.kind} of {taken.job.exam.slug}: given back")
    except (DatabaseError, InterfaceError) as error:
        # What became of it could not be said. It is taken over when its lease has passed, and found done.
        connection.close()
        _trouble(say, "the site's database cannot be written", error)
        _wait(ending, _TROUBLE)


def _trouble(say: Say, what: str, error: Exception) -> None:
    """Say what does not work; the log has of the error its kind alone, since words may hold names."""
    say(f"{what}: {str(error).strip()}")
    _LOG.warning(what, extra={"fields": {"error": type(error).__name__}})


def _tidy(say: Say) -> None:
    """Tidy up; what does not work now is tried again later."""
    try:
        tidying.tidy(datetime.now(UTC))
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        _trouble(say, "the site's database cannot be written", error)
    except (OSError, KlausurError) as error:
        _trouble(say, "the site cannot be tidied", error)


def _now_and_then(hourly: Callable[[], object], say: Say) -> None:
    """What else is to be done; what does not work now is tried again later."""
    try:
        hourly()
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        _trouble(say, "the site's database cannot be written", error)
    except (OSError, KlausurError) as error:
        _trouble(say, "reminders cannot be sent", error)


def _wait(ending: Ending, seconds: float) -> None:
    try:
        with ending.interruptible():
            time.sleep(seconds)
    except KeyboardInterrupt:
        pass


def _alone() -> bool:
    """Whether the server that started this process is gone, killed perhaps, and nobody else would end it."""
    server = os.environ.get(SERVER)
    return server is not None and os.name == "posix" and str(os.getppid()) != server
