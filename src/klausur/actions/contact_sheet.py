"""The contact sheet: all that waits for a person, as one HTML file with a picture of each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from klausur.actions import kept_scans, up_to_date, waiting
from klausur.actions.page_parts import ROUND, around
from klausur.actions.progress import Progress, quiet
from klausur.base.credits import mixed_credits
from klausur.base.errors import ToolError
from klausur.base.geometry import Box
from klausur.exam.setting import drawn
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import ANSWERING, Field, FieldKind
from klausur.paper.layout import Layout
from klausur.read import cuts
from klausur.read.cuts import Cut
from klausur.read.pool import ReaderEndedError, guarded, processes
from klausur.report.contact_sheet import Card, Picture, Section, contact_sheet
from klausur.report.contact_words import ContactWords
from klausur.state.booklets import Answered
from klausur.state.extras import Extra
from klausur.state.facts import Spot, StoredImage
from klausur.state.owners import Tie
from klausur.store import looks, pages, printings
from klausur.store.folder import Records, opened
from klausur.store.frame import Frame

BOX_DPI, PART_DPI, PAGE_DPI = 200.0, 110.0, 60.0
_LONGEST = 700
"""Pixels of the longer side of an image that is no page."""


_HOW = {
    FieldKind.CHOICE_BOX: "--chosen LETTERS",
    FieldKind.CREDIT_BOX: "--credits N",
    FieldKind.CREDIT_NUMBER: "--credits N",
    FieldKind.NUMBER_ROW: "--value NUMBER",
    FieldKind.NUMBER_BLANK: '--value "NUMBER; NUMBER"',
}
"""What the command says that settles a question, by how it is answered."""


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """What was written: the file, how many cards are on it, and how many of them have no picture."""

    file: Path
    cards: int
    without_picture: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A card to be, the image that it shows, and what of it: its boxes, its question and all of its page."""

    card: Card
    image: StoredImage | None
    spot: Spot | None = None
    boxes: tuple[Field, ...] = ()
    part: Box | None = None


