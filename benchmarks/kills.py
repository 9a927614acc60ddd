"""What is left when Klausur is killed: at each write point of each verb that records, and at random moments.

    python benchmarks/kills.py [--verbs scan,print] [--random 60] [--seed 3] [--database sqlite] [--json]

A small exam is printed for two candidates, rehearsed and scanned, with pages that come again, pages that show
something else, and one that is nobody's. Each verb is then done to copies of the folder, and killed (SIGKILL)
at its first, second, … last write point: a statement that writes, begins or commits, a file that is opened
for writing (before it is there, and while it is empty), renamed or removed, a folder that is made or removed.
After each kill `klausur verify` and `klausur log --verify` must find nothing; the verb, done again, must end
well or be refused with a way out; then, too, nothing may be found or left lying about, every file of a
printing must be as it was recorded, and people must see the same as if nobody had been killed. Kills that
leave the same rows and files are gone on with once (``apart``).

At ``--random`` moments, commands are killed as people type them, each with all of its processes.

The trials themselves are those of the tests: `tests/actions/kill_trials.py`.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pikepdf
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.actions.conftest import write_exam
from tests.actions.kill_looks import served, wrong
from tests.actions.kill_points import apart
from tests.actions.kill_trials import Killed, Verb, enumerated
from tests.actions.kill_verbs import VERBS
from tests.cast import EXAMINER
from tests.cluster import POSTGRESQL, SQLITE, cluster
from tests.exams import copy_exam

from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.scan import scan
from klausur.exam.source import parse
from klausur.rehearse.level import Level
from klausur.rehearse.run import rehearse
from klausur.store import printings, server
from klausur.store.folder import opened

KLAUSUR = (sys.executable, "-m", "klausur")
LIST = (
    "Registration number,Name,Room,Seat\n"
    "0371,Ada Example,Hall 1,A1\n"
    "0372,Jürgen Muster,Hall 1,A2\n"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found: for each verb, and for commands killed at random moments."""

    verbs: tuple[Killed, ...]
    moments: int
    killed: int
    moments_found: tuple[str, ...]
    seconds: float

    @property
    def points(self) -> int:
        """How many write points were killed at."""
        return sum(verb.points for verb in self.verbs)

    @property
    def found(self) -> int:
        """How much was found wrong."""
        return len(self.moments_found) + sum(len(verb.found) for verb in self.verbs)


@dataclass(frozen=True, slots=True)
class Folders:
    """An exam before it is printed, when it is printed, and when it is scanned; and the files to scan."""

    new: Path
    printed: Path
    scanned: Path
    tray: Path

    @classmethod
    def made(cls, place: Path) -> "Folders":
        """Make them, in processes of their own: typesetting starts threads, which must not be here."""
        found = cls(place / "new", place / "printed", place / "scanned", place / "tray")
        apart(partial(_write, found.new))
        copy_exam(found.new, found.printed)
        apart(partial(printing, found.printed, PrintRequest(spare=1, extras=2), seed=7))
        apart(partial(_fill, found.printed, found.tray))
        copy_exam(found.printed, found.scanned)
        apart(partial(scanning, found.scanned, found.tray))
        return found


def _write(folder: Path) -> None:
    write_exam(folder)
    (folder / "candidates.csv").write_text(LIST, "utf-8")


def printing(folder: Path, wanted: PrintRequest, seed: int | None = None) -> None:
    """Print, whatever it comes to."""
    print_booklets(folder, actor=EXAMINER, wanted=wanted, seed=seed)


def _fill(printed: Path, tray: Path) -> None:
    """Two booklets filled in and scanned; two pages again; the two with other marks; one that is nobody's."""
    with opened(printed):
        layout = printings.layout()
    exam = parse(printed).exam
    (booklets,) = printed.glob("print/*/booklets.pdf")
    if exam is None:
        raise ValueError("the small exam cannot be built")
    tray.mkdir()
    each = len(layout.booklets[0].pages)
    with tempfile.TemporaryDirectory() as name:
        for file, seed, kept in (("1", 7, slice(2 * each)), ("2", 7, slice(1, 3)), ("3", 9, slice(1, 3))):
            rehearse(booklets, layout, exam, Path(name), seed, level=Level.CLEAN)
            (made,) = Path(name).glob("*.pdf")
            with pikepdf.open(made) as pdf, pikepdf.new() as part:
                part.pages.extend(list(pdf.pages)[kept])
                part.save(tray / f"{file}.pdf")
    Image.new("L", (1240, 1754), 255).save(tray / "4.png", dpi=(150, 150))


def records(folder: Path) -> None:
    """Make the records of an exam that is not printed."""
    with opened(folder, create=True):
        pass


def scanning(folder: Path, tray: Path) -> None:
    """Scan in this process."""
    scan(folder, [tray], actor=EXAMINER, jobs=0)


def _late(folder: Path) -> None:
    (folder / "candidates.csv").write_text(f"{LIST}0375,Fay Example,Hall 1,A3\n", "utf-8")


def _changed(folder: Path) -> None:
    path = folder / "problems/1-choices.md"
    path.write_text(path.read_text("utf-8").replace("are vowels?", "are consonants?"), "utf-8")
    _late(folder)


