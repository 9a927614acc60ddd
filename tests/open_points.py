"""What is open of a booklet, in the words of the first language."""

from klausur.report.results import ResultRow
from klausur.report.said import said


def told(row: ResultRow) -> tuple[str, ...]:
    """Each point in words."""
    return tuple(point.said(said("en")) for point in row.open)
