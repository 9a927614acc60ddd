"""What a printing adds to what was printed before: one pure function, for printing and its dry run alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from klausur.actions.print_request import PrintRequest
from klausur.actions.seat_variants import deal_booklets, refuse_piles
from klausur.actions.settings_dealt import set_apart, settings
from klausur.base.errors import RefusedError, UsageError
from klausur.base.stamps import stamp
from klausur.exam.differences import Difference, DifferenceKind
from klausur.exam.model import Exam
from klausur.paper.run import From, PrintRun, plan
from klausur.roster.model import Candidate
from klausur.roster.paper_wanted import PaperWanted
from klausur.roster.rooms import Rooms
from klausur.state.enrolment import clash
from klausur.state.facts import Edition, Enrolled, Numbers, Papers, Printing, Standing

_NO_ROOMS = Rooms()


@dataclass(frozen=True, slots=True)
class ListOnDisk:
    """The list of candidates on disk: its ``newcomers`` in room and seat order, and all its ``rows``.

    ``rooms`` are those that they sit in; ``papers`` says which those want who want another paper than usual.
    """

    newcomers: tuple[Candidate, ...] = ()
    rows: tuple[Candidate, ...] = ()
    file: Path | None = None
    rooms: Rooms = _NO_ROOMS
    papers: Mapping[str, PaperWanted] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """What was printed so far.

    Attributes:
        papers: as the records have them.
        owners: the candidate of each booklet that has one by print, sticker, number or people's word.
        paper: how the source differs from the newest edition in what is asked: it would be another one.
        key: how it differs in what answers earn.
    """

    papers: Papers
    owners: Mapping[int, Candidate]
    paper: tuple[Difference, ...] = ()
    key: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """The booklets of an edition that were printed before; all of them stay valid."""

    edition: int
    booklets: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is printed now.

    Attributes:
        edition: the edition's number.
        begins: it begins with this printing.
        printing: the printing's number.
        run: booklets, stickers, extra sheets and lists under the numbers that they will have.
        newcomers: candidates who come onto the records' list with this printing.
        again: the lost booklets that are printed again, each with its new number.
        kept: what was printed before.
        paper: as in `Before`, and so ``key``.
        changed: registration numbers of rows that differ from the records, which stay as they are.
        vanished: registration numbers that the list on disk no longer has.
        refused: why nothing is printed, empty if it is; ``remedy`` says what to do.
    """

    edition: int
    begins: bool
    printing: int
    run: PrintRun
    newcomers: tuple[Candidate, ...]
    again: tuple[tuple[int, int], ...] = ()
    kept: tuple[Kept, ...] = ()
    paper: tuple[Difference, ...] = ()
    key: tuple[Difference, ...] = ()
    changed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    refused: str = ""
    remedy: str = ""

    @property
    def stamp(self) -> str:
        """A few letters that change with what is printed for whom, and with what was printed before.

        Numbers are left out: a printing that was begun and abandoned has taken some, and no more.
        """
        run = self.run
        people = [booklet.candidate for booklet in run.booklets], [label.candidate for label in run.stickers]
        lost = [number for number, _ in self.again]
        about = self.begins, self.kept, lost, len(run.extras), [d.text for d in self.paper]
        return stamp((people, about))

    @property
    def before(self) -> int:
        """How many booklets were printed before."""
        return sum(kept.booklets for kept in self.kept)


def newest(papers: Papers) -> Edition | None:
    """The newest edition of which there are papers."""
    numbers = {p.edition for p in papers.finished}
    return next((e for e in reversed(papers.editions) if e.number in numbers), None)


def next_numbers(printings: Sequence[Printing]) -> From:
    """The first numbers that no printing has taken, abandoned ones counted."""

    def after(numbers: Iterable[Numbers]) -> int:
        return max((n.first + n.count for n in numbers), default=1)

    return From(
        after(p.booklets for p in printings),
        after(p.stickers for p in printings),
        after(p.extras for p in printings),
        after(p.lists for p in printings),
    )


