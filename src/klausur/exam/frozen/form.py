"""The types of the JSON ``klausur-exam/1``, apart from the model, which may change while these may not.

Every later release reads what is written today. So a key is never renamed, removed or given another meaning,
a new one has a default that says what its absence meant, and no default here ever changes: what equals its
default is not written. Numbers in ``questions``, ``problems`` … are indices into the file's lists, in which
equal things stand once: of 2,000 variants only what parameters change differs.
"""

from datetime import date, datetime, time
from fractions import Fraction

import msgspec

from klausur.exam.own_paper import OwnPaper

Spot = tuple[str, int, int]
"""A place in the source: file, line, column."""


class Base(msgspec.Struct, omit_defaults=True, frozen=True):
    """What all of them are: compact, and hashable, so that equal ones are found."""


class Figure(Base, frozen=True):
    """A picture named in a text."""

    path: str
    place: Spot
    described: bool = True


class Formula(Base, frozen=True):
    """A formula in a text."""

    typst: str
    place: Spot


class Content(Base, frozen=True):
    """A text."""

    place: Spot
    typst: str = ""
    html: str = ""
    text: str = ""
    figures: tuple[Figure, ...] = ()
    formulas: tuple[Formula, ...] = ()


class Item(Base, frozen=True, tag="item", tag_field="is"):
    """A line of a rubric; ``content`` is an index."""

    id: str
    credits: Fraction
    content: int
    each: bool = False
    full: Fraction | None = None


class Group(Base, frozen=True, tag="group", tag_field="is"):
    """Lines that are graded together."""

    id: str
    members: "tuple[Item | Group, ...]" = ()
    cap: Fraction | None = None
    either: bool = False
    content: int | None = None


class Rubric(Base, frozen=True):
    """A question's rubric; ``notes`` are indices of contents."""

    root: Group
    notes: tuple[int, ...] = ()


class Scheme(Base, frozen=True):
    """A scheme for crosses."""

    kind: str
    floor: Fraction = Fraction(0)
    formula: str = ""


class Space(Base, frozen=True):
    """An answer space, its height in mm."""

    height: float
    ruling: str = "blank"
    rest: bool = False
    pages: int = 0


class Boxes(Base, frozen=True):
    """The boxes of a number."""

    digits: int
    decimals: int = 0
    sign: bool = False
    unit: str = ""


class Expected(Base, frozen=True):
    """A number that is right."""

    value: Fraction
    credits: Fraction
    within: Fraction = Fraction(0)


class Blank(Base, frozen=True):
    """A number that is asked for within a text."""

    boxes: Boxes
    expected: tuple[Expected, ...] = ()


class Choice(Base, frozen=True):
    """A choice by its letter."""

    id: str
    content: int
    right: bool = False
    fixed: bool = False
    weight: Fraction | None = None


class Question(Base, frozen=True):
    """A question; its texts are indices of contents."""

    id: str
    number: str
    kind: str
    content: int
    credits: Fraction
    place: Spot
    title: str = ""
    choices: tuple[Choice, ...] = ()
    space: Space | None = None
    solution: int | None = None
    rubric: Rubric | None = None
    step: Fraction = Fraction(1)
    before: int | None = None
    scheme: Scheme | None = None
    bonus: bool = False
    columns: int | None = None
    fixed: bool = False
    shuffle: bool = True
    accepted: tuple[tuple[str, ...], ...] = ()
    boxes: Boxes | None = None
    expected: tuple[Expected, ...] = ()
    heads: tuple[int, ...] = ()
    on_new_page: bool = False
    blanks: tuple[Blank, ...] = ()


class Problem(Base, frozen=True):
    """A problem; ``questions`` are indices."""

    id: str
    number: int
    place: Spot
    title: str = ""
    content: int | None = None
    questions: tuple[int, ...] = ()
    source: str = ""
    values: tuple[tuple[str, str], ...] = ()
    fixed: bool = False
    shuffle: bool = True
    on_new_page: bool = False
    columns: int = 1
    best: int | None = None


class Grades(Base, frozen=True):
    """The grade key."""

    thresholds: tuple[tuple[str, Fraction], ...]
    fail: str
    percent: bool = False
    linear: bool = False
    best_share: Fraction | None = None
    pass_share: Fraction | None = None
    passes: str = ""
    glide: Fraction | None = None
    glide_floor: Fraction | None = None


class Rounding(Base, frozen=True):
    """How credits are rounded."""

    kind: str
    step: Fraction
    at: str = "total"


class Variants(Base, frozen=True):
    """How many different papers there are, and how they are drawn."""

    count: int | None = 1
    seed: int = 0
    shuffle: tuple[str, ...] = ()


class Home(Base, frozen=True):
    """How an exam goes that is taken at home."""

    questions: datetime
    until: datetime
    grace: int = 0


class Head(Base, frozen=True):
    """What an exam says apart from its problems. ``digest`` is that of the source files then."""

    slug: str
    title: str
    date: date
    start: time
    minutes: int
    paper: str
    language: str
    scheme: Scheme
    grades: Grades
    digest: str
    module: str = ""
    kind: str = ""
    examiner: str = ""
    instructions: tuple[int, ...] = ()
    extra_pages: int = 0
    declared_pages: int | None = None
    registration_digits: int = 8
    marking: str = ""
    candidate_columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    rounding: Rounding | None = None
    struck: tuple[tuple[str, str], ...] = ()
    bonus_for: str = ""
    homework: tuple[tuple[str, Fraction], ...] = ()
    variants: Variants = Variants()
    languages: tuple[str, ...] = ()
    together: bool = False
    on_sheet: bool = False
    release: datetime | None = None
    macros: tuple[tuple[str, str], ...] = ()
    region: str = ""
    four_eyes: bool = False
    signs_on_glass: bool = False
    home: Home | None = None
    own_paper: OwnPaper | None = None
    credit_form: str = ""


class Variant(Base, frozen=True):
    """One variant; ``head`` and ``problems`` are indices."""

    number: int
    head: int
    problems: tuple[int, ...] = ()


class File(msgspec.Struct):
    """The whole; ``files`` are bytes (in Base64) by path."""

    schema: str
    variants: list[Variant]
    heads: list[Head]
    problems: list[Problem]
    questions: list[Question]
    contents: list[Content]
    files: dict[str, bytes] = {}


class BareChoice(Base, frozen=True):
    """A choice without its text."""

    id: str
    right: bool = False
    fixed: bool = False
    weight: Fraction | None = None


class BareQuestion(Base, frozen=True):
    """A question without texts; ``before`` says whether one stands ahead of it: it then keeps its place."""

    id: str
    number: str
    kind: str
    credits: Fraction
    choices: tuple[BareChoice, ...] = ()
    step: Fraction = Fraction(1)
    before: int | None = None
    scheme: Scheme | None = None
    bonus: bool = False
    fixed: bool = False
    shuffle: bool = True
    accepted: tuple[tuple[str, ...], ...] = ()
    boxes: Boxes | None = None
    expected: tuple[Expected, ...] = ()
    blanks: tuple[Blank, ...] = ()


class Bare(msgspec.Struct):
    """The file without texts, rubrics and files, which are passed over."""

    variants: list[Variant]
    heads: list[Head]
    problems: list[Problem]
    questions: list[BareQuestion]


class Schema(msgspec.Struct):
    """What is looked at first."""

    schema: str
