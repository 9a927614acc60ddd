"""Solution: the sample solutions once more, by the key that counts, out of the records alone."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.actions import up_to_date
from klausur.actions.day_papers import write_solutions
from klausur.actions.print_folder import FOLDER
from klausur.actions.roles import Verb, allow
from klausur.base.errors import RefusedError
from klausur.exam.frozen import Frozen, materialise
from klausur.exam.merged import solved
from klausur.exam.setting import USUAL, setting_of
from klausur.exam.variants import as_printed
from klausur.state.facts import Actor
from klausur.store import exams
from klausur.store.folder import opened

SOLUTION = "solution"


def solution(folder: Path, *, actor: Actor, out: Path | None = None) -> tuple[Path, ...]:
    """Typeset the sample solutions of all editions, as the key counts now.

    Those of the newest edition are ``solution.pdf`` (of further variants ``solution-2.pdf`` …, or
    ``solutions.pdf``); those of earlier ones lie in ``edition-1/`` and so on. Earlier ones are replaced.

    Args:
        folder: the exam folder.
        actor: who makes them.
        out: a folder of ours, or an empty or new one; ``print/solution/`` if None.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: an older Klausur printed, which did not keep the exam; or ``out`` holds something else.
    """
    allow(actor, Verb.SOLUTION)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        kept = _kept(folder, sorted({p.edition for p in frame.papers.finished}))
        pages = {
            p.edition: len(b.pages)
            for p in frame.papers.finished
            for b in frame.layout.booklets
            if b.number in p.booklets and setting_of(b.variant) == USUAL
        }
    target = folder / FOLDER / SOLUTION if out is None else out
    if (
        out is not None
        and out.is_dir()
        and any(path.suffix != ".pdf" and not _ours(path) for path in out.iterdir())
    ):
        raise RefusedError(f"{out} holds other things", "name a new folder with --out")
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{SOLUTION}-", dir=target.parent) as aside:
        made = Path(aside) / SOLUTION
        made.mkdir()
        for edition, frozen in kept.items():
            place = made if edition == max(kept) else made / f"edition-{edition}"
            place.mkdir(exist_ok=True)
            with TemporaryDirectory(prefix="klausur-") as files:
                here = materialise(frozen, Path(files))
                each = tuple(map(as_printed, here.exams))
                write_solutions(each, here.first.variants.count, pages.get(edition, 0), place)
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return tuple(sorted(path for path in target.rglob("*.pdf")))


def _ours(path: Path) -> bool:
    return path.is_dir() and path.name.startswith("edition-")


def _kept(folder: Path, editions: list[int]) -> Mapping[int, Frozen]:
    """Each edition by the key that counts."""
    found = {}
    for edition in editions:
        printed, counts = exams.as_printed(edition, folder), exams.key(edition, folder)
        if printed is None and counts is None:
            raise exams.not_kept()
        base = printed or counts
        if base is not None:
            found[edition] = solved(base, counts or base)
    return found
