"""Signatures that a person must look at, and where they stand on the scanned lists; what people decided."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions.attendance import Attendance, Attending, Finding, attendance, signatures, signed_at
from klausur.actions.settle_tie import candidate
from klausur.paper.code import Sheet
from klausur.state.facts import Enrolled, Spot, StoredImage, StoredSettlement
from klausur.store import pages, printings
from klausur.store.folder import opened
from klausur.store.readings import history, settlements

_OF_SIGNATURES = frozenset({Finding.UNCLEAR, Finding.NO_BOOKLET, Finding.NOT_SIGNED})
"""What another word about a signature may put in order."""


@dataclass(frozen=True, slots=True)
class SignatureLook:
    """A candidate's signature: the ``field``, and the ``image`` that shows it, None if there is none.

    ``said`` is the newest decision of a person about it, if there ever was one.
    """

    who: Attending
    field: str
    image: StoredImage | None
    said: StoredSettlement | None

    @property
    def decided(self) -> StoredSettlement | None:
        """What a person decided, unless that was taken back."""
        return self.said if self.said is not None and self.said.value is not None else None


@dataclass(frozen=True, slots=True)
class SignaturesLook:
    """What waits, those first that the reader is not sure of; and what people ``decided``, the newest first.

    ``printed`` says whether there are lists at all.
    """

    waiting: tuple[SignatureLook, ...]
    decided: tuple[SignatureLook, ...]
    printed: bool


def signature_look(folder: Path) -> SignaturesLook:
    """All signatures that wait for a person or about which one has decided.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    found = attendance(folder)
    with opened(folder):
        looks = _looks(found)
    waits = [each for each in looks if each.decided is None and each.who.finding in _OF_SIGNATURES]
    decided = [each for each in looks if each.decided is not None]
    return SignaturesLook(
        tuple(sorted(waits, key=lambda each: each.who.finding is not Finding.UNCLEAR)),
        tuple(sorted(decided, key=lambda each: each.said.id if each.said else 0, reverse=True)),
        found.printed,
    )


def last_said(folder: Path, registration: str) -> StoredSettlement | None:
    """The newest decision about a candidate's signature, if there ever was one.

    Raises:
        NotFoundError: there is no such candidate.
    """
    with opened(folder):
        person: Enrolled = candidate(registration)
        printed = signatures(printings.part_of_layout(sheets={Sheet.ATTENDANCE}))
        field = signed_at(person, printed)
        said = history(printed[field].booklet, field, Sheet.ATTENDANCE) if field in printed else ()
    return said[-1] if said else None


def _looks(found: Attendance) -> list[SignatureLook]:
    said = {s.field: s for s in settlements(sheet=Sheet.ATTENDANCE)}
    spots = {
        Spot(each.sheet, each.page, Sheet.ATTENDANCE)
        for each in found.people
        if each.sheet is not None and each.page is not None
    }
    images = pages.at(spots)
    return [
        SignatureLook(
            each,
            each.field,
            images.get(Spot(each.sheet or 0, each.page or 0, Sheet.ATTENDANCE)),
            said.get(each.field),
        )
        for each in found.people
    ]
