"""``klausur print``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.base.diagnostics import errors
from klausur.base.errors import RefusedError, UsageError
from klausur.cli import acting, added, lists, options, terminal
from klausur.cli.shown import Shown
from klausur.roster.model import SeatRule

if TYPE_CHECKING:
    from klausur.exam.differences import Difference

SHOWN = 12
"""Differences and candidates that are named one by one."""


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    candidates: Annotated[
        Path | None,
        typer.Option(
            "--candidates", metavar="FILE", help="The list of candidates. (default: candidates.csv)"
        ),
    ] = None,
    spare: Annotated[int, typer.Option("--spare", min=0, metavar="N", help="Unnamed booklets to add.")] = 0,
    extra: Annotated[
        int, typer.Option("--extra", min=0, metavar="N", help="Extra sheets to hand out on demand.")
    ] = 0,
    stickers: Annotated[
        str | None,
        typer.Option("--stickers", metavar="SHEET", help="Stickers on this label sheet; unnamed booklets."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", metavar="FILE", help="More label sheets. (default: labels.toml)"),
    ] = None,
    skip: Annotated[
        int, typer.Option("--skip", min=0, metavar="N", help="Labels of the first sheet that are used up.")
    ] = 0,
    rooms: Annotated[
        Path | None, typer.Option("--rooms", metavar="FILE", help="The rooms. (default: rooms.toml)")
    ] = None,
    seats: Annotated[SeatRule | None, typer.Option("--seats", help="How seats are given.")] = None,
    seat_seed: Annotated[
        int | None, typer.Option("--seat-seed", min=0, metavar="N", help="What random seats are drawn from.")
    ] = None,
    by_room: Annotated[
        bool, typer.Option("--by-room", help="Also the booklets of each room in a file of their own.")
    ] = False,
    by_variant: Annotated[
        bool, typer.Option("--by-variant", help="Also the booklets of each variant in a file of their own.")
    ] = False,
    proof: Annotated[
        bool, typer.Option("--proof", help="Also proof.pdf: the fields drawn over the pages.")
    ] = False,
    blackened: Annotated[
        bool, typer.Option("--blackened", help="Booklets whose questions are covered; exam.pdf asks them.")
    ] = False,
    despite: Annotated[
        list[str] | None,
        typer.Option("--despite", metavar="CODE", help="Print despite this finding about the key."),
    ] = None,
    again: Annotated[
        str,
        typer.Option("--again", metavar="N[,N]", help="Print these lost booklets again, under new numbers."),
    ] = "",
    new_edition: Annotated[
        bool,
        typer.Option("--new-edition", help="The exam has changed since it was printed: print it as it is."),
    ] = False,
    for_all: Annotated[
        bool, typer.Option("--for-all", help="The new edition also for those who have a booklet.")
    ] = False,
    as_printed: Annotated[
        bool, typer.Option("--as-printed", help="Add to what was printed; leave the source out of it.")
    ] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="Why despite a finding, or a new edition; recorded.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look and count, but write nothing.")] = False,
    trust: options.Trust = False,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Typeset the papers, with a booklet for each candidate who has none, into a folder below print/.

    With them the papers for the day: attendance lists, and stickers and extra sheets if wanted. Printing
    again adds to what was printed: booklets for latecomers, spare ones, extra sheets, a lost booklet anew.

    Example: klausur print endterm --candidates registered.csv --spare 10 --extra 50
    """
    wanted = actions.print_request.PrintRequest(
        list_of_candidates=candidates,
        spare=spare,
        extras=extra,
        stickers=stickers,
        labels=labels,
        skip=skip,
        rooms=rooms,
        seats=seats,
        seat_seed=seat_seed,
        by_room=by_room,
        by_variant=by_variant,
        proof=proof,
        blackened=blackened,
        despite=tuple(despite or ()),
        again=_numbers(again),
        new_edition=new_edition,
        for_all=for_all,
        as_printed=as_printed,
        why=why,
    )
    place = options.trusted(options.folder(folder, exam), trust=trust)
    with terminal.working("Typesetting", "booklets", shown=shown) as progress:
        printed = actions.print_booklets.print_booklets(
            place, actor=acting.examiner(), wanted=wanted, dry_run=dry_run, progress=progress
        )
    if json:
        terminal.to_json(actions.print_plain.plain(printed, wanted))
    else:
        _show(printed, dry_run=dry_run)
    if errors(printed.diagnostics):
        raise typer.Exit(1)
    if printed.plan is not None and printed.plan.refused:
        terminal.fail(RefusedError(printed.plan.refused, printed.plan.remedy))
        raise typer.Exit(RefusedError.exit_code)


