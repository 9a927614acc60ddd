"""What a team says of its own paper: a small TOML with questions, credits, the key, and where things stand.

`klausur adopt --propose` writes one out of a PDF, people correct it, and `klausur adopt` makes an exam of it.
All measures are mm on the PDF's own pages, from the upper left corner.
"""

import tomllib
from fractions import Fraction
from typing import Self

import msgspec

from klausur.base.credits import Credits, parse_credits
from klausur.base.errors import KlausurError
from klausur.exam.check_own_paper import KINDS
from klausur.exam.own_paper import Region


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file."""


class DraftQuestion(_Part, frozen=True):
    """A question.

    Attributes:
        title: what it is called: on desks, and in results.
        credits: what it is worth.
        problem: the problem that it belongs to, by its title; as the one before if it says none.
        kind: how it is answered; with squares ``choice`` or ``single``, else ``text`` or ``short``.
        step: between its credit boxes.
        answer: where people write.
        squares: the printed squares of its choices.
        right: the letters of the right ones, A for the first square.
        choices: what they say, if the squares' own words shall not stand there.
        id: its id, out of its title if it says none.
    """

    title: str
    credits: int | float | str
    problem: str = ""
    kind: str = ""
    step: int | float | str = 1
    answer: tuple[Region, ...] = ()
    squares: tuple[Region, ...] = ()
    right: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    id: str = ""

    @property
    def worth(self) -> Credits:
        """Its credits."""
        return parse_credits(str(self.credits))

    @property
    def apart(self) -> Fraction:
        """The step between its credit boxes."""
        return parse_credits(str(self.step))


class DraftCover(_Part, frozen=True):
    """Their first page as the cover: where a row of digits, a sticker and the name go."""

    registration: tuple[float, float]
    sticker: tuple[float, float] | None = None
    name: tuple[float, float, float] | None = None


class OwnDraft(_Part, frozen=True):
    """The whole file.

    With ``fit`` pages are moved and scaled until they have room for the marks in their corners, the page code
    and the boxes; without, it is said which have none.
    """

    questions: tuple[DraftQuestion, ...]
    title: str = ""
    module: str = ""
    examiner: str = ""
    language: str = "en"
    paper: str = "a4"
    minutes: int = 90
    extra_pages: int = 0
    registration_digits: int = 8
    fit: bool = False
    cover: DraftCover | None = None

    def fitted(self) -> Self:
        """The same with leave to move and scale pages."""
        return msgspec.structs.replace(self, fit=True)

    @classmethod
    def of_toml(cls, text: str, name: str) -> Self:
        """What the file says.

        Raises:
            KlausurError: it is no TOML, says something else, or a question makes no sense; what and where.
        """
        try:
            found = msgspec.convert(tomllib.loads(text), cls)
            _refuse_nothing(found)
            for question in found.questions:
                _refuse_nonsense(question)
        except (tomllib.TOMLDecodeError, RecursionError, msgspec.ValidationError, ValueError) as error:
            raise KlausurError(
                f"{name} cannot be used: {error}", "correct it; docs/guide/moving.md says what it holds"
            ) from error
        return found


def _refuse_nothing(draft: OwnDraft) -> None:
    if not draft.questions:
        raise ValueError("it has no [[questions]]")


def _refuse_nonsense(question: DraftQuestion) -> None:
    """See that a question can be asked as it is told."""
    called = f"question {question.title!r}"
    if question.worth <= 0 or question.apart <= 0:
        raise ValueError(f"{called}: its credits and its step are more than 0")
    if question.kind and question.kind not in KINDS:
        raise ValueError(f"{called}: kind is one of {', '.join(sorted(KINDS))}")
    chosen = question.kind in {"choice", "single"} or (not question.kind and bool(question.squares))
    if chosen != bool(question.squares):
        raise ValueError(f"{called}: squares belong to choices, and choices to squares")
    if not chosen and not question.answer:
        raise ValueError(f"{called}: it says neither answer nor squares")
    if question.choices and len(question.choices) != len(question.squares):
        raise ValueError(
            f"{called}: it has {len(question.squares)} squares and {len(question.choices)} choices"
        )
    letters = {chr(ord("A") + n) for n in range(len(question.squares))}
    lacking = sorted({letter.upper() for letter in question.right} - letters)
    if lacking:
        raise ValueError(f"{called}: there is no square {lacking[0]}")
