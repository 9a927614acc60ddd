"""What became of the marks on a trial sheet: read as meant, asked about, or misread. Pure rules."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from klausur.actions.trial_findings import Level, TrialFinding
from klausur.base import words
from klausur.paper.fields import FieldKind, Mark
from klausur.paper.trial import DIGIT_ROW, DIGITS, ROW_OF, row_and_hand
from klausur.read.digits import UNKNOWN
from klausur.read.model import Reading


class Outcome(StrEnum):
    """What became of a box."""

    MEANT = "as-meant"
    """Read as its row says; or asked about, if its row says that a person is to be asked."""
    ASKED = "asked-about"
    MISREAD = "misread"
    """Read as something else, and nobody would have been asked."""


@dataclass(frozen=True, slots=True)
class TrialBox:
    """A box, or a row of digits: where it is, what was ``meant``, what was ``read``, and what became of it.

    ``side`` counts from 1 as in `TrialRead.sides`; ``hand`` is the line, ``place`` the box in it, from 1.
    """

    side: int
    row: str
    hand: int
    place: int
    meant: str
    read: str
    confidence: float
    outcome: Outcome


def judged(readings: Sequence[Reading], side: int) -> tuple[TrialBox, ...]:
    """What became of all boxes of a side that somebody marked; a line in which nothing is, is left out."""
    lines: dict[int, list[TrialBox]] = {}
    marked: set[int] = set()
    places: dict[tuple[str, int], int] = {}
    for reading in sorted(readings, key=_on_sheet):
        row, hand = row_and_hand(reading.field)
        places[row, hand] = places.get((row, hand), 0) + 1
        lines.setdefault(hand, []).append(_box(reading, side, row, hand, places[row, hand]))
        if _has_ink(reading):
            marked.add(hand)
    return tuple(box for hand, boxes in lines.items() if hand in marked for box in boxes)


def _on_sheet(reading: Reading) -> tuple[int, int, str]:
    row, hand = row_and_hand(reading.field)
    return (*ROW_OF, DIGIT_ROW).index(row), hand, reading.field


def _box(reading: Reading, side: int, row: str, hand: int, place: int) -> TrialBox:
    meant = DIGITS if row == DIGIT_ROW else str(ROW_OF[row].meant)
    outcome = _outcome(reading, meant)
    return TrialBox(side, row, hand, place, meant, reading.value, round(reading.confidence, 4), outcome)


def _outcome(reading: Reading, meant: str) -> Outcome:
    if meant == Mark.OTHER:
        return Outcome.MEANT if reading.flagged else Outcome.MISREAD
    if reading.flagged:
        return Outcome.ASKED
    return Outcome.MEANT if reading.value == meant else Outcome.MISREAD


def _has_ink(reading: Reading) -> bool:
    """Whether somebody wrote there, as far as the reader can tell."""
    if reading.kind is FieldKind.DIGIT_ROW:
        return set(reading.value) != {UNKNOWN}
    return reading.value != Mark.EMPTY


def findings(boxes: Sequence[TrialBox]) -> tuple[TrialFinding, ...]:
    """What is to be said of all boxes and rows of digits together."""
    if not boxes:
        return (
            TrialFinding("boxes", Level.NOTE, "nothing is marked", "mark the sheet by hand as its rows say"),
        )
    digits = [box for box in boxes if box.row == DIGIT_ROW]
    return (_of_boxes([box for box in boxes if box.row != DIGIT_ROW]), *_of_digits(digits))


def _of_boxes(boxes: Sequence[TrialBox]) -> TrialFinding:
    misread, asked = _with(boxes, Outcome.MISREAD), _with(boxes, Outcome.ASKED)
    meant = len(boxes) - len(misread) - len(asked)
    found = f"{meant} read as meant, {len(asked)} asked about, {len(misread)} misread"
    if misread:
        remedy = " ".join(dict.fromkeys(_remedy(box) for box in misread))
        return TrialFinding("boxes", Level.CHANGE, found, remedy, _sides(misread))
    if asked:
        return TrialFinding("boxes", Level.NOTE, found, "a person would look at these boxes", _sides(asked))
    return TrialFinding("boxes", Level.GOOD, found)


def _of_digits(rows: Sequence[TrialBox]) -> Iterable[TrialFinding]:
    other = [row for row in rows if row.outcome is not Outcome.MEANT]
    if rows and not other:
        yield TrialFinding("digits", Level.GOOD, f"{len(rows)} of {len(rows)} rows read as meant")
    elif rows:
        found = f"{len(rows) - len(other)} of {len(rows)} rows read as meant; read were also " + ", ".join(
            row.read for row in other
        )
        remedy = (
            "write each digit apart, inside its box; numbers are still held against the list of candidates"
        )
        yield TrialFinding("digits", Level.NOTE, found, remedy, _sides(other))


def _with(boxes: Iterable[TrialBox], outcome: Outcome) -> list[TrialBox]:
    return [box for box in boxes if box.outcome is outcome]


def _sides(boxes: Iterable[TrialBox]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(box.side for box in boxes))


def _remedy(box: TrialBox) -> str:
    if box.read == Mark.EMPTY and box.row == "pencil":
        return "Pencil is lost: ask for ball pens in the exam's instructions, scan in grey, less brightly."
    if box.read == Mark.EMPTY:
        return (
            "Marks are lost: use darker pens, or scan in grey with less brightness; or the row was left out."
        )
    if box.row == "empty":
        return "Empty boxes look marked: look for dirt, and for ink that shows through from the other side."
    return "Compare the boxes with what their rows say: if they are marked so, ask for plainer marks."


def to_look_at(
    boxes: Iterable[TrialBox],
) -> Iterator[tuple[tuple[int, str, int, Outcome, str], tuple[int, ...]]]:
    """The boxes that were not read as meant, those of a line together to which the same happened.

    Yields:
        The side, what the row is called, the line, what happened, what was read; and the places in the line.
    """
    found: dict[tuple[int, str, int, Outcome, str], list[int]] = {}
    for box in boxes:
        if box.outcome is not Outcome.MEANT and box.row != DIGIT_ROW:
            at = (box.side, _called(box.row), box.hand, box.outcome, box.read)
            found.setdefault(at, []).append(box.place)
    yield from ((at, tuple(places)) for at, places in found.items())


def _called(row: str) -> str:
    """What a row is called on the sheet, in English."""
    return next(text.words for text in words.rows("en") if text.name == f"trial.row.{row}.name")
