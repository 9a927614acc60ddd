"""Queries that Django compiles once, and that are asked with other values from then on.

A decision asks some twenty small things about one booklet. To make the text of such a query takes Django
three to ten times as long as it takes the database to answer it. Here the text is made when a query is first
asked, and kept for each kind of database. PostgreSQL, which takes as long to plan it,
keeps the plan with each connection.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Expression, QuerySet

from klausur.store.connections import connection

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


class Compiled:
    """A query for rows of columns, about so many values as it is asked with."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], on: Callable[[], Any] = connection) -> None:
        """Make one.

        Args:
            build: makes the query, a ``values_list`` of columns, out of one `Given` for each value.
            on: gives the connection to ask; by default that of the open exam.
        """
        self._build = build
        self._on = on
        self._known: dict[tuple[str, int], tuple[str, tuple[Any, ...], dict[int, Any]]] = {}

    def __call__(self, *values: int | str) -> list[tuple[Any, ...]]:
        """The rows for these values."""
        here = self._on()
        if len(values) > MOST:
            return list(self._build(*values))
        known = self._known.get((here.vendor, len(values)))
        if known is None:
            known = self._known[here.vendor, len(values)] = self._compiled(len(values))
        sql, template, converters = known
        given = [values[each.at] if isinstance(each, Given) else each for each in template]
        with prepared(here) as cursor:
            cursor.execute(sql, given)
            rows = cursor.fetchall()
        return [_converted(row, converters, here) for row in rows] if converters else rows

    def _compiled(self, values: int) -> tuple[str, tuple[Any, ...], dict[int, Any]]:
        compiler = self._build(*map(Given, range(values))).query.get_compiler(connection=self._on())
        sql, params = compiler.as_sql()
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        return sql, tuple(params), compiler.get_converters(columns)


@contextmanager
def prepared(here: Any) -> Iterator[Any]:  # noqa: ANN401 - Django's wrappers have no type
    """A cursor of a connection for what is asked again and again in the same words."""
    with here.cursor() as cursor:
        if here.vendor == "postgresql":
            from django.db.backends.postgresql.base import (  # noqa: PLC0415 - who uses SQLite needs no driver
                ServerBindingCursor,
            )

            cursor.cursor = ServerBindingCursor(here.connection)  # type: ignore[call-arg]  # psycopg has no stub of it
        yield cursor


def _converted(row: tuple[Any, ...], converters: dict[int, Any], here: object) -> tuple[Any, ...]:
    found = list(row)
    for at, (each, column) in converters.items():
        for convert in each:
            found[at] = convert(found[at], column, here)
    return tuple(found)
