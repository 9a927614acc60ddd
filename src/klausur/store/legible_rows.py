"""What stands on covers and extra sheets, each told without the others: the rows between readings and owners.

Holding a number against the whole list takes most of the time in which it is told whose a paper is; so it is
done when the paper is read or the list changes, and not when a person decides about another paper.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, TypeVar

from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.state import extras, owners
from klausur.state.facts import Spot
from klausur.store import counting_rows, models, state_json
from klausur.store.rows import ALL, portions

if TYPE_CHECKING:
    from klausur.store.frame import Frame

T = TypeVar("T")

SHEETS = (Sheet.BOOKLET, Sheet.EXTRA)
"""The kinds of paper that somebody writes a number on."""

_KINDS = (FieldKind.STICKER_SPOT, FieldKind.DIGIT_ROW)


def of(
    sheet: Sheet, kind: type[T], *, written: bool = False, numbers: AbstractSet[int] | None = ALL
) -> dict[int, T]:
    """What stands on papers of a kind, by number, as State has it.

    Args:
        sheet: the kind of paper.
        kind: what the rules know it as: `owners.Legible` or `extras.Legible`.
        written: only where a number stands that is held against those of others.
        numbers: only on these.
    """
    found = models.LegibleState.objects.filter(sheet=sheet.value).order_by("number")
    if written:
        found = found.filter(written=True)
    return {
        number: state_json.value(value, kind)
        for part in portions(numbers)
        for number, value in (found if part is ALL else found.filter(number__in=part)).values_list(
            "number", "value"
        )
    }


def write(frame: "Frame", sheet: Sheet, numbers: AbstractSet[int] | None) -> None:
    """Make the rows of these papers be what is read on them. For a transaction of `writing`."""
    if numbers is not ALL and not numbers:
        return
    wanted = rows(frame, sheet, numbers)
    for part in portions(numbers):
        there = models.LegibleState.objects.filter(sheet=sheet.value)
        there = there if part is ALL else there.filter(number__in=part)
        there.exclude(number__in=[n for _, n in wanted]).delete() if part is not ALL else there.delete()
    models.LegibleState.objects.bulk_create(
        [models.LegibleState(sheet=at[0], number=at[1], **row) for at, row in wanted.items()],
        update_conflicts=True,
        unique_fields=["sheet", "number"],
        update_fields=["written", "value"],
    )


def rows(
    frame: "Frame", sheet: Sheet, numbers: AbstractSet[int] | None
) -> dict[tuple[str, int], dict[str, object]]:
    """What the rows of these papers ought to be, by kind and number."""
    found = _covers(frame, numbers) if sheet is Sheet.BOOKLET else _extras(frame, numbers)
    return {(sheet.value, number): row for number, row in found.items()}


def _covers(frame: "Frame", numbers: AbstractSet[int] | None) -> dict[int, dict[str, object]]:
    spots, placements = _there(Sheet.BOOKLET, numbers, page=1)
    read = counting_rows.readings(spots, placements, _KINDS, everything=numbers is ALL)
    twice = {s.booklet for s in counting_rows.contested(numbers) if (s.sheet, s.page) == (Sheet.BOOKLET, 1)}
    found = owners.covers(read, [spot.booklet for spot in spots.values()], twice)
    named = _named(found)
    made = {}
    for number, cover in found.items():
        unnamed = number not in named
        people = frame.papers.candidates if unnamed and cover.digits is not None else ()
        seen = owners.legible(cover, people, named=not unnamed)
        made[number] = {"written": seen.written is not None, "value": state_json.text(seen)}
    return made


def _named(numbers: Mapping[int, object]) -> set[int]:
    """Those of these booklets that have somebody's name printed on them."""
    found: set[int] = set()
    for part in portions(set(numbers)):
        rows_ = models.Booklet.objects.filter(number__in=part or (), candidate__isnull=False)
        found.update(rows_.values_list("number", flat=True))
    return found


def _extras(frame: "Frame", numbers: AbstractSet[int] | None) -> dict[int, dict[str, object]]:
    spots, placements = _there(Sheet.EXTRA, numbers)
    read = counting_rows.readings(spots, placements, (FieldKind.DIGIT_ROW,))
    found = extras.numbers({spot.booklet for spot in spots.values()}, read)
    seen = {number: extras.legible(frame.papers, one) for number, one in found.items()}
    return {
        number: {"written": one.registration is not None, "value": state_json.text(one)}
        for number, one in seen.items()
    }


def _there(
    sheet: Sheet, numbers: AbstractSet[int] | None, page: int | None = None
) -> tuple[dict[int, Spot], dict[int, int | None]]:
    """The images that count as these papers, and the decision beside which each one's readings were made."""
    spots: dict[int, Spot] = {}
    placements: dict[int, int | None] = {}
    columns = ("image_id", "number", "page", "decision_id", "decision__verdict")
    for part in portions(numbers):
        there = models.ImageState.objects.filter(sheet=sheet.value)
        there = there if part is ALL else there.filter(number__in=part)
        there = there if page is None else there.filter(page=page)
        for image, number, at, decision, verdict in there.values_list(*columns):
            if number is not None and at is not None:
                spots[image] = Spot(number, at, sheet)
                placements[image] = counting_rows.placement(decision, verdict)
    return spots, placements
