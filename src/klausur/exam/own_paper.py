"""An exam's own paper: a finished PDF on whose pages it is printed, and where on them it is answered.

``paper.toml`` beside ``paper.pdf`` says so, by the types below. They are also how it is kept with what was
printed, in ``klausur-exam/1``: a key is never renamed, removed or given another meaning. What is theirs,
answers and squares, is measured in mm on the PDF's own page; what Klausur adds is measured on the sheet.
"""

import tomllib
from collections.abc import Iterator
from typing import Self

import msgspec

from klausur.base.geometry import Box

NAME, PDF = "paper.toml", "paper.pdf"
"""The files in an exam's folder: what says where things lie, and on what."""

MOST_PAGES = 200


class _Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands in the file."""


def _unknown(plain: object, found: object) -> Iterator[str]:
    """The keys of a TOML that its types do not know. What is kept may have some, of a later release."""
    if isinstance(plain, dict) and isinstance(found, msgspec.Struct):
        for key, value in plain.items():
            if key in found.__struct_fields__:
                yield from _unknown(value, getattr(found, key))
            else:
                yield key
    elif isinstance(plain, list) and isinstance(found, tuple):
        for value, part in zip(plain, found, strict=True):
            yield from _unknown(value, part)


class Region(_Part, frozen=True):
    """A rectangle of a page of the PDF, in mm."""

    page: int
    x: float
    y: float
    w: float
    h: float

    @property
    def box(self) -> Box:
        """The rectangle itself."""
        return Box(self.x, self.y, self.w, self.h)


class Column(_Part, frozen=True):
    """Where on the sheet, with a page of the PDF, the first of several boxes stands; the others below it.

    With ``across`` they stand to its right.
    """

    page: int
    x: float
    y: float
    across: bool = False


class OwnPage(_Part, frozen=True):
    """A page of the PDF, ``w`` × ``h`` mm large, and how it lies on the sheet.

    Its upper left corner lies at ``x`` and ``y`` in mm, it is ``scale`` times as large. On the blackened
    paper nothing of it is left: the rectangles in ``covered``, in mm of the page, are hatched instead.
    """

    page: int
    w: float
    h: float
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    covered: tuple[tuple[float, float, float, float], ...] = ()

    def on_sheet(self, box: Box) -> Box:
        """Where a rectangle of the page lies on the sheet."""
        return Box(
            self.x + box.x * self.scale, self.y + box.y * self.scale, box.w * self.scale, box.h * self.scale
        )


class OwnQuestion(_Part, frozen=True):
    """Where a question is answered.

    Attributes:
        id: the question's.
        answers: where people write.
        squares: the printed squares of its choices, in their order; a box of Klausur's is set over each.
        left: how far left of them these boxes stand, in mm on the sheet, clear of the words behind.
        column: where these boxes stand instead; then each square becomes the letter of its choice.
        credits: where its credit boxes stand.
    """

    id: str
    answers: tuple[Region, ...] = ()
    squares: tuple[Region, ...] = ()
    left: float = 0.0
    column: Column | None = None
    credits: Column | None = None


class OwnCover(_Part, frozen=True):
    """What is filled in on the PDF's own first page: where, in mm on the sheet, each begins.

    ``name`` has its width beside its place.
    """

    registration: tuple[float, float]
    sticker: tuple[float, float] | None = None
    name: tuple[float, float, float] | None = None


class OwnPaper(_Part, frozen=True):
    """The pages of the PDF, and where questions are answered.

    With a ``cover`` its first page is the cover; without, Klausur puts its own in front.
    """

    pages: tuple[OwnPage, ...]
    questions: tuple[OwnQuestion, ...]
    cover: OwnCover | None = None

    def page(self, number: int) -> OwnPage:
        """The page of the PDF with this number, from 1.

        Raises:
            LookupError: there is none.
        """
        for page in self.pages:
            if page.page == number:
                return page
        raise LookupError(f"{PDF} has no page {number}")

    @classmethod
    def of_toml(cls, text: str) -> Self:
        """What the file says.

        Raises:
            ValueError: it is no TOML, says something else, or contradicts itself; what and where.
        """
        plain = tomllib.loads(text)
        found = msgspec.convert(plain, cls)
        unknown = next(_unknown(plain, found), None)
        if unknown is not None:
            raise ValueError(f"there is no key {unknown!r}")
        found.refuse_contradictions()
        return found

    def refuse_contradictions(self) -> None:
        """See that pages are counted from 1 on and all that is named is there.

        Raises:
            ValueError: something is not.
        """
        numbers = [page.page for page in self.pages]
        if numbers != list(range(1, len(numbers) + 1)) or not 1 <= len(numbers) <= MOST_PAGES:
            raise ValueError(f"pages are numbered from 1 on, at most {MOST_PAGES}")
        if any(not 0.3 <= page.scale <= 3 or min(page.w, page.h) <= 0 for page in self.pages):
            raise ValueError("a page has a width, a height, and a scale from 0.3 to 3")
        ids = [question.id for question in self.questions]
        if len(set(ids)) < len(ids):
            raise ValueError(f"a question stands there twice: {max(ids, key=ids.count)}")
        for question in self.questions:
            named = (*question.answers, *question.squares, question.column, question.credits)
            lacking = [part.page for part in named if part is not None and part.page not in numbers]
            if lacking:
                raise ValueError(f"question {question.id} names page {lacking[0]}, which is not there")
