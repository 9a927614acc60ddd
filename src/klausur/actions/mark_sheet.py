"""The sheet of marks for a second look: all that are drawn and that nobody looked at, as one HTML file."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from klausur.actions import audit_marks, kept_scans, up_to_date
from klausur.actions.page_parts import ROUND
from klausur.actions.progress import Progress, quiet
from klausur.base.errors import NotFoundError, ToolError
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import SETTLED_AS, Field
from klausur.paper.layout import Layout
from klausur.read import cuts
from klausur.read.cuts import Cut
from klausur.read.pool import ReaderEndedError, guarded, processes
from klausur.report.contact_words import ContactWords
from klausur.report.mark_sheet import Group, Tile, mark_sheet
from klausur.state.facts import StoredImage
from klausur.store import boxes
from klausur.store.boxes import SeenBox
from klausur.store.folder import Records, opened
from klausur.store.frame import Frame

_DPI = 200.0


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """What was written: the file, the sheet's name, how many marks it shows, how many without a picture."""

    file: Path
    sheet: str
    marks: int
    without_picture: int


def write(folder: Path, out: Path, *, jobs: int | None = None, progress: Progress = quiet) -> MarkSheet:
    """Write the marks of the sample at which nobody looked.

    Args:
        folder: the exam folder.
        out: the HTML file; written anew if it is there.
        jobs: processes that cut pictures, one for each processor if not given.
        progress: told the marks done.

    Raises:
        NotFoundError: nothing was printed yet, or no sample drawn.
        ToolError: the file cannot be written.
    """
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        audit = audit_marks.found()
        if audit.sample is None:
            raise NotFoundError(
                "no marks are drawn for a second look", "draw some: 'klausur audit-marks --sample 400'"
            )
        say = ContactWords(frame.exams.first.language)
        seen = boxes.of_readings(set(audit.waiting))
        images = boxes.images_of(seen.values())
        on_page: dict[tuple[int, int], list[int]] = {}
        for key in audit.waiting:
            on_page.setdefault((seen[key].image, seen[key].booklet), []).append(key)
        tiles: dict[int, Tile] = {}
        with processes(jobs) as workers, ThreadPoolExecutor(getattr(workers, "jobs", 1)) as hands:
            work = [
                partial(
                    _tiles,
                    records,
                    images[image],
                    {key: seen[key] for key in keys},
                    _page(frame, booklet),
                    workers,
                    say,
                )
                for (image, booklet), keys in on_page.items()
            ]
            for made in hands.map(_call, work):
                tiles |= made
                progress(len(tiles), len(seen))
        title, language = frame.papers.exam, say
    groups = [
        Group(
            language(f"marks.read-as.{state}"),
            tuple(tiles[k] for k in audit.waiting if seen[k].reading.value == state),
        )
        for state in SETTLED_AS
    ]
    how = [say(f"marks.{name}") for name in ("how", "record")]
    command = f"klausur audit-marks --through {audit.sheet} --but 123=empty"
    try:
        out.write_bytes(mark_sheet(title, how, command, groups, say))
    except OSError as error:
        raise ToolError(f"{out} cannot be written: {error.strerror}", "name another file") from error
    return MarkSheet(out, audit.sheet, len(tiles), sum(not tile.picture for tile in tiles.values()))


def _call(work: Callable[[], dict[int, Tile]]) -> dict[int, Tile]:
    return work()


def _page(frame: Frame, booklet: int) -> Layout:
    """As much of the layout as a booklet's pages need: it goes to another process."""
    whole = frame.layout
    return replace(whole, booklets=tuple(b for b in whole.booklets if b.number == booklet), sheets=())


def _tiles(
    records: Records,
    stored: StoredImage,
    seen: dict[int, SeenBox],
    layout: Layout,
    workers: Executor,
    say: ContactWords,
) -> dict[int, Tile]:
    """The tiles of the marks on one page, with their pictures or with the reason why there is none."""
    bare = {key: Tile(key, f"{box.booklet}: {box.reading.field}") for key, box in seen.items()}
    image = kept_scans.image(records, stored)
    if image is None:
        return {key: replace(tile, lacking=say("copy-lost", name=stored.name)) for key, tile in bare.items()}
    first = next(iter(seen.values()))
    code = PageCode(layout.exam_number, first.booklet, first.page, Sheet.BOOKLET)
    printed = layout.at(code)
    fields = {} if printed is None else {field.id: field for field in printed.fields}
    wanted = tuple(_cut(fields[box.reading.field]) for box in seen.values())
    try:
        found: Sequence[bytes] | str = guarded(
            workers, cuts.cuts, image, layout, code, stored.part, wanted, cuts.webp, stored.turned
        )
    except ReaderEndedError as error:
        found = str(error)
    if isinstance(found, str):
        return {key: replace(tile, lacking=found) for key, tile in bare.items()}
    return {
        key: replace(tile, picture=picture) for (key, tile), picture in zip(bare.items(), found, strict=True)
    }


def _cut(field: Field) -> Cut:
    return Cut(field.box.grown(ROUND), _DPI)
