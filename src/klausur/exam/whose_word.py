"""Whose word holds where records and source of a key have both changed; `klausur.exam.take_over` asks."""

from enum import StrEnum


class WhoseWord(StrEnum):
    """Whose word holds in a conflict."""

    SOURCE = "source"
    RECORDS = "records"
