"""What is left of a running exam after each kind of fault at each of its stages.

    python benchmarks/faults.py [--correctors 20] [--first 0] [--faults 120] [--json]

``klausur serve``, ``klausur work`` and PostgreSQL run as processes of their own (`faults_world.py`). A
scanner sends one file after the other and has each read, correctors judge answers, somebody settles boxes,
all over HTTP as their browsers do: who gets no answer, or one that tells of a mistake, asks again. Then each
kind of fault comes at each stage, 10 times 12, one after the other: when a request of that stage is
on its way, or when the job of that stage is there. Leases are two seconds long.

Of all of it is asked then: `klausur verify --scans` and `klausur log --verify` find nothing; the acts of
judging are those that were answered, once each and worth what was answered; of each box the records hold what
was answered, in its order, once each; every page of every file is recorded once. ``well`` is the time from
the end of a fault until somebody who asked after it was answered; of killed processes, from the kill on. It
depends on how busy the machine is; what is found must not.
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pikepdf
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.actions.conftest import write_exam
from tests.cast import EXAMINER

from faults_world import KLAUSUR, World
from klausur.actions.print_booklets import print_booklets
from klausur.actions.scan import scan
from klausur.exam import source
from klausur.paper.fields import MARKED
from klausur.rehearse.level import Level
from klausur.rehearse.run import rehearse
from klausur.roster import made_up
from klausur.site import home as homes
from klausur.store import models, pages, printings, readings, server
from klausur.store.folder import opened
from site_hands import Box, Judge, Ledger, Settler, Uploader

SLUG, QUESTION = "exam", "word"
PASSWORD = "seven green apples"  # noqa: S105 - of people who are made up
HOLD = 2.0
"""Seconds that a fault lasts that is no kill."""

PATIENCE = 120.0
"""Seconds after which somebody who was not answered counts as lost."""

STAGES: Mapping[str, tuple[str, str]] = {
    "begin": ("POST", "/scans/uploads/$"),
    "piece": ("POST", "offset=0"),
    "sent": ("JOB", "waiting"),
    "reading": ("JOB", "running"),
    "look": ("GET", "/scans/$"),
    "settle": ("POST", "/readings/settle/"),
    "hand-out": ("POST", "/next/"),
    "card": ("GET", "/grading/word/"),
    "judge": ("POST", "/judge/"),
    "after": ("DONE", "/judge/"),
    "login": ("POST", "/accounts/login/"),
    "results": ("GET", "/results/"),
}
"""What is on its way when a fault comes: a request, or a job in a state."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault: its kind, the stage, whether it came there, and seconds until somebody was answered."""

    kind: str
    stage: str
    struck: bool
    well: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What was done, and ``found``: what is wrong afterwards. ``repeated`` requests were sent once more."""

    faults: int
    struck: int
    correctors: int
    judgements: int
    settlements: int
    files: int
    pages: int
    repeated: int
    again: int
    well: Mapping[str, tuple[float, float]]
    found: tuple[str, ...]
    seconds: float


@dataclass(slots=True)
class Storm:
    """Where hands are, and for whom a fault waits."""

    stage: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, float] = field(default_factory=dict)

    def about(self, method: str, path: str, at: float, *, done: bool) -> None:
        """A request begins, or was answered that began at a time."""
        how, what = STAGES.get(self.stage, ("", ""))
        fits = path.endswith(what[:-1]) if what.endswith("$") else what in path
        if fits and how == ("DONE" if done else method):
            self.reached.set()
        if done and method == "POST":
            self.answered[path] = max(self.answered.get(path, 0), at)

    def last(self, part: str) -> float:
        """When the last of such requests began that was answered."""
        return max((at for path, at in list(self.answered.items()) if part in path), default=0.0)


class Scanner(Uploader):
    """Sends files of other bytes with the same pages until ``over`` is set."""

    over: threading.Event
    made: list[Path]
    original: Path

    def work(self) -> None:
        """Send, wait until it is read, send the next."""
        while not self.over.is_set():
            path = self.original.with_name(f"stack-{len(self.made)}.pdf")
            with pikepdf.open(self.original) as pdf:
                pdf.docinfo["/Title"] = path.name
                pdf.save(path)
            self.made.append(path)
            self.files = [path]
            super().work()
            self.ask("GET", f"/exams/{SLUG}/results/")


def kinds(world: World, ledgers: list[Ledger]) -> Mapping[str, Callable[[], None]]:
    """Each kind of fault: it comes, lasts, and is over."""

    def told(name: str, text: str = "") -> Callable[[], None]:
        def come() -> None:
            with world.said(name, text):
                time.sleep(HOLD)

        return come

    def cut() -> None:
        world.relay.break_off()
        time.sleep(HOLD)
        world.relay.cut.clear()

    def twice() -> None:
        for each in ledgers:
            each.twice = True
        time.sleep(HOLD)
        for each in ledgers:
            each.twice = False

    return {
        "kill-server": lambda: world.kill("server"),
        "kill-worker": lambda: world.kill("worker"),
        "kill-database": lambda: world.kill("database"),
        "kill-all": lambda: world.kill("server", "worker", "database"),
        "disk-full": told("full"),
        "slow-disk": told("slow"),
        "clock-ahead": told("clock", "7200"),
        "clock-back": told("clock", "-7200"),
        "network-cut": cut,
        "twice": twice,
    }


def prepare(world: World, correctors: int) -> tuple[Path, Path, list[Box]]:
    """The exam, printed and scanned for as many as there are correctors; a stack of two more; boxes."""
    folder = world.home / "exams" / SLUG
    os.environ[server.VARIABLE] = world.database
    homes.make(world.home)
    with (world.home / homes.SETTINGS).open("a") as settings:
        settings.write(f'database = "{world.database}"\n')
    write_exam(folder)
    made_up.write(made_up.made_up(correctors + 2, seed=1), folder / "candidates.csv")
    print_booklets(folder, actor=EXAMINER, seed=11)
    with opened(folder):
        layout = printings.layout()
    exam = source.parse(folder).exam
    (booklets,) = folder.glob("print/*/booklets.pdf")
    if exam is None:
        raise ValueError("the small exam cannot be built")
    rehearse(booklets, layout, exam, world.place / "filled", 11, level=Level.CLEAN)
    (stack,) = (world.place / "filled").glob("*.pdf")
    each = len(layout.booklets[0].pages)
    before, last = world.place / "before.pdf", world.place / "stack.pdf"
    for file, numbers in (
        (before, range(correctors * each)),
        (last, range(correctors * each, (correctors + 2) * each)),
    ):
        with pikepdf.open(stack) as pdf, pikepdf.new() as part:
            part.pages.extend(pdf.pages[n] for n in numbers)
            part.save(file)
    scan(folder, [before], actor=EXAMINER, jobs=0)
    boxes = [(1, box.id) for _, box in layout.fields(1) if box.kind in MARKED]
    return folder, last, boxes


PEOPLE = """
import sys
from pathlib import Path
from klausur.web import start
start.for_work(Path(sys.argv[1]))
from django.conf import settings
from klausur.site import exams
from klausur.site.models import Person
from klausur.state.facts import Role
exam = exams.add(settings.KLAUSUR_HOME, Path(sys.argv[2]), "exam", "the trial")
for n in range(int(sys.argv[3])):
    person = Person.objects.create_user(f"hand-{n}@example.org", f"hand {n}", sys.argv[4])
    exams.give_role(exam, person, Role.CORRECTOR if n else Role.EXAMINER, "the trial")
