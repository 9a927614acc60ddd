"""Attendance: who signed the lists, held against the booklets that were found. Nothing is written here."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from klausur.actions import up_to_date
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import FieldKind, Signed
from klausur.paper.layout import Layout
from klausur.read.model import Reading
from klausur.roster.model import Candidate
from klausur.state.answers import disputed
from klausur.state.facts import Enrolled, Spot, Standing
from klausur.store import looks, pages, printings
from klausur.store.folder import opened
from klausur.store.readings import readings, settlements


class Presence(StrEnum):
    """What the attendance list says of a candidate."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    UNCLEAR = "unclear"
    NOT_SCANNED = "not-scanned"
    """The page of the list is missing."""
    NOT_LISTED = "not-listed"
    """No printed list has this candidate."""


class Finding(StrEnum):
    """What a person must look at."""

    NO_BOOKLET = "signed-without-booklet"
    NOT_SIGNED = "booklet-without-signature"
    UNCLEAR = "signature-unclear"
    PAGE_MISSING = "list-page-missing"
    PAGE_TWICE = "list-page-twice"
    NOBODYS = "booklet-of-nobody"
    ABSENT = "booklet-of-absent"
    """The list of candidates says that they did not come, and their booklet was found."""


@dataclass(frozen=True, slots=True)
class Attending:
    """A candidate: where the list has them (``sheet`` is the list's number), and which booklet is theirs.

    ``settled``: a person decided whether they signed. ``maybe`` are open booklets that may be theirs;
    ``standing`` is what the list says of them; ``field`` is the id of the field where they sign.
    """

    candidate: Candidate
    presence: Presence
    sheet: int | None
    page: int | None
    booklet: int | None
    settled: bool = False
    maybe: tuple[int, ...] = ()
    standing: Standing = Standing.REGISTERED
    field: str = ""

    @property
    def finding(self) -> Finding | None:
        """What is wrong with it, if anything."""
        if self.presence is Presence.UNCLEAR:
            return Finding.UNCLEAR
        if self.standing is Standing.ABSENT and self.booklet is not None:
            return Finding.ABSENT
        if self.presence is Presence.SIGNED and self.booklet is None:
            return Finding.NO_BOOKLET
        if self.presence is Presence.UNSIGNED and self.booklet is not None:
            return Finding.NOT_SIGNED
        return None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a room's attendance list that is missing, or that is there with two contents."""

    finding: Finding
    sheet: int
    room: str
    page: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """All candidates in the order of the list, and what is not in order besides.

    ``pages`` are those of the lists that are missing or there twice, ``nobodys`` the booklets that were found
    and are nobody's yet; ``printed`` says whether lists were printed at all.
    """

    people: tuple[Attending, ...]
    pages: tuple[ListPage, ...]
    nobodys: tuple[int, ...]
    printed: bool

    @property
    def findings(self) -> int:
        """How many things a person must look at."""
        return sum(p.finding is not None for p in self.people) + len(self.pages) + len(self.nobodys)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The attendance lists as printed, scanned and settled, each by the signature field's id or by page."""

    printed: Mapping[str, Spot]
    scanned: AbstractSet[Spot]
    twice: AbstractSet[Spot]
    read: Mapping[str, Reading]
    settled: Mapping[str, str]

    def presence(self, field: str) -> Presence:
        """What the lists say of the candidate who should sign there."""
        spot, reading = self.printed.get(field), self.read.get(field)
        if field in self.settled:
            return Presence(self.settled[field])
        if spot is None:
            return Presence.NOT_LISTED
        if spot not in self.scanned or reading is None:
            return Presence.NOT_SCANNED
        if reading.flagged or spot in self.twice:
            return Presence.UNCLEAR
        return Presence.SIGNED if reading.value == Signed.YES else Presence.UNSIGNED


def attendance(folder: Path) -> Attendance:
    """Hold the attendance lists against the booklets that were found.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        found, enrolled = looks.look(), frame.papers.enrolled
        layout = printings.part_of_layout(sheets={Sheet.ATTENDANCE})
        printed = signatures(layout)
        lists = _Lists(
            printed=printed,
            scanned=pages.spots(Sheet.ATTENDANCE),
            twice=disputed(pages.images(waiting=True)),
            read={
                r.reading.field: r.reading
                for r in readings(kinds=(FieldKind.SIGNATURE,), sheet=Sheet.ATTENDANCE)
                if printed.get(r.reading.field) == r.spot
            },
            settled={s.field: s.value for s in settlements(sheet=Sheet.ATTENDANCE) if s.value is not None},
        )
    rooms = _rooms(lists, enrolled)
    booklet_of, maybe, used = found.booklet_of, found.maybe, found.used
    people = []
    for person in enrolled:
        registration = person.candidate.registration
        field = signed_at(person, lists.printed)
        spot = lists.printed.get(field)
        people.append(
            Attending(
                person.candidate,
                lists.presence(field),
                None if spot is None else spot.booklet,
                None if spot is None else spot.page,
                booklet_of.get(registration),
                field in lists.settled,
                maybe.get(registration, ()),
                person.standing,
                field,
            )
        )
    return Attendance(
        people=tuple(people),
        pages=tuple(_list_pages(layout, rooms, lists)),
        nobodys=tuple(t.booklet for t in found.ties if t.booklet in used and t.open),
        printed=bool(lists.printed),
    )


def signed_at(person: Enrolled, printed: Mapping[str, Spot]) -> str:
    """The id of the signature field of a candidate, under the registration number that was printed."""
    names = [signature(number) for number in (person.candidate.registration, *person.former)]
    return next((name for name in names if name in printed), names[0])


def _rooms(lists: _Lists, enrolled: Sequence[Enrolled]) -> dict[int, str]:
    """The room of each attendance list, by its number."""
    found: dict[int, str] = {}
    for person in enrolled:
        spot = lists.printed.get(signed_at(person, lists.printed))
        if spot is not None:
            found.setdefault(spot.booklet, person.candidate.room)
    return found


def signatures(layout: Layout) -> dict[str, Spot]:
    """Where each signature field was printed, by its id; on the newest list of those that have it."""
    pages = [(Spot.of(code), layout.at(code)) for code in _pages(layout)]
    return {
        field.id: spot
        for spot, page in pages
        if page is not None
        for field in page.fields
        if field.kind is FieldKind.SIGNATURE
    }


def signature(registration: str) -> str:
    """The id of a candidate's signature field."""
    return f"candidate/{registration}/signature"


def _pages(layout: Layout) -> list[PageCode]:
    """The codes of all pages of the attendance lists."""
    return [
        PageCode(layout.exam_number, s.number, page, s.sheet)
        for s in layout.sheets
        if s.sheet is Sheet.ATTENDANCE
        for page in range(1, len(s.pages) + 1)
    ]


def _list_pages(layout: Layout, rooms: Mapping[int, str], lists: _Lists) -> Iterator[ListPage]:
    listed = set(lists.printed.values())
    for code in _pages(layout):
        spot = Spot.of(code)
        if spot not in listed:
            continue  # all who stand there stand on a later list too
        room = rooms.get(code.booklet, "")
        if spot not in lists.scanned:
            yield ListPage(Finding.PAGE_MISSING, code.booklet, room, code.page)
        elif spot in lists.twice:
            yield ListPage(Finding.PAGE_TWICE, code.booklet, room, code.page)
