"""``klausur place`` and ``klausur place set``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal


def command(
    folder: options.Folder = None,
    *,
    find: Annotated[
        str,
        typer.Option(
            "--find", metavar="TEXT", help="A booklet's number, a name, a registration number, or a box."
        ),
    ] = "",
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Show where paper scripts lie, all or those that are looked for.

    Example: klausur place endterm --find 03711234
    """
    found = actions.script_places.find(options.folder(folder, exam), find)
    rows = [
        (
            each.booklet,
            "" if each.candidate is None else each.candidate.candidate.registration,
            "" if each.candidate is None else each.candidate.candidate.name,
            each.place,
        )
        for each in found
    ]
    if json:
        terminal.to_json(
            [
                {
                    "booklet": number,
                    "registration": registration,
                    "name": name,
                    "box": None if place is None else place.box,
                    "position": None if place is None else place.position,
                    "who": None if place is None else place.who,
                    "when": None if place is None else place.when,
                }
                for number, registration, name, place in rows
            ]
        )
        return
    terminal.table(
        ("booklet", "registration", "name", "box", "position", "by"),
        (
            (
                str(number),
                registration,
                name,
                "" if place is None else place.box,
                "" if place is None else str(place.position or ""),
                "" if place is None else place.who,
            )
            for number, registration, name, place in rows
        ),
    )
    terminal.say(terminal.count(len(rows), "booklet"))


def set_(
    box: Annotated[
        str, typer.Argument(metavar="BOX", help="What the box is called; empty: nobody knows any more.")
    ],
    booklets: Annotated[
        str, typer.Argument(metavar="BOOKLETS", help="Their numbers in their order, such as 1-40,57.")
    ],
    *,
    first: Annotated[
        int | None, typer.Option("--from", min=1, metavar="N", help="The position of the first of them.")
    ] = None,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Note in which box paper scripts lie, and from which position on.

    Example: klausur place set "Box 3" 1-40,57 --from 1 --exam endterm
    """
    numbers = actions.script_places.named(booklets)
    place = options.folder(None, exam)
    many = actions.script_places.note(place, numbers, box, acting.author(who, why), first=first)
    if json:
        terminal.to_json({"booklets": many})
    else:
        where = f"in {box}" if box.strip() else "nowhere that is known"
        lie = "lies" if many == 1 else "lie"
        terminal.say(f"{terminal.count(many, 'booklet')} {lie} {where}")
