"""The rows that the open transaction has appended and that no event has sealed yet.

`klausur.store.folder.writing` begins and ends it, `klausur.store.models` adds each row that it appends, and
`klausur.store.audit.append` takes what is there into the event that it writes.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from klausur.store.canonical import digester
from klausur.store.row_seals import Seals

_COLLECTED: ContextVar[Seals | None] = ContextVar("klausur_collected", default=None)


@contextmanager
def collecting() -> Iterator[None]:
    """Collect the rows that are appended while this is open.

    Raises:
        RuntimeError: rows are left at the end that no event has sealed.
    """
    token = _COLLECTED.set({})
    try:
        yield
        refuse_unsealed()
    finally:
        _COLLECTED.reset(token)


def add(model: type[Any], rows: Iterable[object]) -> None:
    """Add rows of a table that were just appended. Outside `collecting` nobody asks for them."""
    found = _COLLECTED.get()
    if found is None:
        return
    of = digester(model)
    table = found.setdefault(of.table, {})
    for row in rows:
        table[row.id] = of.row(row)  # type: ignore[attr-defined]


def take() -> Seals:
    """What was collected since this was asked last.

    Raises:
        RuntimeError: nothing is collected here, because no transaction of `writing` is open.
    """
    found = _COLLECTED.get()
    if found is None:
        raise RuntimeError("an event is written in the transaction of what was done: inside writing()")
    taken = dict(found)
    found.clear()
    return taken


def refuse_unsealed() -> None:
    """See that an event has sealed all rows.

    Raises:
        RuntimeError: none has.
    """
    found = left()
    if found:
        raise RuntimeError(f"rows were written, and no event says so (audit.append): {found}")


def left() -> dict[str, int]:
    """How many rows of each table were appended that no event has sealed yet."""
    return {table: len(rows) for table, rows in (_COLLECTED.get() or {}).items() if rows}
