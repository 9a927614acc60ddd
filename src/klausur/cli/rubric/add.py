"""``klausur rubric add``."""

from typing import Annotated

import typer

from klausur.base.errors import UsageError
from klausur.cli import acting, options
from klausur.cli.rubric import HOW, edits
from klausur.cli.rubric import options as own
from klausur.cli.rubric.edit_rubric import edit_rubric
from klausur.exam.rubric_lines import RubricLine


def command(  # noqa: PLR0913 - one parameter per option
    question: own.Question,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it is for; formulas in dollars.")],
    *,
    credits_: own.Credits = None,
    each: Annotated[bool, typer.Option("--each", help="It counts as often as it occurs.")] = False,
    from_: own.From = None,
    before: own.Before = "",
    after: own.After = "",
    into: own.Into = "",
    edition: own.Edition = None,
    apply: own.Apply = False,
    again: own.Again = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Add an item to a rubric, at its end or elsewhere.

    Example: klausur rubric add 4.1 "the sign of $x$" --credits 0.5 --after 2 --again

    Example, a mistake in a right answer: klausur rubric add 4.1 "no bias" --credits -1 --from 2
    """
    if credits_ is None:
        raise UsageError("nothing says what the item gives", HOW)
    full = None if from_ is None else edits.maybe_credits(from_)
    new = RubricLine("", credits=edits.credits_of(credits_), each=each, text=text, full=full)
    edit_rubric(
        options.folder(None, exam),
        question,
        lambda lines: edits.put(lines, (new,), before=before, after=after, into=into),
        acting.author(who, why),
        edition=edition,
        apply=apply,
        again=again,
        dry_run=dry_run,
        json=json,
    )
