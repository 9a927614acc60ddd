"""What is asked: the Exam and its parts, as the source says it, in source order.

Nothing here reads files; `klausur.exam.source` makes these, every later room consumes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from klausur.base import regions
from klausur.base.credits import Credits
from klausur.base.decimals import has_comma
from klausur.base.diagnostics import Place
from klausur.base.maths import Notation
from klausur.exam.content import Content
from klausur.exam.number import DigitBoxes, ExpectedNumber, NumberBlank
from klausur.exam.own_paper import OwnPaper
from klausur.exam.rubric import Rubric
from klausur.exam.setting import Setting, drawn, setting_of


class QuestionKind(StrEnum):
    """How a Question is answered: by crosses, by digits, in blanks, in free space, or in one short box."""

    CHOICE = "choice"
    """Any number of its choices may be right."""
    SINGLE = "single"
    """Exactly one of its choices is right, and one cross answers it."""
    TABLE = "table"
    """A table of boxes: in each of its rows something is crossed."""
    NUMBER = "number"
    """It is answered by one number, a digit to a box."""
    BLANKS = "blanks"
    """It is answered in blanks that stand in its text, which people read."""
    NUMBER_BLANKS = "number-blanks"
    """It is answered by numbers, a digit to a box, in blanks that stand in its text."""
    TEXT = "text"
    SHORT = "short"

    @property
    def corrected(self) -> bool:
        """Whether people give its credits, in credit boxes; else a scheme does, by what was chosen."""
        return self in _CORRECTED

    @property
    def in_blanks(self) -> bool:
        """Whether it is answered in blanks that stand in its text."""
        return self in {QuestionKind.BLANKS, QuestionKind.NUMBER_BLANKS}

    @property
    def chosen(self) -> bool:
        """Whether it is answered by crosses in the boxes of its choices."""
        return self in _CHOSEN


_CHOSEN = frozenset({QuestionKind.CHOICE, QuestionKind.SINGLE, QuestionKind.TABLE})
_CORRECTED = frozenset({QuestionKind.BLANKS, QuestionKind.TEXT, QuestionKind.SHORT})


STEPS = tuple(Fraction(1, n) for n in (1, 2, 3, 4, 5, 6, 10))
"""How far apart credit boxes may be."""


class Ruling(StrEnum):
    """What is printed in an answer space."""

    BLANK = "blank"
    LINED = "lined"
    GRID = "grid"


class SchemeKind(StrEnum):
    """How crosses of a multiple-choice Question earn credits; formulas in `klausur.score.scheme`."""

    ALL_OR_NOTHING = "all-or-nothing"
    PER_CHOICE = "per-choice"
    RIGHT_MINUS_WRONG = "right-minus-wrong"
    PARTIAL = "partial"
    FORMULA = "formula"
    WEIGHTS = "weights"
    PER_ROW = "per-row"
    KPRIM = "kprim"


ROW_SCHEMES = frozenset({SchemeKind.PER_ROW, SchemeKind.KPRIM})
"""The schemes that are about the rows of a table, and nothing else."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A multiple-choice scheme; ``floor`` is the least a question gives (for right-minus-wrong).

    ``formula`` is the text that `klausur.exam.formula` reads (for formula).
    """

    kind: SchemeKind = SchemeKind.ALL_OR_NOTHING
    floor: Credits = Fraction(0)
    formula: str = ""


_OF_KIND = {
    QuestionKind.SINGLE: Scheme(SchemeKind.ALL_OR_NOTHING),
    QuestionKind.TABLE: Scheme(SchemeKind.PER_ROW),
}
"""The schemes of questions to which the exam's does not apply."""


