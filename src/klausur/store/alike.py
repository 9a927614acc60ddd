"""What open answers have in common, and what else their booklets hold: asked where answers are handed out."""

from collections.abc import Iterable

from klausur.paper.fields import SPACES, Inked
from klausur.store import models
from klausur.store.boxes import counting_readings
from klausur.store.compiled import Compiled


def said(question: str) -> dict[int, str]:
    """What open answers to a question have in common with others, by booklet; where they have something."""
    return dict(_said(question))


_said = Compiled(
    lambda question: (
        models.AnswerState.objects.filter(question=question, open=True)
        .exclude(alike="")
        .values_list("booklet", "alike")
    )
)


def blank_spaces(booklets: Iterable[int]) -> frozenset[tuple[int, str]]:
    """The spaces of these booklets that belong to no question and were read as blank: booklet, Field."""
    rows = counting_readings([kind.value for kind in SPACES]).filter(
        image__state__number__in=list(booklets),
        question__isnull=True,
        value=Inked.BLANK.value,
        flagged=False,
    )
    found = rows.values_list("image__state__number", "field")
    return frozenset((number, field) for number, field in found if number is not None)


def with_extra_sheets(booklets: Iterable[int]) -> frozenset[int]:
    """Those of these booklets to which extra sheets belong."""
    rows = models.ExtraState.objects.filter(booklet__in=list(booklets))
    return frozenset(rows.values_list("booklet", flat=True))
