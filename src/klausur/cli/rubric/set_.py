"""``klausur rubric set``."""

from dataclasses import replace
from typing import Annotated

import typer

from klausur.base.errors import UsageError
from klausur.cli import acting, options
from klausur.cli.rubric import HOW, edits
from klausur.cli.rubric import options as own
from klausur.cli.rubric.edit_rubric import edit_rubric
from klausur.cli.rubric.edits import Lines


def command(  # noqa: PLR0913 - one parameter per option
    question: own.Question,
    item: own.Item,
    *,
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help="What it says; formulas in dollars.")
    ] = "",
    credits_: own.Credits = None,
    each: Annotated[
        bool | None, typer.Option("--each/--once", help="It counts as often as it occurs, or once.")
    ] = None,
    from_: own.From = None,
    cap: own.Cap = None,
    either: Annotated[
        bool | None, typer.Option("--either/--all", help="Only the best of the group counts, or all of it.")
    ] = None,
    edition: own.Edition = None,
    apply: own.Apply = False,
    again: own.Again = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Reword or re-value a line of a rubric: an item, or the cap of a group. It stays the same line.

    Example: klausur rubric set 4.1 2 --credits 0.5 --apply --why "half of it was given in the text"

    Example, a group gives 3 at most: klausur rubric set 4.1 2 --cap 3
    """

    def edit(lines: Lines) -> Lines:
        at, _ = edits.place(lines, item)
        line = lines[at]
        of_group = cap is not None or either is not None
        of_item = any(part is not None for part in (credits_, each, from_))
        if (of_item and line.group) or (of_group and not line.group):
            raise UsageError(f"{item} is {'a group' if line.group else 'an item'}", HOW)
        made = replace(line, text=text or line.text)
        if credits_ is not None:
            made = replace(made, credits=edits.credits_of(credits_))
        if from_ is not None:
            made = replace(made, full=edits.maybe_credits(from_))
        if cap is not None:
            made = replace(made, cap=edits.maybe_credits(cap))
        if each is not None:
            made = replace(made, each=each)
        if either is not None:
            made = replace(made, either=either)
        return (*lines[:at], made, *lines[at + 1 :])

    edit_rubric(
        options.folder(None, exam),
        question,
        edit,
        acting.author(who, why),
        edition=edition,
        apply=apply,
        again=again,
        dry_run=dry_run,
        json=json,
    )
