"""What ``klausur settle list`` shows: everything that waits for a person, and how to decide it."""

from pathlib import Path
from typing import TYPE_CHECKING

from klausur import actions
from klausur.cli import reasons, terminal
from klausur.paper.answers import Doubt
from klausur.scan.result import Reason

if TYPE_CHECKING:
    from klausur.state.extras import Extra
    from klausur.state.owners import OwnerClaim, Tie


def show(place: Path, *, wide: bool, json: bool) -> None:
    """Print the list."""
    found = actions.waiting.waiting(place)
    if json:
        terminal.to_json(found)
        return
    if found.booklets:
        terminal.table(
            ("booklet", "why", "what was found", "other booklets"),
            (_booklet(tie) for tie in found.booklets),
            title="Whose booklets: klausur settle owner BOOKLET --candidate REG",
            spare=("other booklets",),
            short={"why": 16, "what was found": 24, "other booklets": 8},
            wide=wide,
        )
    if found.extras:
        terminal.table(
            ("extra sheet", "why", "read", "likeliest booklets"),
            (_extra(extra) for extra in found.extras),
            title="Extra sheets: klausur settle extra N --booklet M",
            short={"why": 16, "likeliest booklets": 8},
            wide=wide,
        )
    if found.unclear:
        terminal.table(
            ("image", "file", "why", "probably", "because of", "look at"),
            (_image(image) for image in found.unclear),
            title="Images: klausur settle page IMAGE --accept, or --is B:P, or --ignore",
            spare=("because of", "file"),
            short={"why": 12, "because of": 10},
            below="look at",
            wide=wide,
        )
    if found.questions:
        terminal.table(
            ("booklet", "question", "id", "page", "why", "look at"),
            (_question(question) for question in found.questions),
            title="Questions: klausur settle question BOOKLET QUESTION --chosen LETTERS, or --credits N",
            spare=("id", "look at"),
            short={"why": 18, "look at": 24},
            wide=wide,
        )
    lost = sum(question.doubts == (Doubt.PAGE_MISSING,) for question in found.questions)
    parts = (
        reasons.questions(len(found.questions), lost),
        terminal.count(len(found.unclear), "image"),
        terminal.count(len(found.booklets), "booklet") + " without a candidate",
        terminal.count(len(found.extras), "extra sheet"),
    )
    terminal.say(f"{', '.join(parts)} wait for a person")
    if found.duplicates:
        shown = terminal.count(len(found.duplicates), "image shows", "images show")
        terminal.say(f"{shown} what the page that counts shows already: nobody need look")


def _question(question: "actions.waiting.OpenQuestion") -> tuple[str, ...]:
    return (
        str(question.booklet),
        question.number,
        question.question,
        str(question.page),
        ", ".join(question.doubts),
        f"{question.file} image {question.image + 1}" if question.image is not None else "",
    )


def _image(waits: "actions.waiting.WaitingImage") -> tuple[str, ...]:
    image, counting = waits.image, waits.counting
    look = str(waits.picture or "")
    if counting is not None:
        look = f"image {counting.id} counts now; klausur pages --side-by-side {image.id} OUT.png"
    return (
        str(image.id),
        image.called,
        _why(waits),
        str(waits.proposed.spot) if waits.proposed else "",
        str(waits.proposed.ground) if waits.proposed else "",
        look,
    )


def _why(waits: "actions.waiting.WaitingImage") -> str:
    """The reason, with what differs from the page that counts, or what of the image cannot be drawn."""
    unplaced = waits.image.unplaced
    if unplaced is None:
        return ""
    more = ", ".join(waits.differs)
    if unplaced.reason is Reason.UNREADABLE:
        more = unplaced.detail.partition("\n")[0]
    return f"{unplaced.reason}: {more}" if more else str(unplaced.reason)


def _booklet(tie: "Tie") -> tuple[str, ...]:
    return (
        str(tie.booklet),
        ", ".join(tie.doubts),
        "; ".join(claim(c) for c in tie.claims),
        ", ".join(map(str, tie.others)),
    )


def claim(found: "OwnerClaim") -> str:
    """What one source says: ``sticker 5: 0371 Ada Example``."""
    if found.candidate is not None:
        whose = f"{found.candidate.registration} {found.candidate.name}"
    else:
        whose = f"perhaps {' or '.join(found.likeliest)}" if found.likeliest else "unclear"
    read = found.read if found.source == "sticker" else f"{found.source} {found.read}"
    return f"{read}: {whose}"


def _extra(extra: "Extra") -> tuple[str, ...]:
    return (str(extra.number), ", ".join(extra.doubts), extra.read, ", ".join(map(str, extra.likeliest)))
