"""What of State is put off: whose booklets are during a scan, and all booklets where another key counts.

To derive 1,000 booklets takes seconds, and nobody else could write meanwhile; so an event that changes all of
them notes from where on they are to be derived anew. Whoever looks first does that, a portion at a time, and
so does whoever comes after one that was stopped in the middle.
"""

from collections.abc import Iterable

from klausur.state import RULES
from klausur.store import derive, models
from klausur.store.derive import Touched
from klausur.store.folder import writing
from klausur.store.frame import Frame

PORTION = 8
"""Booklets that are derived in one transaction: some 40 ms, for which others wait."""


def put_off(numbers: Iterable[int]) -> None:
    """Have these booklets derived anew before anybody looks. For a transaction of `writing`."""
    first = min(numbers, default=None)
    mark = models.Mark.objects.first()
    if mark is not None and first is not None:
        mark.booklets_from = first if mark.booklets_from is None else min(first, mark.booklets_from)
        mark.save()


def settle_owners(frame: Frame) -> None:
    """Decide whose booklets are, if that was put off. For a transaction of `writing`."""
    mark = models.Mark.objects.first()
    if mark is None or mark.rules != RULES or mark.owners_stale:
        derive.refresh(frame, Touched(owners=True))


def catch_up(frame: Frame) -> None:
    """Do what was put off, in transactions of its own.

    Raises:
        RefusedError: an older Klausur printed, which did not keep the exam.
    """
    while frame.stale:
        _ = frame.layout, frame.papers  # looked up before others have to wait
        frame.prepare()
        with writing():
            settle_owners(frame)
            _portion(frame)
        frame.keep_up()


def _portion(frame: Frame) -> None:
    mark = models.Mark.objects.first()
    if mark is None or mark.booklets_from is None:
        return
    rows = models.BookletState.objects.filter(number__gte=mark.booklets_from).order_by("number")
    numbers = list(rows.values_list("number", flat=True)[: PORTION + 1])
    derive.refresh(frame, Touched(booklets=frozenset(numbers[:PORTION])))
    models.Mark.objects.update(booklets_from=next(iter(numbers[PORTION:]), None))
