"""A candidate's receipt of what they handed in from home, as a PDF in whatever language they read."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from klausur.base.errors import ToolError
from klausur.exam.model import Exam
from klausur.typeset import engine, slices, wording
from klausur.typeset.for_printer import for_printer
from klausur.typeset.markup import STYLE, head


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came: its ``size`` in words."""

    name: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on a receipt: words and what they say, in order; the files; a note below."""

    title: str
    facts: Sequence[tuple[str, str]]
    files: Sequence[ReceivedFile]
    note: str


def compile_receipt(exam: Exam, root: Path, receipt: Receipt, made: datetime) -> bytes:
    """A PDF of a receipt.

    Args:
        exam: what was handed in for.
        root: the exam's folder, which may hold fonts.
        receipt: what it says.
        made: when it was made.

    Raises:
        ToolError: Typst refuses it.
    """
    when = {"day": wording.short_day(made.date(), exam.locale), "time": wording.clock(made, exam.locale)}
    typeset = slices.typeset(
        engine.template(*STYLE, "fitted", "plain-sheet", "receipt"),
        {**head(exam), "form": "exam", "made": when},
        [[asdict(receipt)]],
        root=root,
        day=exam.date,
    )
    if isinstance(typeset, engine.TypstFault):
        raise ToolError(
            f"Typst refuses the receipt: {typeset.message}", "see that names of files hold plain text"
        )
    return for_printer(typeset.pdf, both=False)
