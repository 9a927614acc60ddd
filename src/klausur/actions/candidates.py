"""The list of candidates as the records know it, or as its file says it before anything is printed.

Nothing is written here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from klausur.actions import print_request, up_to_date
from klausur.actions.print_request import PrintRequest
from klausur.actions.the_list import LISTS, the_list
from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import NotFoundError
from klausur.exam import source
from klausur.roster.candidates import ListTerms, Roster
from klausur.roster.model import Candidate
from klausur.state.enrolment import FIELDS, beside, clash
from klausur.state.facts import Enrolled, Papers
from klausur.state.owners import Source, Tie
from klausur.store import candidates as stored
from klausur.store import looks, printings
from klausur.store.folder import Records, opened
from klausur.store.looks import Look


@dataclass(frozen=True, slots=True)
class ListedCandidate:
    """A candidate: what the list says of them, and which papers are theirs.

    ``booklets`` and ``stickers`` were printed for them; ``booklet`` was found, or named by a person, and is
    theirs, as ``source`` says; ``maybe`` are open booklets that may be theirs.
    """

    enrolled: Enrolled
    booklets: tuple[int, ...] = ()
    stickers: tuple[int, ...] = ()
    booklet: int | None = None
    source: Source | None = None
    maybe: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """The list. ``file`` is where it stands as long as nothing is printed; None when the records have it.

    Of a file, ``diagnostics`` are those of list, rooms and seats, and ``roster`` is what was read.
    """

    people: tuple[ListedCandidate, ...]
    file: Path | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    roster: Roster | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What was said of a candidate at one time. ``changed`` names what differs from the time before."""

    enrolled: Enrolled
    who: str
    when: datetime
    changed: tuple[str, ...]


def listing(folder: Path) -> Listing:
    """The list of candidates.

    Raises:
        NotFoundError: nothing was printed, and there is no file with a list.
    """
    if Records(folder).there:
        with opened(folder) as records:
            if printings.begun():
                papers = up_to_date.look(records).papers
                return Listing(_listed(papers, looks.look()))
    return _from_file(folder)


def at_seat(folder: Path, person: Candidate) -> tuple[Candidate, ...]:
    """Who else the list seats where it seats this candidate, who may be about to come there.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        return beside(up_to_date.frame(records).papers.enrolled, person)


@dataclass(frozen=True, slots=True)
class Known:
    """All that the records know of one candidate, with what was said of them, oldest first.

    ``beside`` are others whom the list seats at the same place.
    """

    listed: ListedCandidate
    history: tuple[HistoryEntry, ...]
    beside: tuple[Candidate, ...]


def about(folder: Path, candidate: int) -> Known:
    """All that the records know of a candidate, who is named by their id.

    Raises:
        NotFoundError: nothing was printed, or there is no such candidate.
    """
    with opened(folder) as records:
        papers = up_to_date.look(records).papers
        everybody = _listed(papers, looks.look())
        found = next((each for each in everybody if each.enrolled.id == candidate), None)
        if found is None:
            raise NotFoundError("there is no such candidate", "look for them on the list")
        return Known(found, _history(candidate), beside(papers.enrolled, found.enrolled.candidate))


def spare_booklets(folder: Path) -> tuple[int, ...]:
    """The booklets that were printed for nobody, and that nobody wrote in as far as it is known.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        papers = up_to_date.look(records).papers
        taken = {tie.booklet for tie in looks.look().ties if tie.candidate is not None}
        return tuple(b.number for b in papers.booklets if b.candidate is None and b.number not in taken)


def history(folder: Path, registration: str) -> tuple[HistoryEntry, ...]:
    """All that was said of a candidate, oldest first.

    Raises:
        NotFoundError: nothing was printed, or nobody has this registration number.
    """
    with opened(folder) as records:
        up_to_date.frame(records)
        return _history(known(registration).id)


def _history(candidate: int) -> tuple[HistoryEntry, ...]:
    rows = stored.history(candidate)
    before: tuple[Enrolled | None, ...] = (None, *(row for row, _, _ in rows[:-1]))
    return tuple(
        HistoryEntry(row, who, when, () if last is None else _differing(last, row))
        for last, (row, who, when) in zip(before, rows, strict=True)
    )


def known(registration: str) -> Enrolled:
    """The candidate who has a registration number, in the open folder.

    Raises:
        NotFoundError: nobody has it; who had it once is named.
    """
    people = stored.enrolled()
    found = clash(people, registration)
    if found is None:
        once = next((e for e in people if registration in e.former), None)
        raise NotFoundError(
            f"the list of candidates has no registration number {registration!r}",
            "registration numbers are text: leading zeros count; see 'klausur candidates'"
            if once is None
            else f"{once.candidate.name} had it; the number is {once.candidate.registration} now",
        )
    return found


def theirs(found: Look) -> dict[str, Tie]:
    """The booklet of each candidate that was found, or that a person has named, by registration number."""
    used = found.used
    return {
        tie.candidate.registration: tie
        for tie in sorted(found.ties, key=lambda tie: tie.booklet in used)
        if tie.candidate is not None and (tie.booklet in used or tie.source is Source.PERSON)
    }


def _listed(papers: Papers, found: Look) -> tuple[ListedCandidate, ...]:
    booklets = _numbers(
        (b.candidate.registration, b.number) for b in papers.booklets if b.candidate is not None
    )
    stickers = _numbers((s.candidate.registration, s.number) for s in papers.stickers)
    whose, maybe = theirs(found), found.maybe
    listed = []
    for person in papers.enrolled:
        registration = person.candidate.registration
        tie = whose.get(registration)
        listed.append(
            ListedCandidate(
                person,
                booklets.get(registration, ()),
                stickers.get(registration, ()),
                None if tie is None else tie.booklet,
                None if tie is None else tie.source,
                maybe.get(registration, ()),
            )
        )
    return tuple(listed)


def _numbers(papers: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for registration, number in papers:
        found[registration] = (*found.get(registration, ()), number)
    return found


def _from_file(folder: Path) -> Listing:
    if not folder.is_dir():
        raise NotFoundError(f"{folder} is no folder", "name the exam's folder, or go there")
    if the_list(folder) is None:
        raise NotFoundError(
            f"{folder} has no list of candidates: nothing is printed, and there is no {' or '.join(LISTS)}",
            "docs/guide/candidates.md says what it looks like",
        )
    found = print_request.find(folder, PrintRequest(), ListTerms(*source.list_terms(folder)))
    people = tuple(ListedCandidate(Enrolled(n, c)) for n, c in enumerate(found.listed, start=1))
    return Listing(people, found.file, found.diagnostics, found.roster)


def _differing(last: Enrolled, now: Enrolled) -> tuple[str, ...]:
    fields = [f for f in FIELDS if getattr(last.candidate, f) != getattr(now.candidate, f)]
    return (*fields, *(("standing",) if last.standing != now.standing else ()))
