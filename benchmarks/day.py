"""How many check-ins a second two tablets bring into the records of one exam, on both databases.

    python benchmarks/day.py [--database sqlite postgresql] [--people 500] [--portion 20] [--json]

An exam is printed in numbers only for so many people. Two processes, a tablet each, check half of them in by
`klausur.actions.keep_day`, one act in a call, both at the same time: ``p50`` and ``p95`` are milliseconds of
the clock from the call to its end. Then, as after an hour without a network, each sends for the other half of
the people what it has kept, so many acts in a call. In the end every act must be there once, and everybody
present by the tablet that checked them in: ``lost`` and ``doubled`` count what is not. What a server
costs beside that is measured by `desk.py`.

Exit code 1 where an act is lost or doubled, or fewer than ten check-ins a second come in: that is as many as
people who are let in by ten doors at once, each of them one a second.
"""

import argparse
import json
import os
import statistics
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from klausur.actions.keep_day import keep_day  # noqa: E402 - the path says where
from klausur.base.geometry import Size  # noqa: E402 - the same
from klausur.exam import source  # noqa: E402 - the same
from klausur.paper.layout import BookletLayout, Layout, PageLayout  # noqa: E402 - the same
from klausur.paper.run import Booklet, PrintRun  # noqa: E402 - the same
from klausur.roster.made_up import made_up  # noqa: E402 - the same
from klausur.state.day import ActKind, CheckIn, DayAct  # noqa: E402 - the same
from klausur.state.facts import Actor, Author, Role  # noqa: E402 - the same
from klausur.store import candidates, models, server  # noqa: E402 - the same
from klausur.store.folder import opened  # noqa: E402 - the same

SQLITE, POSTGRESQL = "sqlite", "postgresql"
TABLETS = 2
A_SECOND = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured on a database."""

    database: str
    people: int
    a_second: float
    p50: float
    p95: float
    portion: int
    a_second_in_portions: float
    lost: int
    doubled: int

    @property
    def missed(self) -> tuple[str, ...]:
        """What is not as it has to be."""
        found = [name for name in ("lost", "doubled") if getattr(self, name)]
        return (*found, *(("a_second",) if self.a_second < A_SECOND else ()))


def print_exam(place: Path, people: int) -> tuple[int, ...]:
    """An exam that was printed for so many, without any paper; the numbers of its candidates."""
    from tests.actions.conftest import print_by_hand, write_exam  # noqa: PLC0415 - the tests' own

    write_exam(place)
    exam = source.parse(place).exam
    if exam is None:
        sys.exit("the exam of the tests is none")
    numbers = range(1, people + 1)
    booklets = tuple(BookletLayout(n, (0,)) for n in numbers)
    layout = Layout(7, exam.slug, exam.digest, "a4", Size(210.0, 297.0), (PageLayout(1, ()),), booklets)
    run = PrintRun(7, tuple(Booklet(n, who) for n, who in zip(numbers, made_up(people, 1), strict=True)))
    print_by_hand(place, run, layout)
    with opened(place):
        return tuple(each.id for each in candidates.enrolled())


def tablet(folder: Path, name: str, whom: Sequence[int], portion: int) -> list[float]:
    """Check these people in, so many in a call; the seconds of each call."""
    author = Author(Actor(name, Role.PROCTOR))
    took = []
    for start in range(0, len(whom), portion):
        acts = [
            DayAct(
                str(uuid.uuid4()),
                ActKind.CHECK_IN,
                datetime.now(UTC),
                candidate=who,
                value=CheckIn.PRESENT.value,
                device=name,
            )
            for who in whom[start : start + portion]
        ]
        begun = time.perf_counter()
        keep_day(folder, acts, author)
        took.append(time.perf_counter() - begun)
    return took


def both(folder: Path, whom: Sequence[int], portion: int) -> tuple[float, list[float]]:
    """Have two tablets check these people in at once; the seconds until both are done, and of each call."""
    with ProcessPoolExecutor(TABLETS, mp_context=get_context("spawn")) as pool:
        list(pool.map(tablet, [folder] * TABLETS, "ab", [()] * TABLETS, [1] * TABLETS))  # all is loaded
        begun = time.perf_counter()
        shares = [whom[n::TABLETS] for n in range(TABLETS)]
        found = list(pool.map(tablet, [folder] * TABLETS, "ab", shares, [portion] * TABLETS))
        return time.perf_counter() - begun, [each for some in found for each in some]


def measure(folder: Path, database: str, people: int, portion: int) -> Row:
    """All that is measured on a database."""
    everybody = print_exam(folder, people)
    half = len(everybody) // 2
    seconds, calls = both(folder, everybody[:half], 1)
    later, _ = both(folder, everybody[half:], portion)
    with opened(folder):
        came = Counter(models.DayAct.objects.values_list("candidate_id", flat=True))
    calls.sort()
    return Row(
        database,
        people,
        half / seconds,
        1000 * statistics.median(calls),
        1000 * calls[int(0.95 * len(calls))],
        portion,
        (len(everybody) - half) / later,
        sum(who not in came for who in everybody),
        sum(times > 1 for times in came.values()),
    )


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where something is missed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--database", nargs="+", choices=[SQLITE, POSTGRESQL], default=[SQLITE, POSTGRESQL])
    options.add_argument("--people", type=int, default=500)
    options.add_argument("--portion", type=int, default=20)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    os.environ.pop(server.VARIABLE, None)
    rows = []
    for database in given.database:
        with ExitStack() as held:
            if database == POSTGRESQL:
                from tests.cluster import cluster  # noqa: PLC0415 - of those who have one

                os.environ[server.VARIABLE] = held.enter_context(cluster())
            place = Path(held.enter_context(TemporaryDirectory(prefix="klausur-"))) / "exam"
            rows.append(measure(place, database, given.people, given.portion))
    if given.json:
        print(json.dumps([{**asdict(row), "missed": row.missed} for row in rows]))
    else:
        for row in rows:
            print(
                f"{row.database}: {row.a_second:.0f} check-ins a second by two tablets, "
                f"p50 {row.p50:.0f} ms, p95 {row.p95:.0f} ms; "
                f"{row.a_second_in_portions:.0f} a second in portions of {row.portion}; "
                f"{row.lost} lost, {row.doubled} doubled; missed: {', '.join(row.missed) or 'nothing'}"
            )
    sys.exit(any(row.missed for row in rows))


if __name__ == "__main__":
    main()
