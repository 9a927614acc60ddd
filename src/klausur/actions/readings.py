"""Readings: all that the machine saw and that counts now, for people and other programs."""

from collections.abc import Iterable
from pathlib import Path

from klausur.actions import up_to_date
from klausur.paper.fields import FieldKind
from klausur.state.facts import StoredReading
from klausur.store import readings as stored
from klausur.store.folder import opened


def readings(
    folder: Path, *, booklet: int | None = None, kinds: Iterable[FieldKind] = (), flagged: bool = False
) -> tuple[StoredReading, ...]:
    """The readings of an exam folder, by paper, page and place on the page.

    Args:
        folder: the exam folder.
        booklet: only those of this booklet.
        kinds: only those of Fields of these kinds; all if none is named.
        flagged: only those that are left to people.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        up_to_date.frame(records)
        found = stored.readings(booklet, kinds=kinds)
    return tuple(r for r in found if r.reading.flagged) if flagged else found
