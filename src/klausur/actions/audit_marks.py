"""Audit marks: people look once more at a sample of marks that the reader was sure of.

What they say is recorded beside each reading; a mark that they call otherwise is settled so. What that tells
of all the marks that nobody looks at, stands in `klausur.state.second_looks`.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.paper.fields import SETTLED_AS
from klausur.state import second_looks
from klausur.state.facts import Author
from klausur.state.second_looks import StoredSample, Stratum, StratumLooks
from klausur.store import audit, boxes, derive
from klausur.store import readings as stored
from klausur.store import second_looks as looks
from klausur.store.boxes import SeenBox
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing

MOST = 1_000_000
"""Marks that can be drawn at once."""


@dataclass(frozen=True, slots=True)
class MarkAudit:
    """What second looks say of an exam's marks.

    Attributes:
        sample: the sample that counts; None if none was drawn, and then all below is empty.
        sheet: names exactly the marks that are drawn now.
        strata: what was found, by state.
        drawn: the readings of the sample, in the order in which they are shown.
        waiting: those of them that nobody looked at.
        unflagged: how many marks the reader was sure of.
        looked: at how many of these people looked, also beside the sample.
        wrong: those of these that were misread, by reading, with what people say they are.
    """

    sample: StoredSample | None
    sheet: str = ""
    strata: tuple[StratumLooks, ...] = ()
    drawn: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    unflagged: int = 0
    looked: int = 0
    wrong: tuple[tuple[int, str], ...] = ()

    @property
    def at_most(self) -> int | None:
        """How many of the marks at which nobody looked are misread at most, with 95 % confidence.

        None where no sample was drawn, or nothing of it looked at.
        """
        if self.sample is None or not any(s.looked for s in self.strata):
            return None
        found = second_looks.at_most(self.strata) - len(self.wrong)
        return max(0, min(found, self.unflagged - self.looked))

    @property
    def per_million(self) -> int | None:
        """The same, as a share of the unflagged marks."""
        most = self.at_most
        return None if most is None else -(-most * 1_000_000 // max(1, self.unflagged))


def look(folder: Path) -> MarkAudit:
    """What second looks say of an exam folder's marks.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        up_to_date.frame(records)
        return found()


def found() -> MarkAudit:
    """The same of the exam that is open."""
    sample = looks.newest()
    return MarkAudit(None) if sample is None else _audit(sample)


def draw(folder: Path, size: int, author: Author, *, seed: int | None = None) -> MarkAudit:
    """Draw a sample for a second look. A larger one has the marks of the smaller in it.

    Args:
        folder: the exam folder.
        size: about how many marks; each state has at least one.
        author: who draws it.
        seed: draws others; by default the seed of the sample before, or any.

    Raises:
        NotFoundError: nothing was printed, or no mark was read that the reader is sure of.
        UsageError: there is no sample of such a size or seed.
    """
    allow(author.actor, Verb.AUDIT_MARKS)
    if not 0 < size <= MOST or (seed is not None and not 0 <= seed < 2**63):
        raise UsageError("no such sample can be drawn", f"draw 1 to {MOST:,} marks, by a seed of 0 or more")
    with opened(folder) as records:
        up_to_date.frame(records)
        with writing():
            before = looks.newest()
            by = seed if seed is not None else before.seed if before else secrets.randbits(31)
            if not boxes.unflagged():
                raise NotFoundError("there is no mark of which the reader is sure", "scan pages first")
            if before is None or (before.seed, before.size) != (by, size):
                looks.draw(by, size, author)
                audit.append("audit-marks", author.actor, {"sample": size, "seed": by, "why": author.why})
        return found()


def look_again(folder: Path, said: Mapping[int, str | None], author: Author) -> MarkAudit:
    """Record what a person says of marks of the sample.

    What they say already is not recorded twice. What they call otherwise than it counts now is settled.

    Args:
        folder: the exam folder.
        said: by reading what the box holds, or None to take back what was said.
        author: who says it, and why.

    Raises:
        NotFoundError: a reading is not of the sample, or there is none.
        UsageError: a box cannot hold that.
    """
    allow(author.actor, Verb.AUDIT_MARKS)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        frame.prepare()
        with writing():
            now = found()
            seen = _known(now, said)
            before = looks.said()
            new = {key: value for key, value in said.items() if before.get(key) != value}
            if new:
                looks.look(new, author)
                settled = {key: value for key in new if (value := _settles(seen[key], new[key])) is not None}
                for key, value in settled.items():
                    stored.settle(seen[key].booklet, ((seen[key].reading.field, value or None),), author)
                touched = {
                    (seen[key].booklet, question)
                    for key in settled
                    if (question := seen[key].reading.question) is not None
                }
                derive.refresh(frame, Touched(answers=touched))
                audit.append("audit-marks", author.actor, _told(new, settled, seen, author))
        return found()


