"""Whose booklets are, and whose extra sheets: State's columns, for all or as far as an event reaches.

What an event changes about one booklet reaches those that name the same candidates, and no others. These are
found in what State says of all of them; the rules are the same, and look at fewer.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import msgspec
from django.db.models import Q

from klausur.paper.code import Sheet
from klausur.paper.run import Booklet, Sticker
from klausur.state import extras as sheets
from klausur.state import owners as rule
from klausur.state.facts import Bond, Enrolled, Papers, StoredTie
from klausur.state.owners import LegibleCover, OwnerClaim, Tie
from klausur.store import candidates, legible_rows, models, state_json, ties
from klausur.store.rows import ALL, Rows, portions, upsert

if TYPE_CHECKING:
    from klausur.store.frame import Frame

_COLUMNS = ("owner_id", "said_id", "tie")


def owners(frame: "Frame") -> Rows:
    """The columns of all booklets that say whose they are."""
    run = frame.papers
    used = _used(ALL)
    said = _said(Sheet.BOOKLET)
    seen = legible_rows.of(Sheet.BOOKLET, LegibleCover)
    written = {n: c.written for n, c in seen.items() if c.written is not None and n in used and n not in said}
    people = {e.candidate.registration: e for e in run.enrolled}
    claims = rule.numbers(written, {r: e.candidate for r, e in people.items()})
    first = rule.claimed(run, used, seen, said, claims)
    return _rows(rule.held_together(rule.printed(run.booklets), first, used), used, said, people)


def owners_near(changed: AbstractSet[int]) -> Rows:
    """The same of all that may be another's now that these have changed, by what is on them or was said."""
    said = _said(Sheet.BOOKLET)
    claims = _claims(said)
    before = _ties(set(claims) | changed)
    moved = changed | {n for n, claim in claims.items() if n not in before or claim not in before[n].claims}
    near = _Near(said, claims)
    first = near.claimed(moved)
    reach = {r for n in moved if n in before for r in rule.named(before[n])}
    reach |= {r for tie in first.values() for r in rule.named(tie)} | near.printed_for(moved)
    beside = _naming(reach)
    first |= near.claimed(set(beside) - moved)
    named = {r for tie in first.values() for r in rule.named(tie)}
    of_print = _printed(named)
    known = _naming(named - reach) | beside | _ties({n for numbers in of_print.values() for n in numbers})
    context = {**known, **first}
    used = _used(set(context))
    found = rule.held_together(of_print, [context[n] for n in sorted(context)], used)
    mine = [tie for tie in found if tie.booklet in first]
    people = candidates.these({t.candidate.registration for t in mine if t.candidate} | _said_of(said, first))
    return _rows(mine, used, said, people)


class _Near:
    """Some booklets with all that is known of each alone."""

    def __init__(self, said: Mapping[int, StoredTie], claims: Mapping[int, OwnerClaim]) -> None:
        self._said, self._claims = said, claims

    def claimed(self, numbers: AbstractSet[int]) -> dict[int, Tie]:
        """Whose these are by what is known of each alone."""
        if not numbers:
            return {}
        seen = legible_rows.of(Sheet.BOOKLET, LegibleCover, numbers=numbers)
        stuck = {
            int(n) for c in seen.values() if c.sticker for n in c.sticker.value.split("+") if n.isdigit()
        }
        booklets, stickers = _booklets(numbers), _stickers(stuck)
        run = Papers((), (), booklets, stickers, ())
        return {t.booklet: t for t in rule.claimed(run, _used(numbers), seen, self._said, self._claims)}

    def printed_for(self, numbers: AbstractSet[int]) -> set[str]:
        """The candidates whose names are printed on these."""
        return {b.candidate.registration for b in _booklets(numbers) if b.candidate is not None}


def _claims(said: Mapping[int, StoredTie]) -> dict[int, OwnerClaim]:
    """What the numbers on all unnamed booklets say that no person has decided about."""
    seen = legible_rows.of(Sheet.BOOKLET, LegibleCover, written=True)
    written = {n: c.written for n, c in seen.items() if c.written is not None and n not in said}
    likely = {r for row in written.values() for r, _ in row.likely.options}
    people = candidates.these(likely)
    return rule.numbers(written, {r: e.candidate for r, e in people.items()})


def _ties(numbers: AbstractSet[int]) -> dict[int, Tie]:
    """Whose these booklets are, as State has it."""
    return {
        number: state_json.value(tie, Tie)
        for part in portions(numbers)
        for number, tie in models.BookletState.objects.filter(number__in=part or ())
        .exclude(tie="")
        .values_list("number", "tie")
    }


def _naming(registrations: AbstractSet[str]) -> dict[int, Tie]:
    """Whose the booklets are that name one of these candidates, as State has it; others may be among them."""
    if not registrations:
        return {}
    where = Q()
    for registration in registrations:
        where |= Q(tie__contains=f'"registration":{msgspec.json.encode(registration).decode()}')
    rows = models.BookletState.objects.filter(where).values_list("number", "tie")
    return {number: state_json.value(tie, Tie) for number, tie in rows}


def _booklets(numbers: AbstractSet[int]) -> tuple[Booklet, ...]:
    """These booklets with their candidates as State has them."""
    rows = [
        row
        for part in portions(numbers)
        for row in models.Booklet.objects.filter(number__in=part or ()).values_list("number", "candidate_id")
    ]
    people = candidates.with_ids({pk for _, pk in rows if pk is not None})
    return tuple(Booklet(n, people[pk].candidate if pk in people else None) for n, pk in sorted(rows))


