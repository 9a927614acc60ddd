"""Pages that were not found, and that people have their booklets count without."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from klausur import __version__
from klausur.state.facts import Author, StoredWaiver
from klausur.store import models
from klausur.store.rows import ALL, portions


def newest(numbers: AbstractSet[int] | None = ALL) -> Iterator[StoredWaiver]:
    """The newest decision about each page (of these booklets) that has one; those taken back among them."""
    for part in portions(numbers):
        rows = models.PageWaiver.objects.order_by("pk")
        rows = rows if part is ALL else rows.filter(number__in=part)
        yield from (stored(row) for row in {(row.number, row.page): row for row in rows}.values())


def waived(numbers: AbstractSet[int] | None = ALL) -> dict[int, set[int]]:
    """The pages, by booklet, without which it counts where they are not found."""
    found: dict[int, set[int]] = {}
    for waiver in newest(numbers):
        if waiver.waived:
            found.setdefault(waiver.booklet, set()).add(waiver.page)
    return found


def append(pages: Iterable[tuple[int, int]], author: Author, *, waived: bool) -> tuple[StoredWaiver, ...]:
    """Record that booklets count without these pages, each by booklet and page; or no more."""
    now = datetime.now(UTC)
    rows = [
        models.PageWaiver(
            number=number,
            page=page,
            waived=waived,
            who=author.who,
            when=now,
            why=author.why,
            software=__version__,
        )
        for number, page in pages
    ]
    return tuple(stored(row) for row in models.PageWaiver.objects.bulk_create(rows))


def stored(row: models.PageWaiver) -> StoredWaiver:
    """A row in core types."""
    return StoredWaiver(row.pk, row.number, row.page, row.waived, row.who, row.when, row.why)