def _numbers(text: str) -> tuple[int, ...]:
    """Booklet numbers out of ``3,17``."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageError(f"--again {text}: these are no numbers of booklets", "write --again 3,17")
    return tuple(int(part) for part in parts)


def _show(printed: "actions.print_booklets.PrintDone", *, dry_run: bool) -> None:
    wrong = errors(printed.diagnostics)
    lists.show_columns(printed.roster)
    terminal.show(printed.diagnostics)
    for path in printed.put:
        terminal.say(
            f"{path}: an earlier printing was stopped just before its files were put there; they are now"
        )
    if wrong:
        terminal.say(f"Nothing was printed: {terminal.count(len(wrong), 'error')}")
        ways = [d.code for d in wrong if d.code in actions.print_request.PASSABLE]
        if len(ways) == len(wrong):
            codes = " ".join(f"--despite {code}" for code in dict.fromkeys(ways))
            terminal.say(f'To print all the same, and have it recorded: {codes} --why "..."')
        return
    if printed.passed:
        terminal.show(printed.passed)
        despite = terminal.count(len(printed.passed), "error")
        terminal.say(f"{'Would print' if dry_run else 'Printed'} despite {despite}.", style="bold yellow")
    if printed.plan is not None:
        _plan(printed, printed.plan, dry_run=dry_run)
    for path in printed.files:
        terminal.say(str(path))


def _plan(
    printed: "actions.print_booklets.PrintDone", plan: "actions.print_plan.Plan", *, dry_run: bool
) -> None:
    if plan.paper:
        terminal.say("What the source asks is not what was printed:")
        _differences(plan.paper)
    if plan.key:
        terminal.say(
            "The key in the source differs from the one that counts; this changes nothing. Look at it with "
            "'klausur key':"
        )
        _differences(plan.key)
    if plan.changed:
        terminal.say(f"Left as the records have them, though the list differs: {_some(plan.changed)}.")
    if plan.vanished:
        terminal.say(f"In the records and no longer on the list: {_some(plan.vanished)}.")
    if plan.changed or plan.vanished:
        terminal.say("To take the list over: klausur candidates --update FILE")
    if not plan.refused:
        _amounts(printed, plan, dry_run=dry_run)
    for stopped in printed.abandoned:
        numbers = "; ".join(actions.print_readme.counted(stopped))
        terminal.say(
            f"Printing {stopped.number} by {stopped.who} was not finished; nothing has its numbers: {numbers}"
        )


def _amounts(
    printed: "actions.print_booklets.PrintDone", plan: "actions.print_plan.Plan", *, dry_run: bool
) -> None:
    rooms = [room for room in printed.rooms if room]
    where = f" in {terminal.count(len(rooms), 'room')}" if rooms else ""
    many = f" in {printed.variants} variants" if printed.variants > 1 else ""
    spare = printed.booklets - printed.candidates
    terminal.say(
        f"{'Would print' if dry_run else 'Printed'} {terminal.count(printed.booklets, 'booklet')} "
        f"of {terminal.count(printed.pages, 'page')}{many}: {terminal.count(printed.candidates, 'candidate')}"
        f"{where}, {spare} spare"
    )
    terminal.table(
        ("file", "what", "number", "printed pages", "sheets of paper"),
        ((p.file, p.what, f"{p.papers:,}", f"{p.sides:,}", f"{p.sheets:,}") for p in printed.piles),
    )
    for apart in printed.set_apart:
        named = _some([str(number) for number in apart.booklets])
        many = f"Booklet {named}" if len(apart.booklets) == 1 else f"Booklets {named}"
        terminal.say(f"{many}: {apart.how}, {terminal.count(apart.pages, 'page')}")
    added.say(printed.added, printed.extra_pages, on_sheet=printed.on_sheet)
    for lost, number in plan.again:
        terminal.say(
            f"Booklet {number} is for the candidate of booklet {lost}, which stays valid if it turns up."
        )
    if plan.kept:
        terminal.say(
            f"This is printing {plan.printing}"
            + (f" and begins edition {plan.edition}" if plan.begins else f", of edition {plan.edition}")
            + f". {_all(plan.before)} printed before, and all papers that belong to them, stay valid."
        )


def _all(booklets: int) -> str:
    return "The booklet that was" if booklets == 1 else f"All {booklets} booklets that were"


def _differences(found: "Sequence[Difference]") -> None:
    for difference in found[:SHOWN]:
        terminal.say(f"  {difference}")
    if len(found) > SHOWN:
        terminal.say(f"  and {len(found) - SHOWN} more; --json has all")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
