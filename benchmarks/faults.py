"""What is left of a running exam after each kind of fault at each of its stages.

    python benchmarks/faults.py [--correctors 20] [--first 0] [--faults 120] [--json] [--write-docs]
    python benchmarks/faults.py --together PART.json … [--json] [--write-docs]

``klausur serve``, ``klausur work`` and PostgreSQL run as processes of their own (`faults_world.py`).
Correctors judge answers, somebody settles boxes, and a scanner sends a file for each fault, all over HTTP
as their browsers do: who gets no answer, or one that tells of a mistake, asks again. Then each kind of
fault comes at each stage, 10 times 12, one after the other: when a request of that stage is on its way, or
when the job of that stage is there; where none comes by itself, it is asked for. Leases are two seconds
long.

Of all of it is asked then: `klausur verify --scans` and `klausur log --verify` find nothing; the acts of
judging are those that were answered, once each and worth what was answered; of each box the records hold
what was answered, in its order, once each; every page of every file is recorded once. Two times are taken,
from the end of a fault on, of killed processes from the kill on: until a judgement and a settlement were
answered that somebody asked for after it, and, at the stage `reading`, until the file is read. They depend
on how busy the machine is; what is found must not. Parts (``--first``, ``--faults``, ``--json``) are put
together by ``--together``, and ``--write-docs`` puts the figures into docs/security.md.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import pikepdf
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.actions.conftest import write_exam
from tests.cast import EXAMINER

from faults_hands import OF_FILES, STAGES, Scanner, Storm, Visitor
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
from site_hands import Box, Judge, Ledger, Settler

SLUG, QUESTION = "exam", "word"
PASSWORD = "seven green apples"  # noqa: S105 - of people who are made up
HOLD = 2.0
"""Seconds that a fault lasts that is no kill."""

PATIENCE = 120.0
"""Seconds after which somebody who was not answered counts as lost."""

ASKS = 3.0
"""Seconds after which a stage that did not come is asked for again."""

PAUSE = 4.0
"""Seconds between two judgements of a corrector, and more where the site is slow: five a second of 20."""

READING = "reading"
"""The stage at which one file alone is on its way, and until whose end is waited."""

DOCS = Path(__file__).resolve().parents[1] / "docs" / "security.md"
BEGIN, END = "<!-- benchmarks/faults.py -->", "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault, whether its stage came, and seconds until people were answered, and until files were read.

    The latter is waited for at one stage, `READING`, before which all files are read, and else None.
    """

    kind: str
    stage: str
    struck: bool
    well: float
    read: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was done, and ``found``: what is wrong afterwards. ``repeated`` requests were sent once more."""

    faults: tuple[Struck, ...]
    correctors: int
    judgements: int
    settlements: int
    files: int
    pages: int
    repeated: int
    again: int
    found: tuple[str, ...]
    seconds: float
    load: tuple[float, float]

    @property
    def missed(self) -> tuple[Struck, ...]:
        """Faults whose stage never came."""
        return tuple(each for each in self.faults if not each.struck)


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

    def twice() -> None:  # since before the stage came, so that its own request is one of them
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
    """The exam, printed and scanned for as many as there are correctors; a file of one more; boxes."""
    folder = world.home / "exams" / SLUG
    os.environ[server.VARIABLE] = world.database
    homes.make(world.home)
    with (world.home / homes.SETTINGS).open("a") as settings:
        settings.write(f'database = "{world.database}"\n')
    write_exam(folder)
    made_up.write(made_up.made_up(correctors + 1, seed=1), folder / "candidates.csv")
    print_booklets(folder, actor=EXAMINER, seed=11)
    with opened(folder):
        layout = printings.layout()
    exam = source.parse(folder).exam
    (booklets,) = folder.glob("print/*/booklets.pdf")
    if exam is None:
        raise ValueError("the small exam cannot be built")
    rehearse(booklets, layout, exam, world.place / "filled", 11, level=Level.CLEAN)
    scanned = sorted((world.place / "filled").glob("*.pdf"))
    each = len(layout.booklets[0].pages)
    before, last = world.place / "before.pdf", world.place / "stack.pdf"
    with ExitStack() as held:
        all_pages = [page for file in scanned for page in held.enter_context(pikepdf.open(file)).pages]
        for path, some in ((before, all_pages[: correctors * each]), (last, all_pages[correctors * each :])):
            with pikepdf.new() as part:
                part.pages.extend(some)
                part.save(path)
    scan(folder, [before], actor=EXAMINER, jobs=0)
    boxes = [(1, box.id) for _, box in layout.fields(1) if box.kind in MARKED]
    return folder, last, boxes


ANY = "SELECT 1 FROM site_job WHERE kind = 'scan' AND state = ANY(%s) LIMIT 1"
"""Whether a scan is in one of these states."""

PEOPLE = """
import sys
from pathlib import Path
from klausur.web import start
start.for_work(Path(sys.argv[1]))
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from klausur.site import exams
from klausur.site.models import Person
from klausur.state.facts import Role
exam = exams.add(settings.KLAUSUR_HOME, Path(sys.argv[2]), "exam", "the trial")
password = make_password(sys.argv[4])
for n in range(int(sys.argv[3])):
    person = Person(email=f"hand-{n}@example.org", name=f"hand {n}", password=password)
    person.save()
    exams.give_role(exam, person, Role.CORRECTOR if n else Role.EXAMINER, "the trial")
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    print(client.cookies["sessionid"].value)
"""
"""Makes people, and logs them in: the hashes of all their passwords would take longer than the rest."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Where faults come, and who is there."""

    world: World
    storm: Storm
    ledgers: list[Ledger]
    scanner: Scanner

    def ask(self, stage: str) -> None:
        """See that there is a request or a job of a stage."""
        self.scanner.want(anyway=stage in OF_FILES)
        if stage == "login":
            who = ("hand-1@example.org", PASSWORD)
            Visitor(self.world.address, who, self.ledgers[1]).start()

    def strike(self, kind: str, stage: str) -> Struck:
        """Have a fault come at a stage, and wait until all is well."""
        for each in self.ledgers:
            each.twice = kind == "twice"
        if stage == READING:
            self._all_read()
        came = self._reached(stage)
        kinds(self.world, self.ledgers)[kind]()
        healed = time.monotonic()
        well = read = None
        reads = stage == READING
        while (well is None or (reads and read is None)) and time.monotonic() - healed < PATIENCE:
            since = round(time.monotonic() - healed, 2)
            if well is None and all(self.storm.last(part) > healed for part in ("/judge/", "/settle/")):
                well = since
            if reads and self._is_read():
                read = since
                reads = False
            time.sleep(0.1)
        return Struck(kind, stage, came, PATIENCE if well is None else well, PATIENCE if reads else read)

    def _is_read(self) -> bool:
        return self.scanner.idle and not _there(self.world, ("waiting", "running"))

    def _all_read(self) -> None:
        until = time.monotonic() + PATIENCE
        while not self._is_read() and time.monotonic() < until:
            time.sleep(0.1)

    def _reached(self, stage: str) -> bool:
        how, what = STAGES[stage]
        until = time.monotonic() + PATIENCE
        self.storm.awaits(stage)
        try:
            while time.monotonic() < until:
                if how == "JOB" and _job(self.world, what, 0.2):  # of a file that was sent before
                    return True
                self.ask(stage)
                if _job(self.world, what, ASKS) if how == "JOB" else self.storm.reached.wait(ASKS):
                    return True
        finally:
            self.storm.awaits("")
        return False