"""


def live(
    world: World, given: argparse.Namespace, last: Path, boxes: list[Box]
) -> tuple[list[Ledger], list[Path], list[Struck]]:
    """All hands work; one fault comes after the other; then all hands end."""
    storm, over = Storm(), threading.Event()
    ledgers = [Ledger(SLUG, stormy=True, about=storm.about) for _ in range(given.correctors + 1)]
    examiner = ("hand-0@example.org", PASSWORD)
    scanner = Scanner(world.address, examiner, ledgers[0], ())
    scanner.over, scanner.made, scanner.original = over, [], last
    settler = Settler(world.address, examiner, ledgers[0], boxes, 3, 1)
    judges = [
        Judge(world.address, (f"hand-{n}@example.org", PASSWORD), ledgers[n], QUESTION, [n], n, 1)
        for n in range(1, given.correctors + 1)
    ]
    hands = [scanner, settler, *judges]
    settler.over = over
    for each in (settler, *judges):
        each.pause = 0.5
    for judge in judges:
        judge.over = over
    for hand in hands:
        hand.start()
    threading.Thread(target=world.keep, daemon=True).start()
    every = [(kind, stage) for stage in STAGES for kind in kinds(world, ledgers)]
    struck = []
    for kind, stage in every[given.first : given.first + given.faults]:
        struck.append(_strike(world, storm, ledgers, kind, stage))
        print(f"{len(struck)} {struck[-1]}", file=sys.stderr, flush=True)
    over.set()
    for hand in hands:
        hand.join(PATIENCE)
        if hand.is_alive():
            ledgers[0].faults.append(f"{type(hand).__name__} was never answered")
    return ledgers, scanner.made, struck


def _strike(world: World, storm: Storm, ledgers: list[Ledger], kind: str, stage: str) -> Struck:
    how, what = STAGES[stage]
    storm.reached.clear()
    storm.stage = stage
    if stage == "login":
        threading.Thread(target=_log_in, args=(world, storm), daemon=True).start()
    came = _job(world, what) if how == "JOB" else storm.reached.wait(PATIENCE)
    storm.stage = ""
    kinds(world, ledgers)[kind]()
    healed = time.monotonic()
    while time.monotonic() - healed < PATIENCE:
        if all(
            max((at for path, at in list(storm.answered.items()) if part in path), default=0) > healed
            for part in ("/judge/", "/settle/")
        ):
            break
        time.sleep(0.02)
    return Struck(kind, stage, came, round(time.monotonic() - healed, 2))


def _job(world: World, state: str) -> bool:
    """Wait until a job is in a state."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(psycopg.Error), psycopg.connect(world.database, connect_timeout=5) as link:
            while time.monotonic() < until:
                if link.execute("SELECT 1 FROM site_job WHERE state = %s LIMIT 1", [state]).fetchone():
                    return True
                link.rollback()
                time.sleep(0.01)
    return False


