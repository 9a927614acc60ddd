"""What people decided about whose a paper is; print, stickers and digits are put together in `state`."""

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from klausur import __version__
from klausur.paper.code import Sheet
from klausur.state.facts import Author, Bond, StoredTie
from klausur.store import candidates, models, translate
from klausur.store.rows import ALL, portions


def ties(sheet: Sheet, numbers: AbstractSet[int] | None = ALL) -> tuple[StoredTie, ...]:
    """The newest decision about each paper of a kind that has one, by number; those undone among them.

    Args:
        sheet: the kind of paper.
        numbers: only about these.
    """
    rows = models.TieSettlement.objects.filter(sheet=sheet.value).order_by("pk").select_related("booklet")
    newest = {
        row.number: row
        for part in portions(numbers)
        for row in (rows if part is ALL else rows.filter(number__in=part))
    }
    ids = {row.candidate_id for row in newest.values() if row.candidate_id is not None}
    people = {pk: e.candidate for pk, e in candidates.with_ids(ids).items()}
    return tuple(translate.tie(newest[number], people) for number in sorted(newest))


def given(candidate: int) -> frozenset[int]:
    """The booklets that people have ever said to be this candidate's, by the candidate's id."""
    rows = models.TieSettlement.objects.filter(sheet=Sheet.BOOKLET.value, candidate_id=candidate)
    return frozenset(rows.values_list("number", flat=True))


def tie(
    sheet: Sheet,
    number: int,
    bond: Bond,
    author: Author,
    *,
    candidate: int | None = None,
    booklet: int | None = None,
) -> StoredTie:
    """Record a decision about a booklet (whose it is) or an extra sheet (which booklet's).

    Args:
        sheet: the kind of paper, booklet or extra.
        number: the paper's number.
        bond: tied (to the candidate or the booklet named), nobody's, or undone.
        author: who decides, and why.
        candidate: the candidate's id in the records, for a booklet that is tied.
        booklet: the number of the booklet, for an extra sheet that is tied.
    """
    row = models.TieSettlement(
        sheet=sheet.value,
        number=number,
        verdict=bond.value,
        candidate_id=candidate,
        booklet=None if booklet is None else models.Booklet.objects.get(number=booklet),
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    )
    row.save()
    people = candidates.with_ids({candidate} if candidate is not None else set())
    return translate.tie(row, {pk: e.candidate for pk, e in people.items()})
