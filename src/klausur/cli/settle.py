"""``klausur settle``: the arguments to one decision. What waits is listed by `klausur.cli.waiting`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import typer

from klausur.actions import settle_page as pages
from klausur.actions import settle_tie as ties
from klausur.actions.settle import Decision, Marked, TakenBack, settle
from klausur.base.credits import parse_credits
from klausur.base.errors import UsageError
from klausur.cli import options, terminal, waiting
from klausur.paper.answers import Chosen, Worth
from klausur.paper.code import Sheet
from klausur.paper.fields import Signed
from klausur.state.facts import Author, Bond, Spot, StoredTie, Verdict

_HOW = "see 'klausur settle --help' for examples"


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said on the command line: the subject and the decision, as far as they were given."""

    number: int | None = None
    target: str | None = None
    mark: str | None = None
    chosen: str | None = None
    credits: str | None = None
    image: int | None = None
    page: str | None = None
    accept: bool = False
    ignore: bool = False
    booklet: int | None = None
    candidate: str | None = None
    extra: int | None = None
    nobody: bool = False
    signed: bool = False
    unsigned: bool = False
    undo: bool = False
    list: bool = False

    @property
    def given(self) -> frozenset[str]:
        """The names of what was said."""
        return frozenset(f.name for f in fields(self) if getattr(self, f.name) not in (None, False))


@dataclass(frozen=True, slots=True)
class _Call:
    """Where, by whom, and how to answer."""

    place: Path
    author: Author
    dry_run: bool
    json: bool


