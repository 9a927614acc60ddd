"""What the site costs with a large exam: each page of each desk, a settlement, and many people at once.

    python benchmarks/site.py [--database sqlite postgresql] [--booklets 1000] [--seed 5] [--flagged 0.06]
                              [--rounds 10] [--settlements 40] [--people 20] [--seconds 10]
                              [--stack 5] [--folder DIR] [--json] [--write-docs]

The reference exam, 18 pages, is printed and scanned in rows alone (`filled.py`), one box in seventeen left to
people: for 1,000 booklets some 11,000. The server of ``klausur serve`` runs beside, with one process that
answers requests and one that does jobs; people log in by links that are good once.

``pages`` are milliseconds of the server process's processor time for each page that an examiner can open
without naming more than the exam, the mean of the rounds, with the queries that it asks; ``empty`` is that of
a page with nothing on it, in the same run. ``settlement`` is what settling a box takes, from the request to
the part of the page that comes back. Then so many people settle boxes at once, first alone, then while a
worker reads a stack of booklets, as many as ``--stack`` says, twice: ``wait_…_95`` is the 95th percentile of
what they wait for an answer, in milliseconds by the clock; ``lost`` are settlements that the records do not
hold once, in their order and in the name of who made them, and ``refused`` those that were not taken.
``load`` is that of the machine, at the beginning and at the end.

With ``--folder`` the exam stays there as it was made and is used again by the next run. For PostgreSQL the
exam and the site are on a server that is started for it. ``--write-docs`` puts the figures into
docs/reference/speed.md.
"""  # noqa: A005 - called as what it measures

import argparse
import json
import os
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import filled as filling  # noqa: E402 - the path says where
from filled import UNSCANNED, again, filled, scanned  # noqa: E402 - the same
from hands import copied  # noqa: E402 - the same
from klausur.exam.source import parse  # noqa: E402 - the same
from klausur.paper.fields import FieldKind  # noqa: E402 - the same
from klausur.store import derive, server  # noqa: E402 - the same
from klausur.store.folder import key, opened  # noqa: E402 - the same
from klausur.store.frame import Frame  # noqa: E402 - the same
from serving import Box, Person, Site, scan_by_job, served  # noqa: E402 - the same

