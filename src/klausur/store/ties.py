"""What people decided about whose a paper is. What print, stickers and digits say is put together above."""

from datetime import UTC, datetime

from klausur import __version__
from klausur.paper.code import Sheet
from klausur.store import models, translate
from klausur.store.facts import Author, Bond, StoredRun, StoredTie


def ties(sheet: Sheet) -> tuple[StoredTie, ...]:
    """The newest decision about each paper of a kind that has one, by number; those undone among them."""
    rows = models.TieSettlement.objects.filter(sheet=sheet.value).order_by("pk")
    newest = {row.number: row for row in rows.select_related("candidate", "booklet")}
    return tuple(translate.tie(newest[number]) for number in sorted(newest))


def tie(
    run: StoredRun,
    sheet: Sheet,
    number: int,
    bond: Bond,
    author: Author,
    *,
    registration: str | None = None,
    booklet: int | None = None,
) -> StoredTie:
    """Record a decision about a booklet (whose it is) or an extra sheet (which booklet's).

    Args:
        run: the current print run.
        sheet: the kind of paper, booklet or extra.
        number: the paper's number.
        bond: tied (to the candidate or the booklet named), nobody's, or undone.
        author: who decides, and why.
        registration: of the candidate, for a booklet that is tied.
        booklet: the number of the booklet, for an extra sheet that is tied.
    """
    row = models.TieSettlement(
        run_id=run.id,
        sheet=sheet.value,
        number=number,
        verdict=bond.value,
        candidate=None
        if registration is None
        else models.Candidate.objects.get(run_id=run.id, registration=registration),
        booklet=None if booklet is None else models.Booklet.objects.get(run_id=run.id, number=booklet),
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    )
    row.save()
    return translate.tie(row)
