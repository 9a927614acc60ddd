"""``klausur rubric remove``."""

from klausur.cli import acting, options
from klausur.cli.rubric import edits
from klausur.cli.rubric import options as own
from klausur.cli.rubric.edit_rubric import edit_rubric


def command(  # noqa: PLR0913 - one parameter per option
    question: own.Question,
    item: own.Item,
    *,
    edition: own.Edition = None,
    apply: own.Apply = False,
    again: own.Again = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Take a line out of a rubric, with what stands in it. Judgements keep what it gave.

    Example: klausur rubric remove 4.1 3 --dry-run
    """
    edit_rubric(
        options.folder(None, exam),
        question,
        lambda lines: edits.removed(lines, item),
        acting.author(who, why),
        edition=edition,
        apply=apply,
        again=again,
        dry_run=dry_run,
        json=json,
    )