def _stickers(numbers: AbstractSet[int]) -> tuple[Sticker, ...]:
    rows = [
        row
        for part in portions(numbers)
        for row in models.Sticker.objects.filter(number__in=part or ()).values_list("number", "candidate_id")
    ]
    people = candidates.with_ids({pk for _, pk in rows})
    return tuple(Sticker(n, people[pk].candidate) for n, pk in sorted(rows))


def _printed(registrations: AbstractSet[str]) -> dict[str, list[int]]:
    """The booklets that were printed for these candidates."""
    found: dict[str, list[int]] = {}
    rows = models.Booklet.objects.order_by("number").values_list("candidate__state__registration", "number")
    for registration, number in rows.filter(candidate__state__registration__in=list(registrations)):
        found.setdefault(registration, []).append(number)
    return found


def _used(numbers: AbstractSet[int] | None) -> set[int]:
    rows = models.BookletState.objects.filter(used=True).values_list("number", flat=True)
    return {n for part in portions(numbers) for n in (rows if part is ALL else rows.filter(number__in=part))}


def _said(sheet: Sheet, numbers: AbstractSet[int] | None = ALL) -> dict[int, StoredTie]:
    return {row.number: row for row in ties.ties(sheet, numbers) if row.bond is not Bond.UNDONE}


def _said_of(said: Mapping[int, StoredTie], numbers: Iterable[int]) -> set[str]:
    return {
        t.candidate.registration
        for n in numbers
        if (t := said.get(n)) is not None and t.candidate is not None
    }


def _rows(
    found: Iterable[Tie],
    used: AbstractSet[int],
    said: Mapping[int, StoredTie],
    people: Mapping[str, Enrolled],
) -> Rows:
    rows: Rows = {}
    for tie in found:
        word = said.get(tie.booklet)
        owner = tie.candidate if tie.booklet in used else None
        rows[tie.booklet] = {
            "owner_id": None if owner is None else people[owner.registration].id,
            "said_id": None
            if word is None or word.candidate is None
            else people[word.candidate.registration].id,
            "tie": state_json.text(tie),
        }
    return rows


def write_owners(rows: Rows) -> set[str]:
    """Write whose these booklets are. For a transaction of `writing`.

    Returns:
        The registration numbers of candidates who have another booklet now, or one more or less.
    """
    known = {
        n: rest
        for part in portions({n for n in rows if isinstance(n, int)})
        for n, *rest in models.BookletState.objects.filter(number__in=part or ()).values_list(
            "number", *_COLUMNS
        )
    }
    changed = {n: row for n, row in rows.items() if known.get(n) != [row[c] for c in _COLUMNS]}
    if changed:
        # A candidate who changes booklets is taken from the one before the other gets them.
        for part in portions({n for n in changed if isinstance(n, int)}):
            models.BookletState.objects.filter(number__in=part or ()).update(owner=None, said=None)
        upsert(models.BookletState, "number", changed)
    before = {n: _candidate(known[n][_COLUMNS.index("tie")]) for n in changed if n in known}
    now = {n: _candidate(row["tie"]) for n, row in changed.items()}
    pairs = ((before.get(n), now[n]) for n in changed)
    return {one for pair in pairs if pair[0] != pair[1] for one in pair if one is not None}


def _candidate(tie: object) -> str | None:
    """The registration number of the candidate whom a booklet's row names."""
    found = state_json.value(tie, Tie).candidate if isinstance(tie, str) and tie else None
    return None if found is None else found.registration


def sheets_naming(registrations: AbstractSet[str]) -> set[int]:
    """The extra sheets on which the number of one of these candidates may stand."""
    if not registrations:
        return set()
    seen = legible_rows.of(Sheet.EXTRA, sheets.LegibleSheet, written=True)
    return {
        number
        for number, one in seen.items()
        if one.registration
        and not registrations.isdisjoint((one.registration.named, *one.registration.likeliest))
    }


def extras(numbers: AbstractSet[int] | None) -> Rows:
    """The rows of these extra sheets, of those of them that were found."""
    seen = legible_rows.of(Sheet.EXTRA, sheets.LegibleSheet, numbers=numbers)
    if not seen:
        return {}
    named = {
        r
        for one in seen.values()
        if one.registration
        for r in (one.registration.named, *one.registration.likeliest)
    }
    found = sheets.belonging(seen, _owned({r for r in named if r is not None}), _said(Sheet.EXTRA, numbers))
    return {e.number: {"booklet": e.booklet, "open": e.open, "value": state_json.text(e)} for e in found}


def _owned(registrations: AbstractSet[str]) -> dict[str, int]:
    """The booklet of each of these candidates who has one, be it one of which nothing is known."""
    found: dict[str, int] = {}
    for number, tie in sorted(_naming(registrations).items()):
        if tie.candidate is not None and tie.candidate.registration in registrations:
            found[tie.candidate.registration] = number
    return found


def tied() -> tuple[Tie, ...]:
    """Whose every booklet is, by number, as State has it."""
    rows = models.BookletState.objects.exclude(tie="").order_by("number").values_list("tie", flat=True)
    return tuple(state_json.value(row, Tie) for row in rows)
