"""Settle whose a paper is: a booklet's candidate, an extra sheet's booklet, whether somebody signed.

Recorded beside what print, stickers and digits say, never over it; a later word supersedes an earlier one,
and can be taken back.
"""

from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.attendance import signatures, signed_at
from klausur.actions.roles import Verb, allow
from klausur.actions.settle import SettledMeanwhileError
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.code import Sheet
from klausur.read.model import Signed
from klausur.state.facts import Author, Bond, Enrolled, StoredSettlement, StoredTie
from klausur.store import audit, candidates, derive, printings, ties
from klausur.store import readings as stored
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing


class TiedMeanwhileError(RefusedError):
    """Somebody else decided since whoever decides now has looked; ``last`` is what they said."""

    def __init__(self, last: StoredTie) -> None:
        self.last = last
        whose = "nobody's" if last.candidate is None else f"that of {last.candidate.registration}"
        what = "took back what was settled" if last.bond is Bond.UNDONE else f"settled it to be {whose}"
        super().__init__(f"{last.who} {what} meanwhile", "look at it again, and choose")


def settle_booklet(
    folder: Path,
    booklet: int,
    bond: Bond,
    author: Author,
    *,
    registration: str | None = None,
    dry_run: bool = False,
    looked: int | None = None,
) -> StoredTie:
    """Record whose a booklet is.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        bond: tied (to the candidate named), nobody's, or what the sources say again.
        author: who decides, and why.
        registration: of the candidate.
        dry_run: say what would be recorded, and record nothing.
        looked: the newest such decision about the booklet that who decides has seen, 0 for none; None if they
            want to have the last word whatever others said. Who has said just that since they looked got no
            answer, and asks once more: nothing is recorded a second time.

    Raises:
        NotFoundError: there is no such booklet or candidate, or nothing to take back.
        RefusedError: a person has said that the candidate's booklet is another one.
        TiedMeanwhileError: a newer decision than the one they looked at says something else.
    """
    allow(author.actor, Verb.SETTLE_BOOKLET)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        with writing(keep=not dry_run):
            whose = None if registration is None else candidate(registration)
            for last in ties.ties(Sheet.BOOKLET, {booklet}) if looked is not None else ():
                if last.id > (looked or 0):
                    if not _says(last, bond, whose):
                        raise TiedMeanwhileError(last)
                    if last.who == author.actor.name:
                        return last
            made = tie_booklet(booklet, bond, author, whose=whose)
            derive.refresh(frame, Touched(ties=frozenset({booklet})))
            _audit("settle-booklet", author, booklet=booklet, verdict=bond.value, candidate=registration)
    return made


def _says(last: StoredTie, bond: Bond, whose: Enrolled | None) -> bool:
    """Whether a decision says this, too."""
    return last.bond is bond and last.candidate == (None if whose is None else whose.candidate)


def _same(last: StoredTie, bond: Bond, booklet: int | None, author: Author) -> bool:
    """Whether a decision about an extra sheet is this one, by the same person for the same reason."""
    said = last.bond, last.booklet, last.who, last.why
    return said == (bond, booklet, author.actor.name, author.why)