def live(
    world: World, given: argparse.Namespace, last: Path, boxes: list[Box], sessions: list[str]
) -> tuple[Trial, list[Struck]]:
    """All hands work; one fault comes after the other; then all hands end."""
    storm = Storm()
    ledgers = [Ledger(SLUG, stormy=True, about=storm.about) for _ in range(given.correctors + 1)]
    examiner = ("hand-0@example.org", PASSWORD)
    scanner = Scanner(world.address, examiner, ledgers[0], last)
    settler = Settler(world.address, examiner, ledgers[0], boxes, 3, 1)
    judges = [
        Judge(world.address, (f"hand-{n}@example.org", PASSWORD), ledgers[n], QUESTION, [n], n, 1)
        for n in range(1, given.correctors + 1)
    ]
    hands = (scanner, settler, *judges)
    for each, session in zip(hands, (sessions[0], *sessions), strict=True):
        each.session.cookies.set("sessionid", session)
        each.pause, each.retry = PAUSE, 0.5
    settler.pause = 0.3
    for hand in hands:
        hand.start()
    threading.Thread(target=world.keep, daemon=True).start()
    trial = Trial(world, storm, ledgers, scanner)
    every = [(kind, stage) for stage in STAGES for kind in kinds(world, ledgers)]
    struck, told = list[Struck](), 0
    for kind, stage in every[given.first : given.first + given.faults]:
        began = time.monotonic()
        struck.append(trial.strike(kind, stage))
        print(f"{len(struck)} {struck[-1]} {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
        found = [fault for ledger in ledgers for fault in ledger.faults]
        print(*found[told:], sep="\n", end="\n" if found[told:] else "", file=sys.stderr, flush=True)
        told = len(found)
    for hand in hands:
        hand.over.set()
    for hand in (*judges, settler, scanner):  # the scanner when all is read
        hand.join(PATIENCE if hand is not scanner else 5 * PATIENCE)
        if hand.is_alive():
            ledgers[0].faults.append(f"{type(hand).__name__} was never answered")
    return trial, struck


def _there(world: World, states: Sequence[str]) -> bool:
    """Whether a scan is in one of these states; it is, as far as one knows, while the database is away."""
    with suppress(psycopg.Error), psycopg.connect(world.database, connect_timeout=5) as link:
        return link.execute(ANY, [list(states)]).fetchone() is not None
    return True


def _job(world: World, state: str, seconds: float) -> bool:
    """Wait for so long until a scan is in a state."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(psycopg.Error), psycopg.connect(world.database, connect_timeout=5) as link:
            while time.monotonic() < until:
                if link.execute(ANY, [[state]]).fetchone():
                    return True
                link.rollback()
                time.sleep(0.01)
    return False


def wrong(folder: Path, trial: Trial, struck: list[Struck]) -> Iterator[str]:
    """What is wrong afterwards."""
    ledgers, files = trial.ledgers, trial.scanner.made
    for one in struck:
        if max(one.well, one.read or 0) >= PATIENCE:
            yield f"{one.kind} at {one.stage}: not well within {PATIENCE:g} s"
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
    held = set(models.Judgement.objects.values_list("act", "booklet", "credits"))
    if models.Judgement.objects.count() != len({act for act, _, _ in held}):
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
    started, load = time.monotonic(), os.getloadavg()[0]
    world = World(place)
    try:
        world.make_database()
        folder, last, boxes = prepare(world, given.correctors)
        world.start()
        hands = str(given.correctors + 1)
        people = [sys.executable, "-c", PEOPLE, str(world.home), str(folder), hands, PASSWORD]
        sessions = subprocess.run(people, check=True, capture_output=True, text=True).stdout.split()
        trial, struck = live(world, given, last, boxes, sessions)
        found = tuple(wrong(folder, trial, struck))
        with pikepdf.open(last) as pdf:
            each = len(pdf.pages)
    finally:
        world.end()
    ledgers, files = trial.ledgers, len(trial.scanner.made)
    return Figures(
        faults=tuple(struck),
        correctors=given.correctors,
        judgements=sum(len(ledger.judged) for ledger in ledgers),
        settlements=ledgers[0].settlements,
        files=files,
        pages=files * each,
        repeated=sum(ledger.repeated for ledger in ledgers),
        again=ledgers[0].again,
        found=found,
        seconds=round(time.monotonic() - started),
        load=(round(load, 1), round(os.getloadavg()[0], 1)),
    )


def together(parts: Sequence[Path]) -> Figures:
    """The figures of runs that were written as JSON, as if they were one."""
    told = [json.loads(part.read_text()) for part in parts]
    sums = ("judgements", "settlements", "files", "pages", "repeated", "again", "seconds")
    loads = [load for each in told for load in each["load"]]
    return Figures(
        faults=tuple(Struck(**one) for each in told for one in each["faults"]),
        correctors=told[0]["correctors"],
        found=tuple(fault for each in told for fault in each["found"]),
        load=(min(loads), max(loads)),
        **{name: sum(each[name] for each in told) for name in sums},
    )


def table(figures: Figures) -> Iterator[str]:
    """The times until all was well, by kind: the median and the longest."""
    yield "| fault | times | people were answered again after | the file on its way was read after |"
    yield "| --- | ---: | ---: | ---: |"
    for kind in dict.fromkeys(each.kind for each in figures.faults):
        ours = [each for each in figures.faults if each.kind == kind]
        times = [each.well for each in ours], [each.read for each in ours if each.read is not None]
        cells = (f"{statistics.median(some):.1f} s, {max(some):.1f} s" if some else "" for some in times)
        yield f"| `{kind}` | {len(ours)} | {' | '.join(cells)} |"


def summary(figures: Figures) -> str:
    """What was done and what was found, in words."""
    there = len(figures.faults) - len(figures.missed)
    return (
        f"{len(figures.faults)} faults, {there} of them where they should come, in "
        f"{round(figures.seconds / 60)} minutes with {figures.correctors} correctors, a scanner and somebody "
        f"who settles; load {figures.load[0]:g} to {figures.load[1]:g}. {figures.judgements:,} judgements, "
        f"{figures.settlements:,} settled boxes and {figures.files:,} files of {figures.pages:,} pages; "
        f"{figures.repeated:,} requests were sent once more, {figures.again} jobs tried again by hand. Lost, "
        f"doubled or inconsistent: {len(figures.found)}."
    )


def write_docs(figures: Figures) -> None:
    """Put the figures into the page of the documentation."""
    before, _, rest = DOCS.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    made = "\n".join(table(figures))
    DOCS.write_text(f"{before}{BEGIN}\n{summary(figures)}\n\n{made}\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Have the faults come and print what is left; exit code 1 where anything is wrong."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else whoever is started again compiles all modules anew
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--correctors", type=int, default=20)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--faults", type=int, default=120)
    options.add_argument("--together", type=Path, nargs="+", metavar="PART")
    options.add_argument("--json", action="store_true")
    options.add_argument("--write-docs", action="store_true")
    given = options.parse_args()
    if given.together:
        figures = together(given.together)
    else:
        with tempfile.TemporaryDirectory() as place:
            figures = measure(Path(place), given)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print(summary(figures), *table(figures), *figures.found, sep="\n")
    if given.write_docs:
        write_docs(figures)
    sys.exit(bool(figures.found or figures.missed))


if __name__ == "__main__":
    main()