def planned(
    before: Before, wanted: PrintRequest, listed: ListOnDisk, exam: Exam, digest: str, paper: str
) -> Plan:
    """The plan of a printing. With rooms, neighbours get different variants; else booklets in their order do.

    Args:
        before: what was printed so far, and how the source differs.
        wanted: what is asked for.
        listed: the list of candidates on disk.
        exam: what is asked, for its variants and languages.
        digest: of the source's files.
        paper: the name of the source's paper size.

    Raises:
        UsageError: there is nothing to print, or what is asked for is not possible.
        RefusedError: a row of the list may be somebody whose number was corrected.
    """
    papers, variants = before.papers, exam.variants
    if wanted.by_variant:
        refuse_piles(variants)
    edition = newest(papers)
    _see_that_it_fits(before, wanted, edition)
    gone = _vanished(papers, listed)
    _refuse_corrected(papers, gone, listed)
    people, again = _people(before, wanted, listed)
    first = next_numbers(papers.printings)
    lost = {person.registration for _, person in again}
    once = tuple(p for p in people if p.registration not in lost)
    people = (*once, *(person for _, person in again))
    if wanted.stickers is not None and not people:
        raise UsageError("there are no candidates to make stickers for", "name a list with --candidates")
    if edition is not None and not people and not wanted.spare and not wanted.extras:
        raise UsageError(
            "there is nothing to print: everybody on the list has a booklet",
            "add newcomers to the list, --spare N booklets, --extra N sheets, or --again N for a lost one",
        )
    if edition is None and not people and not wanted.spare and not wanted.extras:
        raise UsageError(
            "there is nobody to print for: no list of candidates, and no booklets without names",
            "name the list: --candidates FILE (or put it into the folder as candidates.csv), or print "
            "booklets without names: --spare 20",
        )
    how = settings(
        people,
        {person.registration: number for number, person in again},
        listed.papers,
        frozenset(row.registration for row in listed.rows),
        papers,
        exam,
    )
    dealt = deal_booklets(people, wanted.spare, listed.rooms, variants, papers)
    dealt = set_apart(exam, dealt, how, wanted.spare, first.booklets)
    run = plan(
        papers.exam_number if papers.editions else 0,
        people,
        wanted.spare,
        stickers=wanted.stickers is not None,
        extras=wanted.extras,
        variants=replace(variants, dealt=dealt, first=first.booklets) if dealt else variants,
        first=first,
        listed=() if wanted.for_all else lost,
    )
    if edition is None and not run.booklets:
        raise UsageError(
            "extra sheets alone are no exam", "print booklets too, for candidates or with --spare N"
        )
    refused, remedy = _refusal(before, wanted, edition, paper)
    begins = edition is None or wanted.new_edition
    number = edition.number if edition is not None else 1
    if begins:
        last = papers.editions[-1] if papers.editions else None
        begun = last is not None and last != edition and last.source_digest == digest
        # An edition whose only printing was abandoned is taken up again, if nothing has changed since.
        number, begins = (
            (last.number, False) if begun and last is not None else (len(papers.editions) + 1, True)
        )
    new = {person.registration: at for at, person in enumerate(people)}
    return Plan(
        edition=number,
        begins=begins,
        printing=max((p.number for p in papers.printings), default=0) + 1,
        run=run,
        newcomers=listed.newcomers,
        again=tuple((lost_, first.booklets + new[person.registration]) for lost_, person in again),
        kept=_kept(papers),
        paper=before.paper,
        key=before.key,
        changed=tuple(_changed(papers, listed)),
        vanished=tuple(e.candidate.registration for e in gone),
        refused=refused,
        remedy=remedy,
    )


def _see_that_it_fits(before: Before, wanted: PrintRequest, edition: Edition | None) -> None:
    if edition is None:
        for asked, option in (
            (wanted.again, "--again"),
            (wanted.new_edition, "--new-edition"),
            (wanted.as_printed, "--as-printed"),
        ):
            if asked:
                raise UsageError(f"{option}, and nothing was printed yet", f"leave {option} out")
    elif wanted.new_edition and not before.paper:
        raise UsageError(
            f"the source asks what edition {edition.number} asks: there is no new edition",
            "leave --new-edition out; 'klausur key' takes over what changed in the key",
        )


