"""``klausur approve``."""

from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.cli.shown import Shown

if TYPE_CHECKING:
    from klausur.actions.approve_paper import PaperLook


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be approved and who has; approve nothing.")
    ] = False,
    why: options.Why = "",
    who: options.Who = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Approve the paper as it is now, for somebody else to print: look at 'klausur preview' first.

    Example: klausur approve endterm --who "Berta Zweite"
    """
    place = options.folder(folder, exam)
    verb = actions.approve_paper
    with terminal.working("Typesetting", "papers", shown=shown) as progress:
        found = verb.look(place, progress)
    approved = found.approved
    if not dry_run:
        approved = verb.approve(place, found.paper, found.source, acting.author(who, why))
    names = [each.who for each in approved]
    if json:
        terminal.to_json({"paper": found.paper, "asked": found.asked, "approved": names})
    else:
        _show(found, names)


def _show(found: "PaperLook", names: list[str]) -> None:
    terminal.say(f"paper {found.paper[:16]}, as its source is now")
    terminal.say(f"approved by {', '.join(names) or 'nobody'}")
    if not found.asked:
        terminal.say("The exam does not ask for it: [print] four_eyes = true in exam.toml does.")
