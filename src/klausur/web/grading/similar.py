"""What looks like an answer: the judged ones beside it, and the groups in which open ones are handed out."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from klausur.actions.answer_seen import SeenAnswer
from klausur.actions.judging_groups import Like
from klausur.actions.similar_answers import similar_answers
from klausur.site import like_answers
from klausur.state.judgements import Judged
from klausur.web.access import Here
from klausur.web.numbers import show_credits
from klausur.web.pictures import addresses


@dataclass(frozen=True, slots=True)
class Similar:
    """A judged answer beside the one before a corrector: ``given`` are the items that it was given."""

    booklet: int
    picture: str
    address: str
    credits: str
    given: str


def similar(here: Here, seen: SeenAnswer) -> tuple[Similar, ...]:
    """The judged answers that look most like one, the likest first; none if nobody knows."""
    name = seen.question.id
    known = like_answers.look(here.exam, name)
    if known is None or seen.booklet not in known.booklets:
        return ()
    found = similar_answers(
        here.folder,
        seen.booklet,
        name,
        here.actor,
        lambda most, among: known.nearest(seen.booklet, most, among),
    )
    desk = reverse("grading-desk", args=[here.exam.slug, name])
    return tuple(
        Similar(
            each.booklet,
            addresses.of_space(here.exam.slug, each.image, each.booklet, each.space),
            f"{desk}?{urlencode({'booklet': each.booklet})}",
            show_credits(each.judged.judged.credits),
            _given(each.judged.judged),
        )
        for each in found
    )


def like(here: Here, question: str) -> Mapping[int, Like]:
    """Which answers to a question look as if the same was written, by booklet."""
    known = like_answers.look(here.exam, question)
    return {} if known is None else known.grouped


def _given(judged: Judged) -> str:
    items = [f"{item.text} × {item.count}" if item.count > 1 else item.text for item in judged.items]
    return "; ".join([*items, judged.reason] if judged.reason else items)