def command(  # noqa: PLR0913 - the options of one command, each of its own
    booklet_: Annotated[int | None, typer.Argument(metavar="BOOKLET", help="The booklet's number.")] = None,
    target: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="A question's id or number, or the id of one box."),
    ] = None,
    mark: Annotated[
        str | None, typer.Argument(metavar="MARK", help="What one box holds: empty, crossed or filled.")
    ] = None,
    *,
    chosen: Annotated[
        str | None, typer.Option("--chosen", metavar="LETTERS", help="The choices chosen: a,c or none.")
    ] = None,
    credits_: Annotated[
        str | None, typer.Option("--credits", metavar="N", help="The credits given: 1.5, say.")
    ] = None,
    image: Annotated[
        int | None, typer.Option("--image", metavar="N", help="An image, by its number.")
    ] = None,
    page: Annotated[
        str | None,
        typer.Option("--page", metavar="B:P", help="The image is page P of booklet B (or extra:N:P)."),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="The image is the page that --list proposes for it.")
    ] = False,
    ignore: Annotated[bool, typer.Option("--ignore", help="The image is no page of this exam.")] = False,
    booklet: Annotated[
        int | None, typer.Option("--booklet", metavar="N", help="A booklet whose owner is decided.")
    ] = None,
    candidate: Annotated[
        str | None, typer.Option("--candidate", metavar="REG", help="A candidate's registration number.")
    ] = None,
    extra: Annotated[
        int | None, typer.Option("--extra", metavar="N", help="An extra sheet, by its number.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="The booklet or sheet is nobody's.")] = False,
    signed: Annotated[bool, typer.Option("--signed", help="The candidate signed the list.")] = False,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="The candidate did not sign.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was settled there.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show what waits for a person.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be recorded, but record nothing.")
    ] = False,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, recorded beside.")] = "",
    who: Annotated[
        str | None, typer.Option("--who", metavar="NAME", help="Who decides. (default: you)")
    ] = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Decide what the machine could not: a box, a page, whose a booklet is.

    Example, what waits: klausur settle --list

    Example, one box: klausur settle 12 last-layer/choice/b crossed --why "circled"

    Example, a question's choices: klausur settle 12 1.3 --chosen a,c

    Example, a question's credits: klausur settle 12 4.1 --credits 1.5

    Example, an image: klausur settle --image 57 --page 12:3

    Example, an image as it is proposed: klausur settle --image 57 --accept

    Example, whose a booklet is: klausur settle --booklet 12 --candidate 03712345

    Example, an extra sheet: klausur settle --extra 4 --booklet 12

    Example, a signature: klausur settle --candidate 03712345 --signed

    Example, take it back: klausur settle 12 4.1 --undo
    """
    said = _Said(
        booklet_,
        target,
        mark,
        chosen,
        credits_,
        image,
        page,
        accept,
        ignore,
        booklet,
        candidate,
        extra,
        nobody,
        signed,
        unsigned,
        undo,
        list_,
    )
    verb = _FORMS.get(said.given)
    if verb is None:
        raise UsageError("these arguments do not make one decision", _HOW)
    verb(said, _Call(options.folder(None, exam), Author(who or options.user(), why), dry_run, json))


def _question(said: _Said, call: _Call) -> None:
    """A box or a question of a booklet."""
    if said.number is None or said.target is None:
        raise UsageError("name a booklet and a question", _HOW)
    made = settle(call.place, said.number, said.target, _decision(said), call.author, dry_run=call.dry_run)
    if call.json:
        terminal.to_json(made)
        return
    for row in made:
        what = "the reading counts again" if row.value is None else row.value
        _say(call, f"booklet {row.booklet}, {row.field}: {what}")


def _decision(said: _Said) -> Decision:
    if said.undo:
        return TakenBack()
    if said.chosen is not None:
        letters = re.split(r"[\s,]+", said.chosen.strip().lower())
        return Chosen(frozenset(letters) - {"", "none"})
    if said.credits is not None:
        try:
            return Worth(parse_credits(said.credits))
        except ValueError as error:
            raise UsageError(str(error), _HOW) from None
    return Marked(said.mark or "")


def _image(said: _Said, call: _Call) -> None:
    """Which page an image is."""
    if said.image is None:
        raise UsageError("name an image", _HOW)
    if said.accept:
        done = pages.accept(call.place, said.image, call.author, dry_run=call.dry_run)
    else:
        spot = None if said.page is None else _spot(said.page)
        verdict = Verdict.PLACED if spot else Verdict.IGNORED if said.ignore else Verdict.UNDONE
        done = pages.settle_page(
            call.place, said.image, verdict, call.author, spot=spot, dry_run=call.dry_run
        )
    if call.json:
        terminal.to_json(done)
        return
    now = done.image.spot or ("ignored" if said.ignore else "unplaced")
    _say(call, f"image {said.image}: {now}")
    if done.aside is not None:
        _say(call, f"image {done.aside.id}, {done.aside.called}, is set aside")
    if done.readings:
        flagged = sum(reading.flagged for reading in done.readings)
        terminal.say(f"{terminal.count(len(done.readings), 'reading')}, {flagged} flagged")


def _spot(page: str) -> Spot:
    found = re.fullmatch(r"(?:(booklet|extra|attendance|protocol):)?(\d{1,8}):(\d{1,3})", page)
    if found is None:
        raise UsageError(
            f"{page!r} is no page",
            "write booklet and page with a colon: --page 12:3; other sheets with their kind: extra:4:1",
        )
    return Spot(int(found[2]), int(found[3]), Sheet(found[1] or Sheet.BOOKLET))


def _booklet(said: _Said, call: _Call) -> None:
    """Whose a booklet is."""
    if said.booklet is None:
        raise UsageError("name a booklet with --booklet", _HOW)
    made = ties.settle_booklet(
        call.place,
        said.booklet,
        _bond(said),
        call.author,
        registration=said.candidate,
        dry_run=call.dry_run,
    )
    whose = "" if made.candidate is None else f"{made.candidate.registration} {made.candidate.name}"
    _tied(call, made, whose)


def _extra(said: _Said, call: _Call) -> None:
    """Which booklet an extra sheet belongs to."""
    if said.extra is None:
        raise UsageError("name an extra sheet with --extra", _HOW)
    made = ties.settle_extra(
        call.place, said.extra, _bond(said), call.author, booklet=said.booklet, dry_run=call.dry_run
    )
    _tied(call, made, f"booklet {made.booklet}")


def _bond(said: _Said) -> Bond:
    return Bond.UNDONE if said.undo else Bond.NOBODY if said.nobody else Bond.TIED


def _tied(call: _Call, made: StoredTie, to: str) -> None:
    if call.json:
        terminal.to_json(made)
        return
    what = {Bond.TIED: to, Bond.NOBODY: "nobody's", Bond.UNDONE: "what was read counts again"}
    _say(call, f"{made.sheet} {made.number}: {what[made.bond]}")


def _signature(said: _Said, call: _Call) -> None:
    """Whether a candidate signed."""
    if said.candidate is None:
        raise UsageError("name a candidate with --candidate", _HOW)
    signed = None if said.undo else Signed.YES if said.signed else Signed.NO
    made = ties.settle_signature(call.place, said.candidate, signed, call.author, dry_run=call.dry_run)
    if call.json:
        terminal.to_json(made)
        return
    _say(call, f"{said.candidate}: {made.value or 'what was read counts again'}")


def _list(_said: _Said, call: _Call) -> None:
    waiting.show(call.place, json=call.json)


def _say(call: _Call, text: str) -> None:
    terminal.say(f"{text} (dry run: nothing was recorded)" if call.dry_run else text)


_SUBJECTS: dict[Callable[[_Said, _Call], None], tuple[set[str], tuple[str, ...]]] = {
    _question: ({"number", "target"}, ("mark", "chosen", "credits", "undo")),
    _image: ({"image"}, ("page", "accept", "ignore", "undo")),
    _booklet: ({"booklet"}, ("candidate", "nobody", "undo")),
    _extra: ({"extra"}, ("booklet", "nobody", "undo")),
    _signature: ({"candidate"}, ("signed", "unsigned", "undo")),
    _list: (set(), ("list",)),
}
"""What can be decided: the arguments that name the subject, and the decisions, one of which is said."""

_FORMS = {
    frozenset(subject | {decision}): verb
    for verb, (subject, decisions) in _SUBJECTS.items()
    for decision in decisions
}