def write(folder: Path, out: Path, *, jobs: int | None = None, progress: Progress = quiet) -> ContactSheet:
    """Write the contact sheet of what waits for a person in an exam folder.

    Args:
        folder: the exam folder.
        out: the HTML file; written anew if it is there.
        jobs: processes that cut pictures, one for each processor if not given.
        progress: told the cards done.

    Raises:
        NotFoundError: nothing was printed yet.
        ToolError: the file cannot be written.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        found, title = looks.look(), frame.papers.exam
        say = ContactWords(frame.exams.first.language)
        sections = {
            say("sections.booklets"): list(_booklets(frame, [t for t in found.ties if t.open], say)),
            say("sections.extras"): list(_extras([e for e in found.extras if e.open], say)),
            say("sections.images"): list(_images(waiting.images(records, found), say)),
            say("sections.questions"): list(_questions(frame, looks.answers(waiting=True), say)),
        }
        every = [wanted for each in sections.values() for wanted in each]
        with processes(jobs) as workers, ThreadPoolExecutor(getattr(workers, "jobs", 1)) as hands:
            groups = _by_image(every)
            work = [
                partial(_drawn, records, each, _layout(frame, each[0]), workers, say)
                for each in ([every[at] for at in group] for group in groups)
            ]
            drawn: dict[int, Card] = {}
            for group, cards in zip(groups, hands.map(_call, work), strict=True):
                drawn |= dict(zip(group, cards, strict=True))
                progress(len(drawn), len(every))
        cards_ = iter(drawn[at] for at in range(len(every)))
        shown = [Section(title, tuple(next(cards_) for _ in each)) for title, each in sections.items()]
    try:
        out.write_bytes(contact_sheet(title, _summary(shown, say), shown, say))
    except OSError as error:
        raise ToolError(f"{out} cannot be written: {error.strerror}", "name another file") from error
    every_card = [card for section in shown for card in section.cards]
    return ContactSheet(out, len(every_card), sum(card.page is None for card in every_card))


def _call(work: Callable[[], list[Card]]) -> list[Card]:
    return work()


def _by_image(every: Sequence[_Wanted]) -> list[list[int]]:
    """The places of those that are seen on one image, together, so that it is decoded once."""
    found: dict[tuple[int | None, Spot | None], list[int]] = {}
    for at, wanted in enumerate(every):
        found.setdefault((wanted.image.id if wanted.image else None, wanted.spot), []).append(at)
    return list(found.values())


def _summary(sections: Sequence[Section], say: ContactWords) -> str:
    parts = [f"{section.title}: {len(section.cards)}" for section in sections if section.cards]
    return f"{say('waits')} {_told(parts)}" if parts else say("nothing")


def _told(why: Iterable[str]) -> str:
    """Reasons as one sentence."""
    text = "; ".join(why)
    return f"{text[:1].upper()}{text[1:]}."


# What waits, and what of it shall be seen.


def _page(spot: Spot, say: ContactWords) -> str:
    return say(f"pages.{spot.sheet}", n=spot.booklet, page=spot.page)


def _questions(frame: Frame, answers: Iterable[Answered], say: ContactWords) -> Iterator[_Wanted]:
    asked = [a for a in answers if a.open]
    at = pages.at(Spot(a.booklet, a.page) for a in asked)
    layout = frame.papers_of(frozenset(a.booklet for a in asked)) if asked else None
    variants = {b.number: drawn(b.variant) for b in layout.booklets} if layout is not None else {}
    for answered in asked:
        spot = Spot(answered.booklet, answered.page)
        printed = None if layout is None else layout.page(spot.booklet, spot.page)
        fields = () if printed is None else printed.fields
        named = set(answered.answer.fields)
        named_by = {"booklet": answered.booklet, "number": answered.shown, "id": answered.question}
        boxes = tuple(f for f in fields if f.id in named and f.kind in ANSWERING)
        yield _Wanted(
            Card(
                say("question-of", variant=variants[answered.booklet], **named_by)
                if frame.exams.of(answered.booklet).variants.many
                else say("question", **named_by),
                _told(say(f"open.{doubt}") for doubt in answered.answer.doubts),
                "",
                f"klausur settle question {answered.booklet} {_how(answered, fields)}",
            ),
            at.get(spot),
            spot,
            boxes,
            around(answered.question, fields),
        )


def _how(answered: Answered, fields: Iterable[Field]) -> str:
    """How people say what a question was answered with: of several blanks the one that is unclear."""
    mine = [f for f in fields if f.question == answered.question and f.kind in _HOW]
    asked = [f for f in mine if f.kind is FieldKind.NUMBER_BLANK and f.id in answered.answer.fields]
    if len(asked) == 1:
        return f"{answered.shown}/blank/{asked[0].blank} --value NUMBER"
    kinds = {f.kind for f in mine}
    return f"{answered.shown} {_HOW[min(kinds) if kinds else FieldKind.CHOICE_BOX]}"


def _booklets(frame: Frame, ties: Sequence[Tie], say: ContactWords) -> Iterator[_Wanted]:
    at = pages.at(Spot(tie.booklet, 1) for tie in ties)
    layout = frame.papers_of(frozenset(tie.booklet for tie in ties)) if ties else None
    for tie in ties:
        spot = Spot(tie.booklet, 1)
        printed = None if layout is None else layout.page(tie.booklet, 1)
        cover = [f.box for f in printed.fields if f.id.startswith("cover/")] if printed is not None else []
        claims = "; ".join(
            f"{say(f'sources.{c.source}')}: {c.candidate.name if c.candidate else c.read}" for c in tie.claims
        )
        yield _Wanted(
            Card(
                say("booklet", n=tie.booklet),
                f"{_told(say(f'nobodys.{d}') for d in tie.doubts)} {f'({claims})' if claims else ''}",
                "",
                f"klausur settle owner {tie.booklet} --candidate REG",
            ),
            at.get(spot),
            spot,
            part=_all_of(cover),
        )


def _extras(extras: Sequence[Extra], say: ContactWords) -> Iterator[_Wanted]:
    at = pages.at(Spot(extra.number, 1, Sheet.EXTRA) for extra in extras)
    layout = printings.part_of_layout(sheets={Sheet.EXTRA}) if extras else None
    for extra in extras:
        spot = Spot(extra.number, 1, Sheet.EXTRA)
        printed = None if layout is None else layout.at(PageCode(0, extra.number, 1, Sheet.EXTRA))
        numbers = [f.box for f in printed.fields if f.id.startswith("extra/")] if printed is not None else []
        yield _Wanted(
            Card(
                say("extra", n=extra.number),
                _told(say(f"loose.{doubt}") for doubt in extra.doubts),
                "",
                f"klausur settle extra {extra.number} --booklet N",
            ),
            at.get(spot),
            spot,
            part=_all_of(numbers),
        )


def _all_of(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(x, y, right - x, bottom - y).grown(ROUND)


def _images(found: Iterable[waiting.WaitingImage], say: ContactWords) -> Iterator[_Wanted]:
    for waits in found:
        image = waits.image
        if waits.is_duplicate:
            continue
        why = "" if image.unplaced is None else say(f"unplaced.{image.unplaced.reason}")
        likely = "" if waits.proposed is None else say("probably", page=_page(waits.proposed.spot, say))
        how = "--is BOOKLET:PAGE" if waits.proposed is None else "--accept"
        command = f"klausur settle page {image.id} {how}"
        yield _Wanted(Card(say("image", n=image.id), f"{why} {likely}".strip(), "", command), image)


# What it looks like.


def _layout(frame: Frame, wanted: _Wanted) -> Layout | None:
    """As much of the layout as one page needs: it goes to another process. None where no page is shown."""
    spot = wanted.spot
    if spot is None or wanted.image is None:
        return None
    if spot.sheet is not Sheet.BOOKLET:
        return printings.part_of_layout(sheets={spot.sheet})
    whole = frame.layout
    return replace(whole, booklets=tuple(b for b in whole.booklets if b.number == spot.booklet), sheets=())


def _drawn(
    records: Records, group: Sequence[_Wanted], layout: Layout | None, workers: Executor, say: ContactWords
) -> list[Card]:
    """The cards of one image with their pictures; or with the reason why they have none."""
    stored = group[0].image
    if stored is None:
        return [replace(w.card, where=say("not-scanned"), lacking=say("page-not-found")) for w in group]
    where = say("where", file=stored.name, n=stored.index + 1)
    placed = [replace(w, card=replace(w.card, where=where)) for w in group]
    try:
        seen = _seen(records, stored, group, layout, workers, say)
    except ReaderEndedError as error:
        seen = str(error)
    if isinstance(seen, str):
        return [replace(w.card, lacking=seen) for w in placed]
    page, *rest = seen
    pieces = iter(rest)
    return [_with_pictures(w, page, pieces, say) for w in placed]


def _seen(
    records: Records,
    stored: StoredImage,
    group: Sequence[_Wanted],
    layout: Layout | None,
    workers: Executor,
    say: ContactWords,
) -> Sequence[bytes] | str:
    """All of an image, then what the cards of a group show of it, in their order; or why nothing is seen."""
    image, spot = kept_scans.image(records, stored), group[0].spot
    if image is None:
        return say("copy-lost", name=stored.name)
    if spot is None or layout is None:
        whole = guarded(workers, cuts.whole, image, _LONGEST)
        return whole if isinstance(whole, str) else (whole,)
    code = PageCode(layout.exam_number, spot.booklet, spot.page, spot.sheet)
    page = Cut(Box(0, 0, layout.size.w, layout.size.h), PAGE_DPI)
    wanted = (page, *(cut for w in group for cut in _cuts(w)))
    return guarded(workers, cuts.cuts, image, layout, code, stored.part, wanted, cuts.webp, stored.turned)


def _cuts(wanted: _Wanted) -> Iterator[Cut]:
    """What a card shows of its page: its question if that is known, and its boxes."""
    if wanted.part is not None:
        yield Cut(wanted.part, PART_DPI)
    for field in wanted.boxes:
        yield Cut(field.box.grown(ROUND), BOX_DPI)


def _with_pictures(wanted: _Wanted, page: bytes, pieces: Iterator[bytes], say: ContactWords) -> Card:
    """A card with all of its page, and with the next ones of what was cut for `_cuts`."""
    card, spot = wanted.card, wanted.spot
    shows = say("as-scanned", what=card.title) if spot is None else say("whole", what=_page(spot, say))
    return replace(
        card,
        page=Picture(page, shows),
        part=None if wanted.part is None else Picture(next(pieces), say("as-answered", what=card.title)),
        boxes=tuple(Picture(next(pieces), _box(field, say)) for field in wanted.boxes),
    )


def _box(field: Field, say: ContactWords) -> str:
    """What a box is called: ``choice b``, ``credits: 2.5``."""
    if field.kind in {FieldKind.NUMBER_ROW, FieldKind.CREDIT_NUMBER}:
        return say("digits")
    if field.kind is FieldKind.NUMBER_BLANK:
        return say("blank", n=field.blank)
    if field.credits is None:
        return say("choice", letter=field.choice)
    return say("credits", n=mixed_credits(field.credits))
