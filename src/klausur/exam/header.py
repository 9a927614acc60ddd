"""What ``exam.toml`` says, before it becomes part of an Exam. Read in `klausur.exam.source.exam_toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from klausur.base import regions
from klausur.base.credits import Credits
from klausur.base.decimals import has_comma
from klausur.base.diagnostics import Place
from klausur.base.maths import Notation
from klausur.exam.draw import Draw
from klausur.exam.model import ONE, AtHome, CreditForm, GradeKey, Grading, Marking, Scheme, Variants
from klausur.exam.own_paper import OwnPaper

NAME = "exam.toml"


@dataclass(frozen=True, slots=True)
class Declared:
    """Totals that the author states, to be compared with the computed ones."""

    credits: Credits | None = None
    problems: int | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class HomeTable:
    """The table ``[home]``, of an exam that is taken at home; None where it says nothing."""

    questions: datetime | None
    until: datetime | None
    grace: int


@dataclass(frozen=True, slots=True)
class Translation:
    """What exam.toml says in another language; a text that it does not say there is that of the first one."""

    language: str
    title: str | None = None
    module: str | None = None
    kind: str | None = None
    examiner: str | None = None
    instructions: tuple[str, ...] | None = None
    instruction_lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What exam.toml says. What must be given and is not, or cannot be read, is None."""

    lines: Mapping[str, int]
    title: str | None
    module: str
    kind: str
    date: date | None
    start: time | None
    end: time | None
    minutes: int | None
    examiner: str
    instructions: tuple[str, ...]
    instruction_lines: tuple[int, ...]
    slug: str | None
    paper: str
    language: str
    scheme: Scheme
    grades: GradeKey
    grading: Grading
    order: tuple[str, ...] | None
    extra_pages: int
    registration_digits: int
    declared: Declared
    candidate_columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    variants: Variants = ONE
    macros: tuple[tuple[str, str], ...] = ()
    marking: Marking = Marking.CROSS
    translations: tuple[Translation, ...] = ()
    together: bool = False
    beside: bool = False
    on_sheet: bool = False
    evidence_bound: int | None = None
    release: datetime | None = None
    region: str = ""
    four_eyes: bool = False
    home: HomeTable | None = None
    paper_four_eyes: bool = False
    signs_on_glass: bool = False
    own_paper: OwnPaper | None = None
    draws: tuple[Draw, ...] = ()
    credit_form: CreditForm = CreditForm.BOXES

    @property
    def languages(self) -> tuple[str, ...]:
        """The papers that there are by language: each alone, the first one first, then all on one paper."""
        each = (self.language, *(t.language for t in self.translations))
        return (*each, "+".join(each)) if self.translations else ()

    def translated(self, translation: Translation) -> "Header":
        """The same in another language."""
        same = translation.instructions is None
        return replace(
            self,
            language=translation.language,
            region=self.region if regions.is_known(translation.language, self.region) else "",
            title=translation.title or self.title,
            module=self.module if translation.module is None else translation.module,
            kind=self.kind if translation.kind is None else translation.kind,
            examiner=self.examiner if translation.examiner is None else translation.examiner,
            instructions=self.instructions if same else translation.instructions or (),
            instruction_lines=self.instruction_lines if same else translation.instruction_lines,
        )

    def place(self, key: str) -> Place:
        """Where a key stands, by its full name such as ``grades.fail``; else its table, else the file."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return Place(NAME, self.lines.get(key, 0))

    @property
    def notation(self) -> Notation:
        """How the exam writes maths."""
        return Notation(self.macros, has_comma(regions.locale(self.language, self.region)))

    @property
    def begins(self) -> datetime | None:
        """When work begins."""
        return None if self.date is None or self.start is None else datetime.combine(self.date, self.start)

    @property
    def at_home(self) -> AtHome | None:
        """How it goes at home, the question paper released as work begins if nothing else is said."""
        told = self.home
        if told is None or told.until is None:
            return None
        questions = told.questions or self.begins
        return None if questions is None else AtHome(questions, told.until, told.grace)

    @property
    def minutes_to_end(self) -> int | None:
        """From start to end, negative if the end comes first; None if one of them is not given."""
        if self.start is None or self.end is None:
            return None
        start, end = (at.hour * 60 + at.minute for at in (self.start, self.end))
        return end - start
