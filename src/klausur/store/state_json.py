"""State values to the text of State's columns and back: JSON, exact, the same for the same value.

The text is what is compared to tell whether a row still says what the records amount to.
"""

from dataclasses import fields
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar, get_args

import msgspec

from klausur.base.credits import Credits
from klausur.paper.answers import Answer, Decided, Doubt, Given, Open

T = TypeVar("T")


def text(value: object) -> str:
    """The text of a value: its JSON, credits as fractions."""
    return msgspec.json.encode(value, enc_hook=_encoded, order="deterministic").decode()


def value(data: str, kind: type[T]) -> T:
    """The value of a text that `text` has made."""
    return msgspec.json.decode(data, type=kind, dec_hook=_decoded)


def credits_text(credits: Credits | None) -> str:
    """Credits as the text of a column; empty for None."""
    return "" if credits is None else str(credits)


@lru_cache(maxsize=4096)
def credits_of(data: str) -> Credits | None:
    """The credits that `credits_text` has made a text of."""
    return Fraction(data) if data else None


def answer_text(answer: Answer) -> str:
    """What was given, as the text of a column."""
    if isinstance(answer.given, Open):
        return text({"doubts": answer.given.doubts, "fields": answer.given.fields})
    (part,) = fields(answer.given)
    return text({_name(type(answer.given)): getattr(answer.given, part.name)})


def answer_of(question: str, data: str) -> Answer:
    """The Answer that `answer_text` has made a text of."""
    return Answer(question, _given_of(data))


@lru_cache(maxsize=4096)
def _given_of(data: str) -> Given:
    """What was given; of 43,000 questions of a large exam a few hundred differ in it."""
    plain = msgspec.json.decode(data)
    for kind in _DECIDED:
        if _name(kind) in plain:
            (part,) = fields(kind)
            return msgspec.convert({part.name: plain[_name(kind)]}, kind, dec_hook=_decoded)
    return Open(tuple(Doubt(d) for d in plain["doubts"]), tuple(plain["fields"]))


_DECIDED: tuple[type[Decided], ...] = get_args(Decided)
"""The types of answer. Each has one part, which is kept under the type's name."""


def _name(kind: type[Decided]) -> str:
    return kind.__name__.lower()


def _encoded(found: object) -> str:
    if isinstance(found, Fraction):
        return str(found)
    raise TypeError(f"{type(found).__name__} has no text")


def _decoded(kind: type, data: Any) -> object:  # noqa: ANN401 - whatever the JSON holds
    if kind is Fraction:
        return Fraction(data)
    raise TypeError(f"{kind.__name__} cannot be read from text")
