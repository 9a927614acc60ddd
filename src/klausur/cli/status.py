"""``klausur status``."""

from collections import Counter
from collections.abc import Mapping, Sequence

from klausur import actions
from klausur.cli import audit_marks, options, reasons, terminal
from klausur.cli.waiting import claim
from klausur.state.facts import Standing

SHOWN = 10
"""Pages, or files, that are named one by one; ``--json`` names all."""


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Show what is found or missing, whose each booklet is, and what waits for a person.

    Example: klausur status endterm
    """
    found = actions.status.status(options.folder(folder, exam))
    if json:
        terminal.to_json(_plain(found))
        return
    standing = {p.candidate.registration: str(p.standing) for p in found.excused}
    terminal.table(
        (
            *("booklet", "registration", "name", "by", "pages", "missing"),
            *("twice", "duplicates", "unplaced", "extra", "open"),
        ),
        (_row(b, standing) for b in found.booklets),
        title=found.exam,
        spare=("by", "duplicates", "registration", "pages", "extra"),
        short={"name": 24, "missing": 8, "twice": 8, "extra": 8},
        wide=wide,
    )
    for tie in found.untied:
        terminal.say(
            f"booklet {tie.booklet} has no candidate: {', '.join(tie.doubts)}"
            + "".join(f"; {claim(c)}" for c in tie.claims)
            + (f"; see booklets {', '.join(map(str, tie.others))}" if tie.others else "")
        )
    _sheets(found)
    terminal.say(
        f"{terminal.count(found.images, 'image')} from {terminal.count(len(found.files), 'file')}: "
        f"{found.placed} placed, {len(found.waiting)} unplaced, {found.ignored} ignored"
    )
    reasons.unplaced(found.reasons)
    lost = sum(len(b.missing) for b in found.booklets if b.found)
    if lost:
        terminal.say(f"{terminal.count(lost, 'page')} missing of booklets that were found")
    _waived(found)
    if found.images:
        said = reasons.questions(found.open + found.lost, found.lost)
        terminal.say(f"{said} wait for a person: klausur settle list")
    if found.uncovered:
        pages = terminal.count(len(found.uncovered), "page is", "pages are")
        terminal.say(f"{pages} not like those the readers were made for: people decide all that is on them")
        for image in found.uncovered[:SHOWN]:
            terminal.say(f"  image {image.id}, {image.spot}: {image.uncovered}")
    if found.images:
        _marks(found)
    if found.absent and found.images:
        terminal.say(f"{terminal.count(len(found.absent), 'candidate')} without a booklet")
    standings = Counter(person.standing for person in found.excused)
    if standings:
        parts = ", ".join(f"{standings[s]} {s}" for s in Standing if standings[s])
        terminal.say(f"{parts}, by the list of candidates: see klausur candidates")
    _unfinished(found)


def _marks(found: "actions.status.Status") -> None:
    """How far the readings of marks are to be believed: in this exam, and by the reader's card."""
    lines = (audit_marks.told(found.audit) if found.audit else []) or [
        "no sample of marks was looked at a second time: klausur audit-marks --sample 400"
    ]
    for line in lines:
        terminal.say(line)
    card = found.belief
    if card is not None:
        tried = f"by its card, the reader of marks (version {card.version}) misread {card.wrong:,}"
        terminal.say(f"{tried} of {card.boxes:,} marks by other hands without saying so")


def _waived(found: "actions.status.Status") -> None:
    """Pages that people have decided to do without."""
    for each in found.booklets:
        if each.waived:
            terminal.say(f"booklet {each.booklet.number} counts without page {ranges(each.waived)}")
        if each.returned:
            said = "was found after all, and counts, though the booklet was to count without it"
            terminal.say(f"booklet {each.booklet.number}, page {ranges(each.returned)}: {said}")


def _unfinished(found: "actions.status.Status") -> None:
    """Printings and files that were begun."""
    for stopped in found.abandoned:
        numbers = "; ".join(actions.print_readme.counted(stopped))
        terminal.say(f"printing {stopped.number} by {stopped.who} is not finished: {numbers}")
    for file in found.files:
        if not file.done:
            terminal.say(f"{file.name}: {file.recorded} of {file.count} pages read; scan it again to go on")
    if found.refused:
        terminal.say(f"{terminal.count(len(found.refused), 'file was', 'files were')} refused, and not read")
        for refused in found.refused[-SHOWN:]:
            terminal.say(f"  {refused.path}: {refused.why} ({refused.hint})")


def _row(b: "actions.status.BookletStatus", standing: Mapping[str, str]) -> tuple[str, ...]:
    owner = b.tie.candidate
    said = standing.get(owner.registration) if owner else None
    nobody = "(nobody's)" if b.tie.nobody else "(spare)" if not b.found else "(open)" if b.tie.open else ""
    return (
        str(b.booklet.number),
        owner.registration if owner else "",
        f"{owner.name} ({said})" if owner and said else owner.name if owner else nobody,
        str(b.tie.found_by or ""),
        f"{len(b.found)}/{len(b.found) + len(b.missing) + len(b.waived)}",
        ranges(b.missing) if b.found else "all" if b.missing else "",
        ranges(b.disputed),
        str(b.duplicates or ""),
        str(b.unplaced or ""),
        ranges(b.extras),
        str(b.open or ""),
    )


def _sheets(found: "actions.status.Status") -> None:
    for sheet in found.sheets:
        if sheet.missing and found.images:
            pages = f"{'page' if len(sheet.missing) == 1 else 'pages'} {ranges(sheet.missing)}"
            terminal.say(f"{sheet.sheet} {sheet.number}: {pages} not scanned")
    for extra in found.extras:
        if extra.open:
            terminal.say(
                f"extra sheet {extra.number} belongs to no booklet yet: {', '.join(extra.doubts)}"
                + (f"; read {extra.read}" if extra.read else "")
            )


def ranges(numbers: Sequence[int]) -> str:
    """Page numbers for people: ``1-3, 7``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)


def _plain(found: "actions.status.Status") -> object:
    return {
        "exam": found.exam,
        "images": found.images,
        "placed": found.placed,
        "unplaced": len(found.waiting),
        "ignored": found.ignored,
        "open": found.open,
        "lost": found.lost,
        "untied": [tie.booklet for tie in found.untied],
        "reasons": {reason.value: count for reason, count in found.reasons},
        "files": [
            {"name": f.name, "sha256": f.sha256, "pages": f.count, "recorded": f.recorded}
            for f in found.files
        ],
        "booklets": [
            {
                "booklet": b.booklet.number,
                "candidate": b.tie.candidate,
                "source": b.tie.source,
                "doubts": b.tie.doubts,
                "claims": b.tie.claims,
                "nobody": b.tie.nobody,
                "found": b.found,
                "missing": b.missing,
                "waived": b.waived,
                "returned": b.returned,
                "twice": b.disputed,
                "duplicates": b.duplicates,
                "unplaced": b.unplaced,
                "extras": b.extras,
                "open": b.open,
            }
            for b in found.booklets
        ],
        "sheets": found.sheets,
        "extras": found.extras,
        "absent": found.absent,
        "refused": found.refused,
        "abandoned": [p.number for p in found.abandoned],
        "excused": [
            {
                "registration": person.candidate.registration,
                "name": person.candidate.name,
                "standing": person.standing,
                "why": person.why,
            }
            for person in found.excused
        ],
        "audit": None if found.audit is None else audit_marks.plain(found.audit),
        "belief": found.belief,
        "uncovered": [{"image": i.id, "page": i.spot, "why": i.uncovered} for i in found.uncovered],
    }
