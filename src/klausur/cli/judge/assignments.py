"""``klausur judge assignments``."""

from typing import TYPE_CHECKING

from klausur import actions
from klausur.cli import options, terminal
from klausur.state.arrangements import Part

if TYPE_CHECKING:
    from klausur.actions.judging_work import Portion, QuestionWork


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Show who judges what: what is left, when it is due, and what nobody is assigned.

    Example: klausur judge assignments endterm
    """
    found = actions.judging_work.judging_work(options.folder(folder, exam))
    if json:
        terminal.to_json(found)
        return
    terminal.table(
        ("assignment", "question", "share", "round", "to", "left", "due", "note"),
        (_row(each) for question in found.questions for each in question.portions),
    )
    terminal.table(
        ("question", "id", "open", "of them nobody's", "overdue"),
        (_total(each) for each in found.questions if each.open or each.assigned),
        title="What is open",
        spare=("id",),
        wide=wide,
    )


def _row(each: "Portion") -> tuple[str, ...]:
    said = each.assignment.assigned
    share = said.share
    shown = f"{share.number}/{share.of}" if isinstance(share, Part) else f"{share.first}-{share.last}"
    due = "" if said.due is None else said.due.isoformat() + (" overdue" if each.overdue else "")
    return (
        str(each.assignment.id),
        f"{each.number} {each.assignment.question}",
        "all" if shown == "1/1" else shown,
        said.round.value,
        said.to,
        f"{each.left} of {each.there}",
        due,
        said.note,
    )


def _total(each: "QuestionWork") -> tuple[str, ...]:
    open_ = ", ".join(f"{count} {round_}" for round_, count in each.open.items())
    return each.number, each.question, open_, str(each.loose), str(sum(p.left for p in each.overdue))
