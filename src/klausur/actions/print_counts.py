"""What comes out of the printer: how many papers of which kind, on how many sides and sheets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from klausur.exam.model import Exam
from klausur.exam.setting import Setting, setting_of
from klausur.paper.labels import LabelSheet
from klausur.paper.run import PrintRun
from klausur.typeset import attendance, stickers

BOOKLETS = "booklets.pdf"
ATTENDANCE = "attendance.pdf"
STICKERS = "stickers.pdf"
EXTRAS = "extra-sheets.pdf"
QUESTIONS = "questions"
"""How the files of question papers beside answer sheets begin: one for each variant, language and size."""


@dataclass(frozen=True, slots=True)
class Pile:
    """The papers of one kind: their file, how many they are, the printed sides, and the sheets they take."""

    what: str
    file: str
    papers: int
    sides: int
    sheets: int


@dataclass(frozen=True, slots=True)
class QuestionPaper:
    """What is asked where booklets hold boxes alone: its file, the variant that has it, and its pages."""

    file: str
    variant: int
    pages: int


def which(exam: Exam) -> str:
    """What a file's name says of a further paper: its variant, its language."""
    variant = f"-{exam.drawn}" if exam.variants.many else ""
    return variant + (f"-{exam.languages[exam.setting.language]}" if exam.setting.language else "")


def question_files(exams: Sequence[Exam]) -> list[str]:
    """What the files of these exams' question papers are called, the first one's the shortest."""
    return [
        f"{QUESTIONS}{which(exam) if at or exam.drawn > 1 else ''}{'-large-print' * exam.setting.large}.pdf"
        for at, exam in enumerate(exams)
    ]


def piles(
    exam: Exam,
    run: PrintRun,
    pages: Mapping[Setting, int],
    labels: LabelSheet | None,
    questions: Sequence[QuestionPaper] = (),
    *,
    skip: int = 0,
    by_room: bool = False,
) -> tuple[Pile, ...]:
    """All piles of a print run.

    Args:
        exam: what is printed.
        run: for whom.
        pages: of one booklet, by its setting.
        labels: what stickers are printed on.
        questions: the question papers beside answer sheets.
        skip: labels of the first sheet that are used up.
        by_room: stickers of each room begin on a fresh sheet.

    Raises:
        UsageError: more labels are skipped than a sheet has.
    """
    loose = _loose(exam, run, labels, skip, by_room=by_room)
    return (*_booklets(run, pages), *_questions(run, questions), *loose)


def _booklets(run: PrintRun, pages: Mapping[Setting, int]) -> Iterator[Pile]:
    sides = [pages[setting_of(run.variants.of(booklet.number))] for booklet in run.booklets]
    if sides:
        yield Pile("booklets", BOOKLETS, len(sides), sum(sides), sum(-(-n // 2) for n in sides))


def _questions(run: PrintRun, questions: Sequence[QuestionPaper]) -> Iterator[Pile]:
    """As many of each question paper as there are answer sheets of its variant."""
    wanted = Counter(run.variants.of(booklet.number) for booklet in run.booklets)
    for paper in questions:
        if count := wanted[paper.variant]:
            sheets = -(-paper.pages // 2)
            yield Pile("question papers", paper.file, count, count * paper.pages, count * sheets)


def _loose(
    exam: Exam,
    run: PrintRun,
    labels: LabelSheet | None,
    skip: int,
    *,
    by_room: bool,
) -> Iterator[Pile]:
    rooms = attendance.room_lists(run)
    if rooms:
        each = sum(attendance.sides_of(exam, room) for room in rooms)
        yield Pile("attendance lists", ATTENDANCE, len(rooms), each, each)
    if run.stickers and labels is not None:
        sheets = stickers.places(run.stickers, labels, skip=skip, room_breaks=by_room)[-1].sheet + 1
        yield Pile("stickers", STICKERS, len(run.stickers), sheets, sheets)
    if run.extras:
        yield Pile("extra sheets", EXTRAS, len(run.extras), 2 * len(run.extras), len(run.extras))