@dataclass(frozen=True, slots=True)
class Space:
    """The answer space of a Question.

    Attributes:
        height: in mm; with ``rest`` the least that it has; 0 if it is nothing but whole pages.
        ruling: what is printed in it.
        rest: whether it takes what is left of its page.
        pages: whole pages that follow.
    """

    height: float
    ruling: Ruling = Ruling.BLANK
    rest: bool = False
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a multiple-choice Question; ``id`` is its letter in source order.

    In a table it is one box: its id is its row's letter and its column's number, its text that of the row. A
    ``fixed`` one keeps its place when choices are shuffled. By the scheme of weights a cross on it gives its
    ``weight``, or takes it.
    """

    id: str
    content: Content
    right: bool
    fixed: bool = False
    weight: Credits | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``id`` is unique in the exam and stable; ``number`` (4.1) follows from the order.

    ``step`` is the distance between credit boxes (1, 1/2 or 1/4). ``before`` is text that stands ahead
    of this question and after the previous one (shared text in the middle of a problem). ``columns`` is how
    many columns its choices stand in, None to go by their length. A ``fixed`` question keeps its place when
    questions are shuffled, one that is not to ``shuffle`` keeps the order of its choices. ``accepted`` are
    other sets of letters that are right as well: each is a key of its own, and the best counts. A number is
    written into ``boxes``, and ``expected`` are those that earn credits; ``blanks`` are the numbers that are
    written within its text, in its order. ``heads`` stand over the columns of a table. One ``on_new_page``
    begins a page.
    """

    id: str
    number: str
    kind: QuestionKind
    title: str
    content: Content
    credits: Credits
    place: Place
    choices: tuple[Choice, ...] = ()
    space: Space | None = None
    solution: Content | None = None
    rubric: Rubric | None = None
    step: Credits = Fraction(1)
    before: Content | None = None
    scheme: Scheme | None = None
    bonus: bool = False
    columns: int | None = None
    fixed: bool = False
    shuffle: bool = True
    accepted: tuple[tuple[str, ...], ...] = ()
    boxes: DigitBoxes | None = None
    expected: tuple[ExpectedNumber, ...] = ()
    heads: tuple[Content, ...] = ()
    on_new_page: bool = False
    blanks: tuple[NumberBlank, ...] = ()

    @property
    def keys(self) -> tuple[frozenset[str], ...]:
        """The letters of the right choices, then those that are accepted as well."""
        right = frozenset(choice.id for choice in self.choices if choice.right)
        return (right, *map(frozenset, self.accepted))

    @property
    def right_as_well(self) -> frozenset[str]:
        """The letters that belong to what is accepted and to no right choice."""
        return frozenset(letter for key in self.accepted for letter in key) - self.keys[0]

    def counted_by(self, exams: Scheme) -> Scheme:
        """The scheme that scores its crosses: its own; else the exam's, or that of its kind."""
        if self.scheme is not None:
            return self.scheme
        return _OF_KIND.get(self.kind, exams)

    @property
    def rows(self) -> tuple[tuple[Choice, ...], ...]:
        """The boxes of each row of a table."""
        return tuple(tuple(row) for _, row in groupby(self.choices, key=lambda choice: choice.id[0]))

    @property
    def credit_values(self) -> tuple[Credits, ...]:
        """The values of the question's credit boxes: 0, step … credits. Empty if nobody corrects it."""
        if not self.kind.corrected:
            return ()
        return tuple(self.step * n for n in range(int(self.credits / self.step) + 1))


@dataclass(frozen=True, slots=True)
class Problem:
    """A group of Questions with shared text. ``id`` is the slug of its file name.

    ``source`` is its Markdown in this variant, with ``values`` in it: its parameters and what was drawn for
    them. A ``fixed`` problem keeps its place when problems are shuffled, one that is not to ``shuffle`` keeps
    the order of its questions. Its questions stand in so many ``columns``. Where ``best`` is set, so many of
    them count, those with the most credits; they are worth the same, and none is a bonus.
    """

    id: str
    number: int
    title: str
    content: Content | None
    questions: tuple[Question, ...]
    place: Place
    source: str = ""
    values: tuple[tuple[str, str], ...] = ()
    fixed: bool = False
    shuffle: bool = True
    on_new_page: bool = False
    columns: int = 1
    best: int | None = None

    @property
    def credits(self) -> Credits:
        """The sum over its questions without bonus ones; where only the best of them count, of so many."""
        if self.best is not None and self.questions:
            return self.best * self.questions[0].credits
        return sum((q.credits for q in self.questions if not q.bonus), Fraction(0))

    @property
    def bonus(self) -> Credits:
        """The sum over its bonus questions."""
        return sum((q.credits for q in self.questions if q.bonus), Fraction(0))


