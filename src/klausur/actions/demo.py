"""Demo: the reference exam from its source to grades, with made-up candidates and a rehearsed scan."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from klausur.actions.check import check
from klausur.actions.compare_rehearsal import Compared, compare_rehearsal
from klausur.actions.grade import CSV, JSON, Graded, grade
from klausur.actions.print_booklets import FOLDER, print_booklets
from klausur.actions.print_mark import FILE as MARK
from klausur.actions.progress import Progress, quiet
from klausur.actions.rehearse import REHEARSAL, rehearse
from klausur.actions.roles import Verb, allow
from klausur.actions.scan import Scanned, scan
from klausur.actions.the_list import ROSTER
from klausur.base.diagnostics import stop_at_errors
from klausur.base.errors import RefusedError, UsageError
from klausur.exam import reference
from klausur.roster import made_up
from klausur.state.facts import Actor
from klausur.store.folder import NAME

MARKER = ".klausur-demo"
"""A file that says: this folder is a demo, and may be made anew."""

OURS = (
    "exam.toml", "evidence.lock", "problems", "figures", ROSTER, FOLDER, MARK, REHEARSAL, NAME, CSV, JSON,
)  # fmt: skip
"""What a demo writes into its folder, and what a new one takes away; anything else there stays."""

_BROKEN = (
    "this is none of your doing: try it once more with nothing else running; if it stays so, install Klausur "
    "again, or report the lines above as a bug"
)

Announce = Callable[[str], AbstractContextManager[Progress]]
"""Opens a step by its name; what it gives is told how far the step is."""


@contextmanager
def silent(step: str) -> Iterator[Progress]:  # noqa: ARG001 - the seam names the step, and this one is mute
    """Announce nothing."""
    yield quiet


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What came out; ``seconds`` is by step, in order."""

    folder: Path
    booklets: int
    scanned: Scanned
    compared: Compared
    graded: Graded
    seconds: tuple[tuple[str, float], ...]


@dataclass(slots=True)
class _Clock:
    """Announces the steps and takes their times."""

    announce: Announce
    seconds: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Progress]:
        begun = perf_counter()
        with self.announce(name) as progress:
            yield progress
        self.seconds.append((name, perf_counter() - begun))


def demo(
    folder: Path,
    *,
    actor: Actor,
    booklets: int = 30,
    seed: int = 7,
    jobs: int | None = None,
    announce: Announce = silent,
) -> Demonstrated:
    """Make a whole exam in a folder and take it through every step.

    Args:
        folder: a new or empty folder, or an earlier demo, which is made anew.
        actor: who is recorded as having done it.
        booklets: how many candidates there are.
        seed: the same seed gives the same candidates, papers, marks and scans.
        jobs: processes to work with; None takes one per processor.
        announce: told each step.

    Raises:
        UsageError: fewer than one booklet.
        RefusedError: the folder holds something that is no demo.
        KlausurError: the reference exam has errors, is not printed, or its scans cannot be read: the
            installation is broken, or the machine too slow for some limit. It says what was found.
    """
    allow(actor, Verb.DEMO)
    if booklets < 1:
        raise UsageError(f"{booklets} booklets make no demo", "give --booklets a number from 1 up")
    _clear(folder)
    clock = _Clock(announce)
    with clock.step("source"):
        _write_exam(folder)
        made_up.write(made_up.made_up(booklets, seed), folder / ROSTER)
    with clock.step("check") as progress:
        checked = check(folder, progress=progress)
        stop_at_errors(checked.diagnostics, "the reference exam has errors", _BROKEN)
    with clock.step("print") as progress:
        printed = print_booklets(folder, actor=actor, seed=seed, checked=checked, progress=progress)
        stop_at_errors(printed.diagnostics, "the reference exam is not printed", _BROKEN)
    with clock.step("rehearse") as progress:
        rehearsal = rehearse(folder, actor=actor, seed=seed, jobs=jobs, progress=progress)
    with clock.step("scan") as progress:
        scanned = scan(folder, rehearsal.files, actor=actor, jobs=jobs, progress=progress)
        stop_at_errors(scanned.diagnostics, "the rehearsed scans cannot be read", _BROKEN)
    with clock.step("compare"):
        compared = compare_rehearsal(folder)
    with clock.step("grade"):
        graded = grade(folder, actor=actor)
    return Demonstrated(
        folder=folder,
        booklets=booklets,
        scanned=scanned,
        compared=compared,
        graded=graded,
        seconds=tuple(clock.seconds),
    )


def _write_exam(folder: Path) -> None:
    """Write the reference exam, which wants an empty folder, beside what people have put into this one."""
    fresh = folder / ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    reference.write(fresh)
    for path in fresh.iterdir():
        path.replace(folder / path.name)
    fresh.rmdir()


def _clear(folder: Path) -> None:
    """Make the folder ready; of an earlier demo, only what it wrote is taken away."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", "name a new folder")
    marker = folder / MARKER
    if folder.is_dir() and any(folder.iterdir()) and not marker.is_file():
        raise RefusedError(f"{folder} is not empty, and no earlier demo", "name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text("Made by 'klausur demo', which may make it anew.\n", encoding="utf-8")
    for name in OURS:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
