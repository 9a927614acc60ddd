"""``klausur attendance``."""

from collections import Counter

import typer

from klausur import actions
from klausur.cli import options, terminal
from klausur.state.facts import Standing


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Hold the signed attendance lists against the booklets that were found.

    Example: klausur attendance endterm
    """
    found = actions.attendance.attendance(options.folder(folder, exam))
    if json:
        terminal.to_json(_plain(found))
    else:
        _show(found)
    if found.findings:
        raise typer.Exit(1)


def _show(found: "actions.attendance.Attendance") -> None:
    wrong = [p for p in found.people if p.finding is not None]
    if wrong:
        terminal.table(
            ("registration", "name", "room", "list", "booklet", "standing", "finding"),
            ((*_person(p), _says(p.finding)) for p in wrong if p.finding is not None),
            title="Candidates",
        )
    for page in found.pages:
        terminal.say(f"list {page.sheet} ({page.room or 'no room'}), page {page.page}: {_says(page.finding)}")
    if found.nobodys:
        terminal.say(
            f"Booklets that are nobody's yet: {', '.join(map(str, found.nobodys))}; see klausur settle list"
        )
    if not found.printed:
        terminal.say("No attendance lists were printed.")
    signing = {word: sum(p.presence == word for p in found.people) for word in ("signed", "unsigned")}
    booklets = sum(p.booklet is not None for p in found.people)
    terminal.say(
        f"{terminal.count(len(found.people), 'candidate')}: {signing['signed']} signed, "
        f"{signing['unsigned']} did not, {booklets} with a booklet; "
        f"{terminal.count(found.findings, 'finding')}"
    )
    counted = Counter(p.standing for p in found.people)
    parts = [f"{counted[s]} {s}" for s in Standing if counted[s] and s is not Standing.REGISTERED]
    if parts:
        terminal.say(f"By the list of candidates: {', '.join(parts)}")


def _says(finding: "actions.attendance.Finding") -> str:
    kinds = actions.attendance.Finding
    return {
        kinds.NO_BOOKLET: "signed, but no booklet of theirs was found",
        kinds.NOT_SIGNED: "booklet found, but not signed",
        kinds.UNCLEAR: "signature unclear: klausur settle signature REG --signed, or --unsigned",
        kinds.PAGE_MISSING: "this page of the list was not scanned",
        kinds.ABSENT: "absent by the list of candidates, but a booklet of theirs was found",
        kinds.PAGE_TWICE: "this page of the list was scanned twice with different content",
    }[finding]


def _person(found: "actions.attendance.Attending") -> tuple[str, ...]:
    booklet = str(found.booklet or "")
    if not booklet and found.maybe:
        booklet = f"perhaps {' or '.join(map(str, found.maybe))}"
    where = f"{found.sheet}, page {found.page}" if found.sheet is not None else ""
    who, standing = found.candidate, "" if found.standing is Standing.REGISTERED else str(found.standing)
    return who.registration, who.name, who.room, where, booklet, standing


def _plain(found: "actions.attendance.Attendance") -> object:
    return {
        "findings": found.findings,
        "printed": found.printed,
        "candidates": [
            {
                "registration": p.candidate.registration,
                "name": p.candidate.name,
                "room": p.candidate.room,
                "list": p.sheet,
                "page": p.page,
                "presence": p.presence,
                "settled": p.settled,
                "booklet": p.booklet,
                "maybe": p.maybe,
                "standing": p.standing,
                "finding": p.finding,
            }
            for p in found.people
        ],
        "pages": [
            {"list": p.sheet, "room": p.room, "page": p.page, "finding": p.finding} for p in found.pages
        ],
        "nobodys": found.nobodys,
    }
