"""What the commands of ``klausur settle`` share: one decision out of several options, and how they answer."""

from klausur.base.errors import UsageError
from klausur.cli import terminal
from klausur.cli.settle import HOW
from klausur.state.facts import Bond, StoredSettlement, StoredTie


def refuse_unless_one(*said: object) -> None:
    """Of the decisions that a command knows, people say exactly one; None and False are not said.

    Raises:
        UsageError: none is said, or several.
    """
    if sum(each is not None and each is not False for each in said) != 1:
        raise UsageError("these arguments do not make one decision", HOW)


def bond(*, nobody: bool, undo: bool) -> Bond:
    """What is decided about whose a paper is."""
    return Bond.UNDONE if undo else Bond.NOBODY if nobody else Bond.TIED


def say(text: str, *, dry_run: bool) -> None:
    """Say what was decided."""
    terminal.say(f"{text} (dry run: nothing was recorded)" if dry_run else text)


def boxes(made: tuple[StoredSettlement, ...], *, dry_run: bool, json: bool) -> None:
    """Say what boxes are settled as."""
    if json:
        terminal.to_json(made)
        return
    for row in made:
        what = "the reading counts again" if row.value is None else row.value
        say(f"booklet {row.booklet}, {row.field}: {what}", dry_run=dry_run)


def tied(made: StoredTie, to: str, *, dry_run: bool, json: bool) -> None:
    """Say whose a paper is; ``to`` names whose, if it is somebody's."""
    if json:
        terminal.to_json(made)
        return
    what = {Bond.TIED: to, Bond.NOBODY: "nobody's", Bond.UNDONE: "what was read counts again"}
    say(f"{made.sheet} {made.number}: {what[made.bond]}", dry_run=dry_run)