def _log_in(world: World, storm: Storm) -> None:
    """Somebody comes who was not here."""
    hand = Settler(
        world.address,
        ("hand-1@example.org", PASSWORD),
        Ledger(SLUG, stormy=True, about=storm.about),
        [],
        1,
        0,
    )
    hand.over.set()
    hand.run()


def wrong(folder: Path, ledgers: list[Ledger], files: list[Path]) -> Iterator[str]:
    """What is wrong afterwards."""
    for each in ledgers:
        yield from each.faults
    for words in (["verify", str(folder), "--scans"], ["log", str(folder), "--verify"]):
        done = subprocess.run([*KLAUSUR, *words], check=False, capture_output=True, text=True)
        if done.returncode:
            yield f"klausur {words[0]}: {done.returncode} {(done.stdout + done.stderr)[-500:]}"
    with opened(folder):
        yield from _wrong_judgements({a: given for each in ledgers for a, given in each.judged.items()})
        for (booklet, box), marks in ledgers[0].settled.items():
            there = [s.value for s in readings.history(booklet, box)]
            if there != marks:
                yield f"{box} of booklet {booklet}: settled {marks[-5:]}, recorded {there[-5:]}"
        for file in files:
            yield from _wrong_file(file)


def _wrong_judgements(judged: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    held = list(models.Judgement.objects.values_list("act", "booklet", "credits"))
    if len(held) != len({act for act, _, _ in held}):
        yield "an act of judging is recorded twice"
    for act, given in judged.items():
        if (act, *given) not in held:
            yield f"booklet {given[0]} was judged {given[1]} by {act}, which is lost"
    more = {act for act, _, _ in held} - set(judged)
    if more:
        yield f"{len(more)} judgements are recorded that nobody was answered"


def _wrong_file(file: Path) -> Iterator[str]:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    known, rows = pages.file(sha256), models.PageImage.objects.filter(file__sha256=sha256)
    with pikepdf.open(file) as pdf:
        count = len(pdf.pages)
    if known is None or not known.done or rows.count() != count:
        yield f"{file.name}: {rows.count()} images are recorded of {count} pages"


def measure(place: Path, given: argparse.Namespace) -> Figures:
    """Make the site, have the faults come, and look at what is left."""
    started = time.monotonic()
    world = World(place)
    try:
        world.make_database()
        folder, last, boxes = prepare(world, given.correctors)
        world.start()
        people = [
            sys.executable,
            "-c",
            PEOPLE,
            str(world.home),
            str(folder),
            str(given.correctors + 1),
            PASSWORD,
        ]
        subprocess.run(people, check=True)
        ledgers, files, struck = live(world, given, last, boxes)
        found = tuple(wrong(folder, ledgers, files))
        with pikepdf.open(last) as pdf:
            each = len(pdf.pages)
    finally:
        world.end()
    by_kind: dict[str, list[float]] = {}
    for one in struck:
        by_kind.setdefault(one.kind, []).append(one.well)
    return Figures(
        faults=len(struck),
        struck=sum(one.struck for one in struck),
        correctors=given.correctors,
        judgements=sum(len(ledger.judged) for ledger in ledgers),
        settlements=ledgers[0].settlements,
        files=len(files),
        pages=len(files) * each,
        repeated=sum(ledger.repeated for ledger in ledgers),
        again=ledgers[0].again,
        well={kind: (round(statistics.median(times), 1), max(times)) for kind, times in by_kind.items()},
        found=found,
        seconds=round(time.monotonic() - started),
    )


def main() -> None:
    """Have the faults come and print what is left; exit code 1 where anything is wrong."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--correctors", type=int, default=20)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--faults", type=int, default=120)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        figures = measure(Path(place), given)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:>12}  {value}" if name != "found" else "")
        print(*figures.found, sep="\n")
    sys.exit(bool(figures.found))


if __name__ == "__main__":
    main()
