"""``klausur scan``."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.actions.pace import Pace
from klausur.base.diagnostics import errors
from klausur.base.errors import UsageError
from klausur.cli import acting, options, reasons, terminal
from klausur.cli.shown import Shown


def command(  # noqa: PLR0913 - one parameter per option
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILES", help="Scanned files (PDF, images, ZIP), or folders of them."),
    ] = None,
    *,
    exam: options.Exam = None,
    station: Annotated[
        Path | None,
        typer.Option(
            "--watch",
            metavar="DIR",
            help="Read what comes into this folder and its subfolders, until Ctrl-C.",
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="With --watch: end when all that is there has settled and is read.")
    ] = False,
    settle: Annotated[
        float,
        typer.Option(
            "--settle",
            min=0,
            metavar="SECONDS",
            help="With --watch: how long a file must have stayed as it is before it is read.",
        ),
    ] = Pace().settle,
    jobs: options.Jobs = None,
    executor: Annotated[
        str,
        typer.Option(
            "--executor", metavar="ADDRESS", help="Read on a Dask cluster: the address of its scheduler."
        ),
    ] = "",
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Read scanned pages into the exam's records. Files that are known change nothing.

    Example: klausur scan --exam endterm scans/*.pdf

    Example, all that lies in a folder and its subfolders: klausur scan --exam endterm scans
    """
    folder = options.folder(None, exam)
    if executor and (station is not None or jobs is not None or not executor.startswith("dask://")):
        raise UsageError(
            f"--executor {executor} cannot be meant",
            "name a cluster, dask://host:8786, without --watch, --jobs",
        )
    if station is not None:
        if files:
            raise UsageError("there are files and a folder to watch", "name either")
        with _until_ended():
            good = actions.watch.watch(
                folder,
                station,
                actor=acting.examiner(),
                tell=lambda event: _tell(event, json=json),
                jobs=jobs,
                pace=Pace(settle, min(settle, Pace().every) or 0.1),
                once=once,
            )
            if not good:
                raise typer.Exit(1)
        return
    if not files:
        raise UsageError("no scanned file is named", "name files or folders, or a folder to --watch")
    with terminal.working("Reading", "pages", shown=shown) as progress:
        done = actions.scan.scan(
            *(folder, files),
            actor=acting.examiner(),
            jobs=jobs,
            cluster=executor,
            progress=progress,
            tell=(lambda _: None) if json else lambda refused: terminal.show((refused,)),
        )
    if json:
        terminal.to_json(_plain(done))
    else:
        _show(done)
    if errors(done.diagnostics):
        raise typer.Exit(1)


@contextmanager
def _until_ended() -> Iterator[None]:
    """Ctrl-C, or the system that ends a service, ends what runs here as something that was meant."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("ended; what was read is recorded, and the next watch goes on from there", err=True)
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(event: "actions.watch.Event", *, json: bool) -> None:
    """An event of a watch: in JSON only what a scan did, one object a line."""
    if not json:
        if event.scanned is not None:
            terminal.show(event.scanned.diagnostics)
        terminal.say(f"{time.strftime('%H:%M:%S')}  {event.line}")
    elif event.scanned is not None:
        terminal.to_json(_plain(event.scanned))
        sys.stdout.flush()  # another program may be waiting for the line


def _plain(done: "actions.scan.Scanned") -> dict[str, object]:
    return {
        "files": done.files,
        "known": done.known,
        "pages": done.pages,
        "placed": done.placed,
        "unplaced": {reason.value: count for reason, count in done.unplaced},
        "readings": done.readings,
        "flagged": done.flagged,
        "diagnostics": [d.as_json() for d in done.diagnostics],
    }


def _show(done: "actions.scan.Scanned") -> None:
    if done.known:
        terminal.say(f"{terminal.count(len(done.known), 'file')} known already: nothing changes")
    if done.files or not done.known:
        placed(done)
        terminal.say(
            f"{done.readings:,} fields read, {done.flagged:,} of them flagged for a person: "
            "the machine is not sure of these"
        )
    if done.unplaced or done.flagged:
        terminal.say("Next: klausur settle list shows what a person must look at.")


def placed(done: "actions.scan.Scanned") -> None:
    """How many pages were found, and what the other images are."""
    terminal.say(
        f"{terminal.count(done.pages, 'page')} from {terminal.count(len(done.files), 'file')}: "
        f"{done.placed} placed, {done.pages - done.placed} unplaced"
    )
    reasons.unplaced(done.unplaced)