@dataclass(frozen=True, slots=True)
class GradeKey:
    """Thresholds from best to worst: a grade is reached from its threshold up; ``fail`` is the rest.

    A key with a share is fitted to the results before it is used, by `klausur.score.curve`.

    Attributes:
        thresholds: grades and thresholds.
        fail: the grade of the rest.
        percent: thresholds are percent of the exam's credits, not credits.
        linear: thresholds lie in equal steps between the first and the last, and stay so when fitted.
        best_share: percent of the results that shall reach the best grade at least (of a linear key).
        pass_share: percent of the results that shall pass at least.
        passes: the last grade that passes; empty if all with a threshold do.
        glide: so many percent below the mean result passes, too.
        glide_floor: the pass mark glides no lower than this.
    """

    thresholds: tuple[tuple[str, Fraction], ...]
    fail: str
    percent: bool = False
    linear: bool = False
    best_share: Fraction | None = None
    pass_share: Fraction | None = None
    passes: str = ""
    glide: Fraction | None = None
    glide_floor: Fraction | None = None

    @property
    def passing(self) -> tuple[str, ...]:
        """The grades that pass, from best to worst."""
        names = [name for name, _ in self.thresholds]
        return tuple(names[: names.index(self.passes) + 1] if self.passes in names else names)

    @property
    def pass_mark(self) -> Fraction:
        """The threshold of the last grade that passes; 0 of a key without any."""
        return self.thresholds[len(self.passing) - 1][1] if self.thresholds else Fraction(0)


class RoundKind(StrEnum):
    """Which way credits are rounded."""

    HALF_UP = "half-up"
    UP = "up"
    DOWN = "down"


class RoundAt(StrEnum):
    """What is rounded: the credits of every question, or the total alone."""

    QUESTION = "question"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Rounding:
    """Credits are rounded to multiples of ``step``."""

    kind: RoundKind
    step: Credits
    at: RoundAt = RoundAt.TOTAL


class Strike(StrEnum):
    """What becomes of a question that is struck after the exam."""

    DROPPED = "dropped"
    """It counts for nobody, and the exam is worth its credits less."""
    FULL = "full"
    """Everybody gets its credits."""
    BETTER = "better"
    """For each Booklet it counts or is dropped, whichever is better for it."""


class BonusFor(StrEnum):
    """Whose bonus counts: what bonus questions earn, and credits from homework."""

    ALL = "all"
    PASSED = "passed"
    """Theirs who pass without it."""


class Marking(StrEnum):
    """How candidates choose, and take back."""

    CROSS = "cross"
    """A cross chooses, and a filled box is a cross taken back."""
    ANY = "any"
    """A cross, a tick or a filled box chooses; what is struck out or ringed a person reads."""
    FILL = "fill"
    """A filled box chooses, and one that is crossed out is taken back."""


class CreditForm(StrEnum):
    """How correctors give credits on paper."""

    BOXES = "boxes"
    """They cross one of several boxes."""
    NUMBER = "number"
    """They write a number into a box."""


@dataclass(frozen=True, slots=True)
class Grading:
    """Rules over all questions.

    Attributes:
        rounding: how credits are rounded.
        struck: which questions are struck, by id.
        bonus_for: whose bonus counts.
        homework: credits that candidates bring along, by registration number; no source says them.
    """

    rounding: Rounding | None = None
    struck: tuple[tuple[str, Strike], ...] = ()
    bonus_for: BonusFor = BonusFor.ALL
    homework: tuple[tuple[str, Credits], ...] = ()

    def strike(self, question: str) -> Strike | None:
        """What becomes of a question if it is struck."""
        return dict(self.struck).get(question)


class Shuffled(StrEnum):
    """What stands in another order in each variant."""

    PROBLEMS = "problems"
    QUESTIONS = "questions"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class Variants:
    """How many different papers an exam has, and how they differ beyond what parameters draw.

    ``count`` is None if each Booklet has a variant of its own. Everything is drawn from ``seed``. A printing
    whose seats are known has ``dealt`` them: the variants of its booklets, from the number ``first`` on.
    """

    count: int | None = 1
    seed: int = 0
    shuffle: tuple[Shuffled, ...] = ()
    dealt: tuple[int, ...] = ()
    first: int = 1

    @property
    def many(self) -> bool:
        """Whether there is more than one."""
        return self.count != 1

    def of(self, booklet: int) -> int:
        """The variant (from 1) of a Booklet: as dealt, else neighbours in the order of printing differ."""
        if 0 <= booklet - self.first < len(self.dealt):
            return self.dealt[booklet - self.first]
        return booklet if self.count is None else (booklet - 1) % self.count + 1


