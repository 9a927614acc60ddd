"""What the list of candidates may be called in an exam's folder."""

from pathlib import Path

ROSTER = "candidates.csv"
LISTS = (ROSTER, "candidates.xlsx", "candidates.xls", "candidates.ods")
"""The first one that is there counts."""


def the_list(folder: Path) -> Path | None:
    """The list of candidates in an exam's folder, None if there is none."""
    return next((folder / name for name in LISTS if (folder / name).exists()), None)
