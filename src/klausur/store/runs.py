"""Print runs: what was printed, for whom, and the Layout that scans are read against."""

from datetime import UTC, datetime
from hashlib import sha256

from klausur import __version__
from klausur.paper import layout as layouts
from klausur.paper.asked import Asked, Drawn
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun
from klausur.store import models, translate
from klausur.store.facts import StoredRun


def append(
    run: PrintRun,
    layout: Layout,
    *,
    seed: int | None,
    asked: tuple[Asked, ...] = (),
    drawn: tuple[Drawn, ...] = (),
) -> StoredRun:
    """Record a printing; from now on it is the current one.

    Args:
        run: its booklets, stickers and extra sheets.
        layout: where everything lies on them.
        seed: what key and exam number were drawn from, if they can be drawn again.
        asked: what its questions were; without it, nobody can tell whether they changed.
        drawn: what was drawn for its parameters; the same holds.
    """
    text = layouts.to_json(layout)
    row = models.PrintRun(
        exam_number=run.exam_number,
        exam=layout.exam,
        layout=text.decode(),
        layout_digest=sha256(text).hexdigest(),
        source_digest=layout.source_digest,
        seed=seed,
        extras=run.extras,
        asked=translate.asked_text(asked),
        drawn=translate.asked_text(drawn),
        variants=translate.variants_text(run.variants),
        made=datetime.now(UTC),
        software=__version__,
    )
    row.save()
    people = [translate.candidate_row(row, person) for person in run.candidates]
    rows = {c.registration: c for c in models.Candidate.objects.bulk_create(people)}
    booklets = models.Booklet.objects.bulk_create(
        models.Booklet(
            run=row,
            number=b.number,
            candidate=None if b.candidate is None else rows[b.candidate.registration],
            software=__version__,
        )
        for b in run.booklets
    )
    stickers = models.Sticker.objects.bulk_create(
        models.Sticker(
            run=row, number=s.number, candidate=rows[s.candidate.registration], software=__version__
        )
        for s in run.stickers
    )
    return translate.stored_run(row, booklets, stickers)


def current() -> StoredRun | None:
    """The newest printing, or None if nothing was printed yet."""
    row = models.PrintRun.objects.defer("layout").order_by("-pk").first()
    if row is None:
        return None
    booklets = row.booklets.select_related("candidate").order_by("number")
    stickers = row.stickers.select_related("candidate").order_by("number")
    return translate.stored_run(row, list(booklets), list(stickers))


def layout(run: StoredRun) -> Layout:
    """The Layout of a printing."""
    return layouts.from_json(models.PrintRun.objects.get(pk=run.id).layout.encode())


def scanned() -> bool:
    """Whether any page has been scanned."""
    return models.PageImage.objects.exists()
