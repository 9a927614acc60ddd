"""``klausur audit-marks``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.shown import Shown


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=1, metavar="N", help="Draw about N marks, or so many in all by now."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, metavar="N", help="With --sample: draw others. (default: as before)"),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a sheet of those that nobody looked at."),
    ] = None,
    through: Annotated[
        str,
        typer.Option("--through", metavar="SHEET", help="You looked through this sheet: the rest is right."),
    ] = "",
    but: Annotated[
        list[str] | None,
        typer.Option("--but", metavar="MARK=STATE", help="This one is otherwise: 123=empty. Several times."),
    ] = None,
    undo: Annotated[
        list[int] | None,
        typer.Option("--undo", metavar="MARK", help="Take back what was said of this one. Several times."),
    ] = None,
    why: options.Why = "",
    who: options.Who = None,
    jobs: options.Jobs = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Look once more at a sample of marks that the reader was sure of, and learn how often it errs.

    Example: klausur audit-marks endterm --sample 400 --html marks.html

    Example, one of a sheet is wrong: klausur audit-marks endterm --through 3f2a9c04d1 --but 18231=empty

    Example, what holds now: klausur audit-marks endterm
    """
    place, author = options.folder(folder, exam), acting.author(who, why)
    otherwise = dict(_named(text) for text in but or ())
    if seed is not None and sample is None:
        raise UsageError("a seed is of a sample", "name its size, too: --sample 400")
    if set(undo or ()) & otherwise.keys():
        raise UsageError("of one mark two things are said", "leave out --but or --undo")
    marks = actions.audit_marks
    if sample is not None:
        marks.draw(place, sample, author, seed=seed)
    if through:
        marks.through(place, through, author, otherwise)
    said: dict[int, str | None] = {**({} if through else otherwise), **dict.fromkeys(undo or ())}
    if said:
        marks.look_again(place, said, author)
    found = marks.look(place)
    if html is not None:
        with terminal.working("Cutting pictures", "marks", shown=shown) as progress:
            made = actions.mark_sheet.write(place, html, jobs=jobs, progress=progress)
        if not json:
            lacking = f", {made.without_picture} of them without a picture" if made.without_picture else ""
            terminal.say(f"{made.file}: {terminal.count(made.marks, 'mark')}{lacking}, sheet {made.sheet}")
    if json:
        terminal.to_json(plain(found))
        return
    show(found)


def show(found: "actions.audit_marks.MarkAudit") -> None:
    """What second looks say."""
    if found.sample is None:
        terminal.say("No marks are drawn for a second look: klausur audit-marks --sample 400")
        return
    terminal.table(
        ("read as", "marks", "drawn", "looked at", "misread"),
        ((s.state, f"{s.of:,}", f"{s.drawn:,}", f"{s.looked:,}", str(s.misread or "")) for s in found.strata),
        title=f"Marks that the reader was sure of, drawn by seed {found.sample.seed}",
    )
    if found.waiting:
        terminal.say(f"{terminal.count(len(found.waiting), 'mark')} of the sample wait for a second look")
    for line in told(found):
        terminal.say(line)


def told(found: "actions.audit_marks.MarkAudit") -> list[str]:
    """What second looks amount to, a sentence each."""
    if found.sample is None:
        return []
    if not found.looked:
        drawn = f"{len(found.drawn):,} of {found.unflagged:,} marks that the reader was sure of are drawn"
        return [f"{drawn} for a second look, and nobody has looked at them: klausur audit-marks --html FILE"]
    sure = f"{found.looked:,} of {found.unflagged:,} marks that the reader was sure of"
    looked = f"{sure} were looked at by people, {len(found.wrong)} of them misread"
    if found.at_most is None:
        return [looked]
    most = f"of the others at most {found.at_most:,} are misread, with 95 % confidence"
    return [looked, f"{most}: {found.per_million:,} in a million marks"]


def plain(found: "actions.audit_marks.MarkAudit") -> object:
    """The same for other programs."""
    sample = found.sample
    return {
        "sample": None if sample is None else {"size": sample.size, "seed": sample.seed, "who": sample.who},
        "sheet": found.sheet,
        "strata": found.strata,
        "waiting": found.waiting,
        "unflagged": found.unflagged,
        "looked": found.looked,
        "wrong": dict(found.wrong),
        "at_most": found.at_most,
        "per_million": found.per_million,
    }


def _named(text: str) -> tuple[int, str]:
    mark, _, state = text.partition("=")
    if not mark.isdecimal() or not state:
        raise UsageError(
            f"{text!r} names no mark and what it is", "write its number on the sheet, as 123=empty"
        )
    return int(mark), state
