"""Which exam is open here, and Django's connections to its database.

A context variable names the exam, so each thread and each task has its own, and openings nest: the innermost
one counts. `Router` sends every query there. On SQLite each open exam is an alias of its own in Django's
table of databases, from its first opening to its last closing, with a connection for each thread that
opened it. On PostgreSQL a server is one alias: a thread has one connection, whatever it opens, and its
``search_path`` follows the context variable; connections outlive an opening and are handed on. So do those
to files where a process asks for it (`keep_files`).

Nothing here knows of folders and migrations.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

SPARE = 8
"""Connections to a server, or to files, that are kept for the next opening; another takes milliseconds."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where an exam's rows are.

    Attributes:
        alias: what Django calls the database.
        settings: what it should know of it.
        schema: the exam's schema on a PostgreSQL server, empty on SQLite.
        shown: what people are told of it.
    """

    alias: str
    settings: dict[str, Any]
    schema: str
    shown: str


@dataclass(frozen=True, slots=True)
class _Opening:
    database: Database
    thread: int


_OPENING: ContextVar[_Opening | None] = ContextVar("klausur_opening", default=None)


def database() -> Database:
    """The database of the exam that is open here.

    Raises:
        RuntimeError: none is, or another thread opened it: connections are a thread's own.
    """
    opening = _OPENING.get()
    if opening is None:
        raise RuntimeError("no exam folder is open here: each thread opens the folder for itself")
    if opening.thread != threading.get_ident():
        raise RuntimeError(f"{opening.database.shown} was opened by another thread; open it here too")
    return opening.database


def is_open(database: Database) -> bool:
    """Whether this is what is open here, by an opening around this one."""
    opening = _OPENING.get()
    if opening is None or opening.thread != threading.get_ident():
        return False
    return (opening.database.alias, opening.database.schema) == (database.alias, database.schema)


def connection() -> BaseDatabaseWrapper:
    """This thread's connection to the exam that is open here.

    Raises:
        RuntimeError: none is open here.
    """
    return connections[database().alias]


def point() -> None:
    """On a server, point this thread's connection at the open exam, before a transaction begins.

    Otherwise the first query inside would, which is refused where another exam was asked before.
    """
    here = connection()
    for wrapper in here.execute_wrappers:
        if isinstance(wrapper, _Path):
            here.ensure_connection()
            wrapper.point(here)


class Router:
    """Django's database router: every row is of the exam that is open."""

    def db_for_read(self, model: object, **hints: Any) -> str:  # noqa: ANN401 - Django's own signature
        """The alias to ask.

        Raises:
            RuntimeError: no exam is open here, or the row at hand is of another one.
        """
        del model
        instance = hints.get("instance")
        of = None if instance is None else instance._state.db  # noqa: SLF001 - Django documents it
        if of == DEFAULT_DB_ALIAS:  # put together while nothing was open
            of = None
        if instance is not None and of is None and _OPENING.get() is None:
            return DEFAULT_DB_ALIAS  # rows are put together in memory, and nothing is asked yet
        alias = database().alias
        if of not in {None, alias}:
            raise RuntimeError(f"a row of {of} is asked about while {alias} is open")
        return alias

    db_for_write = db_for_read


@contextmanager
def entered(database: Database) -> Iterator[BaseDatabaseWrapper]:
    """Make a database the one that is open here; its connection connects when it is first used."""
    _hold(database)
    token = _OPENING.set(_Opening(database, threading.get_ident()))
    try:
        yield connections[database.alias]
    finally:
        _OPENING.reset(token)
        _let_go(database)


_File = tuple[int, int]
"""A file by device and number: another one may be put in its place."""

_lock = threading.Lock()
_users: Counter[str] = Counter()
"""By alias, how many threads have it open."""
_spare: dict[str, list[BaseDatabaseWrapper]] = {}
"""By alias of a server, connections that no thread uses."""
_spare_files: list[tuple[BaseDatabaseWrapper, _File]] = []
"""The same to files, each with the file that it is to; the one that was used last at the end."""
_keeps_files = False


def keep_files() -> None:
    """From now on, keep connections to files as well: for a server of many small requests.

    Who closes the last connection to a file writes its log back into it, which takes longer than a decision.
    Nobody in such a process may open the file itself by other means: closing that would end SQLite's locks.
    """
    global _keeps_files  # noqa: PLW0603 - a fact about the process
    _keeps_files = os.name == "posix"  # elsewhere an open file cannot be deleted


