"""Take hand-ins into the exam: of each candidate whose time is over, what counts is scanned as any pile.

A page of another booklet than its candidate's is never placed: it waits for a person, who is told whose it
is and who handed it in. What was taken is known by its files, so it can be done again at any time, and goes
on where it was stopped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from klausur.actions import hand_in, home_times, kept_scans, scan, see_hand_ins, up_to_date
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.actions.scan import HandedIn, Scanned
from klausur.state.facts import Author, Enrolled
from klausur.state.hand_ins import HomeTimes, StoredHandIn, counting
from klausur.store import audit, candidates, hand_ins, pages
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken.

    Attributes:
        hand_ins: by their numbers, those that were not in the exam before.
        scanned: what became of their pages; None if there was nothing to scan.
        waits: how many candidates who have handed in may still do so.
        files: the SHA-256 of the files of those that were taken now.
    """

    hand_ins: tuple[int, ...]
    scanned: Scanned | None
    waits: int = 0
    files: tuple[str, ...] = ()


def take(
    folder: Path,
    author: Author,
    *,
    now: datetime,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> Taken:
    """Scan the hand-ins that count.

    Args:
        folder: the exam folder.
        author: who has it done.
        now: the time: whose has not come to its end waits.
        jobs: as `klausur.actions.scan.scan` takes it.
        progress: told the images recorded.

    Raises:
        NotFoundError: nothing was printed yet, or the exam is not taken at home.
        ToolError: the key is lost, or the mark reader cannot be loaded.
    """
    allow(author.actor, Verb.TAKE_HAND_INS)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        times = home_times.holding(frame)
        see_hand_ins.see(folder, actor=author.actor, jobs=jobs)
        people = {each.id: each for each in candidates.enrolled()}
        mine = _by_candidate(hand_ins.all_())
        over = {who: own for who, own in mine.items() if _is_over(times, people[who], now)}
        counts = [
            found
            for who, own in over.items()
            if (found := _counting(frame, own, times, people[who])) is not None
        ]
        known = {each.sha256: each.done for each in pages.files()}
        new = [each for each in counts if any(file.sha256 not in known for file in each.readable)]
        waits = len(mine) - len(over)
        wanted = dict.fromkeys(file.sha256 for each in counts for file in each.readable)
        paths = [kept_scans.kept(records, sha256) for sha256 in wanted if not known.get(sha256)]
        if not paths:
            return Taken((), None, waits)
        handed = _handed_in(counts, people)
        done = scan.scan(folder, paths, actor=author.actor, jobs=jobs, progress=progress, handed_in=handed)
        if new:
            with writing():
                audit.append(
                    "take-hand-ins",
                    author.actor,
                    {"hand_ins": [each.id for each in new], "pages": done.pages, "why": author.why},
                )
    files = dict.fromkeys(file.sha256 for each in new for file in each.readable)
    return Taken(tuple(each.id for each in new), done, waits, tuple(files))


def _by_candidate(every: Iterable[StoredHandIn]) -> Mapping[int, Sequence[StoredHandIn]]:
    found: dict[int, list[StoredHandIn]] = {}
    for each in every:
        found.setdefault(each.candidate, []).append(each)
    return found


def _is_over(times: HomeTimes, who: Enrolled, now: datetime) -> bool:
    return times.is_late(now, who.candidate.extra_minutes)


def _counting(
    frame: Frame, own: Sequence[StoredHandIn], times: HomeTimes, who: Enrolled
) -> StoredHandIn | None:
    many = hand_in.pages_of(frame, own[-1].booklet)
    return counting(own, times, who.candidate.extra_minutes, many)


def _handed_in(counts: Iterable[StoredHandIn], people: Mapping[int, Enrolled]) -> Mapping[str, HandedIn]:
    """Of each file, who handed it in; of one that several did, all of them."""
    found: dict[str, HandedIn] = {}
    for each in counts:
        number = people[each.candidate].candidate.registration
        for file in each.readable:
            known = found.get(file.sha256, HandedIn(f"{number} {file.name}", (), frozenset()))
            found[file.sha256] = HandedIn(
                known.name, (*known.registrations, number), known.booklets | {each.booklet}
            )
    return found
