"""What is asked for by who has a list filled or made: plain values, which the command line has at once."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Wanted(StrEnum):
    """What a column wants of a result."""

    GRADE = "grade"
    HUNDREDTHS = "hundredths"
    """The grade in hundredths: 130 for 1.3."""
    CREDITS = "credits"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class FillRequest:
    """Which list is to be filled, and how.

    Attributes:
        office: the list, CSV or XLSX.
        columns: headings of those to be written, with what they want where that is said; none: the one that
            is known.
        by_name: rows are known by names, not by registration numbers.
        replace: other grades that stand in cells are replaced.
        comma: numbers have a decimal comma; None: as the list has them.
        edition: only the booklets of this one.
        output: the new file; None: beside the list, its name with ``-filled``.
        overwrite: a file that is there already, the list itself for one, is written over.
    """

    office: Path
    columns: tuple[tuple[str, Wanted | None], ...] = ()
    by_name: bool = False
    replace: bool = False
    comma: bool | None = None
    edition: int | None = None
    output: Path | None = None
    overwrite: bool = False

    @property
    def place(self) -> Path:
        """The new file."""
        return self.output or self.office.with_name(f"{self.office.stem}-filled{self.office.suffix}")


class ListForm(StrEnum):
    """Whose form a list has."""

    MOODLE = "moodle"
    """For the import into its gradebook."""
    CANVAS = "canvas"
    """For the import into its gradebook."""
    CAMPUS_ONLINE = "campusonline"
    HIS = "his"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What somebody asks for.

    Attributes:
        form: whose form the list has.
        columns: the heading of the column of results, with what it shall hold.
        comma: numbers have a decimal comma; None: as is usual for the form.
        edition: only the booklets of this one.
        output: the new file; None: ``grades-FORM`` in the exam's folder.
        overwrite: a file that is there already is written over.
    """

    form: ListForm
    columns: tuple[tuple[str, Wanted | None], ...] = ()
    comma: bool | None = None
    edition: int | None = None
    output: Path | None = None
    overwrite: bool = False