def _people(
    before: Before, wanted: PrintRequest, listed: ListOnDisk
) -> tuple[tuple[Candidate, ...], tuple[tuple[int, Candidate], ...]]:
    """Who gets a booklet, and of these whose lost one is printed again, with its number."""
    papers = before.papers
    there = [e for e in papers.enrolled if e.standing is Standing.REGISTERED]
    have = {owner.registration for owner in before.owners.values()}
    have |= {sticker.candidate.registration for sticker in papers.stickers}
    if wanted.for_all:
        have = set()
    without = tuple(e.candidate for e in there if e.candidate.registration not in have)
    again: dict[str, tuple[int, Candidate]] = {}
    for number in wanted.again:
        if number not in {b.number for b in papers.booklets}:
            raise UsageError(f"there is no booklet {number} to print again", "see 'klausur status'")
        owner = before.owners.get(number)
        if owner is None:
            raise UsageError(f"booklet {number} is nobody's", "print another unnamed one with --spare 1")
        again.setdefault(owner.registration, (number, owner))
    return (*without, *listed.newcomers), tuple(again.values())


def _kept(papers: Papers) -> tuple[Kept, ...]:
    counts: dict[int, int] = {}
    for printing in papers.finished:
        counts[printing.edition] = counts.get(printing.edition, 0) + printing.booklets.count
    return tuple(Kept(edition, count) for edition, count in sorted(counts.items()))


def _refusal(before: Before, wanted: PrintRequest, edition: Edition | None, paper: str) -> tuple[str, str]:
    """Why the source cannot be printed beside what was, and what to do."""
    if edition is None or not before.paper or wanted.as_printed:
        return "", ""
    if any(d.kind is DifferenceKind.PAPER_SIZE for d in before.paper):
        sizes = f"edition {edition.number} was printed on {edition.paper}, the source wants {paper}"
        return (
            f"{sizes}: one exam is printed on one size of paper",
            "copy the source into a fresh folder, without printed.toml, and print it there as another exam",
        )
    if wanted.new_edition:
        return "", ""
    booklets = sum(k.booklets for k in _kept(before.papers) if k.edition == edition.number)
    exist = "1 booklet exists" if booklets == 1 else f"{booklets} booklets exist"
    message = f"the exam has changed since edition {edition.number} was printed, of which {exist}"
    remedy = (
        "print it as another edition with --new-edition --why TEXT (and --for-all, for those too who have a "
        "booklet), or add to what was printed with --as-printed"
    )
    return message, remedy


def _vanished(papers: Papers, listed: ListOnDisk) -> tuple[Enrolled, ...]:
    if listed.file is None:
        return ()
    rows = {row.registration for row in listed.rows}
    return tuple(
        e
        for e in papers.enrolled
        if e.standing is Standing.REGISTERED and not rows & {e.candidate.registration, *e.former}
    )


def _refuse_corrected(papers: Papers, gone: Sequence[Enrolled], listed: ListOnDisk) -> None:
    """Nobody gets a second booklet because their number was corrected, or only its case, in the file."""
    names = {e.candidate.name.casefold(): e.candidate for e in gone}
    for person in listed.newcomers:
        alike = clash(papers.enrolled, person.registration)
        if alike is not None:
            raise RefusedError(
                f"{person.name} is {person.registration} in {listed.file}, and {alike.candidate.name} is "
                f"{alike.candidate.registration} in the records: upper and lower case are alike",
                f"if it is one person: klausur candidates --update {listed.file}; if they are two, give one "
                "of them another number",
            )
        old = names.get(person.name.casefold())
        if old is not None:
            raise RefusedError(
                f"{person.name} is {person.registration} in {listed.file}, and {old.registration} in the "
                "records: one person or two?",
                f"if it is one: klausur candidates --update {listed.file}; if they are two, keep both rows",
            )


def _changed(papers: Papers, listed: ListOnDisk) -> Iterable[str]:
    known = papers.by_registration()
    for row in listed.rows:
        there = known.get(row.registration)
        if there is None:
            continue
        person = there.candidate
        same = (row.name, row.extra_minutes, row.note) == (person.name, person.extra_minutes, person.note)
        if not same or row.room not in {"", person.room} or row.seat not in {"", person.seat}:
            yield row.registration