class _Held(threading.local):
    """By alias, how many openings of this thread are under way, and to which file its connection is."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()
        self.files: dict[str, _File | None] = {}


_held = _Held()


def _hold(database: Database) -> None:
    alias = database.alias
    _held.times[alias] += 1
    if _held.times[alias] > 1:
        return
    with _lock:
        _users[alias] += 1
        if alias not in connections.settings:
            # A new dictionary instead of a new entry: Django walks through it in other threads.
            there = connections.configure_settings({"default": {}, alias: database.settings})
            connections.settings = {**connections.settings, alias: there[alias]}
        spare = _spare.get(alias)
        known = spare.pop() if spare else None
    if database.schema:
        connections[alias] = known or _to_server(alias)
    elif _keeps_files:
        _held.files[alias] = at = _file(database)
        connections[alias] = _kept(database, at) or _shared(alias)


def _let_go(database: Database) -> None:
    alias = database.alias
    _held.times[alias] -= 1
    if _held.times[alias]:
        return
    del _held.times[alias]
    used = connections[alias]
    del connections[alias]
    ready = used.connection is not None and not used.in_atomic_block
    with _lock:
        _users[alias] -= 1
        if database.schema:
            spare = _spare.setdefault(alias, [])
            if ready and len(spare) < SPARE:
                spare.append(used)
                return
        elif not _users[alias]:
            del _users[alias]
            connections.settings = {name: s for name, s in connections.settings.items() if name != alias}
    at = _held.files.pop(alias, None)
    if ready and at is not None and at == _file(database):
        _keep(used, at)
    else:
        used.close()


def _keep(used: BaseDatabaseWrapper, at: _File) -> None:
    with _lock:
        _spare_files.append((used, at))
        over = [one for one, _ in _spare_files[:-SPARE]]
        del _spare_files[:-SPARE]
    for one in over:
        one.close()


def _kept(database: Database, at: _File | None) -> BaseDatabaseWrapper | None:
    """A connection to the file that is there now, or None; those to one that was there before are closed."""
    with _lock:
        mine = [each for each in _spare_files if each[0].alias == database.alias]
        found = next((each for each in reversed(mine) if each[1] == at), None)
        gone = [each for each in mine if each[1] != at]
        for each in (*gone, *([found] if found else [])):
            _spare_files.remove(each)
    for one, _ in gone:
        one.close()
    return None if found is None else found[0]


def _file(database: Database) -> _File | None:
    try:
        found = Path(database.settings["NAME"]).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _shared(alias: str) -> BaseDatabaseWrapper:
    """A connection that one thread at a time has, but not always the same one."""
    made = connections.create_connection(alias)
    made.inc_thread_sharing()
    return made


def _to_server(alias: str) -> BaseDatabaseWrapper:
    made = _shared(alias)
    made.execute_wrappers.append(_Path())
    return made


class _Path:
    """Keeps a connection's search_path at the schema of the exam that is open, query by query."""

    def __init__(self) -> None:
        self._set: tuple[object, str] = (None, "")

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,  # noqa: ANN401 - Django's own signature
        many: bool,  # noqa: FBT001 - the same
        context: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - the same
        self.point(context["connection"])
        return execute(sql, params, many, context)

    def point(self, wrapper: BaseDatabaseWrapper) -> None:
        """Point a connection at the exam that is open here.

        Raises:
            RuntimeError: it is in a transaction of another one.
        """
        wanted = wrapper.connection, database().schema  # a connection that was lost is another object
        if self._set != wanted:
            if wrapper.in_atomic_block:
                raise RuntimeError("a transaction of one exam is open while another one is asked")
            # Never inside a transaction: taking that back would take this back.
            wrapper.connection.execute(f'SET search_path TO "{wanted[1]}"')
            self._set = wanted


def close_spare() -> None:
    """Close the connections that no thread uses."""
    with _lock:
        closing = [one for spare in _spare.values() for one in spare] + [one for one, _ in _spare_files]
        _spare.clear()
        _spare_files.clear()
    for one in closing:
        one.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_spare.clear)  # what the parent talks through is not the child's
