"""Answers that were judged already and look like another one, with what was given to them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import judging_rounds, up_to_date
from klausur.actions.judge import asked_of
from klausur.paper.fields import SPACES
from klausur.state.facts import Actor, Spot, StoredImage
from klausur.state.judgements import StoredJudgement, counting
from klausur.store import judgements, pages
from klausur.store.folder import opened

SHOWN = 3
"""How many are shown beside an answer."""

_LOOKED_AT = 4 * SHOWN
"""So many of the likest are looked at: of some, who looks may not see what was given."""


@dataclass(frozen=True, slots=True)
class SimilarAnswer:
    """An answer that was judged: its booklet, the image and the space that show it, and its judgement."""

    booklet: int
    image: StoredImage
    space: str
    judged: StoredJudgement


def similar_answers(
    folder: Path,
    booklet: int,
    question: str,
    actor: Actor,
    likest: Callable[[int, frozenset[int]], list[int]],
) -> tuple[SimilarAnswer, ...]:
    """The judged answers that are most like one, the likest first, as far as who looks may see judgements.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        question: the question's id.
        actor: who looks, and would judge it.
        likest: gives so many of some booklets, those whose answers are most like this one's.

    Raises:
        NotFoundError: there is no such booklet or question.
        UsageError: nobody judges it.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        name = asked_of(frame, booklet, question).id
        judged = frozenset(judgements.booklets_there(name)) - frozenset(judgements.open_answers(name))
        near = likest(_LOOKED_AT, judged - {booklet})
        if not near:
            return ()
        about = judgements.by_booklet(frozenset(near), name)
        layout = frame.papers_of(frozenset(near))
        found = []
        for number in near:
            counts = counting(judging_rounds.visible(frame, about.get(number, ()), name, None, actor))
            space = next(
                (
                    (page, f.id)
                    for page, f in layout.fields(number)
                    if f.question == name and f.kind in SPACES
                ),
                None,
            )
            image = None if space is None else pages.occupant(Spot(number, space[0]))
            if counts is not None and space is not None and image is not None:
                found.append(SimilarAnswer(number, image, space[1], counts))
            if len(found) == SHOWN:
                break
        return tuple(found)
