"""What single events of the audit trail decided about images and papers, and what counted before them.

An event names the rows that it wrote; so what it decided, whether that still counts and what counted before
is looked up, and never told twice.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from klausur.paper.code import Sheet
from klausur.read.model import Reading
from klausur.state.facts import Bond, Event, Spot, Standing, Verdict
from klausur.store import models, translate
from klausur.store.audit import event_of
from klausur.store.row_seals import keys_of

PAGE, EXTRA, BOOKLET, REREAD = "settle-page", "settle-extra", "settle-booklet", "reread"
WAIVE = "waive-page"
"""Verbs of the events that decide about images, pages that were not found, and whose papers are."""

_PAGES, _TIES, _WAIVERS = "pagesettlement", "tiesettlement", "pagewaiver"
_ENTRIES = "candidateentry"


@dataclass(frozen=True, slots=True)
class Before:
    """What people had said of an image before a decision: nothing, or what it was, with what was read."""

    verdict: Verdict = Verdict.UNDONE
    spot: Spot | None = None
    readings: tuple[Reading, ...] = ()
    turned: int | None = None


@dataclass(frozen=True, slots=True)
class PageTurn:
    """A decision about an image: whether it still counts, and what counted before."""

    image: int
    counts: bool
    before: Before


@dataclass(frozen=True, slots=True)
class TieTurn:
    """A decision about whose a paper is: whether it still counts, and what counted before."""

    sheet: Sheet
    number: int
    counts: bool
    bond: Bond = Bond.UNDONE
    candidate: int | None = None
    booklet: int | None = None


@dataclass(frozen=True, slots=True)
class WaiverTurn:
    """A decision about a page that was not found: whether it still counts, and whether one counted before."""

    booklet: int
    page: int
    counts: bool
    waived: bool


@dataclass(frozen=True, slots=True)
class MarkTurn:
    """What the list came to say of a candidate: whether it still does, and their standing before, and why."""

    candidate: int
    counts: bool
    standing: Standing
    why: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said last of an image."""

    verdict: Verdict
    spot: Spot | None
    who: str
    when: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of `newest`: whether all that it decided still counts, and was not merely taken back."""

    event: Event
    counts: bool

    @property
    def detail(self) -> dict[str, Any]:
        """What the event says."""
        found: dict[str, Any] = json.loads(self.event.detail)
        return found

    @property
    def images(self) -> tuple[int, ...]:
        """The images that it is about."""
        detail = self.detail
        one = [detail[name] for name in ("image", "aside") if name in detail]
        return (*one, *detail.get("images", ()))


def newest(count: int, *, before: int | None = None, who: str = "") -> tuple[Entry, ...]:
    """The newest events that decide about images, missing pages, extra sheets and copies, the newest first.

    Args:
        count: so many of them at most.
        before: only those older than the event of this number.
        who: only those by this person.
    """
    booklet_of_a_copy = Q(verb=BOOKLET, detail__has_key="copy_of")
    rows = models.AuditEvent.objects.filter(Q(verb__in=(PAGE, EXTRA, REREAD, WAIVE)) | booklet_of_a_copy)
    if before is not None:
        rows = rows.filter(number__lt=before)
    if who:
        rows = rows.filter(who=who)
    found = list(rows.defer("gone").order_by("-number")[:count])
    written = {row.number: _written(row) for row in found}
    last = _last(written.values())
    return tuple(
        Entry(event_of(row), bool(written[row.number]) and written[row.number] <= last) for row in found
    )


def event(number: int) -> Event | None:
    """One event of the audit trail; None if there is none of this number."""
    row = models.AuditEvent.objects.defer("rows", "gone").filter(number=number).first()
    return None if row is None else event_of(row)


def page_turns(number: int) -> tuple[PageTurn, ...]:
    """What an event decided about images, the last of it first."""
    rows = _rows(models.PageSettlement, number, _PAGES)
    earlier = models.PageSettlement.objects.filter(image_id__in={row.image_id for row in rows}).order_by("pk")
    by_image: dict[int, list[models.PageSettlement]] = {}
    for row in earlier:
        by_image.setdefault(row.image_id, []).append(row)
    found = []
    for row in sorted(rows, key=lambda row: -row.pk):
        every = by_image[row.image_id]
        at = [one.pk for one in every].index(row.pk)
        found.append(PageTurn(row.image_id, row.pk == every[-1].pk, _before(every[at - 1] if at else None)))
    return tuple(found)


def tie_turns(number: int) -> tuple[TieTurn, ...]:
    """What an event decided about whose papers are."""
    found = []
    for row in _rows(models.TieSettlement, number, _TIES):
        every = list(
            models.TieSettlement.objects.filter(sheet=row.sheet, number=row.number)
            .select_related("booklet")
            .order_by("pk")
        )
        at = [one.pk for one in every].index(row.pk)
        counts, sheet = row.pk == every[-1].pk, Sheet(row.sheet)
        if not at:
            found.append(TieTurn(sheet, row.number, counts))
            continue
        was = every[at - 1]
        booklet = None if was.booklet is None else was.booklet.number
        found.append(TieTurn(sheet, row.number, counts, Bond(was.verdict), was.candidate_id, booklet))
    return tuple(found)


def waiver_turns(number: int) -> tuple[WaiverTurn, ...]:
    """What an event decided about pages that were not found."""
    found = []
    for row in _rows(models.PageWaiver, number, _WAIVERS):
        every = models.PageWaiver.objects.filter(number=row.number, page=row.page).order_by("pk")
        earlier = [one.waived for one in every if one.pk < row.pk]
        counts = row.pk == max(one.pk for one in every)
        found.append(WaiverTurn(row.number, row.page, counts, bool(earlier) and earlier[-1]))
    return tuple(found)


def mark_turns(number: int) -> tuple[MarkTurn, ...]:
    """What an event had the list say of candidates who stood on it before."""
    found = []
    for row in _rows(models.CandidateEntry, number, _ENTRIES):
        every = list(models.CandidateEntry.objects.filter(candidate_id=row.candidate_id).order_by("pk"))
        at = [one.pk for one in every].index(row.pk)
        if at:
            was = every[at - 1]
            counts = row.pk == every[-1].pk
            found.append(MarkTurn(row.candidate_id, counts, Standing(was.standing), was.why))
    return tuple(found)


def said(images: AbstractSet[int]) -> dict[int, Said]:
    """What was said last of these images, of those of which anything was."""
    rows = models.PageSettlement.objects.filter(image_id__in=images).order_by("pk")
    return {
        row.image_id: Said(Verdict(row.verdict), translate.spot(row), row.who, row.when, row.why)
        for row in rows
    }


def _before(row: models.PageSettlement | None) -> Before:
    if row is None:
        return Before()
    read: Sequence[Any] = ()
    if row.verdict == Verdict.PLACED:
        rows = models.Reading.objects.filter(placement=row).order_by("pk")
        read = [translate.read(*each) for each in rows.values_list(*translate.READ)]
    return Before(Verdict(row.verdict), translate.spot(row), tuple(read), row.turned)


def _rows(model: type[Any], number: int, table: str) -> list[Any]:
    """The rows of a table that an event wrote, in their order."""
    event = models.AuditEvent.objects.filter(number=number).only("rows").first()
    keys = set() if event is None else {key for _, key in _written(event, (table,))}
    return list(model.objects.filter(pk__in=keys).order_by("pk"))


def _written(
    event: models.AuditEvent, tables: Sequence[str] = (_PAGES, _TIES, _WAIVERS)
) -> set[tuple[str, int]]:
    """The decisions that an event wrote, by table and key."""
    rows: Mapping[str, Any] = json.loads(event.rows) if event.rows else {}
    return {(table, key) for table in tables if table in rows for key in keys_of(rows[table][0])}


def _last(written: Iterable[AbstractSet[tuple[str, int]]]) -> set[tuple[str, int]]:
    """Of the images, papers and pages that these decisions are about, the newest decisions."""
    keys: dict[str, set[int]] = {_PAGES: set(), _TIES: set(), _WAIVERS: set()}
    for each in written:
        for table, key in each:
            keys[table].add(key)
    images = models.PageSettlement.objects.filter(pk__in=keys[_PAGES]).values("image_id")
    pages = models.PageSettlement.objects.filter(image_id__in=images).values("image_id")
    papers = models.TieSettlement.objects.filter(pk__in=keys[_TIES]).values_list("sheet", "number")
    ties = models.TieSettlement.objects.filter(_any(papers, "sheet", "number")).values("sheet", "number")
    missed = models.PageWaiver.objects.filter(pk__in=keys[_WAIVERS]).values_list("number", "page")
    waivers = models.PageWaiver.objects.filter(_any(missed, "number", "page")).values("number", "page")
    by_table = {_PAGES: pages, _TIES: ties, _WAIVERS: waivers}
    return {(table, row["last"]) for table, rows in by_table.items() for row in rows.annotate(last=Max("pk"))}


def _any(pairs: Iterable[tuple[object, object]], one: str, other: str) -> Q:
    """Rows with any of these pairs in two columns."""
    here = Q(pk__in=[])
    for first, second in set(pairs):
        here |= Q(**{one: first, other: second})
    return here
