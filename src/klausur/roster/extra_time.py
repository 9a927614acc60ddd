"""Extra time as people write it into lists: minutes, or a share of the exam, as ``25 %`` or ``1/3``."""

import re
from fractions import Fraction
from math import ceil

from klausur.roster.model import MAX_MINUTES

_MINUTES = re.compile(
    r"\+?(?P<minutes>[0-9]{1,4})(?:[.,]0+)?(?: ?(?:min|minutes|minuten)\.?)?", re.IGNORECASE
)
_SHARE = re.compile(
    r"\+?(?P<share>[0-9]{1,3}(?:[.,][0-9]{1,4})?) ?(?P<unit>%|percent|prozent|pourcent)?", re.IGNORECASE
)
_PART = re.compile(r"\+?(?P<part>[1-9])/(?P<of>[1-9])")
_NONE = frozenset({"", "-", "–"})


class ExtraTimeError(ValueError):
    """A cell that is no extra time; ``why`` says what else is in the way, beginning with a comma."""

    def __init__(self, cell: str, why: str = "") -> None:
        super().__init__(cell)
        self.cell = cell
        self.why = why


def extra_minutes(minutes: str, percent: str, exam: int | None) -> int:
    """Extra minutes out of a cell for minutes and one for percent; a cell may say itself which it is.

    A share is of the exam's length, and rounded up to whole minutes.

    Args:
        minutes: the cell of a column that holds minutes unless it says otherwise.
        percent: the cell of a column that holds a share unless it says otherwise.
        exam: how long the exam takes, None if that is not known.

    Raises:
        ExtraTimeError: a cell is neither, the two say different things, or the exam's length is not known.
    """
    cells = [(cell, bare) for cell, bare in ((minutes, False), (percent, True)) if cell not in _NONE]
    said = [_one(cell, exam, percent=bare) for cell, bare in cells]
    if len(set(said)) > 1:
        raise ExtraTimeError(f"{minutes} and {percent}", ", which differ")
    return said[0] if said else 0


def _one(cell: str, exam: int | None, *, percent: bool) -> int:
    share = _SHARE.fullmatch(cell)
    found = _MINUTES.fullmatch(cell)
    part = _PART.fullmatch(cell)
    if part is not None or (share is not None and (percent or share["unit"])):
        if exam is None:
            raise ExtraTimeError(cell, ", and the exam does not say how long it takes")
        by = Fraction(cell.lstrip("+")) if share is None else Fraction(share["share"].replace(",", ".")) / 100
        value = ceil(exam * by)
    elif found is not None:
        value = int(found["minutes"])
    else:
        raise ExtraTimeError(cell)
    if value > MAX_MINUTES:
        raise ExtraTimeError(cell)
    return value
