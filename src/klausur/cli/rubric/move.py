"""``klausur rubric move``."""

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
    """Put a line of a rubric elsewhere, with what stands in it.

    Example: klausur rubric move 4.1 5 --before 2
    """
    if not (before or after or into):
        raise UsageError("nothing says where it goes", HOW)

    def edit(lines: Lines) -> Lines:
        at, end = edits.place(lines, item)
        left = (*lines[:at], *lines[end:])
        return edits.put(left, lines[at:end], before=before, after=after, into=into)

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
