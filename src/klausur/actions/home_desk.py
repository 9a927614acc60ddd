"""An exam at home before its examiner: who has fetched papers and handed in, what is missing, what is late.

Late hand-ins are decided here: accepted or refused, with a reason. That is taken back as long as nothing of
it is in the exam.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from klausur.actions import hand_in, home_papers, home_times, kept_scans, up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.state import hand_ins as rules
from klausur.state.facts import Author, Enrolled
from klausur.state.hand_ins import (
    HomePaper,
    HomeTimes,
    LateVerdict,
    Sight,
    StoredFetch,
    StoredHandIn,
    counting,
    missing,
    sights,
)
from klausur.store import audit, candidates, hand_ins
from klausur.store.folder import opened, writing

_FOREIGN = frozenset({Sight.OTHER_BOOKLET, Sight.OTHER_EXAM})


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A candidate of an exam at home.

    Attributes:
        enrolled: who.
        booklet: the number of theirs.
        fetched: when they first fetched which paper.
        hand_ins: all of theirs, the oldest first.
        counting: the one that counts; None if none does, or one is still to be looked at.
        missing: pages of their booklet that are not found in it.
        foreign: how many pages in it are not of their booklet.
        late: those that are late.
        open: those of them about which nothing is decided.
        taken: the one that counts is in the exam.
        over: their time is.
    """

    enrolled: Enrolled
    booklet: int
    fetched: Mapping[HomePaper, datetime]
    hand_ins: tuple[StoredHandIn, ...]
    counting: StoredHandIn | None
    missing: tuple[int, ...]
    foreign: int
    late: tuple[StoredHandIn, ...]
    open: tuple[StoredHandIn, ...]
    taken: bool
    over: bool


@dataclass(frozen=True, slots=True)
class HomeDesk:
    """An exam at home.

    Attributes:
        times: that hold.
        printed: those that the exam says.
        rows: the candidates for whom there is a booklet to fetch, in the order of the list.
        unseen: at how many hand-ins the machine has yet to look.
    """

    times: HomeTimes
    printed: HomeTimes
    rows: tuple[HomeRow, ...]
    unseen: int

    def count_fetched(self, paper: HomePaper) -> int:
        """How many have fetched a paper."""
        return sum(paper in row.fetched for row in self.rows)

    @property
    def handed_in(self) -> int:
        """How many have handed in."""
        return sum(bool(row.hand_ins) for row in self.rows)

    @property
    def whole(self) -> int:
        """Of how many what counts is complete."""
        return sum(row.counting is not None and not row.missing for row in self.rows)

    @property
    def open(self) -> tuple[StoredHandIn, ...]:
        """Late hand-ins about which nothing is decided, the oldest first."""
        return tuple(sorted((each for row in self.rows for each in row.open), key=lambda each: each.id))

    @property
    def to_take(self) -> int:
        """Of how many what counts can be taken into the exam now."""
        return sum(row.over and row.counting is not None and not row.taken for row in self.rows)


def look(folder: Path, *, now: datetime) -> HomeDesk:
    """How far an exam at home is.

    Raises:
        NotFoundError: nothing was printed yet, or the exam is not taken at home.
    """
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        times = home_times.holding(frame)
        own = home_times.printed(frame.exams.first) or times
        papers, layout = frame.papers, frame.layout
        pages = {b.number: len(b.pages) for b in layout.booklets}
        made = [p for p in papers.finished if home_papers.FILE in dict(p.files)]
        theirs = {
            b.candidate: b.number
            for b in papers.booklets
            if b.candidate is not None and any(b.number in p.booklets for p in made)
        }
        fetched = _by(hand_ins.fetches())
        handed: dict[int, list[StoredHandIn]] = {}
        for each in hand_ins.all_():
            handed.setdefault(each.candidate, []).append(each)
        scanned = hand_ins.scanned()
        rows = tuple(
            _row(
                who,
                (theirs[who.candidate], pages[theirs[who.candidate]], fetched.get(who.id, {})),
                tuple(handed.get(who.id, ())),
                times,
                scanned,
                now,
            )
            for who in papers.enrolled
            if who.candidate in theirs
        )
        return HomeDesk(times, own, rows, hand_ins.count_unseen())