ONE = Variants()
"""The same paper for everybody."""


@dataclass(frozen=True, slots=True)
class AtHome:
    """How an exam goes that is taken at home, with blackened booklets that candidates have ahead of it.

    Times are by the clock of the place where the exam is held, as its start is.

    Attributes:
        questions: when the question paper is released.
        until: until when answers are handed in, by who has no extra time.
        grace: by how many minutes a hand-in may be later and still be in time.
    """

    questions: datetime
    until: datetime
    grace: int = 0


@dataclass(frozen=True, slots=True)
class Exam:
    """A whole exam as its source says it. ``digest`` is the SHA-256 of all its source files.

    It is one of its ``variants``, the one with the number ``variant``, which says its `Setting` too.
    ``declared_pages`` is the number of pages that the author expects, to be held against the typeset paper.
    ``registration_digits`` is the number of boxes on the cover for a registration number, 0 for a line.
    ``candidate_columns`` are headings of the list of candidates, by what stands under them. ``languages`` are
    the papers that it has, as ``en``, ``de``, ``en+de``, its own first and all ``together`` last, which
    may be the usual one; empty if there is one alone. ``on_sheet``: booklets hold boxes alone, and what is
    asked is on a question paper beside them. ``release`` is when the blackened paper is handed out, if it is
    ahead of the exam. ``macros`` are TeX of its own, as `Notation` has
    them. ``region`` is a country's code, as ``US``: where its language is written as there.
    ``four_eyes``: a second person must have signed the grades before they are published. ``paper_four_eyes``:
    one must have approved the paper before it is printed, which is the source's word alone. ``home`` is None
    for an exam that is taken in a room. ``signs_on_glass``: candidates sign on a tablet when they are checked
    in. ``own_paper`` is the finished PDF that it is printed on, if it has one. ``credit_form`` is how
    correctors give credits on paper.
    """

    folder: Path
    slug: str
    title: str
    module: str
    kind: str
    date: date
    start: time
    minutes: int
    examiner: str
    instructions: tuple[Content, ...]
    paper: str
    language: str
    scheme: Scheme
    grades: GradeKey
    problems: tuple[Problem, ...]
    extra_pages: int
    digest: str
    declared_pages: int | None = None
    registration_digits: int = 8
    candidate_columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    grading: Grading = Grading()
    variants: Variants = ONE
    variant: int = 1
    marking: Marking = Marking.CROSS
    languages: tuple[str, ...] = ()
    together: bool = False
    on_sheet: bool = False
    release: datetime | None = None
    macros: tuple[tuple[str, str], ...] = ()
    region: str = ""
    four_eyes: bool = False
    home: AtHome | None = None
    paper_four_eyes: bool = False
    signs_on_glass: bool = False
    own_paper: OwnPaper | None = None
    credit_form: CreditForm = CreditForm.BOXES

    @property
    def locale(self) -> str:
        """Its language as it is written in its region: how dates, times and numbers look."""
        return regions.locale(self.language, self.region)

    @property
    def notation(self) -> Notation:
        """How it writes maths: what people write about its answers does so too."""
        return Notation(self.macros, has_comma(self.locale))

    @property
    def setting(self) -> Setting:
        """How this paper is set."""
        return setting_of(self.variant)

    @property
    def usual_language(self) -> int:
        """Which of its languages those have who want no other."""
        return len(self.languages) - 1 if self.together and self.languages else 0

    @property
    def drawn(self) -> int:
        """The number of what was drawn for this variant, which people call it by."""
        return drawn(self.variant)

    @property
    def questions(self) -> Iterator[Question]:
        """All questions in the order they are asked."""
        for problem in self.problems:
            yield from problem.questions

    @property
    def credits(self) -> Credits:
        """The sum over all problems, without bonus questions."""
        return sum((p.credits for p in self.problems), Fraction(0))

    @property
    def bonus(self) -> Credits:
        """The sum over all bonus questions."""
        return sum((p.bonus for p in self.problems), Fraction(0))
