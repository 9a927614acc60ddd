"""How a change of a rubric is recorded, or only looked at, and told: alike in all commands that make one."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from klausur import actions
from klausur.base.credits import show_credits
from klausur.cli import terminal
from klausur.cli.rubric.edits import Lines
from klausur.state.facts import Author

if TYPE_CHECKING:
    from klausur.actions.change_rubric import RubricChange

_LOOKS = {
    "gone": "an item that it gave is gone",
    "new": "an item is new",
    "cap": "a group is cut now",
    "once": "an item counts once now",
    "outside": "its adjustment no longer fits",
}
"""Why an answer wants a new look."""


def edit_rubric(  # noqa: PLR0913 - one for each option
    folder: Path,
    question: str,
    edit: Callable[[Lines], Lines],
    author: Author,
    *,
    edition: int | None,
    apply: bool,
    again: bool,
    dry_run: bool,
    json: bool,
) -> None:
    """Change a rubric by a function of its lines, and tell what that does."""
    now = actions.change_rubric.rubric_now(folder, question, edition=edition)
    made = actions.change_rubric.change_rubric(
        folder,
        now.question.id,
        edit(now.lines),
        author,
        edition=now.edition,
        looked=now.stamp,
        apply=apply,
        again=again,
        dry_run=dry_run,
    )
    if json:
        terminal.to_json(plain(made))
        return
    for change in made.changes:
        terminal.say(change.text)
    if made.effects:
        terminal.table(
            ("booklet", "judged by", "has", "would get", "because of", "look again"),
            (
                (
                    str(each.judgement.booklet),
                    each.judgement.who,
                    show_credits(each.old),
                    "" if each.new is None else show_credits(each.new),
                    ", ".join(each.touched),
                    "; ".join(_LOOKS[look] for look in each.looks),
                )
                for each in made.effects
            ),
            title=f"Of {terminal.count(made.judged, 'answer')} that are judged",
        )
    else:
        terminal.say("No answer that is judged is concerned.")
    if made.recorded is None:
        terminal.say("Dry run: nothing was recorded")
        return
    told = [f"Recorded as change {made.recorded.id}"]
    told += [f"{terminal.count(len(made.moved), 'answer')} counted anew"] if apply else []
    told += (
        [f"{terminal.count(len(made.again), 'answer')} put back among the open ones"] if made.again else []
    )
    terminal.say("; ".join(told))


def plain(made: "RubricChange") -> dict[str, object]:
    """A change for other programs."""
    return {
        "edition": made.now.edition,
        "question": made.now.question.id,
        "recorded": None if made.recorded is None else made.recorded.id,
        "changes": [{"item": change.id, "text": change.text} for change in made.changes],
        "judged": made.judged,
        "effects": [
            {
                "booklet": each.judgement.booklet,
                "judgement": each.judgement.id,
                "who": each.judgement.who,
                "old": each.old,
                "new": each.new,
                "items": each.touched,
                "looks": each.looks,
            }
            for each in made.effects
        ],
        "moved": made.moved,
        "again": made.again,
    }
