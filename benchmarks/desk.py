"""What the grading desk costs: twenty correctors at once, at a pace, flat out, beside a worker, and by keys.

    python benchmarks/desk.py [--database sqlite postgresql] [--booklets 500] [--questions 20]
                              [--correctors 20] [--pace 10] [--seconds 60] [--flat 20] [--answers 100]
                              [--quick] [--folder DIR] [--json] [--write-docs]

An exam whose answers people judge (`judged.py`) is served as ``klausur serve`` does it, with as many
processes as it would have here. Correctors log in by links and work as the page does (`desk_people.py`):
each takes the next answer ahead while a judgement is sent. All are at the same question until none of its
answers is left.

``judgement`` and ``next`` are milliseconds by the clock until a judgement is answered, and until the next
answer is there: the median and the 95th percentile at ``pace`` judgements a second. ``a_second`` counts
judgements while everybody judges as fast as they are answered. ``cpu`` are milliseconds of the server's
processor time for one judgement's request, ``cpu_flat`` for a judgement with all that goes with it, flat
out. ``beside`` is the same as ``judgement`` while a worker reads a stack half of which is there already.
Beside each stands ``empty``: a page with nothing on it, asked in the same way. ``key`` is from the key that
judges to the painted next answer in Chromium.

``lost`` are judgements that were answered and are not recorded once, or recorded and not answered; ``twice``
answers that somebody was given while another held them, or that were judged twice; ``refused`` what was not
answered as it should be; ``differences`` where State is not what the records amount to.

``--write-docs`` puts the figures into docs/reference/speed.md. ``--quick`` is a small trial of a minute.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import filled as filling  # noqa: E402 - the path says where
from desk_browser import WARMING, keys  # noqa: E402 - the same
from desk_people import Corrector, Ledger, grade  # noqa: E402 - the same
from filled import again, scanned  # noqa: E402 - the same
from hands import copied  # noqa: E402 - the same
from judged import Judged, judged  # noqa: E402 - the same
from klausur.exam.source import parse  # noqa: E402 - the same
from klausur.store import derive, server  # noqa: E402 - the same
from klausur.store.folder import key, opened  # noqa: E402 - the same
from klausur.store.frame import Frame  # noqa: E402 - the same
from klausur.web.serve import PROCESSES  # noqa: E402 - the same
from serving import Site, scan_by_job, served  # noqa: E402 - the same

SQLITE, POSTGRESQL = "sqlite", "postgresql"
LIMITS = {SQLITE: (25.0, 100.0), POSTGRESQL: (40.0, 150.0)}
"""Milliseconds of a judgement, by database: median and 95th percentile."""

A_SECOND, CPU, BESIDE, KEY = 60.0, 15.0, 3.0, (60.0, 150.0)
DOCS = ROOT / "docs" / "reference" / "speed.md"
BEGIN, END = "<!-- benchmarks/desk.py -->", "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Wait:
    """Milliseconds: the median and the 95th percentile of so many."""

    p50: float
    p95: float
    of: int

    @classmethod
    def among(cls, seconds: Sequence[float]) -> "Wait":
        """Out of what was measured, in seconds."""
        found = [1000 * each for each in seconds]
        if len(found) < 2:
            sys.exit("too little was measured: give it more time")
        return cls(
            round(statistics.median(found), 1), round(statistics.quantiles(found, n=20)[-1], 1), len(found)
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured with one kind of database; see above."""

    database: str
    booklets: int
    questions: int
    correctors: int
    processes: int
    judgement: Wait
    next: Wait
    empty: Wait
    a_second: float
    empty_a_second: float
    cpu: float
    cpu_flat: float
    empty_cpu: float
    beside: Wait
    scanned: int
    duplicates: int
    key: Wait
    judged: int
    lost: int
    twice: int
    refused: int
    differences: int
    load: tuple[float, float]

    @property
    def missed(self) -> tuple[str, ...]:
        """What is not as it should be."""
        p50, p95 = LIMITS[self.database]
        held = {
            "judgement p50": self.judgement.p50 <= p50,
            "judgement p95": self.judgement.p95 <= p95,
            "a second": self.a_second >= A_SECOND,
            "cpu": self.cpu <= CPU,
            "beside": self.beside.p95 <= BESIDE * self.judgement.p95,
            "key p50": self.key.p50 <= KEY[0],
            "key p95": self.key.p95 <= KEY[1],
            "lost": not self.lost,
            "twice": not self.twice,
            "refused": not self.refused,
            "differences": not self.differences,
        }
        return tuple(name for name, well in held.items() if not well)


