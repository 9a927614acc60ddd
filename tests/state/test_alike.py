"""Which open answers may be judged together."""

from dataclasses import replace
from fractions import Fraction

import pytest

from klausur.base.geometry import Box
from klausur.paper.answers import Answer, Doubt, Open, Worth
from klausur.paper.fields import NO_NUMBER, Field, FieldKind, Inked, Mark
from klausur.read.model import Reading
from klausur.state.alike import BLANK, alike, crossed, written

BOX = Box(10, 10, 10, 10)
CREDITS = tuple(
    Field(f"q/credit/{value}", FieldKind.CREDIT_BOX, BOX, "q", credits=Fraction(value)) for value in (0, 1, 2)
)
SPACES = tuple(Field(f"q/answer{n}", FieldKind.ANSWER_AREA, BOX, "q") for n in ("", "/2"))
LINE = Field("q/blank/1", FieldKind.BLANK, BOX, "q", blank=1)
NO_CREDIT, UNCLEAR = (Answer("q", Open((doubt,), ())) for doubt in (Doubt.NO_CREDIT, Doubt.MARK_UNCLEAR))


def seen(*fields: Field, **values: str) -> dict[str, Reading]:
    """Everything empty but for what is named by the end of its Field's id; ``!`` behind it flags it."""
    found = {}
    for field in fields:
        plain = Mark.EMPTY if field.kind is FieldKind.CREDIT_BOX else Inked.BLANK
        said = values.get(field.id.removeprefix("q/").replace("/", "_"), plain)
        value = field.kind.holds(said.rstrip("!"))
        found[field.id] = Reading(
            field.id, field.kind, "q", value, 0.9, flagged=said.endswith("!"), reader="hand", version="1"
        )
    return found


@pytest.mark.parametrize("fields", [(*CREDITS, *SPACES), (*CREDITS, LINE)])
def test_answers_in_which_nothing_is_written_are_alike(fields: tuple[Field, ...]) -> None:
    assert alike(NO_CREDIT, fields, seen(*fields)) == BLANK
    assert crossed(BLANK) is None


@pytest.mark.parametrize(
    "values",
    [
        {"answer": Inked.WRITTEN},
        {"answer_2": Inked.WRITTEN},
        {"answer_2": f"{Inked.BLANK}!"},
        {"credit_1": f"{Mark.EMPTY}!"},
        {"credit_1": f"{Mark.OTHER}!"},
        {"credit_1": Mark.FILLED},
    ],
)
def test_what_is_not_plainly_blank_stands_alone(values: dict[str, str]) -> None:
    assert alike(NO_CREDIT, (*CREDITS, *SPACES), seen(*CREDITS, *SPACES, **values)) == ""


def test_what_nobody_has_seen_whole_stands_alone() -> None:
    fields = (*CREDITS, *SPACES)
    for gone in fields:
        read = seen(*fields)
        del read[gone.id]
        assert alike(NO_CREDIT, fields, read) == ""
    assert alike(NO_CREDIT, CREDITS, seen(*CREDITS)) == ""  # of its space nothing is known


def test_answers_with_the_same_cross_are_alike_whatever_is_written() -> None:
    fields = (*CREDITS, *SPACES)
    for flag in ("", "!"):
        said = alike(UNCLEAR, fields, seen(*fields, credit_2=f"{Mark.CROSSED}{flag}", answer=Inked.WRITTEN))
        assert crossed(said) == 2
    both = seen(*fields, credit_1=Mark.CROSSED, credit_2=f"{Mark.CROSSED}!")
    assert alike(UNCLEAR, fields, both) == ""


def test_answers_with_the_same_number_in_their_box_are_alike() -> None:
    written_in = Field(
        "q/credits", FieldKind.CREDIT_NUMBER, BOX, "q", credits=Fraction(2), step=Fraction(1, 2)
    )
    fields, unsure = (written_in, *SPACES), Answer("q", Open((Doubt.DIGITS_UNCLEAR,), ()))
    for flag in ("", "!"):
        read = seen(*fields, credits=f"1.5{flag}", answer=Inked.WRITTEN)
        assert crossed(alike(unsure, fields, read)) == Fraction(3, 2)
    for text in ("?!", "2.5!", "1.25!", f"{NO_NUMBER}!"):
        assert alike(unsure, fields, seen(*fields, credits=text)) == ""
    assert alike(NO_CREDIT, fields, seen(*fields, credits=NO_NUMBER)) == BLANK


@pytest.mark.parametrize(
    "doubt", sorted(set(Doubt) - {Doubt.NO_CREDIT, Doubt.MARK_UNCLEAR, Doubt.DIGITS_UNCLEAR})
)
def test_an_answer_with_another_doubt_stands_alone(doubt: Doubt) -> None:
    fields = (*CREDITS, *SPACES)
    assert alike(replace(NO_CREDIT, given=Open((Doubt.NO_CREDIT, doubt))), fields, seen(*fields)) == ""
    assert alike(replace(NO_CREDIT, given=Worth(Fraction(1))), fields, seen(*fields)) == ""


def test_what_is_plainly_written_may_be_judged_with_its_like() -> None:
    fields = (*CREDITS, *SPACES)
    assert written(NO_CREDIT, fields, seen(*fields, answer=Inked.WRITTEN))
    assert not written(NO_CREDIT, fields, seen(*fields))
    for values in (
        {"answer": f"{Inked.WRITTEN}!"},
        {"answer": Inked.WRITTEN, "credit_1": Mark.CROSSED},
        {"answer": Inked.WRITTEN, "credit_1": f"{Mark.EMPTY}!"},
    ):
        assert not written(NO_CREDIT, fields, seen(*fields, **values))
    read = seen(*fields, answer=Inked.WRITTEN)
    del read["q/answer/2"]
    assert not written(NO_CREDIT, fields, read)
    twice = replace(NO_CREDIT, given=Open((Doubt.NO_CREDIT, Doubt.PAGE_TWICE)))
    assert not written(twice, fields, seen(*fields, answer=Inked.WRITTEN))
    assert not written(
        replace(NO_CREDIT, given=Worth(Fraction(1))), fields, seen(*fields, answer=Inked.WRITTEN)
    )
