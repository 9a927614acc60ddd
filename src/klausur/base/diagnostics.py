"""What a check returns: findings as values, printed the same everywhere.

Every finding names a code out of `klausur.base.codes`, where its severity and meaning stand once.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from klausur.base.codes import CODES
from klausur.base.errors import KlausurError

_TOLD = 10
"""Errors that are told where they end a command whose business they are not."""


class Severity(StrEnum):
    """How bad a finding is: an error stops the next step, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding lies. ``line`` and ``column`` count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """``file:line:column``, without what is not known."""
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, and how to mend it."""

    code: str
    message: str
    place: Place
    hint: str

    def __post_init__(self) -> None:
        """Refuse a code that the table does not know: it could not be documented."""
        if self.code not in CODES:
            raise KeyError(f"diagnostic code {self.code!r} is not in klausur.base.codes")

    @property
    def severity(self) -> Severity:
        """The severity that the table gives this code."""
        return Severity(CODES[self.code].severity)

    def __str__(self) -> str:
        """Two lines for a terminal: the finding, then the way out."""
        return f"{self.place}: {self.severity}[{self.code}] {self.message}\n    {self.hint}"

    def as_json(self) -> dict[str, Any]:
        """Plain values for ``--json``."""
        return {**asdict(self), "severity": str(self.severity)}


def errors(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Only the findings that stop the next step."""
    return tuple(d for d in found if d.severity is Severity.ERROR)


def stop_at_errors(found: Iterable[Diagnostic], what: str, remedy: str) -> None:
    """End a command that cannot go on with errors, and is not there to show findings.

    Args:
        found: errors and warnings.
        what: what the errors are in the way of, as in ``the source has errors``.
        remedy: what to do next.

    Raises:
        KlausurError: there are errors; all or the first ten of them are told, each with its way out.
    """
    wrong = tuple(dict.fromkeys(errors(found)))
    if wrong:
        lines = [line for each in wrong[:_TOLD] for line in str(each).splitlines()]
        more = [f"and {len(wrong) - _TOLD} more errors"] if len(wrong) > _TOLD else []
        raise KlausurError("\n  ".join([f"{what}:", *lines, *more]), remedy)
