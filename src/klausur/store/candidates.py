"""The list of candidates as the records know it: who they are, what was said of them, and what counts now."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from itertools import islice

from django.db.models import Q, QuerySet

from klausur import __version__
from klausur.roster.model import Candidate
from klausur.state.facts import Author, Enrolled
from klausur.store import models, state_json, translate
from klausur.store.rows import AT_ONCE, portions


def enrolled() -> tuple[Enrolled, ...]:
    """All candidates, in the order in which they came onto the list."""
    return tuple(_newest(models.CandidateEntry.objects.all()).values())


def with_ids(ids: AbstractSet[int]) -> dict[int, Enrolled]:
    """These candidates, by their ids."""
    found: dict[int, Enrolled] = {}
    for part in portions(ids):
        found |= _newest(models.CandidateEntry.objects.filter(candidate_id__in=part or ()))
    return found


def _newest(rows: QuerySet[models.CandidateEntry]) -> dict[int, Enrolled]:
    newest: dict[int, translate.Entry] = {}
    numbers: dict[int, dict[str, None]] = {}
    for row in rows.order_by("pk").values_list(*translate.Entry._fields):
        entry = translate.Entry(*row)
        newest[entry.candidate_id] = entry
        numbers.setdefault(entry.candidate_id, {})[entry.registration] = None
    return {pk: translate.enrolled(newest[pk], tuple(numbers[pk])) for pk in sorted(newest)}


def who(registration: str) -> Enrolled | None:
    """The candidate with this registration number on the list now, by State; None if nobody has it."""
    row = (
        models.CandidateState.objects.filter(registration=registration)
        .values_list("value", flat=True)
        .first()
    )
    return None if row is None else state_json.value(row, Enrolled)


def these(registrations: AbstractSet[str]) -> dict[str, Enrolled]:
    """Those of these who are on the list now, by registration number, as State says it."""
    found: dict[str, Enrolled] = {}
    ordered = sorted(registrations)
    for start in range(0, len(ordered), AT_ONCE):
        rows = models.CandidateState.objects.filter(registration__in=ordered[start : start + AT_ONCE])
        found |= {
            r: state_json.value(value, Enrolled) for r, value in rows.values_list("registration", "value")
        }
    return found


def like(text: str, most: int) -> tuple[Enrolled, ...]:
    """Some on the list now whose name or registration number has this in it, by registration number."""
    rows = models.CandidateState.objects.filter(Q(registration__contains=text) | Q(value__icontains=text))
    people = (
        state_json.value(value, Enrolled)
        for value in rows.order_by("registration").values_list("value", flat=True)
    )
    wanted = text.casefold()
    found = (
        e
        for e in people
        if wanted in e.candidate.name.casefold() or wanted in e.candidate.registration.casefold()
    )
    return tuple(islice(found, most))


def with_mail(mail: str) -> tuple[Enrolled, ...]:
    """Those on the list now with this mail address, capital letters or not, by registration number."""
    rows = models.CandidateState.objects.filter(value__icontains=mail).order_by("registration")
    people = (state_json.value(value, Enrolled) for value in rows.values_list("value", flat=True))
    return tuple(each for each in people if each.candidate.mail.casefold() == mail.casefold())


def booklets(registrations: AbstractSet[str]) -> dict[str, int]:
    """The booklets that are plainly these candidates', by registration number."""
    rows = models.BookletState.objects.filter(owner__state__registration__in=registrations)
    return dict(rows.values_list("owner__state__registration", "number"))


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
            mail=entry.candidate.mail,
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
