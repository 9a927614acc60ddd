"""A difference between two states of an exam, and its kinds. What finds them is beside this module."""

from dataclasses import dataclass
from enum import StrEnum

from klausur.base.diagnostics import Place


class DifferenceKind(StrEnum):
    """What differs. Those of `KEY` may be taken over by a decision, all others mean another paper."""

    QUESTION_ADDED = "question-added"
    QUESTION_REMOVED = "question-removed"
    QUESTION_EXCHANGED = "question-exchanged"
    """Under a printed question's id stands now what was printed as another question."""
    QUESTION_KIND = "question-kind"
    WORDING = "wording"
    """What a question asks, or its title."""
    PROBLEM_TEXT = "problem-text"
    """The text or title of a problem; the questions are all that stand below it."""
    SHARED_TEXT = "shared-text"
    """The text ahead of a question."""
    CHOICE_ADDED = "choice-added"
    CHOICE_REMOVED = "choice-removed"
    CHOICE_EXCHANGED = "choice-exchanged"
    """A printed text or picture stands under another letter now."""
    CHOICE_REWORDED = "choice-reworded"
    FIGURE = "figure"
    """A picture of the same name has other content."""
    CREDIT_BOXES = "credit-boxes"
    """The printed credit boxes cannot express the credits, or go in other steps."""
    DIGIT_BOXES = "digit-boxes"
    """A number was asked for with other boxes."""
    ORDER = "order"
    SPACE = "space"
    COLUMNS = "columns"
    PARAMETERS = "parameters"
    """A problem's numbers were drawn otherwise."""
    VARIANTS = "variants"
    """How many variants there are, or how they are drawn and shuffled."""
    COVER = "cover"
    """Title, module, kind, date, times or examiner."""
    INSTRUCTIONS = "instructions"
    PAPER_SIZE = "paper-size"
    LANGUAGE = "language"
    MARKING = "marking"
    """What the cover says of how to choose, and to take back; how correctors give credits; and whether there
    is an answer sheet."""
    REGISTRATION = "registration"
    """How many boxes the cover has for a registration number."""
    EXTRA_PAGES = "extra-pages"
    FONTS = "fonts"
    OWN_PAPER = "own-paper"
    """The finished PDF that it is printed on, or where on it what lies."""

    RIGHT = "right"
    """Which choices are right."""
    ACCEPTED = "accepted"
    """Which other sets of choices are right as well."""
    WEIGHTS = "weights"
    """What a cross on each choice gives, where choices have credits of their own."""
    EXPECTED = "expected"
    """Which numbers are right, and what each gives."""
    CREDITS = "credits"
    RUBRIC = "rubric"
    SOLUTION = "solution"
    SCHEME = "scheme"
    """A question's own scheme, or the exam's."""
    STRUCK = "struck"
    BONUS = "bonus"
    GRADES = "grades"
    ROUNDING = "rounding"
    BONUS_FOR = "bonus-for"
    """Whose bonus counts."""


KEY = (
    DifferenceKind.RIGHT,
    DifferenceKind.ACCEPTED,
    DifferenceKind.WEIGHTS,
    DifferenceKind.EXPECTED,
    DifferenceKind.CREDITS,
    DifferenceKind.RUBRIC,
    DifferenceKind.SOLUTION,
    DifferenceKind.SCHEME,
    DifferenceKind.STRUCK,
    DifferenceKind.BONUS,
    DifferenceKind.GRADES,
    DifferenceKind.ROUNDING,
    DifferenceKind.BONUS_FOR,
)
"""The kinds that concern what an answer earns, not what was asked."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Attributes:
        kind: what differs.
        question: the id of the question, None if the exam as a whole is concerned.
        letters: the choices concerned, as the newer state has them; removed ones as the older had them.
        what: what it is about, as the beginning of a sentence.
        old: how it was, in plain words, shortened; empty if it was not there.
        new: how it is, likewise.
        place: where the newer state has it in its source.
        variants: the numbers of the variants in which it is so.
    """

    kind: DifferenceKind
    question: str | None
    what: str
    old: str
    new: str
    place: Place
    letters: tuple[str, ...] = ()
    variants: tuple[int, ...] = ()

    @property
    def paper(self) -> bool:
        """Whether it would be another paper."""
        return self.kind not in KEY

    @property
    def text(self) -> str:
        """One line for people: ``the wording of question speed: “How fast?” → “How slow?”``."""
        sides = [side for side in (self.old, self.new) if side]
        return f"{self.what}: {' → '.join(sides)}" if sides else self.what

    def __str__(self) -> str:
        """The line with its place, as diagnostics have it."""
        return f"{self.place}: {self.text}"
