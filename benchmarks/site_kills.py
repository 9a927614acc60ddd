"""What is left when a site's server and worker are killed while files come, pages are read, people decide.

    python benchmarks/site_kills.py [--moments 50] [--seed 3] [--database postgresql] [--json]

``klausur serve`` and ``klausur work`` run as processes of their own. Somebody uploads two scanned files in
pieces and has them read; somebody else settles boxes of pages that were read before, one after the other,
and a third one judges answers there; all over HTTP (`site_hands.py`). At random moments server, worker or
both are killed (SIGKILL, with all that they started) and started again. An exam is done when both files are
read and some boxes are settled, however often that is interrupted; then comes the next one.

Of each exam is asked then: `klausur verify --scans` and `klausur log --verify` find nothing; every page of
every file is recorded once; of each box the records hold what was answered with success, in its order, once
each; the acts of judging are those that were answered, once each and worth what was answered; and nothing of
an upload is left among the site's files once the site has tidied them.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import pikepdf
import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.actions.conftest import write_exam
from tests.cast import EXAMINER
from tests.cluster import POSTGRESQL, SQLITE, cluster
from tests.exams import copy_exam

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

KLAUSUR = (sys.executable, "-m", "klausur")
WHO = ("ada@example.org", "seven green apples")
PEOPLE, READ_BEFORE = 4, 2
"""Booklets of an exam, and how many of them were scanned before anybody is killed."""

LEAST = 30
"""Settlements of each exam, and judgements."""

QUESTION = "word"
"""Which one is judged."""

EACH = 6
"""Moments of each exam, at most."""

LEASE = 2
"""Seconds until a lost job is taken over: waiting is no part of the trial."""

LONGEST = 4.0
"""Seconds after which the next kill comes at the latest."""

VICTIMS = (("server",), ("worker",), ("server", "worker"))


@dataclass(frozen=True, slots=True)
class Figures:
    """What was done and found.

    ``killed`` counts moments by what was killed, ``during`` by what was going on: upload, reading (of files
    that are all there), settling, judging. ``repeated`` are requests that were sent once more because no
    answer came, ``again`` jobs that people let be tried again after three lost workers. ``found`` is what is
    wrong.
    """

    database: str
    moments: int
    exams: int
    killed: Mapping[str, int]
    during: Mapping[str, int]
    pages: int
    settlements: int
    judgements: int
    repeated: int
    again: int
    found: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Tray:
    """An exam of which the first booklets were scanned, and the files with the others."""

    folder: Path
    files: tuple[Path, ...]
    boxes: tuple[Box, ...]

    @classmethod
    def made(cls, place: Path) -> "Tray":
        """Print, fill and scan."""
        folder = place / "exam"
        write_exam(folder)
        made_up.write(made_up.made_up(PEOPLE, seed=1), folder / "candidates.csv")
        print_booklets(folder, actor=EXAMINER, seed=11)
        with opened(folder):
            layout = printings.layout()
        exam = source.parse(folder).exam
        (booklets,) = folder.glob("print/*/booklets.pdf")
        if exam is None:
            raise ValueError("the small exam cannot be built")
        rehearse(booklets, layout, exam, place / "filled", 11, level=Level.HARD)
        (stack,) = (place / "filled").glob("*.pdf")
        each = len(layout.booklets[0].pages)
        before, *files = (
            _part(stack, place / f"scan-{n}.pdf", range(start * each, end * each))
            for n, (start, end) in enumerate(((0, READ_BEFORE), (READ_BEFORE, 3), (3, PEOPLE)))
        )
        scan(folder, [before], actor=EXAMINER, jobs=0)
        boxes = [
            (number, box.id)
            for number in range(1, READ_BEFORE + 1)
            for _, box in layout.fields(number)
            if box.kind in MARKED
        ]
        return cls(folder, tuple(files), tuple(boxes))


def _part(stack: Path, file: Path, numbers: range) -> Path:
    with pikepdf.open(stack) as pdf, pikepdf.new() as part:
        part.pages.extend(pdf.pages[n] for n in numbers)
        part.save(file)
    return file


class Processes:
    """Server and worker of a site, which are killed and started again."""

    def __init__(self, home: Path, log: Path) -> None:
        self.home, self.log = home, log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start those that do not run, and wait until the server answers."""
        home, port = str(self.home), str(self.port)
        alone = ["--administrator", "root@example.org", "--workers", "0"]
        rows = {
            "server": ["serve", home, "--port", port, *alone],
            "worker": ["work", home, "--lease", str(LEASE), "--jobs", "1"],
        }
        for name, words in rows.items():
            if name not in self.running:
                with self.log.open("ab") as log:
                    self.running[name] = subprocess.Popen(
                        [*KLAUSUR, *words], stdout=log, stderr=log, start_new_session=True
                    )
            if name == "server":
                self._wait()

    def _wait(self) -> None:
        while True:
            with suppress(requests.RequestException):
                if requests.get(f"{self.address}/accounts/login/", timeout=30).status_code == 200:
                    return
            if self.running["server"].poll() is not None:
                raise SystemExit(f"the server ended: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def kill(self, names: Sequence[str]) -> None:
        """Kill these, with all processes that they started."""
        for name in names:
            process = self.running.pop(name)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def end(self) -> None:
        """Kill all."""
        self.kill(list(self.running))


def said(*words: str) -> str:
    """What a command prints; it must end well."""
    return subprocess.run([*KLAUSUR, *words], check=True, capture_output=True, text=True).stdout


def live(site: Processes, tray: Tray, folder: Path, moments: int, seed: int, figures: "Tally") -> Ledger:
    """Upload to, read and settle one exam, killed at so many moments at most."""
    ledger = Ledger(folder.name)
    draw = random.Random(seed)  # noqa: S311 - trials that can be repeated
    uploader = Uploader(site.address, WHO, ledger, tray.files)
    settler = Settler(site.address, WHO, ledger, tray.boxes, seed, LEAST)
    judge = Judge(site.address, WHO, ledger, QUESTION, range(1, READ_BEFORE + 1), seed, LEAST)
    for person in (uploader, settler, judge):
        person.start()
    while uploader.is_alive():
        uploader.join(draw.uniform(0.05, LONGEST))
        if moments and uploader.is_alive():
            moments -= 1
            names = draw.choice(VICTIMS)
            figures.killed["+".join(names)] += 1
            figures.during.update(ledger.doing)
            site.kill(names)
            site.start()
    for decider in (settler, judge):
        decider.over.set()
        decider.join()
    return ledger


@dataclass(slots=True)
class Tally:
    """Counts of `Figures` that grow."""

    killed: Counter[str]
    during: Counter[str]

    @property
    def moments(self) -> int:
        """At how many moments something was killed."""
        return self.killed.total()


def wrong(folder: Path, tray: Tray, ledger: Ledger) -> Iterator[str]:
    """What is wrong with an exam that was done."""
    yield from ledger.faults
    for words in (["verify", str(folder), "--scans"], ["log", str(folder), "--verify"]):
        done = subprocess.run([*KLAUSUR, *words], check=False, capture_output=True, text=True)
        if done.returncode:
            yield f"klausur {words[0]}: {done.returncode} {(done.stdout + done.stderr)[-500:]}"
    with opened(folder):
        yield from _wrong_files(tray)
        yield from _wrong_decisions(ledger)


def _wrong_files(tray: Tray) -> Iterator[str]:
    for file in tray.files:
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        known = pages.file(sha256)
        with pikepdf.open(file) as pdf:
            count = len(pdf.pages)
        rows = models.PageImage.objects.filter(file__sha256=sha256)
        if known is None or not known.done:
            yield f"{file.name} was not read to its end"
        if rows.count() != count or len(set(rows.values_list("index", flat=True))) != count:
            yield f"{file.name}: {rows.count()} images are recorded of {count} pages"


def _wrong_decisions(ledger: Ledger) -> Iterator[str]:
    for (booklet, box), marks in ledger.settled.items():
        held = [s.value for s in readings.history(booklet, box)]
        if held != marks:
            yield f"{box} of booklet {booklet}: settled {marks}, recorded {held}"
    there = Counter(models.Judgement.objects.values_list("act", "booklet", "credits"))
    for act, (booklet, credits) in ledger.judged.items():
        if there.pop((act, booklet, credits), 0) != 1:
            yield f"booklet {booklet} was judged {credits} by {act}, which is not recorded once"
    if there:
        yield f"recorded, and not answered: {dict(there)}"
    settled = models.Settlement.objects.count()
    if settled != ledger.settlements:
        yield f"{ledger.settlements} settlements were answered, {settled} are recorded"


def measure(place: Path, given: argparse.Namespace) -> Figures:
    """Live through exam after exam, until there were enough moments."""
    started = time.monotonic()
    tray = Tray.made(place)
    home = place / "home"
    homes.make(home)
    if address := server.address():
        with (home / homes.SETTINGS).open("a") as settings:
            settings.write(f'database = "{address}"\n')
    site = Processes(home, place / "log")
    tally = Tally(Counter(), Counter())
    found: list[str] = []
    ledgers: list[Ledger] = []
    try:
        site.start()
        invited = said("site", "invite", WHO[0], "--home", str(home)).split("/invited/")[1].split("/")[0]
        _join(site.address, invited)
        while tally.moments < given.moments:
            number = len(ledgers) + 1
            folder = copy_exam(tray.folder, home / "exams" / f"exam-{number}")
            named = ["--title", folder.name, "--examiner", WHO[0]]
            said("site", "add", str(folder), "--home", str(home), *named)
            most = min(EACH, given.moments - tally.moments)
            ledger = live(site, tray, folder, most, given.seed + number, tally)
            ledgers.append(ledger)
            found += [f"{folder.name}: {line}" for line in wrong(folder, tray, ledger)]
            print(f"{folder.name}: {tally.moments} moments, {len(found)} found", file=sys.stderr)
    finally:
        site.end()
    said("work", str(home), "--once")  # which tidies up
    return Figures(
        database=given.database,
        moments=tally.moments,
        exams=len(ledgers),
        killed=dict(tally.killed),
        during=dict(tally.during),
        pages=len(ledgers) * sum(len(pikepdf.open(file).pages) for file in tray.files),
        settlements=sum(ledger.settlements for ledger in ledgers),
        judgements=sum(len(ledger.judged) for ledger in ledgers),
        repeated=sum(ledger.repeated for ledger in ledgers),
        again=sum(ledger.again for ledger in ledgers),
        found=(*found, *(f"left among the files: {key}" for key in _left(home))),
        seconds=round(time.monotonic() - started),
    )


def _join(address: str, secret: str) -> None:
    """Take the invitation up."""
    browser = requests.Session()
    place = f"{address}/invited/{secret}/"
    browser.get(place, timeout=60)
    given = {"name": EXAMINER.name, "password": WHO[1], "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    browser.post(place, data=given, timeout=60).raise_for_status()


def _left(home: Path) -> list[str]:
    """What the site has not tidied away; what a killed process had begun to write goes after a day."""
    found = (path for room in ("files/uploads", "working") for path in (home / room).rglob("*"))
    return sorted(str(p.relative_to(home)) for p in found if p.is_file() and p.suffix != ".part")


def main() -> None:
    """Run the trials and print what came of them; exit code 1 where anything was found."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--moments", type=int, default=50)
    options.add_argument("--seed", type=int, default=3)
    options.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=SQLITE)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with ExitStack() as held:
        os.environ.pop(server.VARIABLE, None)
        if given.database == POSTGRESQL:
            os.environ[server.VARIABLE] = held.enter_context(cluster())
        figures = measure(Path(held.enter_context(tempfile.TemporaryDirectory())), given)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:>12}  {value}" if name != "found" else "")
        print(*figures.found, sep="\n")
    sys.exit(bool(figures.found))


if __name__ == "__main__":
    main()
