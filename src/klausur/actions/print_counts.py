"""What comes out of the printer: how many papers of which kind, on how many sides and sheets."""

from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Pile:
    """The papers of one kind: their file, how many they are, the printed sides, and the sheets they take."""

    what: str
    file: str
    papers: int
    sides: int
    sheets: int


def piles(
    exam: Exam,
    run: PrintRun,
    pages: Mapping[Setting, int],
    labels: LabelSheet | None,
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
        skip: labels of the first sheet that are used up.
        by_room: stickers of each room begin on a fresh sheet.

    Raises:
        UsageError: more labels are skipped than a sheet has.
    """
    return tuple(_piles(exam, run, pages, labels, skip, by_room=by_room))


def _piles(
    exam: Exam,
    run: PrintRun,
    pages: Mapping[Setting, int],
    labels: LabelSheet | None,
    skip: int,
    *,
    by_room: bool,
) -> Iterator[Pile]:
    sides = [pages[setting_of(run.variants.of(booklet.number))] for booklet in run.booklets]
    if sides:
        yield Pile("booklets", BOOKLETS, len(sides), sum(sides), sum(-(-n // 2) for n in sides))
    rooms = attendance.room_lists(run)
    if rooms:
        each = sum(attendance.sides_of(exam, room) for room in rooms)
        yield Pile("attendance lists", ATTENDANCE, len(rooms), each, each)
    if run.stickers and labels is not None:
        sheets = stickers.places(run.stickers, labels, skip=skip, room_breaks=by_room)[-1].sheet + 1
        yield Pile("stickers", STICKERS, len(run.stickers), sheets, sheets)
    if run.extras:
        yield Pile("extra sheets", EXTRAS, len(run.extras), 2 * len(run.extras), len(run.extras))
