"""Where paper scripts were put."""

from collections.abc import Mapping
from datetime import UTC, datetime

from klausur import __version__
from klausur.state.facts import Author
from klausur.state.script_places import StoredPlace
from klausur.store import models

_COLUMNS = ("booklet", "box", "position", "who", "when", "why")


def all_() -> tuple[StoredPlace, ...]:
    """All that was said, the oldest first."""
    rows = models.ScriptPlace.objects.order_by("pk").values_list(*_COLUMNS)
    return tuple(StoredPlace(*row) for row in rows)


def of_booklet(number: int) -> StoredPlace | None:
    """What was said last of a booklet."""
    row = models.ScriptPlace.objects.filter(booklet=number).order_by("-pk").values_list(*_COLUMNS).first()
    return None if row is None else StoredPlace(*row)


def note(box: str, positions: Mapping[int, int | None], author: Author) -> None:
    """Record that booklets lie in a box, each at a position or anywhere. For a transaction of `writing`."""
    now = datetime.now(UTC)
    models.ScriptPlace.objects.bulk_create(
        [
            models.ScriptPlace(
                booklet=number,
                box=box,
                position=position,
                who=author.who,
                when=now,
                why=author.why,
                software=__version__,
            )
            for number, position in positions.items()
        ]
    )
