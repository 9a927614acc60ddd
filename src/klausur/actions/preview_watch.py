"""Show an exam again each time its source changes; mistakes are told, and the next change is waited for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from klausur.actions.pace import Pace
from klausur.actions.preview import Previewed, session
from klausur.base.errors import KlausurError
from klausur.exam.source.files import source_files

QUICK = Pace(settle=0.05, every=0.1)
"""A person waits who has just saved a file."""


@dataclass(frozen=True, slots=True)
class Round:
    """What became of a change: the preview, or what no preview could be made for."""

    previewed: Previewed | None
    failed: KlausurError | None = None


def watch(
    folder: Path,
    tell: Callable[[Round], None],
    *,
    out: Path | None = None,
    variant: int = 1,
    pace: Pace = QUICK,
    rounds: int | None = None,
) -> None:
    """Make a preview, and another one after each change of the source, until something ends this.

    Args:
        folder: the exam's.
        tell: told what became of each change.
        out: where the files are written; without one, ``preview/`` in the exam's folder.
        variant: which of the exam's variants is shown.
        pace: how long is waited.
        rounds: end after so many previews.
    """
    with session(folder, out=out, variant=variant) as made:
        done = 0
        while rounds is None or done < rounds:
            seen = _settled(folder, pace)
            try:
                tell(Round(made.make()))
            except KlausurError as error:
                tell(Round(None, error))
            done += 1
            while (rounds is None or done < rounds) and _state(folder) == seen:
                pace.wait(pace.every)


_State = tuple[tuple[str, int, int], ...]


def _settled(folder: Path, pace: Pace) -> _State:
    """The source once it has stayed as it is for a moment: an editor may be amid writing it."""
    seen = _state(folder)
    while True:
        pace.wait(pace.settle)
        now = _state(folder)
        if now == seen:
            return seen
        seen = now


def _state(folder: Path) -> _State:
    """Name, length and time of change of each file of the source; of those that are there."""
    found = []
    for name in source_files(folder):
        try:
            state = (folder / name).stat()
        except OSError:
            continue
        found.append((name, state.st_size, state.st_mtime_ns))
    return tuple(found)
