"""What a corrector sees of several answers to one question at once: their spaces, and what is crossed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.crossed_credits import Crossed, crossed_credits
from klausur.actions.judge import answer_pages, asked_of
from klausur.base.maths import Notation
from klausur.exam.model import Question
from klausur.paper.fields import SPACES, Field
from klausur.state.facts import Spot, StoredImage
from klausur.state.judgements import StoredJudgement
from klausur.store import judgements, pages
from klausur.store.folder import opened

_FITTING = ((3.6, 12), (2.3, 8), (0.0, 6))
"""How many spaces are legible together on a small screen, if they are so many times as wide as high."""


@dataclass(frozen=True, slots=True)
class SeenTile:
    """One of several answers.

    Attributes:
        booklet: its number.
        images: those that count as its pages, in their order.
        space: the Field in which it is written, on the first image; None if that is no single place.
        crossed: the credits that are crossed on the paper.
        looked: the newest judgement of it, 0 for none.
        rubric: the name of the rubric that it has.
    """

    booklet: int
    images: tuple[StoredImage, ...]
    space: str | None
    crossed: Crossed
    looked: int
    rubric: str


@dataclass(frozen=True, slots=True)
class SeenSheet:
    """Several answers to a question, which is as the first of their booklets asks it.

    ``judged`` is what who looks has last given to all of them in one act, and taken back; ``notation`` is how
    the exam writes maths.
    """

    question: Question
    tiles: tuple[SeenTile, ...]
    notation: Notation
    judged: StoredJudgement | None = None

    @property
    def looked(self) -> int:
        """The newest judgement of any of them."""
        return max((tile.looked for tile in self.tiles), default=0)


def sheet_seen(folder: Path, question: str, booklets: Sequence[int], who: str) -> SeenSheet:
    """What is to be seen of several answers.

    Args:
        folder: the exam folder.
        question: the question's id.
        booklets: their numbers, in the order in which they are shown; at least one.
        who: the name of who looks; where a second person judges blind, they are told of their own alone.

    Raises:
        NotFoundError: there is no such booklet or question.
        UsageError: nobody judges it.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        layout = frame.papers_of(frozenset(booklets))
        asked = [asked_of(frame, booklet, question) for booklet in booklets]
        name = asked[0].id
        spots = {b: [Spot(b, page) for page in sorted(answer_pages(frame, b, name))] for b in booklets}
        found = pages.at(spot for each in spots.values() for spot in each)
        about = judgements.by_booklet(frozenset(booklets), name)
        second = frame.arrangements.of(name).second
        if second is not None and second.blind:
            about = {b: [each for each in of if each.who == who] for b, of in about.items()}
        tiles = []
        for booklet in booklets:
            fields = [(page, field) for page, field in layout.fields(booklet) if field.question == name]
            images = tuple(found[spot] for spot in spots[booklet] if spot in found)
            first = images[0].spot if images else None
            tiles.append(
                SeenTile(
                    booklet,
                    images,
                    None if first is None else _space(field for page, field in fields if page == first.page),
                    crossed_credits(booklet, name, (field for _, field in fields)),
                    max((each.id for each in about.get(booklet, ())), default=0),
                    frame.exams_with_texts.stamp(booklet, name),
                )
            )
        last = [each for each in about.get(booklets[0], ()) if each.taken_back and each.who == who]
        notation = frame.exams_with_texts.of(booklets[0]).notation
        return SeenSheet(asked[0], tuple(tiles), notation, last[-1] if last else None)


def fitting(folder: Path, question: str) -> int:
    """How many answers to a question are legible together: 12 short ones, 6 of those that need much room.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        there = judgements.booklets_there(question)[:1]
        fields = (f for b in there for _, f in frame.papers_of(frozenset({b})).fields(b))
        boxes = [f.box for f in fields if f.question == question and f.kind in SPACES]
    shape = min((box.w / box.h for box in boxes), default=1.0) if len(boxes) == 1 else 1.0
    return next(many for wide, many in _FITTING if shape >= wide)


def _space(fields: Iterable[Field]) -> str | None:
    found = [field.id for field in fields if field.kind in SPACES]
    return found[0] if len(found) == 1 else None