class Trial:
    """Correctors at a site that runs, one measurement after the other."""

    def __init__(self, site: Site, questions: Sequence[str], people: int) -> None:
        self.site, self.questions, self.ledger = site, questions, Ledger()
        self.people = [Corrector(f"hand {n}", site.port, site.at, self.ledger) for n in range(1, people + 1)]

    async def come(self) -> None:
        """Have all log in."""
        for who, link in zip(self.people, self.site.links[1:], strict=False):
            await who.come(link, self.questions[0])

    async def warm_up(self) -> None:
        """Have every process load what it needs."""
        await self.judge(lambda began: time.monotonic() < began + 3, None)
        await self.look(lambda began: time.monotonic() < began + 1, None)

    async def judge(self, going: Callable[[float], bool], pace: float | None) -> list[float]:
        """Have all judge as long as it goes on; what each judgement took, in seconds."""
        began, before = time.monotonic(), len(self.ledger.sent)
        work = (grade(who, self.questions, lambda: going(began), pace) for who in self.people)
        await asyncio.gather(*work)
        return [sent.took for sent in self.ledger.sent[before:]]

    async def look(self, going: Callable[[float], bool], pace: float | None) -> list[float]:
        """The same with a page on which there is nothing."""
        began, took = time.monotonic(), []

        async def work(who: Corrector, at: int) -> None:
            await asyncio.sleep((pace or 0) * at / len(self.people))
            while going(began):
                took.append(await who.look())
                if pace is not None:
                    await asyncio.sleep(pace)

        await asyncio.gather(*(work(who, at) for at, who in enumerate(self.people)))
        return took

    async def cost(self, times: int) -> tuple[float, float]:
        """Milliseconds of the server's processor time for a judgement's request, and an empty page's."""
        who = self.people[0]
        judgements: list[float] = []
        looks: list[float] = []
        for question in self.questions:
            while len(judgements) < times and (card := await who.next(question)) is not None:
                before = self.site.ran()
                await who.judge(card, "")
                judgements.append(self.site.ran() - before)
                before = self.site.ran()
                await who.look()
                looks.append(self.site.ran() - before)
        return statistics.mean(judgements), statistics.mean(looks)


async def _measured(trial: Trial, given: argparse.Namespace, scan: Callable[[], object]) -> dict[str, Any]:
    each = given.correctors / given.pace
    await trial.come()
    await trial.warm_up()
    cpu, empty_cpu = await trial.cost(given.answers)
    looks = len(trial.ledger.looks)
    paced = await trial.judge(lambda began: time.monotonic() < began + given.seconds, each)
    ahead = trial.ledger.looks[looks:]
    empty = await trial.look(lambda began: time.monotonic() < began + given.seconds / 2, each)
    clock, ran = time.monotonic(), trial.site.ran()
    flat = await trial.judge(lambda began: time.monotonic() < began + given.flat, None)
    a_second = len(flat) / (time.monotonic() - clock)
    cpu_flat = (trial.site.ran() - ran) / len(flat)
    clock = time.monotonic()
    empty_flat = await trial.look(lambda began: time.monotonic() < began + given.flat / 2, None)
    empty_a_second = len(empty_flat) / (time.monotonic() - clock)
    reading = asyncio.get_running_loop().run_in_executor(None, scan)
    beside = await trial.judge(lambda _: not reading.done(), each)
    await reading
    return {
        "judgement": Wait.among(paced),
        "next": Wait.among(ahead),
        "empty": Wait.among(empty),
        "a_second": round(a_second, 1),
        "empty_a_second": round(empty_a_second, 1),
        "cpu": round(cpu, 1),
        "cpu_flat": round(cpu_flat, 1),
        "empty_cpu": round(empty_cpu, 1),
        "beside": Wait.among(beside),
    }


