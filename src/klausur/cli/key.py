"""``klausur key``."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.base.credits import Credits, mixed_credits
from klausur.base.errors import NotFoundError, UsageError
from klausur.cli import acting, options, terminal
from klausur.exam.setting import drawn
from klausur.exam.whose_word import WhoseWord
from klausur.report.columns import STRUCK
from klausur.state.facts import Author

if TYPE_CHECKING:
    from klausur.exam.differences import Difference


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    edition: Annotated[
        int | None, typer.Option("--edition", metavar="N", help="Which edition's key. (default: the newest)")
    ] = None,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Let the source's key count from now on. Wants --why.")
    ] = False,
    resolve: Annotated[
        list[str] | None,
        typer.Option(
            "--resolve",
            metavar="ITEM=SIDE",
            help="Whose word holds where records and source have both changed: source or records, as in "
            "'speed/rubric=source'; may be given several times.",
        ),
    ] = None,
    same_meaning: Annotated[
        bool,
        typer.Option(
            "--same-meaning", help="I have read what reads otherwise than it was printed: it means the same."
        ),
    ] = False,
    write_back: Annotated[
        bool, typer.Option("--write-back", help="Bring the source in line with the key that counts.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the newest decision about the key back.")
    ] = False,
    trust: options.Trust = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    json: options.Json = False,
) -> None:
    """Compare the key that counts with the source, and take one over from the other.

    Example: klausur key endterm

    Example, let the mended source count: klausur key endterm --take-over --why "choice b is right too"
    """
    place, author = options.folder(folder, exam), acting.author(who, why)
    sides = dict(map(_resolved, resolve or ()))
    if take_over and write_back:
        raise UsageError("--take-over and --write-back are two directions", "do one, then the other")
    if write_back and (sides or same_meaning):
        raise UsageError("--write-back decides nothing", "leave --resolve and --same-meaning to --take-over")
    if undo:
        alone = not (take_over or write_back or sides or same_meaning)
        _undo(place, author, edition, alone=alone, dry_run=dry_run, json=json)
        return
    options.trusted(place, trust=trust)
    if write_back:
        back = actions.write_back_key.write_back_key(place, author, edition=edition, dry_run=dry_run)
        if json:
            terminal.to_json(_back(back))
        else:
            _say_back(back)
    elif take_over:
        taken = actions.take_over_key.take_over_key(
            place,
            author,
            edition=edition,
            resolve=sides,
            same_meaning=same_meaning,
            dry_run=dry_run,
        )
        if json:
            terminal.to_json({**_plain(taken.compared), **_taken(taken)})
        else:
            _say_taken(taken, dry_run=dry_run)
    else:
        found = actions.compare_key.compare_key(
            place, edition=edition, resolve=sides, same_meaning=same_meaning
        )
        if json:
            terminal.to_json(_plain(found))
        else:
            _say(found)


def _undo(
    place: Path, author: Author, edition: int | None, *, alone: bool, dry_run: bool, json: bool
) -> None:
    if not alone:
        raise UsageError("--undo goes alone", "take it back first, then do the other")
    now = actions.mend_key.key_now(place, edition=edition)
    if not now.decided:
        raise NotFoundError("nobody has decided about the key", "nothing: it is as it was printed")
    made = actions.mend_key.undo_key(place, now.decided, author, dry_run=dry_run)
    if json:
        terminal.to_json(
            {
                "edition": made.edition,
                "changed": [_difference(d) for d in made.differences],
                "recorded": made.recorded,
                "effects": effects_json(made.effects),
            }
        )
        return
    _section("Taken back", made.differences)
    say_effects(made.effects)
    terminal.say(
        "Recorded: the key before it counts from now on."
        if made.recorded
        else "Dry run: nothing was recorded"
    )


def _resolved(text: str) -> tuple[str, WhoseWord]:
    item, _, side = text.rpartition("=")
    if not item or side not in set(WhoseWord):
        raise UsageError(
            f"--resolve {text} cannot be read", "write it as in --resolve speed/rubric=source, or =records"
        )
    return item, WhoseWord(side)


def _say(found: "actions.compare_key.ComparedKeys") -> None:
    merge = found.merge
    terminal.say(f"Edition {found.edition}", style="bold")
    if not found.kept:
        terminal.say(
            "An older Klausur did not keep what it asks. The source fits the printed boxes; "
            "to let it count as what was printed: klausur key --take-over --why TEXT"
        )
        return
    _section("Asks something else than was printed (refused)", merge.refusals)
    _lines("Both have changed", (f"{c.item}: {c.text} ({c.place})" for c in merge.conflicts))
    _lines("Would be wrong beside what counts", map(str, merge.diagnostics))
    _section("New in the source (--take-over)", merge.changed)
    _section("The source is behind (--write-back)", found.behind)
    _section("Otherwise than printed, and no matter for the key", merge.beside)
    if not (merge.changed or found.behind or merge.refusals or merge.conflicts or merge.diagnostics):
        terminal.say("The source has the key that counts.")


def _section(title: str, found: "Sequence[Difference]") -> None:
    _lines(title, (f"{d}{_variants(d)}" for d in found))


def _variants(found: "Difference") -> str:
    told = sorted({drawn(variant) for variant in found.variants})
    return f" (variants {', '.join(map(str, told))})" if len(told) > 1 else ""


def _lines(title: str, lines: Iterable[str]) -> None:
    told = list(lines)
    if told:
        terminal.say(f"{title}:", style="bold")
    for line in told:
        terminal.say(f"  {line}")


def _say_taken(taken: "actions.take_over_key.TakenOver", *, dry_run: bool) -> None:
    _say(taken.compared)
    say_effects(taken.effects)
    if taken.recorded:
        terminal.say("Recorded: this key counts from now on. See klausur grade, klausur solution.")
    elif dry_run:
        terminal.say("Dry run: nothing was recorded")
    else:
        terminal.say("There is nothing to take over")


_TITLES = {
    "gains": "Who gains",
    "loses": "Who loses",
    "even": "Who neither gains nor loses",
    "open": "Who has no result, before or after",
}
"""What stands above those who fare alike."""


def say_effects(found: "Sequence[actions.key_effects.Effect]") -> None:
    """Tables of who gains, who loses, and whom it leaves as they are."""
    if not found:
        terminal.say("No credits and no grade change.")
        return
    for way, title in _TITLES.items():
        alike = [effect for effect in found if effect.way == way]
        if alike:
            terminal.table(
                ("booklet", "registration", "name", "question", "credits", "total", "grade"),
                map(_row, alike),
                title=title,
                titled=True,
            )
    ways = Counter(str(effect.way) for effect in found)
    grades = sum(effect.grade[0] != effect.grade[1] for effect in found)
    changes = "1 changes its" if grades == 1 else f"{grades} change their"
    terminal.say(
        f"{terminal.count(len(found), 'booklet')} concerned: {ways['gains']} gain, {ways['loses']} lose; "
        f"{changes} grade"
    )


def _row(effect: "actions.key_effects.Effect") -> tuple[str, ...]:
    moved = effect.questions
    of = [""] * 2 if effect.worth[0] == effect.worth[1] else [f" of {_credits(w)}" for w in effect.worth]
    totals = [f"{_credits(t)}{o}" if t is not None else "" for t, o in zip(effect.total, of, strict=True)]
    return (
        "" if effect.booklet is None else str(effect.booklet),
        effect.registration,
        effect.name,
        ", ".join(m.question for m in moved),
        ", ".join(
            _arrow(
                *(STRUCK if gone else _credits(c) for c, gone in zip((m.old, m.new), m.struck, strict=True))
            )
            for m in moved
        ),
        _arrow(*totals),
        _arrow(*effect.grade),
    )


def _arrow(old: str, new: str) -> str:
    return old if old == new else f"{old or 'open'} → {new or 'open'}"


def _credits(value: Credits | None) -> str:
    return "" if value is None else mixed_credits(value)


def _say_back(back: "actions.write_back_key.WrittenBack") -> None:
    for line in back.patch.splitlines():
        terminal.say(line)
    _section("Written back" if back.written else "Would be written back", back.placed)
    _lines("To be done by hand", (f"{d}: {why}" for d, why in back.by_hand))
    if not (back.placed or back.by_hand):
        terminal.say("The source is not behind the key that counts.")
    elif not back.written:
        terminal.say("Nothing was written")


def _plain(found: "actions.compare_key.ComparedKeys") -> dict[str, object]:
    merge = found.merge
    return {
        "edition": found.edition,
        "kept": found.kept,
        "clear": merge.clear,
        "new": found.new,
        "changed": [_difference(d) for d in merge.changed],
        "behind": [_difference(d) for d in found.behind],
        "conflicts": [
            {
                "item": str(c.item),
                "printed": c.base,
                "records": c.counts,
                "source": c.disk,
                "place": str(c.place),
                "variants": c.variants,
            }
            for c in merge.conflicts
        ],
        "refusals": [_difference(d) for d in merge.refusals],
        "beside": [_difference(d) for d in merge.beside],
        "diagnostics": [d.as_json() for d in merge.diagnostics],
    }


def _difference(found: "Difference") -> dict[str, object]:
    return {
        "kind": found.kind,
        "question": found.question,
        "letters": found.letters,
        "text": found.text,
        "old": found.old,
        "new": found.new,
        "place": str(found.place),
        "variants": found.variants,
    }


def _taken(taken: "actions.take_over_key.TakenOver") -> dict[str, object]:
    return {"recorded": taken.recorded, "effects": effects_json(taken.effects)}


def effects_json(found: "Sequence[actions.key_effects.Effect]") -> list[dict[str, object]]:
    """The same for other programs."""
    return [
        {
            "booklet": e.booklet,
            "registration": e.registration,
            "name": e.name,
            "way": e.way,
            "questions": [_moved(m) for m in e.questions],
            "total": {"old": e.total[0], "new": e.total[1]},
            "of": {"old": e.worth[0], "new": e.worth[1]},
            "grade": {"old": e.grade[0], "new": e.grade[1]},
            "status": {"old": e.status[0], "new": e.status[1]},
        }
        for e in found
    ]


def _moved(moved: "actions.key_effects.Moved") -> dict[str, object]:
    old, new = (
        STRUCK if gone else credits
        for credits, gone in zip((moved.old, moved.new), moved.struck, strict=True)
    )
    return {"question": moved.question, "old": old, "new": new}


def _back(back: "actions.write_back_key.WrittenBack") -> dict[str, object]:
    return {
        "edition": back.edition,
        "written": back.written,
        "files": back.files,
        "patch": back.patch,
        "placed": [_difference(d) for d in back.placed],
        "by_hand": [{**_difference(d), "why": why} for d, why in back.by_hand],
    }
