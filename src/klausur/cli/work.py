"""``klausur work``."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from klausur.cli import options, terminal


def command(
    home: Annotated[
        Path | None,
        typer.Argument(metavar="HOME", help="The site's home. (default: the one that KLAUSUR_HOME names)"),
    ] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="End when no job is left to be done.")] = False,
    jobs: options.Jobs = None,
    lease: Annotated[
        float,
        typer.Option(
            "--lease",
            min=1,
            metavar="SECONDS",
            help="A worker that was not heard of for so long loses its job to another.",
        ),
    ] = 30,
) -> None:
    """Do the jobs of a site, beside its server or on another machine: scan, print, grade and others.

    Example: klausur work site
    """
    from klausur.web import start  # noqa: PLC0415 - it loads Django

    start.for_work(home)
    from django.conf import settings  # noqa: PLC0415 - Django is ready now

    from klausur.site import worker  # noqa: PLC0415 - likewise
    from klausur.site.work import silent  # noqa: PLC0415 - likewise
    from klausur.web import logs  # noqa: PLC0415 - likewise
    from klausur.web.judging import reminding  # noqa: PLC0415 - likewise

    as_json = settings.KLAUSUR_HOME.json_log
    if as_json:
        logs.as_json()
    worker.work(
        lease=timedelta(seconds=lease),
        processes=jobs,
        once=once,
        say=silent if as_json else lambda line: terminal.say(f"{time.strftime('%H:%M:%S')}  {line}"),
        hourly=reminding.remind,
    )
