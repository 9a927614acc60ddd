"""Settle whose a paper is: a booklet's candidate, an extra sheet's booklet, whether somebody signed.

Recorded beside what print, stickers and digits say, never over it; a later word supersedes an earlier one,
and can be taken back.
"""

from pathlib import Path

from klausur.actions import current
from klausur.actions.attendance import signature, signatures
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.code import Sheet
from klausur.read.model import Signed
from klausur.store import audit, runs, ties
from klausur.store import readings as stored
from klausur.state.facts import Author, Bond, StoredRun, StoredSettlement, StoredTie
from klausur.store.folder import opened, writing


def settle_booklet(
    folder: Path,
    booklet: int,
    bond: Bond,
    author: Author,
    *,
    registration: str | None = None,
    dry_run: bool = False,
) -> StoredTie:
    """Record whose a booklet is.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        bond: tied (to the candidate named), nobody's, or what the sources say again.
        author: who decides, and why.
        registration: of the candidate.
        dry_run: say what would be recorded, and record nothing.

    Raises:
        NotFoundError: there is no such booklet or candidate, or nothing to take back.
        RefusedError: a person has said that the candidate's booklet is another one.
    """
    with opened(folder):
        run = current.run()
        _refuse_unknown_booklet(run, booklet)
        before = {t.number: t for t in ties.ties(Sheet.BOOKLET) if t.bond is not Bond.UNDONE}
        if bond is Bond.UNDONE and booklet not in before:
            raise NotFoundError(f"nobody has said whose booklet {booklet} is")
        if registration is not None:
            _refuse_unknown_candidate(run, registration)
            for tie in before.values():
                if tie.candidate and tie.candidate.registration == registration and tie.number != booklet:
                    raise RefusedError(
                        f"booklet {tie.number} is settled to be that of {registration} already, by {tie.who}",
                        f"if that was wrong, first say: klausur settle --booklet {tie.number} --undo",
                    )
        with writing(keep=not dry_run):
            made = ties.tie(run, Sheet.BOOKLET, booklet, bond, author, registration=registration)
            _audit("settle-booklet", author, booklet=booklet, verdict=bond.value, candidate=registration)
    return made


def settle_extra(
    folder: Path,
    number: int,
    bond: Bond,
    author: Author,
    *,
    booklet: int | None = None,
    dry_run: bool = False,
) -> StoredTie:
    """Record which booklet an extra sheet belongs to.

    Args:
        folder: the exam folder.
        number: the sheet's number.
        bond: tied (to the booklet named), nobody's, or what its digits say again.
        author: who decides, and why.
        booklet: the booklet's number.
        dry_run: say what would be recorded, and record nothing.

    Raises:
        NotFoundError: there is no such sheet or booklet, or nothing to take back.
    """
    with opened(folder):
        run = current.run()
        if not 1 <= number <= run.run.extras:
            raise NotFoundError(
                f"there is no extra sheet {number} in this print run",
                f"they are numbered from 1 to {run.run.extras}" if run.run.extras else "it has none",
            )
        if booklet is not None:
            _refuse_unknown_booklet(run, booklet)
        before = {t.number for t in ties.ties(Sheet.EXTRA) if t.bond is not Bond.UNDONE}
        if bond is Bond.UNDONE and number not in before:
            raise NotFoundError(f"nobody has said which booklet extra sheet {number} belongs to")
        with writing(keep=not dry_run):
            made = ties.tie(run, Sheet.EXTRA, number, bond, author, booklet=booklet)
            _audit("settle-extra", author, extra=number, verdict=bond.value, booklet=booklet)
    return made


def settle_signature(
    folder: Path, registration: str, signed: Signed | None, author: Author, *, dry_run: bool = False
) -> StoredSettlement:
    """Record whether a candidate signed the attendance list; None takes earlier words back.

    Raises:
        NotFoundError: there is no such candidate or no list with them, or nothing to take back.
    """
    with opened(folder):
        run = current.run()
        _refuse_unknown_candidate(run, registration)
        field = signature(registration)
        spot = signatures(runs.layout(run)).get(field)
        if spot is None:
            raise NotFoundError(
                f"no attendance list was printed with {registration}", "see 'klausur attendance'"
            )
        earlier = stored.history(spot.booklet, field, Sheet.ATTENDANCE)
        if signed is None and not (earlier and earlier[-1].value):
            raise NotFoundError(f"nobody has said whether {registration} signed")
        with writing(keep=not dry_run):
            value = None if signed is None else signed.value
            (made,) = stored.settle(run, spot.booklet, [(field, value)], author, sheet=Sheet.ATTENDANCE)
            _audit("settle-signature", author, candidate=registration, signed=value)
    return made


def _refuse_unknown_booklet(run: StoredRun, booklet: int) -> None:
    if not 1 <= booklet <= len(run.run.booklets):
        raise NotFoundError(f"there is no booklet {booklet} in this print run", "see 'klausur status'")


def _refuse_unknown_candidate(run: StoredRun, registration: str) -> None:
    if registration not in {c.registration for c in run.run.candidates}:
        raise NotFoundError(
            f"the list of candidates that was printed has no registration number {registration!r}",
            "registration numbers are text: leading zeros count; see 'klausur attendance'",
        )


def _audit(verb: str, author: Author, **detail: object) -> None:
    audit.append(verb, author.who, {**detail, "why": author.why})
