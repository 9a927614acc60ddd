"""Of an exam at home: times that were set, papers that were fetched, what was handed in, seen and decided."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery

from klausur import __version__
from klausur.state.facts import Author
from klausur.state.hand_ins import (
    HandedFile,
    HomePaper,
    HomeTimes,
    LateVerdict,
    SeenPage,
    StoredDecision,
    StoredFetch,
    StoredHandIn,
)
from klausur.store import models, state_json

_COLUMNS = ("pk", "candidate_id", "booklet", "version", "files", "act", "when", "seen__value")
_DECIDED = ("id", "verdict", "who", "when", "why")


def times() -> HomeTimes | None:
    """The times that somebody set last; None if nobody did, and those of the exam hold."""
    text = models.HomeTimesSet.objects.order_by("-pk").values_list("value", flat=True).first()
    return None if text is None else state_json.value(text, HomeTimes)


def set_times(to: HomeTimes, author: Author) -> None:
    """Record other times. For a transaction of `writing`."""
    models.HomeTimesSet(
        value=state_json.text(to),
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    ).save()


def was_fetched(candidate: int, booklet: int, paper: HomePaper) -> bool:
    """Whether a candidate has fetched a paper before."""
    rows = models.PaperFetched.objects.filter(candidate=candidate, booklet=booklet, paper=paper.value)
    return bool(rows.exists())


def fetched(candidate: int, booklet: int, paper: HomePaper, sha256: str, when: datetime) -> None:
    """Record that a candidate fetches a paper for the first time. For a transaction of `writing`."""
    models.PaperFetched(
        candidate_id=candidate,
        booklet=booklet,
        paper=paper.value,
        sha256=sha256,
        when=when,
        software=__version__,
    ).save()


def fetches() -> tuple[StoredFetch, ...]:
    """Who fetched which paper when, the first time each."""
    return _fetches(models.PaperFetched.objects.all())


def _fetches(rows: models.Append) -> tuple[StoredFetch, ...]:
    return tuple(
        StoredFetch(candidate, booklet, HomePaper(paper), when)
        for candidate, booklet, paper, when in rows.order_by("pk").values_list(
            "candidate_id", "booklet", "paper", "when"
        )
    )


def fetches_of(candidate: int) -> tuple[StoredFetch, ...]:
    """The same of one candidate."""
    return _fetches(models.PaperFetched.objects.filter(candidate=candidate))


def all_() -> tuple[StoredHandIn, ...]:
    """All hand-ins, the oldest first."""
    return _stored(models.HandIn.objects.all())


def of_candidate(candidate: int) -> tuple[StoredHandIn, ...]:
    """Those of a candidate, the oldest first."""
    return _stored(models.HandIn.objects.filter(candidate=candidate))


def one(number: int) -> StoredHandIn | None:
    """A hand-in by its number in the records."""
    return next(iter(_stored(models.HandIn.objects.filter(pk=number))), None)


def by_act(act: str) -> StoredHandIn | None:
    """The hand-in that an act has made."""
    return next(iter(_stored(models.HandIn.objects.filter(act=act))), None)


def unseen(most: int | None = None) -> tuple[StoredHandIn, ...]:
    """Those that the machine has yet to look at, the oldest first; at most so many."""
    return _stored(models.HandIn.objects.filter(seen__isnull=True))[:most]


def is_unseen(number: int) -> bool:
    """Whether the machine has yet to look at a hand-in."""
    return bool(models.HandIn.objects.filter(pk=number, seen__isnull=True).exists())


def count_unseen(before: int | None = None) -> int:
    """At how many the machine has yet to look; of those that came before one with this number, if named."""
    rows = models.HandIn.objects.filter(seen__isnull=True)
    return int((rows if before is None else rows.filter(pk__lt=before)).count())


def append(
    candidate: int,
    booklet: int,
    version: int,
    files: Sequence[HandedFile],
    act: str,
    when: datetime,
) -> StoredHandIn:
    """Record a hand-in. For a transaction of `writing`."""
    row = models.HandIn(
        candidate_id=candidate,
        booklet=booklet,
        version=version,
        files=state_json.text(tuple(files)),
        act=act,
        when=when,
        software=__version__,
    )
    row.save()
    return StoredHandIn(row.pk, candidate, booklet, version, tuple(files), act, when)


def see(hand_in: int, seen: Iterable[SeenPage]) -> None:
    """Record what the machine saw on a hand-in. For a transaction of `writing`."""
    models.HandInSeen(
        hand_in_id=hand_in,
        value=state_json.text(tuple(seen)),
        when=datetime.now(UTC),
        software=__version__,
    ).save()


def decide(hand_in: int, verdict: LateVerdict, author: Author) -> None:
    """Record a decision about a late hand-in. For a transaction of `writing`."""
    models.HandInDecided(
        hand_in_id=hand_in,
        verdict=verdict.value,
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    ).save()


def scanned() -> frozenset[str]:
    """The SHA-256 of all files that the exam's records have as scans."""
    return frozenset(models.ScannedFile.objects.values_list("sha256", flat=True))


def _stored(rows: models.Append) -> tuple[StoredHandIn, ...]:
    newest = models.HandInDecided.objects.filter(hand_in=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    found = list(rows.annotate(decided=Subquery(newest)).order_by("pk").values_list(*_COLUMNS, F("decided")))
    numbers = {row[-1] for row in found if row[-1] is not None}
    decisions = {
        pk: StoredDecision(pk, LateVerdict(verdict), who, when, why)
        for pk, verdict, who, when, why in models.HandInDecided.objects.filter(pk__in=numbers).values_list(
            *_DECIDED
        )
    }
    return tuple(_hand_in(row, decisions.get(row[-1])) for row in found)


def _hand_in(row: tuple[Any, ...], decision: StoredDecision | None) -> StoredHandIn:
    pk, candidate, booklet, version, files, act, when, seen, _ = row
    return StoredHandIn(
        pk,
        candidate,
        booklet,
        version,
        state_json.value(files, tuple[HandedFile, ...]),
        act,
        when,
        None if seen is None else state_json.value(seen, tuple[SeenPage, ...]),
        decision,
    )
