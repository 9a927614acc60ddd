"""``klausur status``."""

from collections.abc import Sequence

from klausur.actions.status import Status, status
from klausur.cli import options, terminal


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show per booklet which pages are found or missing, and what waits for a person.

    Example: klausur status endterm
    """
    found = status(options.folder(folder, exam))
    if json:
        terminal.to_json(_plain(found))
        return
    terminal.table(
        ("booklet", "registration", "name", "pages", "missing", "duplicates", "unplaced", "open"),
        (
            (
                str(b.booklet.number),
                b.booklet.candidate.registration if b.booklet.candidate else "",
                b.booklet.candidate.name if b.booklet.candidate else "(spare)",
                f"{len(b.found)}/{len(b.found) + len(b.missing)}",
                ranges(b.missing) if b.found else "all" if b.missing else "",
                str(b.duplicates or ""),
                str(b.unplaced or ""),
                str(b.open or ""),
            )
            for b in found.booklets
        ),
        title=found.exam,
    )
    terminal.say(
        f"{terminal.count(found.images, 'image')} from {terminal.count(len(found.files), 'file')}: "
        f"{found.placed} placed, {len(found.waiting)} unplaced, {found.ignored} ignored; "
        f"{terminal.count(found.open, 'question')} open"
    )
    for reason, count in found.reasons:
        terminal.say(f"  {count} unplaced: {reason}")
    for file in found.files:
        if not file.done:
            terminal.say(f"{file.name}: {file.recorded} of {file.count} pages read; scan it again to go on")


def ranges(numbers: Sequence[int]) -> str:
    """Page numbers for people: ``1-3, 7``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)


def _plain(found: Status) -> object:
    return {
        "exam": found.exam,
        "images": found.images,
        "placed": found.placed,
        "unplaced": len(found.waiting),
        "ignored": found.ignored,
        "open": found.open,
        "reasons": {reason.value: count for reason, count in found.reasons},
        "files": [
            {"name": f.name, "sha256": f.sha256, "pages": f.count, "recorded": f.recorded}
            for f in found.files
        ],
        "booklets": [
            {
                "booklet": b.booklet.number,
                "candidate": b.booklet.candidate,
                "found": b.found,
                "missing": b.missing,
                "duplicates": b.duplicates,
                "unplaced": b.unplaced,
                "open": b.open,
            }
            for b in found.booklets
        ],
    }
