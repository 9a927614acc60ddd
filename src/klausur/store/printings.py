"""Printings: what was printed when, under which numbers, and where everything lies on the paper.

Printings add up. Each takes numbers that no other one gets, so that a page code, a list or an extra sheet
says by its number alone which printing and which edition it is of.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.db.models import F, Max

from klausur import __version__
from klausur.base.errors import RefusedError
from klausur.exam.model import Variants
from klausur.paper import layout as layouts
from klausur.paper.code import Sheet
from klausur.paper.layout import Layout, LayoutFile, merged
from klausur.paper.run import PrintRun
from klausur.roster.model import Candidate
from klausur.state.facts import Actor, Author, Edition, Papers, Printing, Role
from klausur.store import candidates, models, translate


@dataclass(frozen=True, slots=True)
class Amount:
    """How many papers of each kind a printing makes. ``lists`` counts attendance lists, one for each room."""

    booklets: int
    stickers: int = 0
    extras: int = 0
    lists: int = 0


def papers() -> Papers:
    """All that was printed so far; without any edition if nothing was."""
    enrolled = candidates.enrolled()
    people = {e.id: e.candidate for e in enrolled}
    frozen = _frozen()
    return Papers(
        editions=tuple(
            translate.edition(row, row.pk in frozen) for row in models.Edition.objects.order_by("number")
        ),
        printings=every(),
        booklets=tuple(translate.booklet(n, whose, people) for n, whose in _named(models.Booklet)),
        stickers=tuple(translate.sticker(n, whose, people) for n, whose in _named(models.Sticker)),
        enrolled=enrolled,
    )


def _named(model: type[models.Booklet | models.Sticker]) -> Iterable[Any]:
    """The numbers of papers, each with its candidate's id."""
    return model.objects.order_by("number").values_list("number", "candidate_id")


def every() -> tuple[Printing, ...]:
    """All printings, by number."""
    rows = models.Printing.objects.select_related("edition", "printed").defer(
        "printed__layout", "printed__frozen"
    )
    return tuple(translate.printing(row) for row in rows.order_by("number"))


def _frozen() -> set[int]:
    """The editions whose exam was kept, by a printing or by a decision about its key."""
    kept = models.Printed.objects.exclude(frozen="").values_list("printing__edition_id", flat=True)
    return {*kept, *models.KeyDecision.objects.values_list("edition_id", flat=True)}


def begun() -> bool:
    """Whether anything was ever printed here."""
    return models.Printed.objects.exists()


def named() -> frozenset[int]:
    """The booklets that were printed with somebody's name, by number."""
    rows = models.Booklet.objects.filter(candidate__isnull=False)
    return frozenset(rows.values_list("number", flat=True))


def has_booklet(number: int) -> bool:
    """Whether this booklet was printed."""
    return models.Booklet.objects.filter(number=number).exists()


def printed_for(candidate: int) -> tuple[int, ...]:
    """The booklets with a candidate's name, the newest first; by the candidate's id."""
    rows = models.Booklet.objects.filter(candidate_id=candidate).order_by("-number")
    return tuple(rows.values_list("number", flat=True))


def begin_edition(edition: Edition) -> Edition:
    """Record an edition; from now on booklets are printed of it."""
    models.Edition(
        number=edition.number,
        exam_number=edition.exam_number,
        exam=edition.exam,
        paper=edition.paper,
        source_digest=edition.source_digest,
        seed=edition.seed,
        why=edition.why,
        who=edition.who,
        made=edition.made,
        software=__version__,
    ).save()
    return edition


def reserve(edition: int, amount: Amount, variants: Variants, who: str, *, after: int) -> Printing:
    """Begin a printing: take the next numbers, for ever. For a transaction of `writing`.

    Args:
        edition: the number of the edition of which it is.
        amount: how many papers of each kind.
        variants: which variant each booklet is.
        who: who prints.
        after: the number of the newest printing when this one was planned, 0 for none.

    Raises:
        RefusedError: somebody has begun another printing since it was planned.
    """
    newest = models.Printing.objects.aggregate(n=Max("number"))["n"] or 0
    if newest != after:
        # Two people print the same latecomers: the second one would make a second booklet for each.
        raise RefusedError(
            "somebody else has begun to print meanwhile", "see 'klausur status', and print again"
        )
    row = models.Printing(
        edition=models.Edition.objects.get(number=edition),
        number=newest + 1,
        booklets_from=_next("booklets"),
        booklets_count=amount.booklets,
        stickers_from=_next("stickers"),
        stickers_count=amount.stickers,
        extras_from=_next("extras"),
        extras_count=amount.extras,
        lists_from=_next("lists"),
        lists_count=amount.lists,
        variants=translate.variants_text(variants),
        who=who,
        made=datetime.now(UTC),
        software=__version__,
    )
    row.save()
    return translate.printing(row)


