"""The one lock of an exam's records, and the transaction that is written under it: for `folder.writing`.

On PostgreSQL it is an advisory lock, which the server hands on in the order in which it was asked for. On
SQLite it is the file's. SQLite's own waiting sleeps longer and longer, up to a tenth of a second, while
others come and go; twenty people who wrote at once waited seconds, and the file was free half of the time.
So one thread of a process asks for it at a time, each millisecond, and the others wait for that one. Nobody
waits for the disk while they hold it: who wrote does so afterwards, before they are told that it is written,
and several do at once.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import OperationalError, transaction

from klausur.base import guard
from klausur.store import server, sqlite
from klausur.store.compiled import together as sent_together
from klausur.store.connections import Database

AGAIN = 0.001
"""Seconds after which a file that another process holds is asked for again."""

_turns: dict[str, threading.Lock] = {}
"""By alias of a file, the lock of those threads of this process that want to write to it."""


@contextmanager
def taken(here: Database, *, outlasts: bool, together: bool = False) -> Iterator[None]:
    """One transaction, which begins when the lock is had.

    Args:
        here: the database of the open exam.
        outlasts: wait at the end until what was written would outlast a power cut.
        together: as `klausur.store.compiled.together`, the lock's own question among the statements.

    Raises:
        django.db.OperationalError: the lock was not had within `sqlite.BUSY` seconds.
    """
    with ExitStack() as held:
        if not here.schema:
            if outlasts:
                held.enter_context(_to_disk(here))
            held.enter_context(_turn(here.alias))
            held.enter_context(sqlite.unsynchronised())
        held.enter_context(guard.locked())
        if here.schema:
            held.enter_context(transaction.atomic(using=here.alias, durable=True))
            if together:
                held.enter_context(sent_together())
            server.lock(here.schema, outlasts=outlasts)
        else:
            _begin(held, here.alias)
        yield


@contextmanager
def _to_disk(here: Database) -> Iterator[None]:
    yield
    try:
        sqlite.to_disk(Path(here.settings["NAME"]))
    except OSError as error:
        raise OperationalError(f"the disk does not take it: {error.strerror}") from error


@contextmanager
def _turn(alias: str) -> Iterator[None]:
    turn = _turns.setdefault(alias, threading.Lock())
    if not turn.acquire(timeout=sqlite.BUSY):
        raise OperationalError("another thread of this process writes, and does not end")
    try:
        yield
    finally:
        turn.release()


def _begin(held: ExitStack, alias: str) -> None:
    """BEGIN IMMEDIATE, again and again while another process holds the file."""
    until = time.monotonic() + sqlite.BUSY
    with sqlite.impatient():
        while True:
            try:
                held.enter_context(transaction.atomic(using=alias, durable=True))
            except OperationalError as error:
                if not sqlite.is_busy(error) or time.monotonic() > until:
                    raise
                time.sleep(AGAIN)
            else:
                return


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_turns.clear)  # whoever held one stayed in the parent