def _row(
    who: Enrolled,
    papers: tuple[int, int, Mapping[HomePaper, datetime]],
    own: tuple[StoredHandIn, ...],
    times: HomeTimes,
    scanned: frozenset[str],
    now: datetime,
) -> HomeRow:
    """A candidate; of their ``papers`` the booklet's number, how many pages it has, and what was fetched."""
    booklet, pages, fetched = papers
    extra = who.candidate.extra_minutes
    counts = counting(own, times, extra, pages)
    seen = () if counts is None else sights(counts.seen or (), counts.booklet)
    return HomeRow(
        who,
        booklet,
        fetched,
        own,
        counts,
        () if counts is None else missing(counts, pages),
        sum(sight in _FOREIGN for _, sight in seen),
        tuple(each for each in own if times.is_late(each.when, extra)),
        rules.to_decide(own, times, extra),
        counts is not None and all(file.sha256 in scanned for file in counts.readable),
        times.is_late(now, extra),
    )


def _by(fetches: Sequence[StoredFetch]) -> dict[int, dict[HomePaper, datetime]]:
    found: dict[int, dict[HomePaper, datetime]] = {}
    for each in fetches:
        found.setdefault(each.candidate, {}).setdefault(each.paper, each.when)
    return found


def decide(
    folder: Path, number: int, verdict: LateVerdict, author: Author, *, seen: int | None = None
) -> StoredHandIn:
    """Accept or refuse a late hand-in, or take back what was decided about it.

    Args:
        folder: the exam folder.
        number: of the hand-in, in the records.
        verdict: what is decided.
        author: who decides, and why: a reason must be given, but where a decision is taken back.
        seen: the number of the decision that who decides has seen, 0 for none; None where they saw no list.

    Raises:
        NotFoundError: there is no such hand-in, or the exam is not taken at home.
        UsageError: no reason is given.
        RefusedError: it is not late, nothing is decided that could be taken back, or it is in the exam.
        MeanwhileError: somebody has decided about it since.
    """
    allow(author.actor, Verb.DECIDE_HAND_IN)
    if verdict is not LateVerdict.UNDONE and not author.why.strip():
        raise UsageError("a decision about a late hand-in has a reason", "say why")
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        times = home_times.holding(frame)
        with writing():
            found = hand_ins.one(number)
            if found is None:
                raise NotFoundError(f"there is no hand-in {number}", "look at the list again")
            who = candidates.with_ids({found.candidate})[found.candidate]
            newest = 0 if found.decision is None else found.decision.id
            if seen is not None and seen != newest:
                raise MeanwhileError("somebody has decided about this hand-in since", "look at it again")
            if not times.is_late(found.when, who.candidate.extra_minutes):
                raise RefusedError(f"hand-in {number} is in time", "nothing is to be decided")
            if found.verdict is LateVerdict.ACCEPTED and _is_taken(found):
                raise RefusedError(
                    f"hand-in {number} is in the exam", "set its pages aside where scans are looked at"
                )
            if verdict is LateVerdict.UNDONE and found.verdict is None:
                raise RefusedError(
                    f"nothing is decided about hand-in {number}", "nothing is to be taken back"
                )
            if verdict is not found.verdict:
                hand_ins.decide(number, verdict, author)
                audit.append(
                    "decide-hand-in",
                    author.actor,
                    {
                        "hand_in": number,
                        "candidate": who.candidate.registration,
                        "verdict": verdict.value,
                        "why": author.why,
                    },
                )
            return hand_ins.one(number) or found


def file_of(folder: Path, number: int, sha256: str) -> hand_in.SentFile:
    """A file of a hand-in, as it was kept.

    Raises:
        NotFoundError: there is no such hand-in, or no such file in it, or it is lost.
    """
    with opened(folder) as records:
        found = hand_ins.one(number)
        for file in () if found is None else found.files:
            if file.sha256 == sha256 and (path := kept_scans.kept(records, sha256)).is_file():
                return hand_in.SentFile(path, file.name)
    raise NotFoundError("there is no such file", "look at the list again")


def _is_taken(found: StoredHandIn) -> bool:
    scanned = hand_ins.scanned()
    return any(file.sha256 in scanned for file in found.files)
