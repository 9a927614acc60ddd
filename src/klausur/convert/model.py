"""What was found in another system's file: groups of questions, in texts that nobody has read yet.

Every reader of a format makes this, and `klausur.convert.writer` alone reads it. A text keeps the markup that
it came in; `klausur.convert.text` makes Markdown of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from klausur.exam.model import QuestionKind


class Markup(StrEnum):
    """What a text is written in."""

    HTML = "html"
    LATEX = "latex"
    MARKDOWN = "markdown"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands in the foreign file. ``blanks`` are what belongs where `blank` stands in it."""

    words: str
    markup: Markup
    line: int = 0
    blanks: tuple[str, ...] = ()


def blank(number: int) -> str:
    """What stands in a `Text` for its blank of this number: letters that every reader leaves alone."""
    return f"qzb{number:04d}zq"


@dataclass(frozen=True, slots=True)
class Option:
    """A choice; ``share`` is what a cross there gives of the question's credits, if the file says so."""

    text: Text
    right: bool
    share: Fraction | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of boxes: what is judged, and the columns (from 0) that are right."""

    text: Text
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is right, with all that lies ``within`` of it, for this share of the credits."""

    value: Fraction
    within: Fraction = Fraction(0)
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class RubricLine:
    """A line of a rubric: what stands in its brackets, what it is about, and how deep it lies in groups."""

    mark: str
    text: Text
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each there are: in a foreign file, in what was kept of it, in the written exam."""

    questions: int = 0
    choices: int = 0
    right: int = 0
    solutions: int = 0
    figures: int = 0
    credits: Fraction = Fraction(0)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    def differences(self, other: "Counts") -> tuple[str, ...]:
        """In words, what this has and the other has not, or the other way round."""
        return tuple(
            f"{getattr(self, name)} {name} against {getattr(other, name)}"
            for name in NAMES
            if getattr(self, name) != getattr(other, name)
        )


NAMES = ("questions", "choices", "right", "solutions", "figures", "credits")
"""What is counted."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a foreign file, as one of Klausur's.

    ``credits`` is None if the file says none. ``texts`` are what is asked, one below the other; ``solution``
    likewise. One that is not ``keyed`` has choices of which the file says none is right. ``origin`` is what
    it accounts for in the file, where that is not what it has here. ``tags`` are the file's words for what it
    is about. One that ``follows`` is about the text ahead of the question before it.
    """

    line: int
    title: str
    kind: QuestionKind
    texts: tuple[Text, ...]
    credits: Fraction | None = None
    options: tuple[Option, ...] = ()
    heads: tuple[Text, ...] = ()
    rows: tuple[Row, ...] = ()
    numbers: tuple[Number, ...] = ()
    solution: tuple[Text, ...] = ()
    rubric: tuple[RubricLine, ...] = ()
    before: tuple[Text, ...] = ()
    space: str = ""
    ruling: str = ""
    scheme: str = ""
    bonus: bool = False
    shuffle: bool = True
    keyed: bool = True
    origin: Counts | None = None
    tags: tuple[str, ...] = ()
    follows: bool = False

    @property
    def counted(self) -> Counts:
        """What it accounts for in the foreign file, figures aside: only its texts know those."""
        if self.origin is not None:
            return self.origin
        return Counts(
            questions=1,
            choices=len(self.options),
            right=sum(option.right for option in self.options),
            solutions=bool(self.solution),
            credits=self.credits or Fraction(0),
        )

    @property
    def all_texts(self) -> Iterator[Text]:
        """Every text of it."""
        yield from (*self.before, *self.texts, *self.heads, *self.solution)
        yield from (option.text for option in self.options)
        yield from (row.text for row in self.rows)
        yield from (line.text for line in self.rubric)


@dataclass(frozen=True, slots=True)
class Group:
    """What becomes one problem: questions with a text that belongs to all of them."""

    title: str
    questions: tuple[Question, ...]
    texts: tuple[Text, ...] = ()
    best: int | None = None


class Fate(StrEnum):
    """What became of something in a foreign file."""

    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was changed or refused: what, in which file and line, and what was done about it."""

    fate: Fate
    line: int
    what: str
    done: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of the foreign file that no question was made of; it lies beside the exam as it was.

    ``counted`` is what of the file's counts is in it.
    """

    line: int
    what: str
    why: str
    source: str
    counted: Counts = Counts()


@dataclass(frozen=True, slots=True)
class Found:
    """All that a reader found in one file.

    ``pictures`` are those that the file itself holds, by the name that its texts call them by; ``macros`` are
    TeX that its formulas need; ``definitions`` are TeX for what it defines for its text. ``counted`` is the
    simple count of the whole file, made apart from the reading of it; ``lost`` says in words what the reader
    itself found to be missing.
    """

    counted: Counts
    groups: tuple[Group, ...] = ()
    kept: tuple[Kept, ...] = ()
    remarks: tuple[Remark, ...] = ()
    title: str = ""
    instructions: tuple[Text, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    macros: tuple[tuple[str, str], ...] = ()
    definitions: str = ""
    lost: tuple[str, ...] = ()

    @property
    def questions(self) -> Iterator[Question]:
        """All questions in order."""
        for group in self.groups:
            yield from group.questions