def kills(folders: Folders, room: Path, names: set[str]) -> Iterator[Killed]:
    """Kill each verb at all of its write points."""
    edition = PrintRequest(new_edition=True, why="a slip")
    prints = partial(Verb, once=False, see=served)
    others: list[tuple[Path, Verb]] = [
        (folders.printed, Verb("scan", partial(scanning, tray=folders.tray), once=False, same=True)),
        (folders.new, Verb("records made", records, once=False)),
        (
            folders.new,
            prints("print first", partial(printing, wanted=PrintRequest(spare=1), seed=7), records),
        ),
        (folders.scanned, prints("print adding", partial(printing, wanted=PrintRequest()), _late)),
        (folders.scanned, prints("print edition", partial(printing, wanted=edition), _changed)),
    ]
    for folder, verb in (*others, *((folders.scanned, verb) for verb in VERBS.values())):
        if not names or verb.name in names or verb.name.split()[0] in names:
            place = room / verb.name.replace(" ", "-")
            yield enumerated(verb, folder, place, each=folder != folders.new)  # making records takes long


def typed(folder: Path, tray: Path, draw: random.Random) -> list[str]:
    """A command as somebody types it."""
    booklet, why = str(draw.randint(1, 3)), ["--why", "at random"]
    rows = [
        ["scan", str(draw.choice(sorted(tray.iterdir())))],
        ["scan", str(tray)],
        ["settle", "box", booklet, "letters/choice/a", draw.choice(["crossed", "empty"]), *why],
        ["settle", "question", booklet, "word", "--credits", str(draw.randint(0, 2)), *why],
        ["settle", "owner", "3", "--candidate", draw.choice(["0371", "0372"]), *why],
        ["candidates", "add", str(draw.randint(400, 999)), "Zoë Neu", *why],
        ["candidates", "mark", draw.choice(["0371", "0372"]), draw.choice(["ill", "registered"]), *why],
        ["key", "--take-over", *why],
        ["grade"],
        ["print", "--spare", "1"],
    ]
    words = draw.choice(rows)
    if words[0] == "key":
        path = folder / "problems/1-choices.md"
        path.write_text(
            path.read_text("utf-8").replace("- [ ] The number 1.", "- [x] The number 1."), "utf-8"
        )
    return words


def _started(folder: Path, words: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*KLAUSUR, *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def moments(folders: Folders, room: Path, count: int, seed: int) -> tuple[int, tuple[str, ...]]:
    """Kill commands at random moments: how many did not end before, and what was found."""
    draw = random.Random(seed)  # noqa: S311 - trials that can be repeated
    found: list[str] = []
    killed = 0
    longest: dict[str, float] = {}
    folder = copy_exam(folders.printed, room / "moments")
    apart(partial(scanning, folder, folders.tray / "1.pdf"))
    for number in range(count):
        words = typed(folder, folders.tray, draw)
        kind = words[0]
        command = _started(folder, words)
        with suppress(subprocess.TimeoutExpired):
            command.wait(timeout=draw.uniform(0.3, 1.1) * longest.get(kind, 3.0))
        if command.poll() is None:
            killed += 1
        with suppress(ProcessLookupError):
            os.killpg(command.pid, signal.SIGKILL)
        command.communicate()
        found += [f"{number} {' '.join(words)}, killed: {line}" for line in apart(partial(_wrong, folder))]
        started = time.monotonic()
        again = _started(folder, words)
        _, said = again.communicate()
        longest[kind] = time.monotonic() - started
        if again.returncode not in {0, 1, 2, 3, 4} or b"Traceback" in said:  # 4: refused, with a way out
            found.append(f"{number} {' '.join(words)}, again: {again.returncode} {said.decode()[-500:]}")
        found += [f"{number} {' '.join(words)}, again: {line}" for line in apart(partial(_wrong, folder))]
    return killed, tuple(found)


def _wrong(folder: Path) -> list[str]:
    return list(wrong(folder))


def measure(place: Path, given: argparse.Namespace) -> Figures:
    """Kill verbs at their write points, then commands at random moments."""
    started = time.monotonic()
    folders = Folders.made(place)
    verbs = []
    for killed in kills(folders, place, set(filter(None, given.verbs.split(",")))):
        verbs.append(killed)
        print(f"{killed.verb}: {killed.points}", file=sys.stderr)
    died, found = moments(folders, place, given.random, given.seed) if given.random else (0, ())
    return Figures(tuple(verbs), given.random, died, found, round(time.monotonic() - started))


def main() -> None:
    """Run the trials and print what came of them; exit code 1 where anything was found."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--verbs", default="", help="names or their first words, with commas; all if empty")
    options.add_argument("--random", type=int, default=60)
    options.add_argument("--seed", type=int, default=3)
    options.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=SQLITE)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with ExitStack() as held:
        os.environ.pop(server.VARIABLE, None)
        if given.database == POSTGRESQL:
            os.environ[server.VARIABLE] = held.enter_context(cluster())
        place = Path(held.enter_context(tempfile.TemporaryDirectory()))
        figures = measure(place, given)
    if given.json:
        print(json.dumps({**asdict(figures), "points": figures.points}))
    else:
        for verb in figures.verbs:
            told = f"{verb.points:>4} write points, {verb.apart:>3} apart, {len(verb.found)} found"
            print(f"{verb.verb:>18}  {told}", *verb.refused, *verb.found, sep="\n    ")
        print(f"{'random moments':>18}  {figures.moments}, {figures.killed} killed")
        print(*figures.moments_found, f"{figures.points} points, {figures.seconds} s", sep="\n    ")
    sys.exit(bool(figures.found))


if __name__ == "__main__":
    main()