SQLITE, POSTGRESQL = "sqlite", "postgresql"
PAGE, SETTLEMENT, WAITS = 100.0, 15.0, 3.0
DOCS = ROOT / "docs" / "reference" / "speed.md"
BEGIN, END = "<!-- benchmarks/site.py -->", "<!-- end -->"
MARKS = ("crossed", "empty", "filled")
BOX = re.compile(r'data-booklet="(\d+)" data-target="([^"]+)" data-looked="(\d+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """One page: milliseconds of processor time, and queries."""

    cpu: float
    queries: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, with the limits: milliseconds."""

    database: str
    booklets: int
    unclear: int
    empty: float
    pages: dict[str, Page]
    settlement: float
    people: int
    settled: int
    scanned: int
    duplicates: int
    seconds_beside: float
    lost: int
    refused: int
    differences: int
    wait_alone_50: float
    wait_beside_50: float
    wait_alone_95: float
    wait_beside_95: float
    load: tuple[float, float]
    limit_page: float = PAGE
    limit_settlement: float = SETTLEMENT
    limit_waits: float = WAITS

    @property
    def missed(self) -> tuple[str, ...]:
        """What is not as it should be."""
        held = {
            **{address: page.cpu <= self.limit_page for address, page in self.pages.items()},
            "settlement": self.settlement <= self.limit_settlement,
            "lost": not self.lost,
            "refused": not self.refused,
            "differences": not self.differences,
            "waits": self.wait_beside_95 <= self.limit_waits * self.wait_alone_95,
        }
        return tuple(name for name, well in held.items() if not well)


def mean(site: Site, rounds: int, work: Callable[[], object]) -> float:
    """The mean cost of some work on the server, once all is warm."""
    work()
    return round(site.cost(lambda: [work() for _ in range(rounds)]) / rounds, 1)


def settlement(site: Site, times: int) -> float:
    """The mean cost of settling an unclear box."""
    who = site.people[0]
    boxes: list[tuple[str, str, str]] = []
    took: list[float] = []
    while len(took) < times + 3:  # the first ones warm up
        boxes = boxes or BOX.findall(who.get(f"{site.at}readings/"))
        booklet, target, looked = boxes.pop(0)

        def settle(box: Box = (int(booklet), target), looked: str = looked) -> None:
            taken, text = who.settle(site.at, box, "empty", looked)
            if not taken:
                sys.exit(f"{box} was not settled: {text}")

        took.append(site.cost(settle))
    return round(statistics.mean(took[3:]), 1)


@dataclass(slots=True)
class Did:
    """What somebody settled, in order; what was refused; milliseconds of each wait."""

    who: str
    settled: list[tuple[int, str, str]] = field(default_factory=list)
    refused: int = 0
    waits: list[float] = field(default_factory=list)


def at_once(site: Site, boxes: Sequence[list[Box]], until: Callable[[], object]) -> list[Did]:
    """What people did at once, each at boxes of their own, until something has happened."""
    going = threading.Event()
    going.set()
    done = [Did(f"hand {n}") for n in range(len(site.people))]

    def work(did: Did, person: Person, own: list[Box], random: Random) -> None:
        while going.is_set() and own:
            box, mark = own.pop(), random.choice(MARKS)
            began = time.perf_counter()
            taken, text = person.settle(site.at, box, mark)
            did.waits.append(1000 * (time.perf_counter() - began))
            if taken:
                did.settled.append((*box, mark))
            else:
                did.refused += 1
                sys.stderr.write(f"{did.who}, {box}: {text[:300]}\n")

    threads = [
        threading.Thread(target=work, args=(did, person, own, Random(did.who)))  # noqa: S311 - no secret is drawn
        for did, person, own in zip(done, site.people, boxes, strict=True)
    ]
    for thread in threads:
        thread.start()
    until()
    going.clear()
    for thread in threads:
        thread.join()
    return done


def free_boxes(folder: Path, people: int, seed: int) -> list[list[Box]]:
    """Boxes that were read and that nobody has settled, at random, for each of so many people others."""
    from klausur.store.models import Reading, Settlement  # noqa: PLC0415 - once Django has started

    with opened(folder):
        rows = Reading.objects.filter(kind=FieldKind.CHOICE_BOX.value, image__state__number__gte=40)
        read = set(rows.values_list("image__state__number", "field"))
        every = sorted(read - set(Settlement.objects.values_list("number", "field")))
    Random(seed).shuffle(every)  # noqa: S311 - no secret is drawn
    return [every[n::people] for n in range(people)]


def lost(folder: Path, done: Sequence[Did]) -> int:
    """How many settlements the records do not hold once, in their order and in the right name."""
    from klausur.store.models import Settlement  # noqa: PLC0415 - models are looked up once Django has started

    wrong = 0
    with opened(folder):
        for who in {did.who for did in done}:
            mine = [each for did in done if did.who == who for each in did.settled]
            rows = Settlement.objects.filter(who=who).order_by("pk")
            there = [row for row in rows.values_list("number", "field", "value") if row in set(mine)]
            wrong += sum(a != b for a, b in zip(mine, there, strict=False)) + abs(len(mine) - len(there))
    return wrong


def measure(folder: Path, place: Path, given: argparse.Namespace, database: str, address: str) -> Figures:
    """Measure pages, settlements, and people at once; then see whether all is there and State is right."""
    began = os.getloadavg()[0]
    made = filled(folder, given.booklets, given.seed)
    if address:
        os.environ[server.VARIABLE] = address
    copy, root = place / "exam", place / "home"
    copied(folder, copy)
    root.mkdir()
    if address:
        (root / "klausur.toml").write_text(f'database = "{address}"\n')
    with opened(copy) as records:
        exam = parse(folder).exam
        if exam is None:
            sys.exit("the reference exam cannot be built")
        first = scanned(exam, key(records), place, 11, range(UNSCANNED.start, UNSCANNED.start + given.stack))
    stack = [str(first), str(again(first))]
    boxes = free_boxes(copy, given.people, given.seed)
    with served(root, copy, given.people) as site:
        site.people = [Person(site.port, link) for link in site.links]
        who = site.people[0]
        empty = mean(site, given.rounds, lambda: who.get("/account/"))
        pages = {
            address.removeprefix(site.at) or "overview": Page(
                mean(site, given.rounds, partial(who.get, address)), asked
            )
            for address, asked in site.queries.items()
        }
        unclear = sum(int(n) for n in re.findall(r'class="tag">(\d+)<', who.get(f"{site.at}readings/"))[:2])
        took = settlement(site, given.settlements)
        for person in site.people:
            person.get(f"{site.at}readings/")  # for the token of its forms
        alone = at_once(site, boxes, lambda: time.sleep(given.seconds))
        scan: dict[str, Any] = {}
        clock = time.perf_counter()
        beside = at_once(site, boxes, lambda: scan.update(scan_by_job(root, copy, stack)))
        clock = time.perf_counter() - clock
    with opened(copy):
        differences = list(derive.verify(Frame(copy)))
    for difference in differences[:10]:
        sys.stderr.write(f"{difference}\n")
    waits = [[wait for did in each for wait in did.waits] for each in (alone, beside)]
    return Figures(
        database=database,
        booklets=made.booklets,
        unclear=unclear,
        empty=empty,
        pages=pages,
        settlement=took,
        people=given.people,
        settled=sum(len(did.settled) for did in (*alone, *beside)),
        scanned=scan["pages"],
        duplicates=scan["duplicates"],
        seconds_beside=round(clock, 1),
        lost=lost(copy, [*alone, *beside]),
        refused=sum(did.refused for did in (*alone, *beside)),
        differences=len(differences),
        wait_alone_50=round(statistics.median(waits[0]), 1),
        wait_beside_50=round(statistics.median(waits[1]), 1),
        wait_alone_95=round(statistics.quantiles(waits[0], n=20)[-1], 1),
        wait_beside_95=round(statistics.quantiles(waits[1], n=20)[-1], 1),
        load=(round(began, 1), round(os.getloadavg()[0], 1)),
    )


def table(rows: Sequence[Figures]) -> Iterator[str]:
    """The lines of the documentation's table."""
    yield f"| what | {' | '.join(row.database for row in rows)} | limit |"
    yield f"| --- {'| ---: ' * (len(rows) + 1)}|"

    def line(what: str, said: Callable[[Figures], str], limit: str = "") -> str:
        return f"| {what} | {' | '.join(map(said, rows))} | {limit} |"

    for address in rows[0].pages:
        yield line(f"`{address}`", lambda row, at=address: f"{row.pages[at].cpu:g} ms", f"{PAGE:g} ms")  # type: ignore[misc]
    yield line("a page with nothing on it", lambda row: f"{row.empty:g} ms")
    yield line(
        "settling a box, the whole request", lambda row: f"{row.settlement:g} ms", f"{SETTLEMENT:g} ms"
    )
    yield line(
        "people settle at once: half of them, 95 of 100 wait at most",
        lambda row: f"{row.wait_alone_50:g}, {row.wait_alone_95:g} ms",
    )
    yield line(
        "the same while a worker reads",
        lambda row: f"{row.wait_beside_50:g}, {row.wait_beside_95:g} ms",
        f"{WAITS:g} times the 95 of 100 without",
    )


def write_docs(rows: Sequence[Figures]) -> None:
    """Put the figures into the page of the documentation."""
    before, _, rest = DOCS.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    one = rows[0]
    told = (
        f"{one.booklets:,} booklets, {one.unclear:,} boxes that wait for people, {one.people} people; a "
        f"worker read {one.scanned} pages, {one.duplicates} of them there already, in "
        f"{' and '.join(f'{row.seconds_beside:g}' for row in rows)} s; load "
        f"{' and '.join(f'{row.load[0]:g} to {row.load[1]:g}' for row in rows)}. Of "
        f"{sum(row.settled for row in rows):,} settlements {sum(row.lost for row in rows)} were lost or "
        f"doubled and {sum(row.refused for row in rows)} refused."
    )
    made = "\n".join(table(rows))
    DOCS.write_text(f"{before}{BEGIN}\n{told}\n\n{made}\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where a limit is missed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--database", nargs="+", choices=[SQLITE, POSTGRESQL], default=[SQLITE, POSTGRESQL])
    options.add_argument("--booklets", type=int, default=1000)
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--flagged", type=float, default=0.06)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--settlements", type=int, default=40)
    options.add_argument("--people", type=int, default=20)
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--stack", type=int, default=5)
    options.add_argument("--folder", type=Path)
    options.add_argument("--json", action="store_true")
    options.add_argument("--write-docs", action="store_true")
    given = options.parse_args()
    filling.FLAGGED = given.flagged
    rows = []
    with TemporaryDirectory(prefix="klausur-") as source:
        for database in given.database:
            with ExitStack() as held:
                os.environ.pop(server.VARIABLE, None)
                address = ""
                if database == POSTGRESQL:
                    from tests.cluster import cluster  # noqa: PLC0415 - a server for tests, of those who have one

                    address = held.enter_context(cluster())
                place = Path(held.enter_context(TemporaryDirectory(prefix="klausur-")))
                folder = given.folder or Path(source) / "source"
                rows.append(measure(folder, place, given, database, address))
    if given.json:
        print(json.dumps([{**asdict(row), "missed": row.missed} for row in rows]))
    else:
        print("\n".join(table(rows)))
        for row in rows:
            print(f"{row.database}: {row.settled} settled, {row.lost} lost or doubled, {row.refused} refused")
            print(f"{row.database} missed: {', '.join(row.missed) or 'nothing'}")
    if given.write_docs:
        write_docs(rows)
    sys.exit(any(row.missed for row in rows))


if __name__ == "__main__":
    main()
