"""``klausur upgrade``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klausur import actions
from klausur.base.errors import KlausurError, NotFoundError
from klausur.cli import options, terminal

if TYPE_CHECKING:
    from klausur.actions.upgrade import Upgraded


def command(
    place: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="An exam's folder, or the home of a site. (default: where you are)"
        ),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, but do nothing.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Bring the records of an exam, or a site and all of its exams, to the form that this Klausur knows.

    Example: klausur upgrade /srv/klausur
    """
    at = place or Path()
    if not at.is_dir():
        raise NotFoundError(f"{at} is no folder", "name an exam's folder, or the home of a site")
    if (at / "klausur.toml").is_file():
        site, exams, failed = _site(at, dry_run=dry_run)
    else:
        site, exams, failed = None, [actions.upgrade.upgrade_exam(at, dry_run=dry_run)], []
    if json:
        terminal.to_json({"site": site or (), "exams": exams, "failed": failed, "done": not dry_run})
    else:
        if site is not None:
            terminal.say(f"the site: {_said(len(site), dry_run=dry_run)}")
        for exam in exams:
            terminal.say(f"{exam.folder}: {_said(len(exam.changes), dry_run=dry_run)}")
        for each in failed:
            terminal.say(f"{each['folder']}: {each['why']}", style="bold red")
            terminal.say(f"    {each['remedy']}", style="dim")
    if failed:
        raise typer.Exit(1)


def _site(root: Path, *, dry_run: bool) -> tuple[tuple[str, ...], list["Upgraded"], list[dict[str, Any]]]:
    """What the site's own rows lacked, what became of its exams, and which of these could not be done."""
    from klausur.site import home as homes  # noqa: PLC0415 - for a site alone
    from klausur.web import start  # noqa: PLC0415 - it loads Django

    home = homes.read(root)
    start.start(home)
    from django.db import DatabaseError, connection  # noqa: PLC0415 - Django is ready now

    from klausur.site import upgrade  # noqa: PLC0415 - the same
    from klausur.site.models import Exam  # noqa: PLC0415 - the same

    changes = upgrade.lacking()
    if not dry_run:
        start.bring_up_to_date()
    exams: list[Upgraded] = []
    failed: list[dict[str, Any]] = []
    known = Exam._meta.db_table in connection.introspection.table_names()  # noqa: SLF001 - Django documents it
    for exam in Exam.objects.order_by("slug") if known else ():
        folder = home.folder(exam.folder)
        try:
            exams.append(actions.upgrade.upgrade_exam(folder, dry_run=dry_run))
        except NotFoundError:
            continue  # nothing was printed yet, or the folder is gone: 'klausur doctor' says so
        except (KlausurError, DatabaseError) as error:
            remedy = getattr(error, "remedy", "")
            failed.append({"folder": folder, "why": str(error).strip(), "remedy": remedy})
    return changes, exams, failed


def _said(changes: int, *, dry_run: bool) -> str:
    if not changes:
        return "is up to date"
    return f"{'lacks' if dry_run else 'was brought up to date by'} {terminal.count(changes, 'change')}"
