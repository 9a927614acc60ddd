"""Pages that were not found, and that people have their booklets count without."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from django.db.models import QuerySet

from klausur import __version__
from klausur.state.facts import Author, StoredWaiver
from klausur.store import models
from klausur.store.compiled import Compiled
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
    for part in portions(numbers):
        newest_of = {
            (number, page): said for number, page, said in (_said() if part is ALL else _said_of(*part))
        }
        for number, page in (at for at, said in newest_of.items() if said):
            found.setdefault(number, set()).add(page)
    return found


def _said() -> QuerySet[models.PageWaiver, tuple[int, int, bool]]:
    return models.PageWaiver.objects.order_by("pk").values_list("number", "page", "waived")


_said_of = Compiled(lambda *numbers: _said().filter(number__in=numbers))


def ahead(number: int) -> None:
    """Ask ahead for what `waived` asks of a booklet."""
    _said_of.ahead(number)


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
