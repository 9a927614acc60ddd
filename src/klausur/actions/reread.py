"""Reread: images once more, beside the records of the first time and never over them.

For pages over which Klausur itself failed, after an upgrade or with more memory; or for images that wait and
that a newer Klausur may place. What people decided about an image stays: such images are left alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from klausur.actions import kept_scans, up_to_date
from klausur.actions.parallel import executor
from klausur.actions.progress import Progress, quiet
from klausur.actions.record import Desk, Held, record
from klausur.actions.roles import Verb, allow
from klausur.actions.scan import BATCH, Scanned
from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.read import marks, pool
from klausur.scan.model import PageImage, Reason
from klausur.state.facts import Actor, StoredImage
from klausur.store import audit, pages
from klausur.store.folder import Records, key, opened, writing


def reread(
    folder: Path,
    numbers: Sequence[int] = (),
    *,
    actor: Actor,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> Scanned:
    """Read images once more, out of the kept copies of their files.

    Args:
        folder: the exam folder.
        numbers: which images; all over which Klausur failed, if none is named.
        actor: who asks for it.
        jobs: as `klausur.actions.scan.scan` takes it.
        progress: told the images recorded.

    Raises:
        NotFoundError: there is no such image.
        RefusedError: an image is placed, was decided about by a person, or was read again already.
        ToolError: the kept copy of a file is lost.
    """
    allow(actor, Verb.REREAD)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        layout = frame.layout
        images = _named(numbers) if numbers else _failed()
        again = {(i.file, i.index): i.id for i in images}
        marks.shipped()
        held: Held = {}
        tally: Counter[str] = Counter()
        with executor(jobs, len(images), hostile=True) as workers:
            desk = Desk(records, frame, layout, actor, workers)
            results = pool.results(_pages(records, images, held), layout, key(records), workers)
            done = 0
            progress(done, len(images))
            while batch := tuple(islice(results, BATCH)):
                tally.update(record(desk, batch, held, again))
                done += len(batch)
                progress(done, len(images))
        up_to_date.look(records)
        if images:
            with writing():
                audit.append("reread", actor, {"images": [i.id for i in images], "placed": tally["placed"]})
    return Scanned(
        files=tuple(dict.fromkeys(i.name for i in images)),
        known=(),
        diagnostics=(),
        placed=tally["placed"],
        unplaced=tuple((reason, tally[reason]) for reason in Reason if tally[reason]),
        readings=tally["readings"],
        flagged=tally["flagged"],
    )


def _failed() -> tuple[StoredImage, ...]:
    return tuple(
        i for i in pages.images(waiting=True) if i.unplaced is not None and i.unplaced.reason is Reason.FAILED
    )


def _named(numbers: Sequence[int]) -> tuple[StoredImage, ...]:
    known = {i.id: i for i in pages.images()}
    for number in numbers:
        if number not in known:
            if pages.image(number) is not None:
                raise RefusedError(f"image {number} was read again already", "see 'klausur settle list'")
            raise NotFoundError(
                f"there is no image {number}", "the images that wait are in 'klausur settle list'"
            )
        if not known[number].waiting or known[number].verdict is not None:
            raise RefusedError(
                f"image {number} does not wait: it counts as {known[number].spot or 'no page'}",
                f"take back what was settled first: klausur settle page {number} --undo",
            )
        unplaced = known[number].unplaced
        if unplaced is not None and unplaced.reason is Reason.OTHER_CANDIDATE:
            raise RefusedError(
                f"image {number} was handed in by somebody whose booklet it is not: {unplaced.detail}",
                f"settle it by hand: klausur settle page {number} --is BOOKLET:PAGE",
            )
        beside = [i.id for i in known.values() if i.id != number and _of_one_image(i, known[number])]
        if beside:
            raise RefusedError(
                f"image {number} shows two pages, and the other one is image {beside[0]}",
                f"settle it by hand: klausur settle page {number} --is BOOKLET:PAGE",
            )
    return tuple(known[number] for number in dict.fromkeys(numbers))


def _of_one_image(one: StoredImage, other: StoredImage) -> bool:
    return (one.file, one.index) == (other.file, other.index)


def _pages(records: Records, images: Sequence[StoredImage], held: Held) -> Iterator[PageImage]:
    for stored in images:
        image = kept_scans.image(records, stored)
        if image is None:
            raise ToolError(
                f"the kept copy of {stored.name} is lost or damaged: {kept_scans.kept(records, stored.file)}",
                f"put {stored.name} back there",
            )
        held[image.file, image.index] = image
        yield image
