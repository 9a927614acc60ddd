"""See hand-ins: the machine looks at what candidates handed in, and what it saw is recorded, once for each.

Nothing of it counts: which pages there are tells a candidate at once what is missing. What counts is scanned
later (`klausur.actions.take_hand_ins`).
"""

import time
import traceback
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.actions import kept_scans, up_to_date
from klausur.actions.parallel import executor
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.diagnostics import Diagnostic
from klausur.paper.layout import Layout
from klausur.read import pool, seen_page
from klausur.scan.intake import open_scan
from klausur.scan.model import PageImage, Reason
from klausur.state.facts import Actor
from klausur.state.hand_ins import HandedFile, SeenPage, StoredHandIn
from klausur.store import audit, hand_ins
from klausur.store.folder import Records, key, opened, writing

AT_ONCE = 20
"""So many hand-ins are looked up in one go."""


@dataclass(frozen=True, slots=True)
class SeenNow:
    """How much was looked at, and how long it took in seconds."""

    hand_ins: int
    pages: int
    seconds: float


def see(folder: Path, *, actor: Actor, jobs: int | None = None, progress: Progress = quiet) -> SeenNow:
    """Look at all hand-ins at which the machine has yet to look, the oldest first.

    Args:
        folder: the exam folder.
        actor: who has it done.
        jobs: as `klausur.actions.parallel.executor` has it.
        progress: told the hand-ins seen.

    Raises:
        NotFoundError: nothing was printed yet.
        ToolError: the key is lost.
    """
    allow(actor, Verb.HAND_IN)
    began, done, pages = time.monotonic(), 0, 0
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        with executor(jobs, AT_ONCE, hostile=True) as workers:
            while waiting := hand_ins.unseen(AT_ONCE):
                for each in waiting:
                    layout = frame.papers_of(frozenset({each.booklet}))
                    seen = tuple(_seen(records, each, layout, workers))
                    with writing():
                        if hand_ins.is_unseen(each.id):
                            hand_ins.see(each.id, seen)
                            audit.append("see-hand-in", actor, {"hand_in": each.id, "pages": len(seen)})
                    done, pages = done + 1, pages + len(seen)
                    progress(done, done + hand_ins.count_unseen())
    return SeenNow(done, pages, time.monotonic() - began)


def _seen(
    records: Records, hand_in: StoredHandIn, layout: Layout, workers: Executor | None
) -> Iterator[SeenPage]:
    for file in hand_in.files:
        yield from _of_file(records, file, layout, workers)


def _of_file(
    records: Records, file: HandedFile, layout: Layout, workers: Executor | None
) -> Iterator[SeenPage]:
    found = open_scan(kept_scans.kept(records, file.sha256), file.sha256)
    if isinstance(found, Diagnostic):
        yield SeenPage(file.sha256, -1, reason=Reason.UNREADABLE, fault=found.message)
        return
    with found as scan:
        for image in scan.pages():
            yield from _of_image(image, layout, key(records), workers)


def _of_image(
    image: PageImage, layout: Layout, secret: bytes, workers: Executor | None
) -> Iterator[SeenPage]:
    if image.fault:
        yield SeenPage(image.file, image.index, reason=Reason.UNREADABLE, fault=image.fault)
        return
    try:
        looked = pool.guarded(workers, seen_page.look, image, layout, secret)
    except pool.ReaderEndedError as error:
        yield SeenPage(image.file, image.index, reason=Reason.UNREADABLE, fault=str(error))
        return
    except Exception:  # noqa: BLE001 - a bug costs one page, as it does in a scan, which keeps the traceback
        last = traceback.format_exc().strip().rpartition("\n")[2]
        yield SeenPage(image.file, image.index, reason=Reason.FAILED, fault=last)
        return
    for part, one in enumerate(looked):
        seen = SeenPage(
            image.file,
            image.index,
            part,
            reason=one.reason,
            upside_down=one.turned == 180,
            poor=one.poor,
        )
        code = one.code
        if code is not None:
            seen = replace(seen, sheet=code.sheet, number=code.booklet, page=code.page)
        yield seen
