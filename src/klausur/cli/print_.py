"""``klausur print``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur.actions.print_booklets import Printed, print_booklets
from klausur.actions.wanted import PASSABLE, Wanted
from klausur.base.diagnostics import errors
from klausur.cli import options, terminal
from klausur.exam.evidence import Outcome
from klausur.roster.model import SeatRule


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
    proof: Annotated[
        bool, typer.Option("--proof", help="Also proof.pdf: the fields drawn over the pages.")
    ] = False,
    despite: Annotated[
        list[str] | None,
        typer.Option("--despite", metavar="CODE", help="Print despite this finding about the key."),
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why despite it; recorded.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look and count, but write nothing.")] = False,
    json: options.Json = False,
) -> None:
    """Typeset the papers and one booklet per candidate into the folder print/.

    With them the papers for the day: attendance lists, and stickers and extra sheets if wanted.

    Example: klausur print endterm --candidates registered.csv --spare 10 --extra 50
    """
    wanted = Wanted(
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
        proof=proof,
        despite=tuple(despite or ()),
        why=why,
    )
    place = options.folder(folder, exam)
    with terminal.working("Typesetting", "booklets") as progress:
        printed = print_booklets(place, who=options.user(), wanted=wanted, dry_run=dry_run, progress=progress)
    if json:
        _json(printed, wanted)
    else:
        _show(printed, dry_run=dry_run)
    if errors(printed.diagnostics):
        raise typer.Exit(1)


def _json(printed: Printed, wanted: Wanted) -> None:
    terminal.to_json(
        {
            "printed": bool(printed.files),
            "exam_number": printed.exam_number,
            "variants": printed.variants,
            "candidates": printed.candidates,
            "rooms": printed.rooms,
            "spare": printed.spare,
            "extra": wanted.extras,
            "booklets": printed.booklets,
            "pages": printed.pages,
            "piles": printed.piles,
            "invalidated": printed.invalidated,
            "files": printed.files,
            "diagnostics": [d.as_json() for d in printed.diagnostics],
            "despite": [d.as_json() for d in printed.passed],
            "claims": None if printed.proof is None else {str(o): printed.proof.count(o) for o in Outcome},
        }
    )


def _show(printed: Printed, *, dry_run: bool) -> None:
    wrong = errors(printed.diagnostics)
    terminal.show(printed.diagnostics)
    if wrong:
        terminal.say(f"Nothing was printed: {terminal.count(len(wrong), 'error')}")
        ways = [d.code for d in wrong if d.code in PASSABLE]
        if len(ways) == len(wrong):
            codes = " ".join(f"--despite {code}" for code in dict.fromkeys(ways))
            terminal.say(f'To print all the same, and have it recorded: {codes} --why "..."')
        return
    if printed.passed:
        terminal.show(printed.passed)
        despite = terminal.count(len(printed.passed), "error")
        terminal.say(f"{'Would print' if dry_run else 'Printed'} despite {despite}.", style="bold yellow")
    rooms = [room for room in printed.rooms if room]
    where = f" in {terminal.count(len(rooms), 'room')}" if rooms else ""
    many = f" in {printed.variants} variants" if printed.variants > 1 else ""
    terminal.say(
        f"{'Would print' if dry_run else 'Printed'} {terminal.count(printed.booklets, 'booklet')} "
        f"of {terminal.count(printed.pages, 'page')}{many}: {terminal.count(printed.candidates, 'candidate')}"
        f"{where}, {printed.spare} spare"
    )
    terminal.table(
        ("file", "what", "number", "printed pages", "sheets of paper"),
        ((p.file, p.what, f"{p.papers:,}", f"{p.sides:,}", f"{p.sheets:,}") for p in printed.piles),
    )
    if printed.invalidated:
        terminal.say(
            f"The {printed.invalidated} booklets printed before, and all papers that belong to them, are no "
            "longer valid: destroy them, the scanner refuses them.",
            style="bold yellow",
        )
    for path in printed.files:
        terminal.say(str(path))