def through(folder: Path, sheet: str, author: Author, but: Mapping[int, str] | None = None) -> MarkAudit:
    """Record that a person looked through a whole sheet: but for what they name, all is as it was read.

    Args:
        folder: the exam folder.
        sheet: the sheet's name, `MarkAudit.sheet`.
        author: who looked, and why.
        but: what is otherwise, by reading.

    Raises:
        RefusedError: other marks are drawn now than stand on this sheet.
        NotFoundError: a reading is not of the sample.
        UsageError: a box cannot hold that.
    """
    allow(author.actor, Verb.AUDIT_MARKS)
    now = look(folder)
    if sheet != now.sheet or not sheet:
        raise RefusedError(
            f"other marks are drawn now than stand on sheet {sheet}",
            "write the sheet anew: 'klausur audit-marks --html FILE'",
        )
    with opened(folder):
        read = {key: str(box.reading.value) for key, box in boxes.of_readings(set(now.waiting)).items()}
    return look_again(folder, {**read, **(but or {})}, author)


def _audit(sample: StoredSample) -> MarkAudit:
    unflagged = boxes.unflagged()
    strata = second_looks.sample(unflagged, sample.seed, sample.size)
    right, wrong = _judged(unflagged)
    drawn = second_looks.in_order(strata)
    return MarkAudit(
        sample,
        _sheet(strata),
        tuple(second_looks.looks_of(stratum, right, wrong) for stratum in strata),
        drawn,
        tuple(key for key in drawn if key not in right and key not in wrong),
        sum(map(len, unflagged.values())),
        len(right) + len(wrong),
        tuple(sorted(wrong.items())),
    )


def _judged(unflagged: Mapping[str, Collection[int]]) -> tuple[frozenset[int], dict[int, str]]:
    """Of which unflagged readings people say that they are right, and of which what they are instead.

    What is settled counts first. A look alone counts where it agrees with what was read: what it says
    otherwise was settled with it, and may have been taken back since.
    """
    read = {key: state for state, keys in unflagged.items() for key in keys}
    settled = {key: value for key, value in looks.settled().items() if key in read}
    agreed = {key for key, value in looks.said().items() if read.get(key) == value and key not in settled}
    wrong = {key: value for key, value in settled.items() if value != read[key]}
    return frozenset(agreed | (settled.keys() - wrong.keys())), wrong


def _sheet(strata: Iterable[Stratum]) -> str:
    """A name for what is drawn."""
    return hashlib.sha256(repr([(s.state, s.drawn) for s in strata]).encode()).hexdigest()[:10]


def _known(now: MarkAudit, said: Mapping[int, str | None]) -> dict[int, SeenBox]:
    """The boxes that somebody speaks of."""
    drawn = set(now.drawn)
    for key, value in said.items():
        if key not in drawn:
            raise NotFoundError(
                f"mark {key} is not among those that are drawn", "see 'klausur audit-marks --html FILE'"
            )
        if value is not None and value not in SETTLED_AS:
            raise UsageError(f"{value!r} is no mark", f"say one of {', '.join(SETTLED_AS)}")
    return boxes.of_readings(said.keys())


def _settles(box: SeenBox, value: str | None) -> str | None:
    """What is settled by this word about a box: nothing (None), a mark, or that it is taken back ("")."""
    settled = None if box.said is None else box.said.value
    if value is None:
        return "" if settled is not None and settled != box.reading.value else None
    return value if value != box.holds else None


def _told(
    new: Mapping[int, str | None], settled: Mapping[int, str], seen: Mapping[int, SeenBox], author: Author
) -> dict[str, object]:
    """The event's detail: how many were looked at, and which were otherwise."""
    return {
        "looked": sum(value is not None for value in new.values()),
        "taken_back": sum(value is None for value in new.values()),
        "otherwise": {
            f"{seen[key].booklet} {seen[key].reading.field}": value or "taken back"
            for key, value in settled.items()
        },
        "why": author.why,
    }
