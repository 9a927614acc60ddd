"""``klausur objections``, ``klausur objections show`` and ``klausur objections answer``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from klausur import actions
from klausur.base.credits import show_credits
from klausur.cli import acting, options, terminal

if TYPE_CHECKING:
    from klausur.actions.objections import SeenObjection
    from klausur.base.credits import Credits

Number = Annotated[int, typer.Argument(metavar="N", help="The objection's number.")]


def command(
    folder: options.Folder = None,
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that nobody has answered.")] = False,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Show the objections of candidates, those that wait first, and what came of the others.

    Example: klausur objections endterm --waiting
    """
    found = [
        each
        for each in actions.objections.listed(options.folder(folder, exam))
        if each.objection.reply is None or not waiting
    ]
    if json:
        terminal.to_json([_plain(each) for each in found])
        return
    terminal.table(
        ("n", "raised", "registration", "booklet", "about", "outcome", "by"),
        (
            (
                str(each.objection.id),
                f"{each.objection.when.astimezone():%Y-%m-%d %H:%M}",
                each.candidate.candidate.registration,
                str(each.booklet or ""),
                each.number or each.objection.question or each.objection.about.value,
                "waits" if each.objection.reply is None else each.objection.reply.outcome.value,
                "" if each.objection.reply is None else each.objection.reply.who,
            )
            for each in found
        ),
    )
    waits = sum(each.objection.reply is None for each in found)
    terminal.say(f"{terminal.count(len(found), 'objection')}, {waits} to be answered")


def show(number: Number, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show an objection whole: its words, what was told then, and what the question earns now.

    Example: klausur objections show 3
    """
    seen = actions.objections.seen_one(options.folder(None, exam), number)
    if json:
        terminal.to_json(_plain(seen))
    else:
        _show(seen)


def answer(
    number: Number,
    *,
    text: Annotated[
        str,
        typer.Option(
            "--text",
            metavar="TEXT",
            help="What the candidate is told; needed unless you have judged the question anew.",
        ),
    ] = "",
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Answer an objection: by a reason, or having judged the question anew; none of one's own.

    Example: klausur objections answer 3 --text "The second sign is missing."
    """
    place = options.folder(None, exam)
    actions.objections.answer(place, number, text, acting.author(who, why))
    seen = actions.objections.seen_one(place, number)
    if json:
        terminal.to_json(_plain(seen))
    else:
        _show(seen)


def _show(seen: "SeenObjection") -> None:
    one, who = seen.objection, seen.candidate.candidate
    about = f"question {seen.number or one.question}" if one.question else one.about.value
    terminal.say(f"{one.id}: {who.registration} {who.name}, booklet {seen.booklet or '–'}, {about}")
    terminal.say(one.text)
    if one.mark is not None:
        box = one.mark.box
        terminal.say(f"marked: {one.mark.spot}, {box.w:g} × {box.h:g} mm at {box.x:g}, {box.y:g} mm")
    if one.question:
        by = f", by {', '.join(one.told.judges)}" if one.told.judges else ""
        terminal.say(f"was told {_credits(one.told.credits)}{by}; earns {_credits(seen.credits)} now")
    if one.reply is None:
        terminal.say("waits for an answer")
    else:
        terminal.say(f"{one.reply.outcome.value}, by {one.reply.who}: {one.reply.text or 'judged anew'}")


def _credits(credits: "Credits | None") -> str:
    return "nothing yet" if credits is None else show_credits(credits)


def _plain(seen: "SeenObjection") -> dict[str, Any]:
    one, reply = seen.objection, seen.objection.reply
    return {
        "id": one.id,
        "registration": seen.candidate.candidate.registration,
        "booklet": seen.booklet,
        "about": one.about,
        "question": one.question,
        "text": one.text,
        "when": one.when,
        "told": None if one.told.credits is None else str(one.told.credits),
        "judges": one.told.judges,
        "credits": None if seen.credits is None else str(seen.credits),
        "outcome": None if reply is None else reply.outcome,
        "answer": None if reply is None else reply.text,
        "by": None if reply is None else reply.who,
    }