def measure(folder: Path, place: Path, given: argparse.Namespace, database: str, address: str) -> Figures:
    """Measure with one kind of database, in a copy of the exam; then see whether all is there and right."""
    began = os.getloadavg()[0]
    made = judged(folder, given.booklets, given.questions, given.seed)
    if address:
        os.environ[server.VARIABLE] = address
    copy, root = place / "exam", place / "home"
    copied(folder, copy)
    root.mkdir()
    if address:
        (root / "klausur.toml").write_text(f'database = "{address}"\n')
    stack = _stack(copy, place, made)
    scan: dict[str, Any] = {}
    with served(root, copy, given.correctors + 2, PROCESSES) as site:
        trial = Trial(site, made.questions, given.correctors)
        found = asyncio.run(_measured(trial, given, lambda: scan.update(scan_by_job(root, copy, stack))))
        desk = f"{site.at}grading/{made.questions[-1]}/"
        shown = keys(
            f"http://127.0.0.1:{site.port}", site.links[-1], desk, given.answers, 0.1 if given.quick else 0.3
        )
    for refusal in trial.ledger.refused[:5]:
        sys.stderr.write(f"{refusal}\n")
    with opened(copy):
        differences = list(derive.verify(Frame(copy)))
    for difference in differences[:5]:
        sys.stderr.write(f"{difference}\n")
    lost, twice = _recorded(copy, trial.ledger, f"hand {given.correctors + 1}", WARMING + len(shown))
    return Figures(
        database=database,
        booklets=made.booklets,
        questions=len(made.questions),
        correctors=given.correctors,
        processes=PROCESSES,
        **found,
        scanned=scan["pages"],
        duplicates=scan["duplicates"],
        key=Wait.among([each / 1000 for each in shown]),
        judged=len(trial.ledger.sent),
        lost=lost,
        twice=twice + _given_twice(trial.ledger),
        refused=len(trial.ledger.refused),
        differences=len(differences),
        load=(round(began, 1), round(os.getloadavg()[0], 1)),
    )


def _stack(folder: Path, place: Path, made: Judged) -> list[str]:
    """Files to be scanned: the booklets that nobody has scanned, and the same once more."""
    exam = parse(folder).exam
    if exam is None:
        sys.exit("the exam cannot be built")
    with opened(folder) as records:
        first = scanned(exam, key(records), place, 11, range(made.scanned + 1, made.booklets + 1))
    return [str(first), str(again(first))]


def _recorded(folder: Path, ledger: Ledger, browser: str, by_keys: int) -> tuple[int, int]:
    """How many judgements were lost, or recorded and not answered; and how many answers were judged twice."""
    from klausur.store.models import Judgement  # noqa: PLC0415 - models are looked up once Django has started

    with opened(folder):
        rows = list(Judgement.objects.values_list("act", "who", "question", "booklet"))
    there = Counter((act, who, question, n) for act, who, question, n in rows if who != browser)
    sent = Counter((each.act, each.who, each.question, each.booklet) for each in ledger.sent)
    lost = ((there - sent) + (sent - there)).total() + abs(
        by_keys - sum(who == browser for _, who, *_ in rows)
    )
    answers = Counter((question, n) for _, _, question, n in rows)
    return lost, sum(times - 1 for times in answers.values())


def _given_twice(ledger: Ledger) -> int:
    """How many answers somebody was given that were given before, and not left again."""
    given = Counter((question, booklet) for question, booklet, _ in ledger.given)
    left = Counter((question, booklet) for question, booklet, _ in ledger.left)
    return sum(max(0, times - left[at] - 1) for at, times in given.items())


