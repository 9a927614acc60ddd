"""``klausur judge list``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.base.credits import show_credits
from klausur.cli import options, terminal
from klausur.state.judgements import StoredJudgement


def command(
    folder: options.Folder = None,
    *,
    booklet: Annotated[
        int | None,
        typer.Option("--booklet", metavar="N", help="With --question: what was said of this answer."),
    ] = None,
    question: Annotated[
        str | None, typer.Option("--question", metavar="ID", help="With --booklet: the question's id.")
    ] = None,
    exam: options.Exam = None,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Show how far the judging is, and what was put aside; or all that was said of one answer.

    Example: klausur judge list endterm

    Example, one answer: klausur judge list --booklet 12 --question last-layer
    """
    place = options.folder(folder, exam)
    if booklet is not None and question is not None:
        _history(actions.judging_progress.history(place, booklet, question), json=json)
        return
    found = actions.judging_progress.judging_progress(place)
    if json:
        terminal.to_json(found)
        return
    terminal.table(
        ("question", "id", "credits", "known", "open", "put aside", "judged by"),
        (
            (
                each.number,
                each.question,
                show_credits(each.credits),
                f"{each.done} of {each.there}",
                str(each.open),
                str(each.parked),
                ", ".join(f"{who} {n}" for who, n in sorted(each.judged.items())),
            )
            for each in found.questions
        ),
        spare=("id",),
        wide=wide,
    )
    if found.parkings:
        terminal.table(
            ("put aside", "booklet", "question", "who", "asks"),
            ((str(p.id), str(p.booklet), p.question, p.who, p.text) for p in found.parkings),
            title="Questions to the examiner: klausur judge reply N TEXT",
        )


def _history(found: tuple[StoredJudgement, ...], *, json: bool) -> None:
    if json:
        terminal.to_json(found)
        return
    terminal.table(
        ("judgement", "round", "who", "when", "credits", "items", "comment", ""),
        (
            (
                str(each.id),
                each.round.value,
                each.who,
                each.when.astimezone().strftime("%Y-%m-%d %H:%M"),
                show_credits(each.judged.credits),
                ", ".join(item.id for item in each.judged.items),
                each.judged.comment,
                "taken back" if each.taken_back else "",
            )
            for each in found
        ),
    )
