"""What was drawn on an answer, as its page has it."""

import msgspec

from klausur.actions.answer_seen import SeenAnswer
from klausur.actions.roles import Verb
from klausur.web.access import Here


def drawn(here: Here, seen: SeenAnswer) -> str:
    """What stands on an answer, as JSON for ``drawing.js``; ``mine`` is what who asks may rub out."""
    return msgspec.json.encode(
        [
            {
                "act": each.act,
                "sheet": each.spot.sheet.value,
                "number": each.spot.booklet,
                "page": each.spot.page,
                "drawing": each.drawing,
                "who": each.who,
                "mine": each.who == here.actor.name or here.may(Verb.OVERRULE),
            }
            for each in seen.annotations
        ]
    ).decode()
