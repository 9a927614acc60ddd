"""Export settled: windows of boxes of which people said what they hold, for readers to learn from.

No name, no number of a booklet and no question goes with them: whose a mark is, is told by a keyed hash.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from klausur import __version__
from klausur.actions import kept_scans, up_to_date
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import MARKED, Mark
from klausur.paper.layout import Layout
from klausur.read import mark_files
from klausur.read.mark_files import MarkFile
from klausur.read.pool import ReaderEndedError, guarded, processes
from klausur.state.facts import Author, StoredImage
from klausur.store import audit, boxes, printings
from klausur.store import second_looks as looks
from klausur.store.boxes import SeenBox
from klausur.store.folder import Records, key, opened, writing

_HAND = 8
"""Bytes of the hash of a booklet."""


@dataclass(frozen=True, slots=True)
class SettledExport:
    """The folder, how many marks by how many hands are in it, and how many cannot be seen any more."""

    folder: Path
    marks: int
    hands: int
    lacking: int


def export_settled(
    folder: Path, out: Path, author: Author, *, jobs: int | None = None, progress: Progress = quiet
) -> SettledExport:
    """Write what people said of marks, each with its window, as `klausur.read.mark_files` has it.

    Args:
        folder: the exam folder.
        out: a folder that is new or empty.
        author: who exports.
        jobs: processes that cut windows, one for each processor if not given.
        progress: told the pages done.

    Raises:
        NotFoundError: nothing was printed, or people said nothing of any mark.
        RefusedError: the folder holds other things.
        ToolError: it cannot be written.
    """
    allow(author.actor, Verb.EXPORT_SETTLED)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RefusedError(f"{out} holds other things", "name a new folder")
    with opened(folder) as records:
        up_to_date.frame(records)
        said = {**looks.said(), **looks.settled()}
        seen = {k: box for k, box in boxes.of_readings(said.keys()).items() if box.reading.kind in MARKED}
        if not seen:
            raise NotFoundError("people have said nothing of any mark", "settle some: 'klausur settle list'")
        images = boxes.images_of(seen.values())
        secret = key(records)
        pages: dict[tuple[int, int], dict[int, SeenBox]] = {}
        for number, box in sorted(seen.items()):
            pages.setdefault((box.booklet, box.image), {})[number] = box
        layouts = {booklet: printings.part_of_layout({booklet}) for booklet in {b for b, _ in pages}}
        found: list[tuple[MarkFile, bytes]] = []
        with processes(jobs) as workers, ThreadPoolExecutor(getattr(workers, "jobs", 1)) as hands:
            work = [
                partial(_of_page, records, images[image], layouts[booklet], mine, workers)
                for (booklet, image), mine in pages.items()
            ]
            cuts = zip(pages.items(), hands.map(_call, work), strict=True)
            for done, (((booklet, _), mine), cut) in enumerate(cuts, start=1):
                found += [] if cut is None else _rows(cut, mine, said, _hand(booklet, secret))
                progress(done, len(work))
        marks = mark_files.write(out, found, f"klausur {__version__}")
        people = len({mark.hand for mark, _ in found})
        with writing():
            detail = {"marks": marks, "hands": people, "why": author.why}
            audit.append("export-settled", author.actor, detail)
    return SettledExport(out, marks, people, len(seen) - marks)


def _call(work: Callable[[], mark_files.Cut | None]) -> mark_files.Cut | None:
    return work()


def _hand(booklet: int, secret: bytes) -> str:
    """A booklet's hash: the same in each export of this exam, and nothing to whoever has not its key."""
    return hashlib.blake2b(f"hand {booklet}".encode(), key=secret[:64], digest_size=_HAND).hexdigest()


def _of_page(
    records: Records,
    stored: StoredImage,
    layout: Layout,
    seen: Mapping[int, SeenBox],
    workers: Executor,
) -> mark_files.Cut | None:
    """The windows of the marks on one page; None where the page cannot be seen any more."""
    first = next(iter(seen.values()))
    code = PageCode(layout.exam_number, first.booklet, first.page, Sheet.BOOKLET)
    image, page = kept_scans.image(records, stored), layout.at(code)
    if image is None or page is None:
        return None
    at = {field.id: field.box for field in page.fields}
    wanted = tuple(at[box.reading.field] for box in seen.values())
    try:
        cut = guarded(workers, mark_files.cut, image, layout, code, stored.part, wanted, stored.turned)
    except ReaderEndedError:
        return None
    return None if isinstance(cut, str) else cut


def _rows(
    cut: mark_files.Cut, seen: Mapping[int, SeenBox], said: Mapping[int, str], hand: str
) -> Iterator[tuple[MarkFile, bytes]]:
    for (number, box), data in zip(seen.items(), cut.files, strict=True):
        reading = box.reading
        yield (
            MarkFile(
                file="",
                sha256="",
                hand=hand,
                state=Mark(said[number]),
                read=Mark(reading.value),
                confidence=round(reading.confidence, 6),
                flagged=reading.flagged,
                reader=reading.reader,
                version=reading.version,
                scan=cut.scan,
                dpi=cut.dpi,
            ),
            data,
        )
