"""A candidate's receipt of what they handed in from home, as a PDF on the exam's paper."""

from datetime import datetime
from pathlib import Path

from klausur.actions import up_to_date
from klausur.store.folder import opened
from klausur.typeset.receipt import Receipt, compile_receipt


def receipt(folder: Path, said: Receipt, *, now: datetime | None = None) -> bytes:
    """The receipt as a PDF.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        exam = up_to_date.frame(records).exams.first
    return compile_receipt(exam, folder, said, now or datetime.now().astimezone())
