"""Samples of unflagged marks, and what people said of them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from klausur import __version__
from klausur.paper.code import Sheet
from klausur.state.facts import Author
from klausur.state.second_looks import StoredSample
from klausur.store import models


def newest() -> StoredSample | None:
    """The sample that counts; None if none was ever drawn."""
    row = models.MarkSample.objects.order_by("-pk").first()
    return None if row is None else StoredSample(row.pk, row.seed, row.size, row.who, row.when)


def said() -> dict[int, str]:
    """What people said of readings at a second look, by reading; without what was taken back."""
    rows = models.SecondLook.objects.order_by("pk").values_list("reading_id", "value")
    return {reading: value for reading, value in dict(rows).items() if value}


def settled() -> dict[int, str]:
    """What boxes of booklets are settled as, by the reading that counted when they were."""
    rows = models.Settlement.objects.filter(sheet=Sheet.BOOKLET.value).order_by("pk")
    newest = {
        (number, field): (reading, value)
        for number, field, reading, value in rows.values_list("number", "field", "reading_id", "value")
    }
    return {reading: value for reading, value in newest.values() if reading is not None and value}


def looked_by() -> dict[str, int]:
    """Who looked at how many readings a second time."""
    rows = models.SecondLook.objects.order_by("pk").values_list("reading_id", "value", "who")
    found: dict[str, int] = {}
    for value, who in {reading: (value, who) for reading, value, who in rows}.values():
        if value:
            found[who] = found.get(who, 0) + 1
    return found


def draw(seed: int, size: int, author: Author) -> StoredSample:
    """Record that a sample is drawn. For a transaction of `writing`."""
    row = models.MarkSample(
        seed=seed, size=size, who=author.who, when=datetime.now(UTC), software=__version__
    )
    row.save()
    return StoredSample(row.pk, seed, size, row.who, row.when)


def look(said: Mapping[int, str | None], author: Author) -> None:
    """Record what a person says of readings; None takes it back. For a transaction of `writing`."""
    now = datetime.now(UTC)
    rows = [
        models.SecondLook(
            reading_id=reading,
            value=value or "",
            who=author.who,
            when=now,
            why=author.why,
            software=__version__,
        )
        for reading, value in said.items()
    ]
    models.SecondLook.objects.bulk_create(rows)
