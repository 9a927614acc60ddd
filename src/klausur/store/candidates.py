"""The list of candidates as the records know it: who they are, what was said of them, and what counts now."""

from collections.abc import Iterable
from datetime import UTC, datetime

from klausur import __version__
from klausur.roster.model import Candidate
from klausur.state.facts import Author, Enrolled
from klausur.store import models, translate, values


def enrolled() -> tuple[Enrolled, ...]:
    """All candidates, in the order in which they came onto the list."""
    newest: dict[int, translate.Entry] = {}
    numbers: dict[int, dict[str, None]] = {}
    for row in models.CandidateEntry.objects.order_by("pk").values_list(*translate.Entry._fields):
        entry = translate.Entry(*row)
        newest[entry.candidate_id] = entry
        numbers.setdefault(entry.candidate_id, {})[entry.registration] = None
    return tuple(translate.enrolled(newest[pk], tuple(numbers[pk])) for pk in sorted(newest))


def who(registration: str) -> Enrolled | None:
    """The candidate with this registration number on the list now, by State; None if nobody has it."""
    row = (
        models.CandidateState.objects.filter(registration=registration)
        .values_list("value", flat=True)
        .first()
    )
    return None if row is None else values.value(row, Enrolled)


def add(people: Iterable[Candidate], author: Author) -> tuple[Enrolled, ...]:
    """Put people on the list who are not on it. For a transaction of `writing`.

    Raises:
        django.db.IntegrityError: a registration number is on the list already; raised when State is
        refreshed.
    """
    wanted = tuple(people)
    rows = models.Candidate.objects.bulk_create(models.Candidate(software=__version__) for _ in wanted)
    entries = [Enrolled(row.pk, person) for row, person in zip(rows, wanted, strict=True)]
    return say(entries, author)


def say(entries: Iterable[Enrolled], author: Author) -> tuple[Enrolled, ...]:
    """Record what the list says of candidates from now on."""
    said = tuple(entries)
    now = datetime.now(UTC)
    models.CandidateEntry.objects.bulk_create(
        models.CandidateEntry(
            candidate_id=entry.id,
            registration=entry.candidate.registration,
            name=entry.candidate.name,
            room=entry.candidate.room,
            seat=entry.candidate.seat,
            extra_minutes=entry.candidate.extra_minutes,
            note=entry.candidate.note,
            standing=entry.standing.value,
            who=author.who,
            when=now,
            why=entry.why or author.why,
            software=__version__,
        )
        for entry in said
    )
    return said


def history(candidate: int) -> tuple[tuple[Enrolled, str, datetime], ...]:
    """All that was said of a candidate, oldest first, each with who said it and when."""
    rows = models.CandidateEntry.objects.filter(candidate_id=candidate).order_by("pk")
    return tuple((translate.enrolled(row, (row.registration,)), row.who, row.when) for row in rows)