def table(rows: Sequence[Figures]) -> Iterator[str]:
    """The lines of the documentation's table."""
    yield f"| what | {' | '.join(row.database for row in rows)} | limit |"
    yield f"| --- {'| ---: ' * (len(rows) + 1)}|"

    def line(what: str, said: Callable[[Figures], str], limit: str = "") -> str:
        return f"| {what} | {' | '.join(map(said, rows))} | {limit} |"

    def of(wait: Wait) -> str:
        return f"{wait.p50:g}, {wait.p95:g} ms"

    limits = "; ".join(f"{p50:g}, {p95:g} ms" for p50, p95 in (LIMITS[row.database] for row in rows))
    yield line("a judgement: half of them, 95 of 100 within", lambda row: of(row.judgement), limits)
    yield line("the next answer, taken ahead", lambda row: of(row.next))
    yield line("a page with nothing on it", lambda row: of(row.empty))
    yield line("judgements a second, flat out", lambda row: f"{row.a_second:g}", f"at least {A_SECOND:g}")
    yield line("pages with nothing on them a second", lambda row: f"{row.empty_a_second:g}")
    yield line("processor time of a judgement's request", lambda row: f"{row.cpu:g} ms", f"{CPU:g} ms")
    yield line("of a judgement and the next answer, flat out", lambda row: f"{row.cpu_flat:g} ms")
    yield line("of a page with nothing on it", lambda row: f"{row.empty_cpu:g} ms")
    yield line("a judgement while a worker reads", lambda row: of(row.beside), "3 times that without")
    yield line(
        "from the key to the painted next answer", lambda row: of(row.key), f"{KEY[0]:g}, {KEY[1]:g} ms"
    )


def write_docs(rows: Sequence[Figures], given: argparse.Namespace) -> None:
    """Put the figures into the page of the documentation."""
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    one = rows[0]
    told = (
        f"{one.booklets} booklets, {one.questions} questions, {one.correctors} correctors, {given.pace:g} "
        f"judgements a second for {given.seconds:g} s, {one.processes} processes that answer requests; a "
        f"worker read {one.scanned} pages, {one.duplicates} of them there already; load "
        f"{' and '.join(f'{row.load[0]:g} to {row.load[1]:g}' for row in rows)}. Of "
        f"{sum(row.judged for row in rows):,} judgements {sum(row.lost for row in rows)} were lost, "
        f"{sum(row.twice for row in rows)} doubled and {sum(row.refused for row in rows)} refused."
    )
    made = "\n".join(table(rows))
    DOCS.write_text(f"{before}{BEGIN}\n{told}\n\n{made}\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where a limit is missed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--database", nargs="+", choices=[SQLITE, POSTGRESQL], default=[SQLITE, POSTGRESQL])
    options.add_argument("--booklets", type=int, default=500)
    options.add_argument("--questions", type=int, default=20)
    options.add_argument("--correctors", type=int, default=20)
    options.add_argument("--pace", type=float, default=10.0)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--flat", type=float, default=20.0)
    options.add_argument("--answers", type=int, default=100)
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--folder", type=Path)
    options.add_argument("--json", action="store_true")
    options.add_argument("--write-docs", action="store_true")
    given = options.parse_args()
    if given.quick:
        given.booklets, given.seconds, given.flat, given.answers = 60, 5.0, 3.0, 15
    filling.FLAGGED = 0
    os.environ.pop(server.VARIABLE, None)
    rows = []
    with TemporaryDirectory(prefix="klausur-") as source:
        for database in given.database:
            with ExitStack() as held:
                address = ""
                if database == POSTGRESQL:
                    from tests.cluster import cluster  # noqa: PLC0415 - of those who have one

                    address = held.enter_context(cluster())
                place = Path(held.enter_context(TemporaryDirectory(prefix="klausur-")))
                folder = given.folder or Path(source) / "source"
                rows.append(measure(folder, place, given, database, address))
    if given.json:
        print(json.dumps([{**asdict(row), "missed": row.missed} for row in rows]))
    else:
        print("\n".join(table(rows)))
        for row in rows:
            print(f"{row.database} missed: {', '.join(row.missed) or 'nothing'}")
    if given.write_docs:
        write_docs(rows, given)
    sys.exit(any(row.missed for row in rows))


if __name__ == "__main__":
    main()
