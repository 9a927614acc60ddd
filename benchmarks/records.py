"""How much the records of a large exam cost: looks, lists, grades, one decision of each kind.

    python benchmarks/records.py [--booklets 1000] [--seed 5] [--rounds 5] [--folder DIR] [--json]

The reference exam, 18 pages, is printed and scanned in rows alone (`filled.py`): for 1,000 booklets some
18,000 images with 187,000 readings, of which 900 are flagged. Figures are seconds of processor time in this
process, all modules loaded, for the whole of each action: the folder is opened anew each time. Each is the
median over the rounds; a decision is made about another paper in each. Reading the image of a page that is
placed or accepted happens in another process and is not in the figure. With ``--folder`` the store stays
there as it was made and is used again by the next run.

``worker`` is what starting that process costs here, which is not in their figures either: it is one more
start of Python. ``scan_share`` is what recording costs beside reading: the processor time for each page of
ten booklets, all that is derived from them with it, as a share of 12 ms. ``rebuild`` is the time in which
`klausur verify` computes everything from nothing.

    python benchmarks/records.py --hands 8 [--seconds 10]

settles boxes at random in so many processes, first alone and then while a stack with duplicates is recorded;
see `hands.py`.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, redirect_stdout
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import hands
from filled import Filled, filled, results
from klausur.actions import up_to_date
from klausur.actions.grade import grade
from klausur.actions.record import Desk, record
from klausur.actions.scan import BATCH
from klausur.actions.settle import Marked, TakenBack, settle
from klausur.actions.settle_page import accept, settle_page
from klausur.actions.settle_tie import settle_booklet, settle_extra, settle_signature
from klausur.actions.status import status
from klausur.actions.waiting import waiting
from klausur.cli.readings import command as readings_command
from klausur.paper.answers import Chosen, Worth
from klausur.read.model import Signed
from klausur.read.pool import guarded, processes
from klausur.scan.model import PageImage, SourceForm
from klausur.state.facts import Actor, Author, Bond, Role, Spot, Verdict
from klausur.store import audit, derive, looks, pages
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame

WHO = Actor("benchmark", Role.EXAMINER)
ME = Author(WHO, "measured")
LOOK, LIST, SETTLEMENT, GRADE = 0.3, 0.3, 0.03, 2.5
SHARE, PAGE = 0.3, 0.012
READING = ("page", "accepted")
"""The kinds of decision for which an image is read."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: seconds of processor time, and the limits that they are held to."""

    booklets: int
    images: int
    readings: int
    status: float
    waiting: float
    grade: float
    readings_json: float
    settlements: dict[str, float]
    worker: float
    rebuild: float
    scan_share: float
    limit_status: float = LOOK
    limit_waiting: float = LIST
    limit_grade: float = GRADE
    limit_settlement: float = SETTLEMENT
    limit_scan_share: float = SHARE

    @property
    def missed(self) -> tuple[str, ...]:
        """What is above its limit."""
        held = {
            "status": self.status <= self.limit_status,
            "waiting": self.waiting <= self.limit_waiting,
            "grade": self.grade <= self.limit_grade,
            "scan_share": self.scan_share <= self.limit_scan_share,
            **{name: took <= self.limit_settlement for name, took in self.settlements.items()},
        }
        return tuple(name for name, well in held.items() if not well)


