"""``klausur doctor``."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.base.errors import NotFoundError, UsageError
from klausur.cli import options, terminal

if TYPE_CHECKING:
    from klausur.actions.doctor import Ailment


def command(
    place: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="An exam's folder, or the home of a site. (default: where you are)"
        ),
    ] = None,
    *,
    json: options.Json = False,
) -> None:
    """Say what is missing, misconfigured or unsafe, and the command that mends each; nothing is changed.

    Example: klausur doctor /srv/klausur
    """
    if place is not None and not place.is_dir():
        raise NotFoundError(f"{place} is no folder", "name an exam's folder, or the home of a site")
    found = list(_found(place or Path(), named=place is not None))
    if json:
        terminal.to_json({"ailments": found})
    else:
        for each in found:
            _show(each)
        if not found:
            terminal.say("Nothing is missing, and nothing that is looked for is unsafe.")
    if found:
        raise typer.Exit(1)


def _found(place: Path, *, named: bool) -> Iterator["Ailment"]:
    if (place / "klausur.toml").is_file():
        yield from _of_site(place)
    elif (place / "exam.toml").is_file():
        yield from actions.doctor.installation(place)
        yield from actions.doctor.exam(place)
    elif named:
        raise NotFoundError(
            f"{place} is no exam folder and no home of a site",
            "name the folder with exam.toml, or the one with klausur.toml",
        )
    else:
        yield from actions.doctor.installation(place)


def _of_site(root: Path) -> Iterator["Ailment"]:
    """What ails a site: as far as it can be started, in force of its settings."""
    from datetime import UTC, datetime  # noqa: PLC0415 - for a site alone

    from klausur.site import home as homes  # noqa: PLC0415 - the same
    from klausur.web import start  # noqa: PLC0415 - it loads Django

    try:
        home: homes.Home | UsageError = homes.read(root)
    except UsageError as error:
        home = error
    if isinstance(home, homes.Home) and (root / "secret").is_file():
        start.tell(home)
        start.start(home)
        from klausur.site import doctor  # noqa: PLC0415 - Django is ready now

        yield from actions.doctor.installation(root)
        yield from doctor.look(home, datetime.now(UTC))
    else:
        yield from actions.doctor.installation(root)
        yield from actions.doctor.before_start(root, home if isinstance(home, UsageError) else None)


def _show(ailment: "Ailment") -> None:
    colour = "bold red" if ailment.severity == "error" else "bold yellow"
    terminal.say(f"{ailment.severity}[{ailment.name}] {ailment.where} {ailment.what}", style=colour)
    terminal.say(f"    {ailment.mend}")
