"""``klausur restore``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.log import records
from klausur.cli.shown import Shown


def command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An archive of an exam, or a backup of a site.")
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="A new folder for the exam, or the site's home."),
    ] = None,
    verify_only: Annotated[
        bool, typer.Option("--verify-only", help="Only see that the archive is whole; write nothing.")
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="The file with the key that a backup was encrypted to."),
    ] = None,
    deletions: Annotated[
        list[Path] | None,
        typer.Option(
            "--deletions",
            metavar="FILE",
            help="The certificate of a deletion that is not noted on this machine; several times, too.",
        ),
    ] = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Bring an archived exam, or a site's backup, back into a new folder, once all of it was verified.

    Example: klausur restore /backup/endterm.zip -o endterm
    """
    if (output is None) != verify_only:
        raise UsageError("say where to, or that nothing is written", "-o DIR, or --verify-only")
    from klausur.site import backup_format  # noqa: PLC0415 - it reads the file

    if file.is_file() and backup_format.is_backup(file):
        if deletions:
            raise UsageError(
                "certificates of deletions are about one exam", "delete again in the exams that came back"
            )
        _site(file, output, key, shown, json=json)
        return
    if key is not None:
        raise UsageError(f"{file} is not encrypted", "leave --key out")
    with terminal.working("Verifying", "bytes", shown=shown) as progress:
        done = actions.restore.restore(
            file, output, actor=acting.examiner(), deletions=deletions or (), progress=progress
        )
    if json:
        terminal.to_json(done)
    else:
        for each in done.wrong:
            terminal.say(each, style="bold red")
        whole = "holds" if done.wrong else "is whole:"
        terminal.say(
            f"{file} {whole} {terminal.count(done.files, 'file')} of {done.exam}, by {done.who}, {done.made}"
        )
        terminal.say(records(done.head))
        for each in done.deleted:
            terminal.say(f"Deleted again: {each}", style="bold yellow")
        if done.folder is not None:
            terminal.say(str(done.folder))
    if done.wrong:
        raise typer.Exit(1)


def _site(file: Path, output: Path | None, key: Path | None, shown: Shown, *, json: bool) -> None:
    """Bring a site back, or see that its backup is whole."""
    from klausur.web import restoring  # noqa: PLC0415 - it loads Django

    with terminal.working("Verifying", "exams", shown=shown) as progress:
        done = restoring.restore_home(file, output, key, actor=acting.examiner(), progress=progress)
    if json:
        terminal.to_json(done)
    else:
        for each in done.wrong:
            terminal.say(each, style="bold red")
        for slug, why in done.lacking:
            terminal.say(f"{slug} is not in it: {why}", style="bold red")
        whole = "holds" if done.wrong or done.lacking else "is whole:"
        terminal.say(f"{file} {whole} {terminal.count(len(done.exams), 'exam')} of {done.site}, {done.made}")
        for slug in done.moved:
            terminal.say(f"{slug} lay elsewhere, and is below exams/ now")
        if done.home is not None:
            terminal.say(str(done.home))
    if done.wrong or done.lacking:
        raise typer.Exit(1)