def cost(work: Callable[[], object]) -> float:
    """The processor time of this process that some work takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def median(works: Iterable[Callable[[], object]]) -> float:
    """The median of several costs."""
    return round(statistics.median(cost(work) for work in works), 4)


def settlements(folder: Path, made: Filled, rounds: int) -> dict[str, float]:
    """The cost of one decision of each kind, each about papers of its own."""
    with opened(folder):
        waits = [a for a in looks.answers(waiting=True) if a.booklet <= made.booklets]
        people = [t.candidate.registration for t in looks.look().ties if t.candidate is not None]
    choices = [a for a in waits if "/choice/" in a.answer.fields[0]]
    credits = [a for a in waits if "/credit/" in a.answer.fields[0]]
    boxes, chosen, worth = choices[:rounds], choices[rounds : 2 * rounds], credits[:rounds]
    kinds: dict[str, list[Callable[[], object]]] = {
        "box": [partial(settle, folder, a.booklet, a.answer.fields[0], Marked("crossed"), ME) for a in boxes],
        "choices": [partial(settle, folder, a.booklet, a.shown, Chosen(frozenset("a")), ME) for a in chosen],
        "credits": [partial(settle, folder, a.booklet, a.question, Worth(Fraction(1)), ME) for a in worth],
        "taken back": [
            partial(settle, folder, a.booklet, a.answer.fields[0], TakenBack(), ME) for a in boxes
        ],
        "ignored": [
            partial(settle_page, folder, image, Verdict.IGNORED, ME) for image in made.duplicates[:rounds]
        ],
        "page": [
            partial(settle_page, folder, image, Verdict.PLACED, ME, spot=Spot(booklet, page))
            for image, booklet, page in made.lost[:rounds]
        ],
        "accepted": [partial(accept, folder, image, ME) for image in made.twice[:rounds]],
        "owner": [
            partial(settle_booklet, folder, booklet, Bond.TIED, ME, registration=registration)
            for booklet, registration in zip(made.spare[:rounds], people, strict=False)
        ],
        "nobody's": [
            partial(settle_booklet, folder, booklet, Bond.NOBODY, ME) for booklet in range(2, 2 + rounds)
        ],
        "extra sheet": [
            partial(settle_extra, folder, number, Bond.TIED, ME, booklet=number)
            for number in made.extras[:rounds]
        ],
        "signature": [
            partial(settle_signature, folder, registration, Signed.YES, ME)
            for registration in people[:rounds]
        ],
    }
    return {name: median(works) for name, works in kinds.items()}


def started() -> None:
    """Start a process that reads images, as placing and accepting one does."""
    with processes(1) as worker:
        guarded(worker, len, ())


def without(took: dict[str, float], worker: float) -> dict[str, float]:
    """The costs of settlements without that of starting a process, for those that read an image."""
    return {name: round(cost - worker * (name in READING), 4) for name, cost in took.items()}


def told(folder: Path) -> None:
    """What ``klausur readings --json`` does, its output thrown away."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        readings_command(folder, json=True)


def rebuilt(folder: Path) -> None:
    """Compute all State anew and compare; end if it differs."""
    with opened(folder):
        for difference in derive.verify(Frame(folder)):
            sys.exit(f"State is wrong: {difference}")


def scan_share(folder: Path, booklets: Iterable[int]) -> float:
    """What recording costs for each page of some booklets, beside what reading it takes."""
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        found = list(results(frame.layout, booklets))
        desk = Desk(records, frame, frame.layout, WHO, None)
        with writing():
            pages.append_file(found[0].file, "stack.pdf", len(found))
            audit.append("scan", WHO, {"file": "stack.pdf"})
        held = {(r.file, r.index): PageImage(r.file, r.index, SourceForm.IMAGE, b"") for r in found}

        def scan() -> None:
            for at in range(0, len(found), BATCH):
                record(desk, [(result,) for result in found[at : at + BATCH]], held)
            up_to_date.look(records)

        return round(cost(scan) / len(found) / PAGE, 3)


def measure(folder: Path, given: argparse.Namespace) -> Figures:
    """Measure looks, then decisions, then a scan, then whether State is right after all of them."""
    made = filled(folder, given.booklets, given.seed)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "exam"
        shutil.copytree(folder, copy)
        each = range(given.rounds)
        worker = median(started for _ in each)
        return Figures(
            booklets=made.booklets,
            images=made.images,
            readings=made.readings,
            status=median(partial(status, copy) for _ in each),
            waiting=median(partial(waiting, copy) for _ in each),
            grade=median(partial(grade, copy, actor=WHO) for _ in each),
            readings_json=median(partial(told, copy) for _ in each),
            settlements=without(settlements(copy, made, given.rounds), worker),
            worker=worker,
            scan_share=scan_share(copy, made.unscanned),
            rebuild=round(cost(partial(rebuilt, copy)), 2),
        )


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where a limit is missed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--booklets", type=int, default=1000)
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--folder", type=Path)
    options.add_argument("--hands", type=int, default=0)
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with ExitStack() as held:
        folder = given.folder or Path(held.enter_context(tempfile.TemporaryDirectory())) / "exam"
        figures: Figures | hands.Figures
        if given.hands:
            copy = Path(held.enter_context(tempfile.TemporaryDirectory())) / "exam"
            figures = hands.measure(folder, copy, given.booklets, given.seed, given.hands, given.seconds)
        else:
            figures = measure(folder, given)
    if given.json:
        print(json.dumps({**asdict(figures), "missed": figures.missed}))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:>18}  {value}")
    sys.exit(bool(figures.missed))


if __name__ == "__main__":
    main()