def _next(what: str) -> int:
    """The first number that no printing has taken, begun ones and abandoned ones counted."""
    end = models.Printing.objects.aggregate(n=Max(F(f"{what}_from") + F(f"{what}_count")))["n"]
    return int(end or 1)


def finish(
    printing: Printing,
    run: PrintRun,
    layout: Layout,
    *,
    frozen: str = "",
    files: Iterable[tuple[str, str]] = (),
    people: Mapping[str, int],
) -> Printing:
    """Record that the papers of a printing are there; from now on they count. For a transaction of `writing`.

    Args:
        printing: as `reserve` gave it.
        run: its booklets and stickers.
        layout: where everything lies on them.
        frozen: the variants that were printed for the first time, as `klausur.exam.frozen` writes them.
        files: names and SHA-256 of the files.
        people: the candidates' ids in the records, by registration number.
    """
    text = layouts.to_json(layout)
    row = models.Printing.objects.get(number=printing.number)
    done = models.Printed(
        printing=row,
        layout=text.decode(),
        layout_digest=sha256(text).hexdigest(),
        frozen=frozen,
        files=translate.files_text(files),
        made=datetime.now(UTC),
        software=__version__,
    )
    done.save()

    def whose(person: Candidate | None) -> int | None:
        return None if person is None else people[person.registration]

    models.Booklet.objects.bulk_create(
        models.Booklet(printing=row, number=b.number, candidate_id=whose(b.candidate), software=__version__)
        for b in run.booklets
    )
    models.Sticker.objects.bulk_create(
        models.Sticker(
            printing=row,
            number=s.number,
            candidate_id=people[s.candidate.registration],
            software=__version__,
        )
        for s in run.stickers
    )
    row.printed = done
    return translate.printing(row)


def layout() -> Layout:
    """Where everything lies on all papers of all printings.

    Raises:
        LookupError: nothing was printed.
    """
    return _merged(lambda digest: layouts.from_json(_text(digest)))


def part_of_layout(
    booklets: AbstractSet[int] = frozenset(),
    sheets: AbstractSet[Sheet] = frozenset(),
    digests_: Sequence[str] | None = None,
) -> Layout:
    """The same of these booklets and of other sheets of these kinds alone.

    Args:
        booklets: their numbers.
        sheets: the kinds.
        digests_: what `digests` says, of who has asked before.

    Raises:
        LookupError: nothing was printed.
    """
    return _merged(lambda digest: _file(digest).part(booklets, sheets), digests_)


def digests() -> tuple[str, ...]:
    """The digests of the Layouts of all printings, in their order."""
    rows = models.Printed.objects.order_by("printing__number")
    return tuple(rows.values_list("layout_digest", flat=True))


def _merged(read: Callable[[str], Layout], digests_: Sequence[str] | None = None) -> Layout:
    found = [read(digest) for digest in (digests() if digests_ is None else digests_)]
    if not found:
        raise LookupError("nothing was printed")
    return merged(found)


@lru_cache(maxsize=4)
def _file(digest: str) -> LayoutFile:
    """The Layout of a printing of the open exam, by the digest of its text, which is the same wherever it is.

    Each decision asks for some papers of it: reading these took a fifth of one's time.
    """
    return LayoutFile(_text(digest))


def _text(digest: str) -> str:
    (text,) = models.Printed.objects.filter(layout_digest=digest).values_list("layout", flat=True)[:1]
    return str(text)


def alone(
    run: PrintRun, layout_: Layout, who: str, *, seed: int | None = None, frozen: str = "", why: str = ""
) -> Papers:
    """Record a whole first printing at once. For a transaction of `writing`.

    Its booklets, stickers and extra sheets have the numbers that ``run`` gives them, which must be from 1 on.
    """
    edition = Edition(
        1,
        run.exam_number,
        layout_.exam,
        layout_.paper,
        layout_.source_digest,
        why,
        who,
        datetime.now(UTC),
        seed,
        bool(frozen),
    )
    begin_edition(edition)
    lists = len({s.number for s in layout_.sheets if s.sheet == "attendance"})
    amount = Amount(len(run.booklets), len(run.stickers), len(run.extras), lists)
    printing = reserve(1, amount, run.variants, who, after=0)
    people = candidates.add(run.candidates, Author(Actor(who, Role.EXAMINER)))
    finish(printing, run, layout_, frozen=frozen, people={e.candidate.registration: e.id for e in people})
    return papers()
