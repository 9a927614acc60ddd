"""Watch: a folder that a scan station writes to, and its subfolders, read into the records as files settle.

The folder is looked at again and again, rather than being told of changes by the system: a system tells
nothing of what other machines write to a network share, where scan stations write. A look takes a millisecond
for a thousand files. Files are left where they are and as they are; how one is read stands in
`klausur.actions.scan`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from klausur.actions.pace import Pace
from klausur.actions.roles import Verb, allow
from klausur.actions.scan import Scanned, scan
from klausur.actions.scan_files import inside
from klausur.base import file_names
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import NotFoundError, ToolError
from klausur.scan.cut_short import BrokenError
from klausur.scan.formats import SUFFIXES
from klausur.scan.intake import check_form
from klausur.state.facts import Actor
from klausur.store.folder import NAME

_EMPTY = 12
"""So many times as long an empty file is waited for."""

UNFINISHED = frozenset({".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download"})
"""How names end of files that somebody is still writing under another name."""

_MEMORY = "watched.json"
_NAMED = 3  # files of one scan that are told by name


@dataclass(frozen=True, slots=True)
class State:
    """What tells that a file is still the same without reading it: its length, and when it was changed."""

    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Event:
    """What a watch has to tell: a line for people, and what a scan did if there was one."""

    line: str
    scanned: Scanned | None = None


_USUAL = Pace()

Tell = Callable[[Event], None]


@dataclass(slots=True)
class _Watch:
    """A folder that is watched: since when each file has been as it is, and which are done."""

    folder: Path
    directory: Path
    pace: Pace
    tell: Tell
    since: dict[Path, tuple[State, float]] = field(default_factory=dict)
    done: dict[Path, State] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def look(self) -> tuple[list[Path], bool]:
        """The files that have settled and are not done, and whether others are still being written."""
        now = self.pace.clock()
        there = self._there()
        if there is None:
            return [], True
        before, self.since = self.since, {}
        for path, state in there.items():
            same = path in before and before[path][0] == state
            self.since[path] = before[path] if same else (state, now)
        new = [path for path, (state, _) in self.since.items() if self.done.get(path) != state]
        settled = [path for path in new if path in before and self._has_settled(*self.since[path], now)]
        return sorted(settled), len(settled) < len(new)

    def _has_settled(self, state: State, since: float, now: float) -> bool:
        """Whether a file has stayed as it is long enough. An empty one is most likely still to be written."""
        return now - since >= self.pace.settle * (1 if state.size else _EMPTY)

    def _there(self) -> dict[Path, State] | None:
        """The scanned files in the folder and below; None while a network share cannot be read."""
        found: dict[Path, State] = {}
        try:
            next(self.directory.iterdir(), None)
        except OSError as error:
            self.once(f"{self.directory} cannot be read ({error.strerror}): trying again", "away")
            return None
        for path in inside(self.directory):
            if isinstance(path, Diagnostic):
                self.once(f"{path.place.file} is left alone: {path.message}")
                continue
            named = path.relative_to(self.directory).parts
            if any(part.startswith((".", "~")) for part in named) or path.suffix.lower() in UNFINISHED:
                continue
            why = _why_not(path)
            if why is not None:
                self.once(f"{file_names.shown('/'.join(named))} is left alone: {why}")
                continue
            try:
                state = path.stat()
            except OSError:  # it has gone since
                continue
            found[path] = State(state.st_size, state.st_mtime_ns)
        if "away" in self.told:
            self.told.remove("away")
            self.tell(Event(f"{self.directory} can be read again"))
        return found

    def take(self, paths: Sequence[Path], actor: Actor, jobs: int | None) -> Scanned | None:
        """Scan files that have settled; None if the records cannot be written now."""
        states = {path: self.since[path][0] for path in paths}
        try:
            scanned = scan(self.folder, paths, actor=actor, jobs=jobs)
        except ToolError as error:
            self.once(f"{error}: trying again")
            return None
        self.done |= states
        self.tell(Event(_line(scanned), scanned))
        forgotten = {Path(found.place.file) for found in scanned.diagnostics}
        forgotten |= {
            path for path in self.done if path.is_relative_to(self.directory) and path not in self.since
        }
        kept = {path: state for path, state in self.done.items() if path not in forgotten}
        _remember(self.folder, kept)
        return scanned

    def once(self, line: str, what: str = "") -> None:
        """Tell something that does not change from look to look only once."""
        if (what or line) not in self.told:
            self.told.add(what or line)
            self.tell(Event(line))


def watch(
    folder: Path,
    directory: Path,
    *,
    actor: Actor,
    tell: Tell,
    jobs: int | None = None,
    pace: Pace = _USUAL,
    once: bool = False,
) -> bool:
    """Read the scanned files of a folder as they settle, until something ends this.

    A file that could not be read is tried again when it has changed.

    Args:
        folder: the exam folder.
        directory: where the scan station writes, in it and in its subfolders.
        actor: who scans.
        tell: told what happens.
        jobs: as `klausur.actions.scan.scan` takes it.
        pace: how long is waited.
        once: end when all that is there has settled and is read.

    Returns:
        Whether all files could be read; only with ``once`` does this return at all.

    Raises:
        NotFoundError: there is no such folder, or nothing was printed.
        ToolError: the key is lost, or the mark reader cannot be loaded.
    """
    allow(actor, Verb.SCAN)
    if not directory.is_dir():
        raise NotFoundError(f"{directory} is no folder", "name the folder that the scan station writes to")
    scan(
        folder, (), actor=actor, jobs=jobs
    )  # what is wrong with the records is said now, not at the first file
    watched = _Watch(folder, directory.absolute(), pace, tell)
    watched.done = _remembered(folder)
    tell(Event(f"watching {directory}; Ctrl-C ends this"))
    good = True
    while True:
        paths, more = watched.look()
        if paths:
            scanned = watched.take(paths, actor, jobs)
            good = good and scanned is not None and not errors(scanned.diagnostics)
        elif once and not more:
            return good
        pace.wait(pace.every)


def _why_not(path: Path) -> str | None:
    """Why a file is not read: neither its name nor its first bytes are those of a scan."""
    if path.suffix.lower() in SUFFIXES:
        return None
    try:
        check_form(path)
        return None if path.stat().st_size else "it is empty, and its name ends like no scanned file's"
    except FileNotFoundError:
        return None
    except BrokenError as error:
        return str(error)


def _line(scanned: Scanned) -> str:
    """What a scan did, in one line."""
    parts = []
    if scanned.files:
        found = [f"{scanned.placed} placed", *(f"{count} {reason}" for reason, count in scanned.unplaced)]
        parts.append(f"{_names(scanned.files)}: {_some(scanned.pages, 'page')}, {', '.join(found)}")
    if scanned.flagged:
        parts.append(f"{_some(scanned.flagged, 'reading')} to look at")
    if scanned.known:
        parts.append(f"{_names(scanned.known)} known already")
    if scanned.diagnostics:
        parts.append(f"{_some(len(scanned.diagnostics), 'file')} not readable")
    return "; ".join(parts)


def _names(paths: Sequence[str]) -> str:
    names = [Path(path).name for path in paths]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _some(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _memory(folder: Path) -> Path:
    return folder / NAME / _MEMORY


def _remembered(folder: Path) -> dict[Path, State]:
    """Files that an earlier watch of this exam has read; nothing where that is not known."""
    try:
        stored = msgspec.json.decode(_memory(folder).read_bytes(), type=dict[str, State])
    except (OSError, msgspec.MsgspecError):
        return {}
    return {Path(name): state for name, state in stored.items()}


def _remember(folder: Path, done: dict[Path, State]) -> None:
    """Keep for the next watch which files need not be read again to know them."""
    part = _memory(folder).with_suffix(".part")
    named = {str(path): state for path, state in done.items()}
    # A name that is no UTF-8 cannot be kept; such a file is read once more, to find that it is known.
    part.write_bytes(msgspec.json.encode({n: s for n, s in named.items() if n.isprintable()}))
    part.replace(_memory(folder))
