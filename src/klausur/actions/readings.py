"""Readings: all that the machine saw and that counts now, for people and other programs."""

from pathlib import Path

from klausur.actions import current
from klausur.store import readings as stored
from klausur.store.facts import StoredReading
from klausur.store.folder import opened


def readings(folder: Path, *, booklet: int | None = None) -> tuple[StoredReading, ...]:
    """The readings of an exam folder, by booklet, page and place on the page.

    Args:
        folder: the exam folder.
        booklet: only those of this booklet.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder):
        current.run()
        return stored.readings(booklet)