def tie_booklet(booklet: int, bond: Bond, author: Author, *, whose: Enrolled | None = None) -> StoredTie:
    """Record whose a booklet is, for a transaction of `writing` that goes on to refresh State.

    Raises:
        NotFoundError: there is no such booklet, or nothing to take back.
        RefusedError: a person has said that the candidate's booklet is another one.
    """
    _refuse_unknown_booklet(booklet)
    # In the transaction that writes: two people who give one candidate two booklets cannot both be heard.
    others = frozenset() if whose is None else ties.given(whose.id)
    before = {t.number: t for t in ties.ties(Sheet.BOOKLET, others | {booklet}) if t.bond is not Bond.UNDONE}
    if bond is Bond.UNDONE and booklet not in before:
        raise NotFoundError(f"nobody has said whose booklet {booklet} is")
    for tie in before.values():
        if whose is not None and tie.candidate == whose.candidate and tie.number != booklet:
            raise RefusedError(
                f"booklet {tie.number} is settled to be that of {whose.candidate.registration} already, "
                f"by {tie.who}",
                f"if that was wrong, first say: klausur settle owner {tie.number} --undo",
            )
    return ties.tie(Sheet.BOOKLET, booklet, bond, author, candidate=None if whose is None else whose.id)


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

    Who has said just that, with the same reason, as the newest of all has said it: a form that is sent once
    more records nothing.

    Raises:
        NotFoundError: there is no such sheet or booklet, or nothing to take back.
    """
    allow(author.actor, Verb.SETTLE_EXTRA)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        extras = [n for p in printings.every() if p.done is not None for n in p.extras]
        if number not in extras:
            raise NotFoundError(
                f"there is no extra sheet {number}",
                f"they are numbered from {min(extras)} to {max(extras)}" if extras else "none were printed",
            )
        if booklet is not None:
            _refuse_unknown_booklet(booklet)
        with writing(keep=not dry_run):
            last = next(iter(ties.ties(Sheet.EXTRA, {number})), None)
            if last is not None and last.bond is not Bond.UNDONE and _same(last, bond, booklet, author):
                return last
            if bond is Bond.UNDONE and (last is None or last.bond is Bond.UNDONE):
                raise NotFoundError(f"nobody has said which booklet extra sheet {number} belongs to")
            made = ties.tie(Sheet.EXTRA, number, bond, author, booklet=booklet)
            derive.refresh(frame, Touched(extras=frozenset({number})))
            _audit("settle-extra", author, extra=number, verdict=bond.value, booklet=booklet)
    return made


def settle_signature(
    folder: Path,
    registration: str,
    signed: Signed | None,
    author: Author,
    *,
    dry_run: bool = False,
    looked: int | None = None,
) -> StoredSettlement:
    """Record whether a candidate signed the attendance list; None takes earlier words back.

    ``looked`` is the newest such decision that who decides has seen, as in `settle_booklet`.

    Raises:
        NotFoundError: there is no such candidate or no list with them, or nothing to take back.
        SettledMeanwhileError: a newer decision than the one they looked at says something else.
    """
    allow(author.actor, Verb.SETTLE_SIGNATURE)
    with opened(folder) as records:
        up_to_date.frame(records)
        printed = signatures(printings.part_of_layout(sheets={Sheet.ATTENDANCE}))
        field = signed_at(candidate(registration), printed)
        spot = printed.get(field)
        if spot is None:
            raise NotFoundError(
                f"no attendance list was printed with {registration}", "see 'klausur attendance'"
            )
        with writing(keep=not dry_run):
            earlier = stored.history(spot.booklet, field, Sheet.ATTENDANCE)
            if signed is None and not (earlier and earlier[-1].value):
                raise NotFoundError(f"nobody has said whether {registration} signed")
            value = None if signed is None else signed.value
            if looked is not None and earlier and earlier[-1].id > looked and earlier[-1].value != value:
                raise SettledMeanwhileError(earlier[-1])
            (made,) = stored.settle(spot.booklet, [(field, value)], author, sheet=Sheet.ATTENDANCE)
            _audit("settle-signature", author, candidate=registration, signed=value)
    return made


def _refuse_unknown_booklet(booklet: int) -> None:
    if not printings.has_booklet(booklet):
        raise NotFoundError(f"there is no booklet {booklet}", "see 'klausur status'")


def candidate(registration: str) -> Enrolled:
    """The candidate with this registration number.

    Raises:
        NotFoundError: the list has none.
    """
    found = candidates.who(registration)
    if found is None:
        raise NotFoundError(
            f"the list of candidates has no registration number {registration!r}",
            "registration numbers are text: leading zeros count; see 'klausur candidates', "
            "and add who is missing with 'klausur candidates add'",
        )
    return found


def record_tie(author: Author, **detail: object) -> None:
    """Record in the audit trail whose a booklet is, for a transaction of `writing`."""
    _audit("settle-booklet", author, verdict=Bond.TIED.value, **detail)


def _audit(verb: str, author: Author, **detail: object) -> None:
    audit.append(verb, author.actor, {**detail, "why": author.why})
