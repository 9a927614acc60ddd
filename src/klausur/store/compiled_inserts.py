"""Rows that are written by a text that Django makes once, one row at a time: see `klausur.store.compiled`.

What Django would return of a row is not asked for, so that nobody waits for it.
"""

from typing import Any

from django.db.models import AutoField, Model
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

from klausur.store.compiled import prepared
from klausur.store.connections import connection


class CompiledInsert:
    """Inserts a row, or updates the one that is there with the same unique fields."""

    def __init__(
        self,
        model: type[Model],
        *,
        unique: tuple[str, ...] = (),
        update: tuple[str, ...] = (),
        numbers: bool = False,
    ) -> None:
        """Make one.

        Args:
            model: of the rows.
            unique: the fields of one of its constraints; none if such a row must not be there yet.
            update: the fields that are written where there is one.
            numbers: rows are told the key that the database gives them.
        """
        self._model, self._unique, self._update, self._numbers = model, unique, update, numbers
        self._texts: dict[str, str] = {}

    def __call__(self, row: Model) -> None:
        """Write a row, which is in the database then; for a transaction of `klausur.store.folder.writing`."""
        here = connection()
        sql = self._texts.get(here.vendor)
        if sql is None:
            sql = self._texts[here.vendor] = self._text(row, here)
        values = [f.get_db_prep_save(getattr(row, f.attname), here) for f in self._fields()]
        with prepared(here) as cursor:
            cursor.execute(sql, values)
            if self._numbers:
                (row.pk,) = cursor.fetchone()
        row._state.adding, row._state.db = False, here.alias  # noqa: SLF001 - Django documents both

    def _fields(self) -> list[Any]:
        every = self._model._meta.concrete_fields  # noqa: SLF001 - Django's documented API
        return [field for field in every if field.name in self._unique or not isinstance(field, AutoField)]

    def _text(self, row: Model, here: Any) -> str:  # noqa: ANN401 - Django's wrappers have no type
        of = self._model._meta  # noqa: SLF001 - as above
        query = InsertQuery(
            self._model,
            on_conflict=OnConflict.UPDATE if self._unique else None,
            update_fields=[of.get_field(name) for name in self._update],
            unique_fields=[of.get_field(name) for name in self._unique],
        )
        query.insert_values(self._fields(), [row])
        compiler = query.get_compiler(connection=here)
        compiler.returning_fields = [of.pk] if self._numbers else None
        ((sql, _),) = compiler.as_sql()
        return str(sql)
