"""What keeps a booklet from its result, or stands beside it: values, and how each language says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class OpenKind(StrEnum):
    """A kind of what is open, or to be known."""

    NO_PAGE = "no-page"
    """No page of the booklet was scanned."""
    NO_BOOKLET = "no-booklet"
    """No booklet of the candidate was found."""
    NO_CANDIDATE = "no-candidate"
    """Nobody knows whose the booklet is."""
    TIE = "tie"
    """Why nobody knows: ``doubts``."""
    MAY_BE_THEIRS = "may-be-theirs"
    """The open booklet ``number`` may be the candidate's."""
    OTHER_EDITION = "other-edition"
    """The booklet is of edition ``number``, which asked something else: its total stands in no table."""
    QUESTION = "question"
    """The question waits for a person, for its ``doubts``."""
    PAGE_MISSING = "page-missing"
    """Page ``number`` was not found."""
    WITHOUT_PAGE = "without-page"
    """The booklet counts without page ``number``, by a person's word."""


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that is open, or to be known.

    Attributes:
        kind: what it is.
        number: of the page, booklet or edition that it is about; None where it is about none.
        question: the number of the question's column, and ``printed`` its number on paper if that is another.
        doubts: why it is open, by the names that `klausur.paper.answers.Doubt` and
            `klausur.state.owners.TieDoubt` have.
    """

    kind: OpenKind
    number: int | None = None
    question: str = ""
    printed: str = ""
    doubts: tuple[str, ...] = ()

    def said(self, say: Mapping[str, str]) -> str:
        """It in words of `klausur.report.said`."""
        doubts = ", ".join(say[f"doubts.{doubt}"] for doubt in self.doubts)
        if self.kind is OpenKind.TIE:
            return doubts
        if self.kind is OpenKind.QUESTION:
            on_paper = say["open.on-paper"].replace("{n}", self.printed) if self.printed else ""
            return " ".join(part for part in (self.question, on_paper, doubts) if part)
        return say[f"open.{self.kind}"].replace("{n}", str(self.number))
