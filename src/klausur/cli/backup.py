"""``klausur backup``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur.base.errors import UsageError
from klausur.cli import acting, terminal
from klausur.cli.options import Json, Progress
from klausur.cli.shown import Shown
from klausur.cli.site import started


def command(  # noqa: PLR0913 - one parameter per option
    home: Annotated[
        Path, typer.Argument(metavar="HOME", help="The site's home. (default: ./klausur-site)")
    ] = Path("klausur-site"),
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PLACE",
            help="A new file, or a folder in which it gets a name of its own.",
        ),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="KEY",
            help="A public key that it is encrypted to; several times. (default: those of klausur.toml)",
        ),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Do not encrypt it.")] = False,
    keep: Annotated[
        int,
        typer.Option(
            "--keep", min=0, metavar="N", help="In a folder: delete all but the newest N. (default: none)"
        ),
    ] = 0,
    new_key: Annotated[
        Path | None,
        typer.Option(
            "--new-key", metavar="FILE", help="Only make a key, keep it in this file, show the public one."
        ),
    ] = None,
    shown: Progress = Shown.AUTO,
    json: Json = False,
) -> None:
    """Write a site with its people, exams and files into one encrypted file, while it goes on working.

    Example: klausur backup /srv/klausur -o /backup --keep 14
    """
    if (output is None) == (new_key is None):
        raise UsageError("say where to, or that a key is made", "-o PLACE, or --new-key FILE")
    if new_key is not None:
        _make_key(new_key, json=json)
        return
    site = started(home)
    from klausur.site import backup  # noqa: PLC0415 - Django is ready now

    recipients = () if plain else tuple(to or site.recipients)
    if not recipients and not plain:
        raise UsageError(
            "no key is named that the backup is encrypted to",
            "--to KEY, or recipients below [backup] in klausur.toml; --new-key FILE makes one; or --plain",
        )
    with terminal.working("Packing", "exams", shown=shown) as progress:
        made = backup.backup(
            site, output or Path(), recipients, actor=acting.examiner(), keep=keep, progress=progress
        )
    if json:
        terminal.to_json(made)
    else:
        for slug, why in made.lacking:
            terminal.say(f"{slug} is not in it: {why}", style="bold red")
        for each in made.wrong:
            terminal.say(each, style="bold red")
        terminal.say(f"{made.file}: {terminal.count(len(made.exams), 'exam')}, {made.size:,} bytes")
        if made.gone:
            terminal.say(f"Deleted {terminal.count(len(made.gone), 'older backup')}")
        if not made.encrypted:
            terminal.say(
                "It is not encrypted, and holds keys, passwords and personal data.", style="bold yellow"
            )
    if made.lacking or made.wrong:
        raise typer.Exit(1)


def _make_key(file: Path, *, json: bool) -> None:
    from klausur.site import backup_format  # noqa: PLC0415 - for who encrypts

    public = backup_format.new_key(file)
    if json:
        terminal.to_json({"file": file, "public": public})
        return
    terminal.say(public)
    terminal.say(f"Whoever has {file} can read backups: keep it elsewhere, and in two places.")
