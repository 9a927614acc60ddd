"""Change the list of candidates after printing: add somebody, correct what it says.

Nothing is deleted: what the list said before stays in the records, and so do booklets of who is withdrawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.candidates import known
from klausur.actions.roles import Verb, allow
from klausur.actions.settle_tie import tie_booklet
from klausur.base.errors import MeanwhileError, RefusedError, UsageError
from klausur.base.stamps import stamp
from klausur.paper.code import Sheet
from klausur.roster import candidates as rules
from klausur.roster.delimited import tidy
from klausur.roster.model import MAX_MINUTES, Candidate
from klausur.state.enrolment import clash, corrected
from klausur.state.facts import Author, Bond, Enrolled, Papers, Standing
from klausur.store import audit, candidates, derive, ties
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class Correction:
    """What shall stand on the list instead; None stays as it is."""

    registration: str | None = None
    name: str | None = None
    room: str | None = None
    seat: str | None = None
    extra_minutes: int | None = None
    note: str | None = None
    mail: str | None = None

    def of(self, was: Candidate) -> Candidate:
        """The candidate as they stand then."""
        new = Candidate(
            was.registration if self.registration is None else self.registration,
            was.name if self.name is None else self.name,
            was.room if self.room is None else self.room,
            was.seat if self.seat is None else self.seat,
            was.extra_minutes if self.extra_minutes is None else self.extra_minutes,
            was.note if self.note is None else self.note,
            was.mail if self.mail is None else self.mail,
        )
        return _tidy(new)


def add(
    folder: Path,
    candidate: Candidate,
    author: Author,
    *,
    booklet: int | None = None,
    dry_run: bool = False,
) -> Enrolled:
    """Put somebody on the list who was not on it when it was printed.

    Args:
        folder: the exam folder.
        candidate: who it is.
        author: who adds them, and why.
        booklet: the spare booklet that they wrote in, if it is known.
        dry_run: say what would be recorded, and record nothing.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such booklet.
        RefusedError: somebody has the registration number, or the booklet is somebody's.
        UsageError: the number is none, the name is empty, there is no reason.
    """
    allow(author.actor, Verb.ADD_CANDIDATE)
    person = _tidy(candidate)
    _refuse_faults(person, author)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        with writing(keep=not dry_run):
            # In the transaction that writes: of two who add one walk-in at once, the second is refused.
            _refuse_taken(candidates.enrolled(), person.registration)
            (added,) = candidates.add([person], author)
            if booklet is not None:
                _refuse_others(frame.anew().papers, booklet)
                tie_booklet(booklet, Bond.TIED, author, whose=added)
            refresh(frame)
            audit.append(
                "add-candidate",
                author.actor,
                {
                    "candidate": person.registration,
                    "name": person.name,
                    "booklet": booklet,
                    "why": author.why,
                },
            )
    return replace(added, why=author.why)


def change(
    folder: Path,
    registration: str,
    correction: Correction,
    author: Author,
    *,
    seen: str = "",
    dry_run: bool = False,
) -> tuple[Enrolled, Enrolled]:
    """Correct what the list says of somebody.

    Args:
        folder: the exam folder.
        registration: whom.
        correction: what shall stand there.
        author: who corrects it, and why.
        seen: the `stamp` of what the list said when the author looked; empty if it does not matter.
        dry_run: say what would be recorded, and record nothing.

    Returns:
        what it said before, and what it says now.

    Raises:
        NotFoundError: nothing was printed yet, or nobody has this registration number.
        MeanwhileError: it says something else since the author looked.
        RefusedError: somebody else has the new one.
        UsageError: the new number is none, the name is empty, or nothing would change.
    """
    allow(author.actor, Verb.CHANGE_CANDIDATE)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        with writing(keep=not dry_run):
            before = known(registration)
            refuse_unseen(before, seen)
            to = correction.of(before.candidate)
            _refuse_faults(to)
            _refuse_taken(candidates.enrolled(), to.registration, besides=before.id)
            if to == before.candidate:
                raise UsageError(f"{registration} stands on the list like that already", "name what is new")
            (now,) = candidates.say([corrected(before, to, author.why)], author)
            refresh(frame)
            audit.append(
                "change-candidate",
                author.actor,
                {"candidate": before.candidate.registration, "to": _plain(to), "why": author.why},
            )
    return before, now


def refresh(frame: Frame) -> None:
    """Bring State up to date after the list has changed, in the transaction that changed it."""
    derive.refresh(frame.anew(), Touched(candidates=True, owners=True))


def _tidy(person: Candidate) -> Candidate:
    """Texts as a list has them: on one line, composed letters."""
    return Candidate(
        tidy(person.registration),
        tidy(person.name),
        tidy(person.room),
        tidy(person.seat),
        person.extra_minutes,
        tidy(person.note),
        tidy(person.mail),
    )


def _refuse_faults(person: Candidate, author: Author | None = None) -> None:
    found = rules.fault(person)
    if found is not None:
        raise UsageError(found.message, found.hint)
    if not 0 <= person.extra_minutes <= MAX_MINUTES:
        raise UsageError(
            f"{person.extra_minutes} are no extra minutes", f"write a number from 0 to {MAX_MINUTES}"
        )
    if author is not None:
        refuse_no_reason(author)


def refuse_unseen(now: Enrolled, seen: str) -> None:
    """Refuse who was shown something else of a candidate than what the list says now.

    Raises:
        MeanwhileError: it does.
    """
    if seen and seen != stamp(now):
        raise MeanwhileError(
            f"somebody else has changed what the list says of {now.candidate.name} meanwhile",
            "look at what it says now, and decide again",
        )


def refuse_no_reason(author: Author) -> None:
    """Refuse who gives no reason.

    Raises:
        UsageError: there is none.
    """
    if not author.why.strip():
        raise UsageError("there is no reason", "say why, for the records: --why TEXT")


def _refuse_taken(people: Iterable[Enrolled], registration: str, *, besides: int | None = None) -> None:
    other = clash(people, registration, besides=besides)
    if other is not None:
        number = other.candidate.registration
        raise RefusedError(
            f"the registration number {number} is that of {other.candidate.name} already"
            + ("" if other.standing is Standing.REGISTERED else f", who is {other.standing}"),
            f"see 'klausur candidates history {number}'; "
            f"who is back is marked: klausur candidates mark {number} registered --why TEXT",
        )


def _refuse_others(papers: Papers, booklet: int) -> None:
    printed = next((b.candidate for b in papers.booklets if b.number == booklet), None)
    settled = next((t.candidate for t in ties.ties(Sheet.BOOKLET) if t.number == booklet), None)
    whose = settled or printed
    if whose is not None:
        how = "was settled to be that of" if settled else "was printed for"
        raise RefusedError(
            f"booklet {booklet} is no spare one: it {how} {whose.registration} {whose.name}",
            "add the candidate without --booklet; then, if it is theirs all the same: "
            f"klausur settle owner {booklet} --candidate REG",
        )


def _plain(person: Candidate) -> dict[str, object]:
    return {
        "registration": person.registration,
        "name": person.name,
        "room": person.room,
        "seat": person.seat,
        "extra_minutes": person.extra_minutes,
        "note": person.note,
        "mail": person.mail,
    }
