"""State rows as tables: written, replaced and compared, whatever they say."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from klausur.store import models
from klausur.store.compiled_inserts import CompiledInsert

Rows = dict[object, dict[str, object]]
"""Rows of a table by key, each with its columns."""

ALL = None
"""Everything there is, where a set of numbers is asked for."""

AT_ONCE = 400
"""So many numbers are named in one query: older builds of SQLite take no more than 999 of anything."""


def upsert(model: type[models.State], key: str, rows: Mapping[object, Mapping[str, object]]) -> None:
    """Write these columns of these rows, which are made where they are not there."""
    if not rows:
        return
    update = tuple(column.removesuffix("_id") for column in next(iter(rows.values())))
    write(model, (key.removesuffix("_id"),), update, [model(**{key: at, **row}) for at, row in rows.items()])


def write(
    model: type[models.State],
    unique: tuple[str, ...],
    update: tuple[str, ...],
    rows: Sequence[models.State],
) -> None:
    """Write rows; where there is one with the same unique fields, these fields of it are updated."""
    if len(rows) == 1:
        _written(model, unique, update)(rows[0])
    else:
        model.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=list(unique), update_fields=list(update)
        )


@cache
def _written(model: type[models.State], unique: tuple[str, ...], update: tuple[str, ...]) -> CompiledInsert:
    return CompiledInsert(model, unique=unique, update=update)


def replaced(
    model: type[models.State],
    key: str,
    rows: Mapping[object, Mapping[str, object]],
    numbers: AbstractSet[int] | None,
) -> None:
    """Make the rows of these numbers be exactly those given."""
    for part in portions(numbers):
        there = model.objects.all() if part is ALL else model.objects.filter(**{f"{key}__in": part})
        gone = set(there.values_list(key, flat=True)) - set(rows)
        if gone:
            there.filter(**{f"{key}__in": gone}).delete()
        if model is models.ImageState:
            # A page that changes images is taken from the one before the other gets it.
            there.filter(number__isnull=False).update(sheet="", number=None, page=None)
        if model is models.CandidateState:
            there.delete()
    upsert(model, key, rows)


def compared(
    model: type[models.State],
    key: str | tuple[str, str],
    rows: Mapping[Any, Mapping[str, object]],
    **of: object,
) -> Iterator[str]:
    """Rows of a table, ``of`` this kind, that are missing, should not be there, or say something else."""
    name = model.__name__
    keys = (key,) if isinstance(key, str) else key
    columns = tuple(next(iter(rows.values()), ()))
    there = {
        (row[0] if len(keys) == 1 else row[: len(keys)]): row[len(keys) :]
        for row in model.objects.filter(**of).values_list(*keys, *columns)
    }
    for at in sorted({*there, *rows}, key=str):
        if at not in rows:
            yield f"{name} {at} should not be there"
        elif at not in there:
            yield f"{name} {at} is missing"
        else:
            for column, found in zip(columns, there[at], strict=True):
                if found != rows[at][column]:
                    yield f"{name} {at}: {column} is {found!r}, the records amount to {rows[at][column]!r}"


def portions(numbers: AbstractSet[int] | None) -> Iterator[AbstractSet[int] | None]:
    """The numbers in portions that one query can name; ALL as it is."""
    if numbers is ALL:
        yield ALL
        return
    ordered = sorted(numbers)
    for at in range(0, len(ordered), AT_ONCE):
        yield frozenset(ordered[at : at + AT_ONCE])
