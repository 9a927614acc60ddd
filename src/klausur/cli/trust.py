"""``klausur trust``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import options, terminal


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    always: Annotated[
        bool, typer.Option("--always", help="Whatever becomes of it, with all folders in it: they are mine.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Trust it no longer.")] = False,
    json: options.Json = False,
) -> None:
    """Let the programs in an exam's folder run, as they are now: those of its variants and evidence.

    Example: klausur trust endterm
    """
    if always and forget:
        raise UsageError("--always and --forget are opposites", "give one of them")
    place = options.folder(folder, exam)
    done = actions.trust.forget(place) if forget else actions.trust.trust(place, always=always)
    if json:
        terminal.to_json(
            {
                "folder": done.folder,
                "trusted": not forget,
                "programs": done.programs,
                "confined": done.confined,
                "kept_at": done.kept_at,
            }
        )
    elif forget:
        terminal.say(f"the programs of {place} do not run any more")
    else:
        for program in done.programs:
            terminal.say(f"{place / program} may run now")
        if not done.programs:
            terminal.say(f"{place} has no programs beside its problems; it is trusted all the same")
        terminal.say("They run as you do, " + "; ".join(done.confined))
