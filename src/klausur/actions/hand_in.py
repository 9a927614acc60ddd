"""Hand in from home: the files of a candidate, kept by their SHA-256 among the scans, each time as a version.

What is late is taken, too. Which version counts: `klausur.state.hand_ins.counting`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from klausur.actions import home_papers, home_times, kept_scans, up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base import file_names
from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.state.facts import Author, Enrolled, Standing
from klausur.state.hand_ins import HandedFile, HomePaper, HomeTimes, StoredFetch, StoredHandIn, counting
from klausur.store import audit, hand_ins
from klausur.store.folder import Records, opened, writing
from klausur.store.frame import Frame

MOST_FILES = 100
"""Of one hand-in."""

MOST_BYTES = 500 << 20
"""Of all files of one hand-in together."""

MOST_VERSIONS = 40
"""So often a candidate hands in: all of it is kept."""

LONGEST = 200
"""Letters of a file's name that are kept."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that is all there: where it lies, and what its sender calls it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class OwnHome:
    """What a candidate sees of an exam at home.

    Attributes:
        times: when it goes on.
        extra_minutes: that they have.
        booklet: the number of theirs; None if none was printed for them.
        pages: how many pages it has.
        takes_part: they take the exam, by the list.
        fetched: when they fetched which paper first.
        hand_ins: all of theirs, the oldest first.
        counting: the one that counts now; None if none does, or one is still to be looked at.
    """

    times: HomeTimes
    extra_minutes: int
    booklet: int | None
    pages: int
    takes_part: bool
    fetched: tuple[StoredFetch, ...]
    hand_ins: tuple[StoredHandIn, ...]
    counting: StoredHandIn | None

    def is_late(self, when: datetime) -> bool:
        """Whether what they hand in then is late."""
        return self.times.is_late(when, self.extra_minutes)


def own(folder: Path, candidate: Enrolled) -> OwnHome:
    """What a candidate sees.

    Raises:
        NotFoundError: nothing was printed yet, or the exam is not taken at home.
    """
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        times, extra = home_times.holding(frame), candidate.candidate.extra_minutes
        booklet = home_papers.own_booklet(frame, candidate.id)
        pages = 0 if booklet is None else pages_of(frame, booklet.number)
        mine = hand_ins.of_candidate(candidate.id)
        return OwnHome(
            times,
            extra,
            None if booklet is None else booklet.number,
            pages,
            takes_part(candidate),
            hand_ins.fetches_of(candidate.id),
            mine,
            counting(mine, times, extra, pages),
        )


def takes_part(candidate: Enrolled) -> bool:
    """Whether somebody may fetch papers and hand in: who withdrew or was excluded may not."""
    return candidate.standing not in {Standing.WITHDRAWN, Standing.EXCLUDED}


def pages_of(frame: Frame, booklet: int) -> int:
    """How many pages a booklet has."""
    (laid,) = (b for b in frame.papers_of(frozenset({booklet})).booklets if b.number == booklet)
    return len(laid.pages)


def hand_in(
    folder: Path,
    candidate: Enrolled,
    sent: Sequence[SentFile],
    author: Author,
    *,
    act: str,
    now: datetime,
    again: Collection[str] = (),
) -> StoredHandIn:
    """Hand in files.

    Args:
        folder: the exam folder.
        candidate: whose answers they are.
        sent: files that came.
        author: they, or who does it for them.
        act: names this act; the same one again is no other hand-in.
        now: the time by which it is late or not.
        again: files of their earlier hand-ins, by SHA-256, which this one has, too; they stand first.

    Raises:
        NotFoundError: nothing was printed for them, or the exam is not taken at home.
        RefusedError: nothing is released yet, they do not take the exam, or they handed in too often.
        UsageError: no file, too many, or too much; one that cannot be read, or that is none of theirs.
        MeanwhileError: they have handed in from elsewhere at the same moment.
    """
    allow(author.actor, Verb.HAND_IN)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        times = home_times.holding(frame)
        booklet = home_papers.own_booklet(frame, candidate.id)
        if booklet is None:
            raise NotFoundError("no booklet was printed for you", "ask the examiner")
        if not takes_part(candidate):
            raise RefusedError("you do not take this exam, by the list of candidates", "ask the examiner")
        if not times.is_released(HomePaper.BOOKLET, now):
            raise RefusedError("nothing can be handed in before booklets are released", "come back then")
        before = hand_ins.by_act(act)
        if before is not None:
            return _sent_again(before, candidate)
        mine = hand_ins.of_candidate(candidate.id)
        files = _files(records, sent, again, mine)
        if len(mine) >= MOST_VERSIONS:
            raise RefusedError(f"you have handed in {len(mine)} times", "ask the examiner")
        with writing():
            before = hand_ins.by_act(act)
            if before is not None:
                return _sent_again(before, candidate)
            if len(hand_ins.of_candidate(candidate.id)) != len(mine):
                raise MeanwhileError("you have handed in from elsewhere just now", "load the page again")
            made = hand_ins.append(candidate.id, booklet.number, len(mine) + 1, files, act, now)
            audit.append(
                "hand-in",
                author.actor,
                {
                    "hand_in": made.id,
                    "candidate": candidate.candidate.registration,
                    "version": made.version,
                    "files": [each.sha256 for each in files],
                    "late": times.is_late(now, candidate.candidate.extra_minutes),
                },
            )
    return made


def _files(
    records: Records, sent: Sequence[SentFile], again: Collection[str], mine: Sequence[StoredHandIn]
) -> tuple[HandedFile, ...]:
    """The files of a hand-in, each once; those that came are kept."""
    known = {each.sha256: each for one in mine for each in one.files}
    if not set(again) <= known.keys():
        raise UsageError("this file is none that you have handed in", "load the page again")
    if not 0 < len(sent) + len(again) <= MOST_FILES:
        raise UsageError(f"a hand-in has 1 to {MOST_FILES} files", "choose the photographs, or a PDF")
    size = sum(each.path.stat().st_size for each in sent) + sum(known[each].size for each in again)
    if size > MOST_BYTES:
        raise UsageError(f"these files have more than {MOST_BYTES >> 20} MiB", "send smaller photographs")
    found = {sha256: known[sha256] for sha256 in again}
    for each in sent:
        kept = kept_scans.keep(records, each.path)
        if isinstance(kept, Diagnostic):
            raise UsageError(f"{file_names.short(each.name)}: {kept.message}", kept.hint)
        name = file_names.shown(each.name)[:LONGEST]
        found.setdefault(kept, HandedFile(kept, name, each.path.stat().st_size))
    return tuple(found.values())


def _sent_again(before: StoredHandIn, candidate: Enrolled) -> StoredHandIn:
    if before.candidate != candidate.id:
        raise UsageError("this act was about something else", "load the page again")
    return before


def is_known(folder: Path, act: str) -> bool:
    """Whether an act of handing in was recorded."""
    with opened(folder):
        return hand_ins.by_act(act) is not None


def count_before(folder: Path, number: int) -> int:
    """How many hand-ins wait to be looked at that came before one of them."""
    with opened(folder):
        return hand_ins.count_unseen(number)
