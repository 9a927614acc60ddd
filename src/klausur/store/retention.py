"""Deleting rows whose time is over, with an event that accounts for them: the audit trail still holds."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from klausur.base.errors import NotFoundError
from klausur.state.facts import Author
from klausur.state.head import Head
from klausur.store import audit, canonical, models
from klausur.store.row_seals import Seals, runs
from klausur.store.rows import portions
from klausur.store.verify import tables

Rows = Mapping[type[models.Appended], Iterable[int]]
"""Keys by table."""


def seals(rows: Rows) -> Seals:
    """The digests of rows.

    Raises:
        NotFoundError: a row is not there.
    """
    found: Seals = {}
    for model, keys in rows.items():
        wanted = set(keys)
        of = canonical.digester(model)
        there: dict[int, bytes] = {}
        for part in portions(wanted):
            some: QuerySet[Any, Any] = QuerySet(model).filter(pk__in=part).values_list("pk", *of.columns)
            there |= {values[0]: of.values(values) for values in some}
        missing = sorted(wanted - set(there))
        if missing:
            raise NotFoundError(f"there is no {of.table} {runs(missing)}")
        found[of.table] = there
    return found


def delete(rows: Rows, author: Author) -> Head:
    """Delete rows for ever. For a transaction of `klausur.store.folder.writing`; State is to be made again.

    Args:
        rows: whatever names one of these rows must be among them.
        author: who deletes them, and why.

    Returns:
        The event, which says which rows are gone and holds their digests.

    Raises:
        NotFoundError: a row is not there.
        django.db.models.ProtectedError: a row that stays names one that would go.
    """
    wanted = {model: set(keys) for model, keys in rows.items()}
    gone = seals(wanted)
    for model in reversed(tables()):  # what names others goes before them
        for part in portions(wanted.get(model, set())):
            QuerySet(model).filter(pk__in=part).delete()
    models.Mark.objects.all().delete()
    said = {table: runs(sorted(keys)) for table, keys in gone.items() if keys}
    return audit.append("delete", author.actor, {"rows": said, "why": author.why}, gone=gone)
