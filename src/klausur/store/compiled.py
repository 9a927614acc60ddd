"""Queries that Django compiles once, and that are asked with other values from then on.

A decision asks some twenty small things about one booklet. To make the text of such a query takes Django
three to ten times as long as it takes the database to answer it. Here the text is made when a query is first
asked, and kept for each kind of database. PostgreSQL, which takes as long to plan it,
keeps the plan with each connection.

Most of a decision's time on a server is none of both, but waiting: for each of its questions two processes
need a turn on a busy machine, one after the other. So what is known to be asked is asked `together`, ahead.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Expression, QuerySet

from klausur.store.connections import connection, point

MOST = 40
"""Values up to which a query is kept: one that names more is about many papers, and seldom comes again."""


class Given(Expression):
    """Stands in a filter for a value that is named when the query is asked: a number or a text."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def _resolve_output_field(self) -> None:
        """It has the type of what it is compared with."""

    def as_sql(self, compiler: object, connection: object) -> Any:  # noqa: ANN401 - itself, where Django has plain values
        """Itself in the place of its value."""
        del compiler, connection
        return "%s", (self,)


@dataclass(slots=True)
class _Sent:
    """A connection over which statements are sent `together`, and the cursors of what was asked ahead."""

    here: Any
    cursors: dict[tuple["Compiled", tuple[int | str, ...]], Any] = field(default_factory=dict)


_SENT: ContextVar[_Sent | None] = ContextVar("klausur_sent", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Send statements to the open exam, and wait for what comes of one only where that is asked for.

    That a row is refused is told at the next question or at the end. So nothing in here uses savepoints, asks
    how many rows it has changed (as Django does to save a row that may be there), or iterates over large
    results. Where the exam is in a file, nobody waits, and nothing is different.
    """
    here = connection()
    if here.vendor != "postgresql":
        yield
        return
    point()
    token = _SENT.set(_Sent(here))
    try:
        with here.wrap_database_errors, here.connection.pipeline():
            yield
    finally:
        _SENT.reset(token)


class Compiled:
    """A query for rows of columns, about so many values as it is asked with."""

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any] | str], on: Callable[[], Any] = connection
    ) -> None:
        """Make one.

        Args:
            build: makes the query, a ``values_list`` of columns, out of one `Given` for each value; or gives
                its text, whose columns come as the database has them.
            on: gives the connection to ask; by default that of the open exam.
        """
        self._build = build
        self._on = on
        self._known: dict[tuple[str, int], tuple[str, tuple[Any, ...], dict[int, Any]]] = {}

    def __call__(self, *values: int | str) -> list[tuple[Any, ...]]:
        """The rows for these values."""
        here, sent = self._on(), _SENT.get()
        if len(values) > MOST:
            return list(self._build(*values))
        cursor = sent.cursors.pop((self, values), None) if sent is not None and sent.here is here else None
        if cursor is not None:
            with cursor:
                rows = cursor.fetchall()
        else:
            with prepared(here) as cursor:
                self._ask(cursor, here, values)
                rows = cursor.fetchall()
        converters = self._known[here.vendor, len(values)][2]
        return [_converted(row, converters, here) for row in rows] if converters else rows

    def ahead(self, *values: int | str) -> None:
        """Ask where statements are sent `together`: the next call with these values has the answer.

        It is the answer of now: what it is about does not change before that call.
        """
        here, sent = self._on(), _SENT.get()
        if sent is None or sent.here is not here or len(values) > MOST:
            return
        cursor = _server_binding(here)
        self._ask(cursor, here, values)
        sent.cursors[self, values] = cursor

    def _ask(self, cursor: Any, here: Any, values: tuple[int | str, ...]) -> None:  # noqa: ANN401 - as below
        known = self._known.get((here.vendor, len(values)))
        if known is None:
            known = self._known[here.vendor, len(values)] = self._compiled(len(values))
        sql, template, _ = known
        cursor.execute(sql, [values[each.at] if isinstance(each, Given) else each for each in template])

    def _compiled(self, values: int) -> tuple[str, tuple[Any, ...], dict[int, Any]]:
        given = tuple(map(Given, range(values)))
        built = self._build(*given)
        if isinstance(built, str):
            return built, given, {}
        compiler = built.query.get_compiler(connection=self._on())
        sql, params = compiler.as_sql()
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        return sql, tuple(params), compiler.get_converters(columns)


@contextmanager
def prepared(here: Any) -> Iterator[Any]:  # noqa: ANN401 - Django's wrappers have no type
    """A cursor of a connection for what is asked again and again in the same words."""
    with _server_binding(here) as cursor:
        yield cursor


def _server_binding(here: Any) -> Any:  # noqa: ANN401 - as above
    if here.vendor != "postgresql":
        return here.cursor()
    from django.db.backends.postgresql.base import (  # noqa: PLC0415 - who uses SQLite needs no driver
        ServerBindingCursor,
    )

    here.ensure_connection()
    here.validate_thread_sharing()
    wrapped = here.make_debug_cursor if here.queries_logged else here.make_cursor
    return wrapped(ServerBindingCursor(here.connection))  # type: ignore[call-arg]  # psycopg has no stub of it


def _converted(row: tuple[Any, ...], converters: dict[int, Any], here: object) -> tuple[Any, ...]:
    found = list(row)
    for at, (each, column) in converters.items():
        for convert in each:
            found[at] = convert(found[at], column, here)
    return tuple(found)
